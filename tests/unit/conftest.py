# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load what every test needs once, before ansible-test runs each test in its own fork."""

from __future__ import annotations

import contextlib
import gc
import importlib

import boto3
import pytest

from ansible_collections.orgops.aws.tests import fixtures
from ansible_collections.orgops.aws.tests.fixtures import (
    EMULATOR_IS_HERE,
    EMULATOR_PYTHON,
    SERVICES,
    aws_client,
    serve,
    service_models_read_once,
)
from ansible_collections.orgops.aws.tests.paths import ROOT

_emulator = contextlib.ExitStack()


def pytest_collection_finish(session: pytest.Session) -> None:
    for module in sorted((ROOT / "plugins" / "modules").glob("organizations_*.py")):
        importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{module.stem}")
    if EMULATOR_IS_HERE or (session.items and EMULATOR_PYTHON.is_file()):
        emulator = _emulator.enter_context(serve())
        with service_models_read_once():
            emulator.organization()
            aws_client(emulator, "organizations").describe_organization()
            aws_client(emulator, "sts").get_caller_identity()
            for service in SERVICES.intersection(boto3.session.Session().get_available_services()):
                client = aws_client(emulator, service)
                client.can_paginate(next(iter(client.meta.method_to_api_mapping)))  # reads how any call is paged
        if EMULATOR_IS_HERE:
            _emulator.close()  # a thread does not survive in a fork
        else:
            fixtures._shared.append(emulator)
    gc.freeze()  # otherwise garbage collection copies shared memory into every fork


def pytest_sessionfinish() -> None:
    _emulator.close()
