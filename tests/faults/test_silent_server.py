# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that accepts connections and never responds, in real time with the default timeouts."""

from __future__ import annotations

import time

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .rows import LIST
from .test_concurrency import result_of, start_module


def test_a_silent_server_fails_the_task_in_under_a_minute(emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault(LIST, count=None, delay=300, reset=True)
    started = time.monotonic()
    result = result_of(start_module(emulator, "AKIDPATIENT", service_principals=["config.amazonaws.com"]))
    assert time.monotonic() - started < 60
    assert result["failed"] is True
    assert result["error"]["code"] == "ReadTimeoutError"
    for part in ("list service access", emulator.url, "read_timeout"):
        assert part in result["msg"]
    assert emulator.calls() == [LIST] * 3
