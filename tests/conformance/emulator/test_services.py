# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services' APIs through boto3: states, delays, errors, permissions, their effect on service access."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.model import ServiceModel

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import HAS_NOTIFICATIONS, assume_role, aws_client

from .helpers import ADMINISTRATOR, MEMBER, message_of, refused

HEALTH, NETWORK_MANAGER, NOTIFICATIONS, RAM, CATALOG, STACK_SETS, WELL_ARCHITECTED, REACHABILITY = (
    "health.amazonaws.com",
    "networkmanager.amazonaws.com",
    "notifications.amazon.com",
    "ram.amazonaws.com",
    "servicecatalog.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "wellarchitected.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
)


def named(operation: str, *path: str, **arguments: Any) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Return a call: boto3's method, the path to the state in its response, arguments."""
    return operation, path, arguments


# Client, service principal, how to enable, how to disable, how to read.
SWITCHES = [
    (
        "cloudformation",
        STACK_SETS,
        named("activate_organizations_access"),
        named("deactivate_organizations_access"),
        named("describe_organizations_access", "Status"),
    ),
    (
        "health",
        HEALTH,
        named("enable_health_service_access_for_organization"),
        named("disable_health_service_access_for_organization"),
        named("describe_health_service_status_for_organization", "healthServiceAccessStatusForOrganization"),
    ),
    (
        "servicecatalog",
        CATALOG,
        named("enable_aws_organizations_access"),
        named("disable_aws_organizations_access"),
        named("get_aws_organizations_access_status", "AccessStatus"),
    ),
    (
        "notifications",
        NOTIFICATIONS,
        named("enable_notifications_access_for_organization"),
        named("disable_notifications_access_for_organization"),
        named("get_notifications_access_for_organization", "notificationsAccessForOrganization", "accessStatus"),
    ),
    (
        "wellarchitected",
        WELL_ARCHITECTED,
        named("update_global_settings", OrganizationSharingStatus="ENABLED"),
        named("update_global_settings", OrganizationSharingStatus="DISABLED"),
        named("get_global_settings", "OrganizationSharingStatus"),
    ),
    (
        "networkmanager",
        NETWORK_MANAGER,
        named("start_organization_service_access_update", Action="ENABLE"),
        named("start_organization_service_access_update", Action="DISABLE"),
        named("list_organization_service_access_status", "OrganizationStatus", "OrganizationAwsServiceAccessStatus"),
    ),
]


NEEDS_NOTIFICATIONS = pytest.mark.skipif(not HAS_NOTIFICATIONS, reason="this botocore lacks User Notifications")
EVERY_SWITCH = pytest.mark.parametrize(
    ("service", "principal", "enable", "disable", "read"),
    [pytest.param(*row, marks=[NEEDS_NOTIFICATIONS] if row[1] == NOTIFICATIONS else []) for row in SWITCHES],
)


def call(client: Any, what: tuple[str, tuple[str, ...], dict[str, Any]]) -> Any:
    operation, path, arguments = what
    answer = getattr(client, operation)(**arguments)
    for member in path:
        answer = answer.get(member, {})
    return answer


def enabled(botocore_client: Any) -> list[str]:
    entries = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    return [entry["ServicePrincipal"] for entry in entries]


def client_in(emulator: EmulatorControl, service: str, account_id: str) -> Any:
    role = assume_role(emulator, account_id)
    keys = {"aws_access_key_id": role["access_key"], "aws_secret_access_key": role["secret_key"]}
    return aws_client(emulator, service, aws_session_token=role["session_token"], **keys)


@EVERY_SWITCH
def test_a_switch_changes_the_state_and_service_access(
    emulator: EmulatorControl, botocore_client: Any, service: str, principal: str, enable: Any, disable: Any, read: Any
) -> None:
    emulator.organization()
    client = aws_client(emulator, service)
    assert call(client, read) in ("DISABLED", {})
    call(client, enable)
    assert call(client, read) == "ENABLED"
    assert enabled(botocore_client) == [principal]
    call(client, disable)
    assert call(client, read) == "DISABLED"
    # Whether its own switch ends service access too is documented for all but this one.
    assert enabled(botocore_client) == ([WELL_ARCHITECTED] if principal == WELL_ARCHITECTED else [])
    assert [operation for operation, _parameters in emulator.writes()] == [
        client.meta.method_to_api_mapping[what[0]] for what in (enable, disable)
    ]


@EVERY_SWITCH
def test_only_the_management_account_switches(
    emulator: EmulatorControl, botocore_client: Any, service: str, principal: str, enable: Any, disable: Any, read: Any
) -> None:
    emulator.organization(members={ADMINISTRATOR: "security", MEMBER: "plain"}, enabled=[principal])
    client = client_in(emulator, service, MEMBER)
    denied = "AccessDenied" if service == "cloudformation" else "AccessDeniedException"
    for what in (enable, disable, read):
        assert refused(getattr(client, what[0]), **what[2])[0] == denied
    assert enabled(botocore_client) == [principal]
    assert emulator.requests()[-2]["error"] == denied


def test_ram_creates_its_role_which_stays(emulator: EmulatorControl, botocore_client: Any) -> None:
    emulator.organization(members={MEMBER: "plain"})
    iam, ram = aws_client(emulator, "iam"), aws_client(emulator, "ram")
    role = {"RoleName": "AWSServiceRoleForResourceAccessManager"}
    assert refused(iam.get_role, **role)[0] == "NoSuchEntity"
    for _twice in range(2):
        assert ram.enable_sharing_with_aws_organization()["returnValue"] is True
    assert iam.get_role(**role)["Role"]["Path"] == "/aws-service-role/ram.amazonaws.com/"
    assert enabled(botocore_client) == [RAM]
    botocore_client.disable_aws_service_access(ServicePrincipal=RAM)
    assert iam.get_role(**role)
    member = client_in(emulator, "ram", MEMBER)
    assert refused(member.enable_sharing_with_aws_organization)[0] == "OperationNotPermittedException"
    assert [operation for operation, _parameters in emulator.writes()] == [
        "EnableSharingWithAwsOrganization",
        "EnableSharingWithAwsOrganization",
        "DisableAWSServiceAccess",
        "EnableSharingWithAwsOrganization",
    ]


def test_reachability_analyzer_speaks_the_protocol_of_ec2(emulator: EmulatorControl, botocore_client: Any) -> None:
    emulator.organization(members={MEMBER: "plain"})
    assert aws_client(emulator, "ec2").enable_reachability_analyzer_organization_sharing()["ReturnValue"] is True
    assert enabled(botocore_client) == [REACHABILITY]
    member = client_in(emulator, "ec2", MEMBER)
    assert refused(member.enable_reachability_analyzer_organization_sharing)[0] == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("row", "pending", "error"),
    [
        (1, "PENDING", "ConcurrentModificationException"),
        (2, "UNDER_CHANGE", "InvalidStateException"),
        pytest.param(3, "PENDING", None, marks=NEEDS_NOTIFICATIONS),
    ],
)
def test_asynchronous_switches_show_it(emulator: EmulatorControl, row: int, pending: str, error: str | None) -> None:
    service, principal, enable, disable, read = SWITCHES[row]
    emulator.organization(own_states={principal: "PENDING"})
    client = aws_client(emulator, service)
    if error:
        assert refused(getattr(client, disable[0]))[0] == error
    assert [call(client, read) for _again in range(2)] == [pending, "ENABLED"]
    emulator.settings(service_api_pending_reads=2)
    call(client, enable)
    assert call(client, read) == "ENABLED"
    call(client, disable)
    assert [call(client, read) for _again in range(3)] == [pending, pending, "DISABLED"]


@NEEDS_NOTIFICATIONS
def test_enabling_can_end_in_failure(emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.settings(service_api_failures=[NOTIFICATIONS], service_api_pending_reads=1)
    _service, _principal, enable, _disable, read = SWITCHES[3]
    client = aws_client(emulator, "notifications")
    call(client, enable)
    assert [call(client, read) for _again in range(2)] == ["PENDING", "FAILED"]


def test_health_needs_a_support_plan(emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.settings(health_api_subscribed=False)
    client = aws_client(emulator, "health")
    for operation in (SWITCHES[1][2][0], SWITCHES[1][4][0]):
        assert refused(getattr(client, operation))[0] == "SubscriptionRequiredException"
    assert "support plan" in message_of(client.describe_health_service_status_for_organization)


def test_a_switch_can_leave_service_access_alone(emulator: EmulatorControl, botocore_client: Any) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[STACK_SETS])
    aws_client(emulator, "cloudformation").activate_organizations_access()
    assert enabled(botocore_client) == []


@pytest.mark.parametrize(
    ("row", "error"),
    [(0, "InvalidOperationException"), (2, "InvalidStateException"), (5, "ConflictException")],
)
def test_delegated_administrators_come_first(emulator: EmulatorControl, row: int, error: str) -> None:
    service, principal, _enable, disable, read = SWITCHES[row]
    emulator.organization(
        enabled=[principal],
        members={ADMINISTRATOR: "security"},
        own_states={principal: "ENABLED"},
        delegated_administrators={principal: [ADMINISTRATOR]},
    )
    client = aws_client(emulator, service)
    assert refused(getattr(client, disable[0]), **disable[2])[0] == error
    assert call(client, read) == "ENABLED"


def test_other_settings_of_well_architected_stay(emulator: EmulatorControl, botocore_client: Any) -> None:
    emulator.organization()
    aws_client(emulator, "wellarchitected").update_global_settings(DiscoveryIntegrationStatus="ENABLED")
    assert enabled(botocore_client) == []


def test_network_manager_has_two_actions(emulator: EmulatorControl) -> None:
    emulator.organization()
    client = aws_client(emulator, "networkmanager")
    assert refused(client.start_organization_service_access_update, Action="PAUSE")[0] == "ValidationException"


@pytest.mark.parametrize("row", [1, 2])
@pytest.mark.parametrize("protocol", ["the SDK's own", "json"])
def test_health_and_service_catalog_speak_cbor_and_json(
    emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch, row: int, protocol: str
) -> None:
    service, _principal, enable, _disable, read = SWITCHES[row]
    if protocol == "json":  # what older releases of botocore speak
        monkeypatch.setattr(ServiceModel, "resolved_protocol", "json", raising=False)
    emulator.organization()
    client = aws_client(emulator, service)
    call(client, enable)
    assert call(client, read) == "ENABLED"
    emulator.fault(code="ConcurrentModificationException", reason="WHY")
    assert refused(getattr(client, enable[0]))[0] == "ConcurrentModificationException"
    model = client.meta.service_model
    spoken = getattr(model, "resolved_protocol", model.metadata["protocol"])
    assert {request["protocol"] for request in emulator.requests()} == {spoken}
    assert [request["applied"] for request in emulator.requests()] == [True, False, False]


@pytest.mark.parametrize(("service", "read"), [(row[0], row[4]) for row in SWITCHES if row[0] != "notifications"])
def test_faults_speak_every_protocol(emulator: EmulatorControl, service: str, read: Any) -> None:
    emulator.organization()
    client = aws_client(emulator, service, config=Config(retries={"total_max_attempts": 1}))
    operation = client.meta.method_to_api_mapping[read[0]]
    emulator.fault(operation, code="BrandNewException", message="Never seen: <html> & more.", count=1)
    assert message_of(getattr(client, read[0])) == "Never seen: <html> & more."
    emulator.fault(operation, code="BrandNewException")
    assert refused(getattr(client, read[0]))[0] == "BrandNewException"
    assert emulator.requests()[-1]["error"] == "BrandNewException"
    assert emulator.requests()[-1]["account_id"] == MANAGEMENT_ACCOUNT
