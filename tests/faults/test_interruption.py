# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module process that is killed between two writes: the next run converges."""

from __future__ import annotations

import signal
import time

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import WRITES, EmulatorControl

from ..fixtures import RunModule
from .rows import NEW, OLD
from .test_concurrency import start_module


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
@pytest.mark.parametrize("written", range(5))
def test_killed_between_two_writes(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, how: int, written: int
) -> None:
    def state() -> list[str]:
        return [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]

    steps = [*NEW, *OLD]
    emulator.organization(enabled=OLD)
    # The write after those is received, and dropped unapplied once its sender is gone.
    struck = {"ServicePrincipal": steps[written]}
    emulator.fault(WRITES[written // 3], parameters=struck, delay=5, reset=True)
    with start_module(emulator, "AKIDKILLED", service_principals=NEW, purge_service_principals=True) as process:
        deadline = time.monotonic() + 30
        while len(emulator.writes()) <= written:
            assert time.monotonic() < deadline
            assert process.poll() is None
        process.send_signal(how)
        process.wait(timeout=10)
        assert process.returncode != 0
    emulator.clear_faults()
    done = steps[:written]
    assert state() == sorted({*OLD, *done} - set(done[3:]))
    result = service_access(NEW, purge_service_principals=True)
    assert result["enabled"] + result["disabled"] == steps[written:]
    assert state() == NEW
