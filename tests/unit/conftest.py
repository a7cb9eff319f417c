# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load what every test needs once, before ansible-test runs each test in its own fork."""

from __future__ import annotations

import contextlib
import gc
import importlib

import pytest

from ansible_collections.orgops.aws.tests import fixtures
from ansible_collections.orgops.aws.tests.fixtures import EMULATOR_IS_HERE, EMULATOR_PYTHON, aws_client, serve

_emulator = contextlib.ExitStack()


def pytest_collection_finish(session: pytest.Session) -> None:
    for module in ("organizations_service_access", "organizations_service_access_info"):
        importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{module}")
    if not EMULATOR_IS_HERE:
        if session.items and EMULATOR_PYTHON.is_file():
            fixtures._shared.append(_emulator.enter_context(serve()))
        gc.freeze()
        return
    with serve() as emulator:
        emulator.organization()
        aws_client(emulator, "organizations").describe_organization()
        aws_client(emulator, "sts").get_caller_identity()
    gc.freeze()  # otherwise garbage collection copies shared memory into every fork


def pytest_sessionfinish() -> None:
    _emulator.close()
