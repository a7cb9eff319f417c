# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services' states: what is read, whom an error concerns, and waiting for a pending change."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import (
    ServiceApiError,
    ServiceClients,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    DISABLED,
    ENABLED,
    PENDING,
    SERVICE_APIS,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import Plan
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.service_api_states import (
    ServiceApiStates,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import Waiting
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

CATALOG, HEALTH, RAM, REACHABILITY, STACK_SETS = (
    "servicecatalog.amazonaws.com",
    "health.amazonaws.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
)
READ_HEALTH, READ_STACK_SETS = "DescribeHealthServiceStatusForOrganization", "DescribeOrganizationsAccess"


@pytest.fixture
def services(client: OrganizationsClient) -> ServiceApiStates:
    return ServiceApiStates(client)


def test_one_call_for_each_service_that_has_a_state(services: ServiceApiStates, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[HEALTH], own_states={STACK_SETS: "ENABLED"})
    services.read([HEALTH, REACHABILITY, STACK_SETS])
    assert services.states == {HEALTH: DISABLED, STACK_SETS: ENABLED}
    assert services.errors == {}
    assert emulator.calls() == [READ_HEALTH, READ_STACK_SETS]


def test_an_error_leaves_the_other_services_alone(services: ServiceApiStates, emulator: EmulatorControl) -> None:
    emulator.organization(own_states={HEALTH: "ENABLED", STACK_SETS: "ENABLED"})
    services.read([HEALTH])
    emulator.fault(READ_HEALTH, code="AccessDeniedException", status=403)
    services.read([HEALTH, STACK_SETS])
    assert services.states == {STACK_SETS: ENABLED}  # not what was read before
    assert list(services.errors) == [HEALTH]
    assert services.errors[HEALTH].details()["code"] == "AccessDeniedException"


def test_an_error_that_every_call_would_hit_is_raised(services: ServiceApiStates, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault(READ_HEALTH, code="ExpiredToken", status=403)
    with pytest.raises(ServiceApiError, match="ExpiredToken"):
        services.read([HEALTH, STACK_SETS])
    assert emulator.calls() == [READ_HEALTH]


def test_an_sdk_that_lacks_a_service(
    services: ServiceApiStates, emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.organization()
    of_sdk = frozenset(api.enable.service for api in SERVICE_APIS) - {"ec2", "health"}
    monkeypatch.setattr(ServiceClients, "_services_of_sdk", of_sdk)
    services.read([HEALTH])
    services.require_sdk([REACHABILITY, STACK_SETS])
    assert {name: error.details()["code"] for name, error in services.errors.items()} == {
        HEALTH: "UnsupportedByBoto3",
        REACHABILITY: "UnsupportedByBoto3",
    }
    assert emulator.calls() == []


def test_pending_changes_are_waited_for(
    services: ServiceApiStates, emulator: EmulatorControl, fake_clock: list[float]
) -> None:
    emulator.settings(service_api_pending_reads=3)
    emulator.organization(own_states={CATALOG: "DISABLING", HEALTH: "PENDING", STACK_SETS: "ENABLED"})
    concerned = [CATALOG, HEALTH, STACK_SETS]
    services.read(concerned)
    assert services.states == {CATALOG: PENDING, HEALTH: PENDING, STACK_SETS: ENABLED}
    assert services.pending(concerned) == [CATALOG, HEALTH]
    services.settle(concerned, Waiting(60))
    assert services.states == {CATALOG: DISABLED, HEALTH: ENABLED, STACK_SETS: ENABLED}
    assert services.errors == {}
    assert emulator.calls().count(READ_STACK_SETS) == 1
    assert fake_clock == [1.0, 2.0, 4.0]


def test_what_stays_pending_is_an_error_about_it(
    services: ServiceApiStates, emulator: EmulatorControl, fake_clock: list[float]
) -> None:
    emulator.settings(service_api_pending_reads=99)
    emulator.organization(own_states={HEALTH: "PENDING", RAM: "ENABLED"})
    services.read([HEALTH, RAM])
    services.settle([HEALTH, RAM], Waiting(3))
    assert list(services.errors) == [HEALTH]
    assert services.errors[HEALTH].details()["code"] == "StillPending"
    assert sum(fake_clock) == 3


def test_without_apis_nothing_is_pending_and_nothing_is_read(
    client: OrganizationsClient, emulator: EmulatorControl
) -> None:
    services = ServiceApiStates(client, {})
    services.read([])
    assert services.pending([HEALTH]) == []
    assert list(services.warnings(Plan((), to_enable=(HEALTH,)), [HEALTH])) == []
    assert emulator.calls() == []
