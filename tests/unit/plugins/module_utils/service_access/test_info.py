# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of organizations_service_access_info."""

from __future__ import annotations

from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import HAS_NOTIFICATIONS, RunModule, assume_role, numbered

LIST = "ListAWSServiceAccessForOrganization"
CONFIG, GUARDDUTY, HEALTH, NOTIFICATIONS, RAM, REACHABILITY, STACK_SETS = (
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "health.amazonaws.com",
    "notifications.amazon.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
)
ALL = [name for name in sorted(API_OF) if name != NOTIFICATIONS or HAS_NOTIFICATIONS]


def entry_of(result: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (entry for entry in result["enabled_service_principals"] if entry["service_principal"] == name)
    return dict(found)


def test_available_services(service_access_info: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY, *numbered(2)])
    result = service_access_info(include_available=True, service_principals=["svc-*"])
    available = {entry["service_principal"]: entry for entry in result["available_services"]}
    assert set(available) == set(BY_PRINCIPAL) - {GUARDDUTY}
    assert list(available) == sorted(available)
    assert GUARDDUTY not in available
    assert available["ram.amazonaws.com"] == {
        "service_principal": "ram.amazonaws.com",
        "service_name": "AWS Resource Access Manager",
        "delegated_administrator": False,
        "enable_with": "service_recommended",
        "native_enable_api": ["ram:EnableSharingWithAwsOrganization"],
        "organizations_enable_insufficient": True,
        "note": available["ram.amazonaws.com"]["note"],
        "documentation_url": (
            "https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-ram.html"
        ),
    }
    assert "aws ram enable-sharing-with-aws-organization" in available["ram.amazonaws.com"]["note"]
    assert emulator.calls() == [LIST]


def test_whether_enabled_services_support_an_administrator(
    service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=[GUARDDUTY, RAM, *numbered(1)])
    result = service_access_info()
    supported = {
        entry["service_principal"]: entry["delegated_administrator"] for entry in result["enabled_service_principals"]
    }
    assert supported == {GUARDDUTY: True, RAM: False, numbered(1)[0]: None}
    assert emulator.calls() == [LIST]


def test_a_service_without_administrators_is_listed_as_unread(
    service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=["ds.amazonaws.com", GUARDDUTY])
    emulator.fault("ListDelegatedAdministrators", code="InvalidInputException", reason="UNRECOGNIZED_SERVICE_PRINCIPAL")
    result = service_access_info(include_delegated_administrators=True)
    assert [entry["delegated_administrators"] for entry in result["enabled_service_principals"]] == [None, []]
    (warning,) = result["warnings"]
    assert warning.startswith("The delegated administrators of ds.amazonaws.com could not be read.")


def test_policy_types_that_are_not_disabled(service_access_info: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(policy_types=["TAG_POLICY", "SECURITYHUB_POLICY"])
    result = service_access_info(include_policy_types=True)
    assert result["policy_types"] == [
        {"policy_type": "SECURITYHUB_POLICY", "status": "ENABLED"},
        {"policy_type": "TAG_POLICY", "status": "ENABLED"},
    ]
    assert emulator.calls() == [LIST, "ListRoots"]


def test_policy_types_that_cannot_be_read_are_null(service_access_info: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY])
    emulator.fault("ListRoots", code="AccessDeniedException", message="not you")
    result = service_access_info(include_policy_types=True)
    assert result["policy_types"] is None
    assert "not you" in result["policy_types_unread"]
    (warning,) = result["warnings"]
    assert warning.startswith("The policy types could not be read. ")
    assert [entry["service_principal"] for entry in result["enabled_service_principals"]] == [GUARDDUTY]


class TestServiceApiState:
    def test_states_of_services(self, emulator: EmulatorControl, service_access_info: RunModule) -> None:
        emulator.organization(enabled=[*ALL, CONFIG], own_states={RAM: "ENABLED", HEALTH: "PENDING"})
        result = service_access_info(include_service_api_state=True)
        states = {
            entry["service_principal"]: entry["service_api_state"]
            for entry in result["enabled_service_principals"]
            if "service_api_state" in entry
        }
        assert states == {
            **{name: "disabled" for name in ALL if API_OF[name].read},
            RAM: "enabled",
            HEALTH: "pending",
        }
        assert emulator.writes() == []

    def test_the_default_makes_no_further_call(self, emulator: EmulatorControl, service_access_info: RunModule) -> None:
        emulator.organization(enabled=ALL)
        assert "service_api_state" not in service_access_info()["enabled_service_principals"][0]
        assert emulator.calls() == [LIST]

    def test_services_without_a_state_cost_nothing(
        self, emulator: EmulatorControl, service_access_info: RunModule
    ) -> None:
        emulator.organization(enabled=[CONFIG, REACHABILITY])
        service_access_info(include_service_api_state=True)
        assert emulator.calls() == [LIST]

    def test_a_denied_read_is_null_and_a_warning(
        self, emulator: EmulatorControl, service_access_info: RunModule
    ) -> None:
        emulator.organization(enabled=[RAM, STACK_SETS], own_states={STACK_SETS: "ENABLED"})
        emulator.fault("GetRole", code="AccessDenied", status=403)
        result = service_access_info(include_service_api_state=True)
        assert entry_of(result, RAM)["service_api_state"] is None
        assert entry_of(result, STACK_SETS)["service_api_state"] == "enabled"
        (warning,) = result["warnings"]
        assert RAM in warning
        assert "iam:GetRole" in warning

    def test_expired_credentials_fail(self, emulator: EmulatorControl, service_access_info: RunModule) -> None:
        emulator.organization(enabled=[RAM])
        emulator.fault("GetRole", code="ExpiredToken", status=403)
        assert service_access_info(include_service_api_state=True)["error"]["code"] == "ExpiredToken"

    def test_the_account_cannot_be_verified(self, emulator: EmulatorControl, service_access_info: RunModule) -> None:
        emulator.organization(enabled=[RAM])
        emulator.fault("DescribeOrganization", code="AccessDeniedException")
        result = service_access_info(include_service_api_state=True)
        assert entry_of(result, RAM)["service_api_state"] is None
        (warning,) = result["warnings"]
        assert "organizations:DescribeOrganization" in warning

    def test_a_delegated_administrator_would_see_its_own_account(
        self, emulator: EmulatorControl, service_access_info: RunModule
    ) -> None:
        member = "222222222222"
        emulator.organization(
            enabled=[CONFIG, RAM, STACK_SETS],
            members={member: "security"},
            delegated_administrators={CONFIG: [member]},
            own_states={RAM: "ENABLED"},
        )
        result = service_access_info(include_service_api_state=True, **assume_role(emulator, member))
        assert entry_of(result, RAM)["service_api_state"] is None
        (warning,) = result["warnings"]
        assert "management account" in warning
        assert "GetRole" not in emulator.calls()
