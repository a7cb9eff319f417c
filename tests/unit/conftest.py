# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every test needs is loaded before ansible-test runs each in a fork of its own, not in every fork."""

from __future__ import annotations

import gc
import importlib

from ansible_collections.orgops.aws.tests.emulator.server import serve
from ansible_collections.orgops.aws.tests.fixtures import aws_client


def pytest_collection_finish() -> None:
    for module in ("organizations_service_access", "organizations_service_access_info"):
        importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{module}")
    with serve() as emulator:
        emulator.organization()
        aws_client(emulator, "organizations").describe_organization()
        aws_client(emulator, "sts").get_caller_identity()
    gc.freeze()  # else looking for garbage copies into every fork what it only reads
