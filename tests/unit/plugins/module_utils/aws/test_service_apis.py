# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls to the services' APIs: Regions, endpoints, permissions, invalid responses, an old boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import Connection
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import ServiceClients
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF, SERVICE_APIS
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.service_api_states import (
    ServiceApiStates,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, aws_client
from ansible_collections.orgops.aws.tests.unit.plugins.module_utils.switched_services import (
    ALL,
    BOTH_MODES,
    CATALOG,
    CONFIG,
    EVERY_SERVICE,
    HEALTH,
    NEEDS_NOTIFICATIONS,
    NETWORK_MANAGER,
    NO_WAITING,
    NOTIFICATIONS,
    RAM,
    REACHABILITY,
    STACK_SETS,
    WELL_ARCHITECTED,
    reads_of,
    written,
)

ENABLE = "EnableAWSServiceAccess"


@EVERY_SERVICE
def test_a_service_call_that_is_denied_fails_alone(emulator: EmulatorControl, with_apis: RunModule, name: str) -> None:
    api = API_OF[name]
    other = STACK_SETS if name != STACK_SETS else HEALTH
    emulator.organization()
    emulator.fault(api.enable.name, code="AccessDenied", status=403)
    result = with_apis([name, other])
    assert result["enabled"] == [other]
    assert list(result["switched_with"]) == [other]
    assert result["failed_service_principals"][name]["code"] == "AccessDenied"
    assert result["not_attempted"] == []
    assert str(api.enable) in result["msg"]
    assert written(emulator) == [call for one in sorted([name, other]) for call in [API_OF[one].enable.name]]


@NO_WAITING
@pytest.mark.parametrize("operation", ["DescribeOrganizationsAccess", "ActivateOrganizationsAccess"])
def test_an_endpoint_that_is_silent_concerns_its_service_alone(
    emulator: EmulatorControl, with_apis: RunModule, operation: str
) -> None:
    emulator.organization()
    emulator.fault(operation, reset=True, count=None)
    result = with_apis([CONFIG, STACK_SETS])
    assert result["enabled"] == [CONFIG]
    assert result["failed_service_principals"][STACK_SETS]["code"] == "ConnectionClosedError"
    assert result.get("outcome_unknown", []) == ([STACK_SETS] if operation.startswith("Activate") else [])
    assert emulator.calls().count(operation) == 3


@NEEDS_NOTIFICATIONS
@pytest.mark.parametrize("operation", ["GetNotificationsAccessForOrganization", "ActivateOrganizationsAccess"])
def test_expired_credentials_stop_the_task(emulator: EmulatorControl, with_apis: RunModule, operation: str) -> None:
    emulator.organization()
    emulator.fault(operation, code="ExpiredToken", status=403)
    result = with_apis([CONFIG, STACK_SETS, NOTIFICATIONS])
    assert result["error"]["code"] == "ExpiredToken"
    assert "Renew" in result["msg"]
    assert emulator.calls()[-1] == operation
    assert result.get("changed", False) is False
    if operation.startswith("Activate"):
        assert result["not_attempted"] == [NOTIFICATIONS, CONFIG]


def test_health_without_a_support_plan(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization()
    emulator.settings(health_api_subscribed=False)
    result = with_apis([CONFIG, HEALTH], check_mode=True)
    assert result["failed_service_principals"][HEALTH]["code"] == "SubscriptionRequiredException"
    assert "support plan" in result["msg"]
    assert result["enabled"] == [CONFIG]


@BOTH_MODES
@pytest.mark.parametrize(("name", "service"), [(NOTIFICATIONS, "notifications"), (REACHABILITY, "ec2")])
def test_an_sdk_that_lacks_the_operation(
    emulator: EmulatorControl,
    with_apis: RunModule,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    service: str,
    check_mode: bool,
) -> None:
    emulator.organization()
    services = frozenset(api.enable.service for api in SERVICE_APIS) - {service}
    monkeypatch.setattr(ServiceClients, "_services_of_sdk", services)
    result = with_apis([CONFIG, name], check_mode=check_mode)
    assert result["failed_service_principals"][name]["code"] == "UnsupportedByBoto3"
    assert f"Install boto3 {API_OF[name].boto3 or '1.35.0'} or later" in result["msg"]
    assert result["enabled"] == [CONFIG]
    assert "GetNotificationsAccessForOrganization" not in emulator.calls()


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        pytest.param(NOTIFICATIONS, "<html>Sign in</html>", "MalformedResponse", marks=NEEDS_NOTIFICATIONS),
        (STACK_SETS, "<html>Sign in</html>", "MalformedResponse"),
        (CATALOG, "<html>Sign in</html>", "MalformedResponse"),
        (WELL_ARCHITECTED, "<html>Sign in</html>", "MalformedResponse"),
        pytest.param(NOTIFICATIONS, "", "MalformedResponse", marks=NEEDS_NOTIFICATIONS),
        (NETWORK_MANAGER, "", "MalformedResponse"),
        pytest.param(NOTIFICATIONS, "{}", "UnknownState", marks=NEEDS_NOTIFICATIONS),
        (WELL_ARCHITECTED, '{"OrganizationSharingStatus": "SHINY"}', "UnknownState"),
    ],
)
def test_answers_that_the_services_would_not_give(
    emulator: EmulatorControl, with_apis: RunModule, name: str, body: str, code: str
) -> None:
    emulator.organization()
    emulator.fault(reads_of(name)[0], body=body, content_type="application/json")
    result = with_apis([CONFIG, name])
    assert result["failed_service_principals"][name]["code"] == code
    assert "Traceback" not in result["msg"]
    assert written(emulator) == [ENABLE]


@pytest.mark.parametrize(
    ("name", "body"), [(RAM, '{"returnValue": false}'), (RAM, "{}"), (NETWORK_MANAGER, "<html>Sign in</html>")]
)
def test_a_write_that_is_not_confirmed(emulator: EmulatorControl, with_apis: RunModule, name: str, body: str) -> None:
    emulator.organization()
    emulator.fault(API_OF[name].enable.name, body=body)
    result = with_apis([name])
    assert result["failed_service_principals"][name]["code"] in ("NotConfirmed", "MalformedResponse")
    assert result["outcome_unknown"] == [name]


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
def test_regions(emulator: EmulatorControl, with_apis: RunModule, region: str) -> None:
    emulator.organization()
    with_apis(ALL, region=region)
    regions = {request["service"]: request["region"] for request in emulator.requests()}
    assert regions["health"] == "us-east-1"
    for service in ("ram", "cloudformation", "servicecatalog", "wellarchitected", "ec2"):
        assert regions[service] == region


def test_endpoints_of_each_service(
    emulator: EmulatorControl, with_apis: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.organization()
    for service in ("ORGANIZATIONS", "CLOUDFORMATION"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", emulator.url)
    assert with_apis([STACK_SETS], endpoint_url=None)["enabled"] == [STACK_SETS]


def test_a_service_without_a_region_concerns_itself_alone(emulator: EmulatorControl) -> None:
    def create_client(service: str, aws_config: Any, region: str | None = None, **credentials: Any) -> Any:
        if service == "cloudformation":
            raise NoRegionError
        return aws_client(emulator, service, config=aws_config, region_name=region or "us-east-1", **credentials)

    emulator.organization(own_states={HEALTH: "ENABLED"})
    organizations = OrganizationsClient(Connection(create_client, ConnectionOptions()))
    states = ServiceApiStates(organizations)
    states.read([HEALTH, STACK_SETS])
    assert states.states == {HEALTH: "enabled"}
    assert list(states.errors) == [STACK_SETS]
    message = states.errors[STACK_SETS].result()["msg"]
    assert "Failed to create a client of cloudformation." in message
    assert "must specify a region" in message
