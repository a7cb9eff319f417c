# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services that switch their access themselves, for tests of their APIs."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import HAS_NOTIFICATIONS

CONFIG, HEALTH, NETWORK_MANAGER, NOTIFICATIONS, RAM, REACHABILITY, CATALOG, STACK_SETS, WELL_ARCHITECTED = (
    "config.amazonaws.com",
    "health.amazonaws.com",
    "networkmanager.amazonaws.com",
    "notifications.amazon.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "servicecatalog.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "wellarchitected.amazonaws.com",
)
ALL = [name for name in sorted(API_OF) if name != NOTIFICATIONS or HAS_NOTIFICATIONS]
NEEDS_NOTIFICATIONS = pytest.mark.skipif(not HAS_NOTIFICATIONS, reason="this botocore lacks User Notifications")
EVERY_SERVICE = pytest.mark.parametrize("name", ALL)
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])
NO_WAITING = pytest.mark.usefixtures("fake_clock")


def reads_of(name: str) -> list[str]:
    read = API_OF[name].read
    return [read.operation.name] if read else []


def written(emulator: EmulatorControl) -> list[str]:
    return [operation for operation, _parameters in emulator.writes()]
