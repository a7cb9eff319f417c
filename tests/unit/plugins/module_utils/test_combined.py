# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service access and delegated administrators in one task: order, safeguards, failures, check mode."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

SECURITY, OLD = "222222222222", "444444444444"
MEMBERS = {SECURITY: "security", OLD: "old"}
BACKUP, CONFIG, HEALTH, STACKSETS, SSO = (
    "backup.amazonaws.com",
    "config.amazonaws.com",
    "health.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "sso.amazonaws.com",
)
EXACT: dict[str, Any] = {"purge_service_principals": True, "purge_delegated_administrators": True}


@pytest.fixture
def organization(emulator: EmulatorControl, run_module: RunModule) -> RunModule:
    """Run the module on an organization whose StackSets and AWS Config the old account administers."""
    emulator.organization(
        enabled=[STACKSETS, CONFIG],
        members=MEMBERS,
        delegated_administrators={STACKSETS: [OLD], CONFIG: [OLD]},
    )

    def run(**options: Any) -> dict[str, Any]:
        return run_module("role_organization", **options)

    return run


def written(emulator: EmulatorControl) -> list[tuple[str, str]]:
    return [
        (entry["operation"].partition("AWS")[0].partition("Delegated")[0], entry["parameters"]["ServicePrincipal"])
        for entry in emulator.requests()
        if not entry["operation"].startswith(("List", "Describe", "Get"))
    ]


def test_enable_register_deregister_disable_in_this_order(emulator: EmulatorControl, organization: RunModule) -> None:
    task = {**EXACT, "service_principals": [BACKUP, CONFIG], "delegated_administrators": {SECURITY: [BACKUP, CONFIG]}}
    foreseen = organization(**task, check_mode=True, diff=True)
    assert emulator.writes() == []
    result = organization(**task, diff=True)
    assert written(emulator) == [
        ("Enable", BACKUP),
        ("Register", BACKUP),
        ("Register", CONFIG),
        ("Deregister", CONFIG),
        ("Deregister", STACKSETS),
        ("Disable", STACKSETS),
    ]
    assert result["diff"] == {
        "before": {
            "service_principals": [CONFIG, STACKSETS],
            "delegated_administrators": {OLD: [CONFIG, STACKSETS]},
        },
        "after": {
            "service_principals": [BACKUP, CONFIG],
            "delegated_administrators": {SECURITY: [BACKUP, CONFIG]},
        },
    }
    for key in ("changed", "enabled", "disabled", "registered", "deregistered", "diff", "delegated_administrators"):
        assert result[key] == foreseen[key]
    assert "warnings" not in foreseen
    emulator.clear_requests()
    assert organization(**task)["changed"] is False
    assert emulator.writes() == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_remaining_administrators_block_disabling(
    emulator: EmulatorControl, organization: RunModule, check_mode: bool
) -> None:
    task = {"service_principals": [CONFIG], "delegated_administrators": {SECURITY: [CONFIG]}}
    result = organization(**task, purge_service_principals=True, check_mode=check_mode)
    assert [held["service_principal"] for held in result["held_back"]] == [STACKSETS]
    assert result["not_attempted"] == [f"{SECURITY} for {CONFIG}", STACKSETS]
    assert "keep_service_principals" in result["msg"]
    assert emulator.writes() == []


def test_purge_scope_leaves_the_administrators_of_other_services(
    emulator: EmulatorControl, organization: RunModule
) -> None:
    scope: dict[str, Any] = {"purge_delegated_administrators": True, "purge_scope": "services"}
    task = {"service_principals": [CONFIG], "delegated_administrators": {SECURITY: [CONFIG]}, **scope}
    blocked = organization(**task, purge_service_principals=True)
    assert [held["service_principal"] for held in blocked["held_back"]] == [STACKSETS]
    result = organization(**task)
    assert written(emulator) == [("Register", CONFIG), ("Deregister", CONFIG)]
    assert result["deregistered"] == [{"account_id": OLD, "service_principal": CONFIG}]
    assert "ListDelegatedServicesForAccount" not in emulator.calls()


def test_a_failed_enable_skips_its_registration_and_removals(
    emulator: EmulatorControl, organization: RunModule
) -> None:
    emulator.fault("EnableAWSServiceAccess", code="InvalidInputException", parameters={"ServicePrincipal": BACKUP})
    task = {"service_principals": [BACKUP, CONFIG, SSO], "delegated_administrators": {SECURITY: [BACKUP, CONFIG, SSO]}}
    result = organization(**EXACT, **task)
    assert written(emulator) == [
        ("Enable", BACKUP),
        ("Enable", SSO),
        ("Register", CONFIG),
        ("Register", SSO),
    ]
    assert list(result["failed_service_principals"]) == [BACKUP]
    assert result["not_attempted"] == [
        f"{SECURITY} for {BACKUP}",
        f"{OLD} for {CONFIG}",
        f"{OLD} for {STACKSETS}",
        STACKSETS,
    ]


@pytest.mark.parametrize(
    ("enabled", "operation", "options"),
    [
        (BACKUP, "EnableAWSServiceAccess", {}),
        (STACKSETS, "ActivateOrganizationsAccess", {"prefer_service_api": True}),
    ],
)
def test_after_a_failed_enable_nothing_is_moved(
    emulator: EmulatorControl, run_module: RunModule, enabled: str, operation: str, options: dict[str, Any]
) -> None:
    emulator.organization(enabled=[SSO], members=MEMBERS, delegated_administrators={SSO: [OLD]})
    emulator.fault(operation, code="InvalidInputException")
    task = {"service_principals": [enabled, SSO], "delegated_administrators": {SECURITY: [SSO]}}
    result = run_module("role_organization", **EXACT, **task, **options)
    assert [write for write, _parameters in emulator.writes()] == [operation]
    assert result["not_attempted"] == [f"{OLD} for {SSO}", f"{SECURITY} for {SSO}"]


def test_after_a_failed_deregistration_nothing_is_disabled(emulator: EmulatorControl, organization: RunModule) -> None:
    emulator.fault("DeregisterDelegatedAdministrator", code="ConstraintViolationException")
    task = {"service_principals": [CONFIG], "delegated_administrators": {SECURITY: [CONFIG]}}
    result = organization(**EXACT, **task)
    assert result["failed_registrations"][0]["account_id"] == OLD
    assert result["not_attempted"] == [STACKSETS]
    assert ("Disable", STACKSETS) not in written(emulator)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"delegated_administrators": {}}, "delegated_administrators is empty"),
        ({"delegated_administrators": {"12345678901": [CONFIG]}}, "Quote it"),
        ({"delegated_administrators": {SECURITY: []}}, f"service_principals of account {SECURITY} is empty"),
        ({"delegated_administrators": {SECURITY: None}}, f"service_principals of account {SECURITY} is empty"),
        ({"delegated_administrators": {SECURITY: CONFIG}}, "must hold a list"),
        ({"delegated_administrators": {SECURITY: [["a"]]}}, "must hold a list"),
    ],
)
def test_wrong_options_are_refused_before_any_call(
    emulator: EmulatorControl, organization: RunModule, given: dict[str, Any], problem: str
) -> None:
    result = organization(service_principals=[CONFIG], **given)
    assert result["failed"] is True
    assert problem in result["msg"]
    assert emulator.calls() == []


def test_service_apis_run_before_registering_after_deregistering(
    emulator: EmulatorControl, run_module: RunModule
) -> None:
    def run(**options: Any) -> dict[str, Any]:
        return run_module("role_organization", prefer_service_api=True, diff=True, **options)

    emulator.organization(enabled=[CONFIG], members=MEMBERS)
    enabled = run(service_principals=[CONFIG, STACKSETS], delegated_administrators={SECURITY: [STACKSETS]})
    assert "failed" not in enabled
    assert enabled["switched_with"] == {STACKSETS: "cloudformation:ActivateOrganizationsAccess"}
    assert enabled["diff"]["after"]["service_api_states"] == {STACKSETS: "enabled"}
    assert enabled["diff"]["after"]["delegated_administrators"] == {SECURITY: [STACKSETS]}
    disabled = run(service_principals=[CONFIG], delegated_administrators={}, **EXACT, force=True)
    assert "failed" not in disabled
    assert [operation for operation, _parameters in emulator.writes()] == [
        "ActivateOrganizationsAccess",
        "RegisterDelegatedAdministrator",
        "DeregisterDelegatedAdministrator",
        "DeactivateOrganizationsAccess",
    ]


def test_after_a_denied_service_call_nothing_is_registered(emulator: EmulatorControl, run_module: RunModule) -> None:
    emulator.organization(enabled=[CONFIG, SSO], members=MEMBERS)
    emulator.fault("ActivateOrganizationsAccess", code="AccessDenied", status=403)
    result = run_module(
        "role_organization",
        service_principals=[CONFIG, STACKSETS],
        delegated_administrators={SECURITY: [CONFIG, STACKSETS]},
        prefer_service_api=True,
        force=True,
        **EXACT,
    )
    assert list(result["failed_service_principals"]) == [STACKSETS]
    assert [one["service_principal"] for one in result["registered"]] == [CONFIG]
    assert result["not_attempted"] == [f"{SECURITY} for {STACKSETS}", SSO]


def test_problems_of_both_kinds_are_named_at_once(emulator: EmulatorControl, run_module: RunModule) -> None:
    task = {"service_principals": ["a b"], "delegated_administrators": {"12345678901": [CONFIG]}}
    result = run_module("role_organization", **task, wait_timeout=-1)
    for part in ("service_principals must hold", "Quote it", "wait_timeout must be"):
        assert result["msg"].count(part) == 1
    assert emulator.calls() == []


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("options", "consequence"),
    [
        ({"purge_service_principals": True}, "purge_service_principals=true would disable it"),
        ({**EXACT, "force": True}, "purge_service_principals=true would disable it"),
        ({**EXACT, "prefer_service_api": True}, "purge_service_principals=true would disable it"),
        ({"service_principals": [], "purge_service_principals": True, "force": True}, "would disable it"),
        ({"enabled": []}, "its service access is not enabled"),
        ({"enabled": [], "force": True}, "its service access is not enabled"),
        ({"purge_service_principals": True, "registered": True, "force": True}, "would disable it"),
    ],
)
def test_an_administrator_without_service_access_is_refused(
    emulator: EmulatorControl, run_module: RunModule, options: dict[str, Any], consequence: str, check_mode: bool
) -> None:
    options = dict(options)
    registered = {CONFIG: [SECURITY]} if options.pop("registered", False) else {}
    emulator.organization(
        enabled=options.pop("enabled", [CONFIG]), members=MEMBERS, delegated_administrators=registered
    )
    task = {"service_principals": [BACKUP], "delegated_administrators": {SECURITY: [CONFIG]}, **options}
    result = run_module("role_organization", **task, check_mode=check_mode)
    assert result["failed"] is True
    assert f"delegated_administrators lists {SECURITY} for {CONFIG}, but service_principals does not" in result["msg"]
    assert consequence in result["msg"]
    assert result["changed"] is False
    assert emulator.writes() == []


@pytest.mark.parametrize(
    ("options", "registered"),
    [
        ({}, [SECURITY]),
        ({"purge_service_principals": True, "keep_service_principals": ["config.*"]}, [SECURITY]),
        ({"enabled": []}, [SECURITY]),
        ({"state": "absent", "service_principals": [CONFIG]}, []),
    ],
)
def test_what_stays_enabled_or_ends_together_is_no_contradiction(
    emulator: EmulatorControl, run_module: RunModule, options: dict[str, Any], registered: list[str]
) -> None:
    options = dict(options)
    leftover = "enabled" in options or not registered
    emulator.organization(
        enabled=options.pop("enabled", [CONFIG]),
        members=MEMBERS,
        delegated_administrators={CONFIG: [SECURITY]} if leftover else {},
    )
    task = {"service_principals": [BACKUP], "delegated_administrators": {SECURITY: [CONFIG]}, **options}
    result = run_module("role_organization", **task)
    assert "failed" not in result
    assert [account["account_id"] for account in result["delegated_administrators"]] == registered


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("enabled", [[CONFIG], [CONFIG, HEALTH]])
def test_an_unreadable_state_fails_only_with_its_registration(
    emulator: EmulatorControl, run_module: RunModule, enabled: list[str], check_mode: bool
) -> None:
    emulator.organization(enabled=enabled, members=MEMBERS)
    emulator.fault("DescribeHealthServiceStatusForOrganization", code="AccessDeniedException", count=None)
    result = run_module(
        "role_organization",
        service_principals=[BACKUP, CONFIG, HEALTH],
        delegated_administrators={SECURITY: [BACKUP, CONFIG, HEALTH]},
        prefer_service_api=True,
        check_mode=check_mode,
    )
    assert result["failed"] is True
    assert {name: error["code"] for name, error in result["failed_service_principals"].items()} == {
        HEALTH: "AccessDeniedException"
    }
    assert "AccessDeniedException" in result["msg"]
    assert result["enabled"] == [BACKUP]
    assert [one["service_principal"] for one in result["registered"]] == [BACKUP, CONFIG]
    assert result["not_attempted"] == [f"{SECURITY} for {HEALTH}"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_pending_service_fails_with_its_registration_alone(
    emulator: EmulatorControl, run_module: RunModule, check_mode: bool
) -> None:
    emulator.organization(enabled=[CONFIG], members=MEMBERS, own_states={HEALTH: "PENDING"})
    emulator.settings(service_api_pending_reads=9)
    result = run_module(
        "role_organization",
        service_principals=[CONFIG, HEALTH],
        delegated_administrators={SECURITY: [CONFIG, HEALTH]},
        prefer_service_api=True,
        wait=False,
        check_mode=check_mode,
    )
    assert result["failed_service_principals"][HEALTH]["code"] == "StillPending"
    assert "set wait=true" in result["msg"]
    assert [one["service_principal"] for one in result["registered"]] == [CONFIG]
    assert result["not_attempted"] == [f"{SECURITY} for {HEALTH}"]


def test_a_pending_service_that_is_listed_gets_its_administrator(
    emulator: EmulatorControl, run_module: RunModule
) -> None:
    emulator.organization(enabled=[HEALTH], members=MEMBERS, own_states={HEALTH: "PENDING"})
    emulator.settings(service_api_pending_reads=9)
    task = {"service_principals": [HEALTH], "delegated_administrators": {SECURITY: [HEALTH]}, "wait": False}
    result = run_module("role_organization", prefer_service_api=True, **task)
    assert "failed" not in result
    assert [one["service_principal"] for one in result["registered"]] == [HEALTH]


def test_warnings_name_the_account_of_a_command(emulator: EmulatorControl, run_module: RunModule) -> None:
    emulator.organization(members=MEMBERS)
    ipam = "ipam.amazonaws.com"
    result = run_module("role_organization", service_principals=[ipam], delegated_administrators={SECURITY: [ipam]})
    commands = [text for text in result["warnings"] if "enable-ipam-organization-admin-account" in text]
    assert len(commands) == 2
    assert [text for text in commands if f"--delegated-admin-account-id {SECURITY}" not in text] == []


REGIONS = {"eu-west-1": "ENABLED_BY_DEFAULT", "us-east-1": "ENABLED_BY_DEFAULT"}
GUARDDUTY, MACIE = "guardduty.amazonaws.com", "macie.amazonaws.com"
COMPARED = ("changed", "deregistered", "diff", "disabled", "enabled", "registered", "service_administrators")


@pytest.mark.usefixtures("service_administrators")
class TestRegions:
    """With prefer_service_api, the administrators of every Region belong to the same task."""

    @pytest.fixture
    def task(self, emulator: EmulatorControl, run_module: RunModule) -> RunModule:
        """Run the module on an organization whose Macie the old account administers."""
        emulator.organization(
            enabled=[MACIE],
            members=MEMBERS,
            regions=REGIONS,
            delegated_administrators={MACIE: [OLD]},
            regional_administrators={MACIE: dict.fromkeys(REGIONS, OLD)},
        )

        def run(**options: Any) -> dict[str, Any]:
            given = {"delegated_administrators": {SECURITY: [GUARDDUTY]}, "prefer_service_api": True, "diff": True}
            return run_module("role_organization", **{**given, "service_principals": [GUARDDUTY], **options})

        return run

    def test_enable_designate_remove_deregister_disable(self, emulator: EmulatorControl, task: RunModule) -> None:
        foreseen = task(**EXACT, force=True, check_mode=True)
        assert emulator.writes() == []
        result = task(**EXACT, force=True)
        assert [operation for operation, _parameters in emulator.writes()] == [
            "EnableAWSServiceAccess",
            *["EnableOrganizationAdminAccount"] * 2,
            *["DisableOrganizationAdminAccount"] * 2,
            "DeregisterDelegatedAdministrator",
            "DisableAWSServiceAccess",
        ]
        assert {key: foreseen[key] for key in COMPARED} == {key: result[key] for key in COMPARED}
        assert result["diff"]["after"] == {
            "service_principals": [GUARDDUTY],
            "service_api_states": {},
            "delegated_administrators": {SECURITY: [GUARDDUTY]},
            "service_administrators": {
                GUARDDUTY: dict.fromkeys(REGIONS, SECURITY),
                MACIE: dict.fromkeys(REGIONS),
            },
        }
        assert task(**EXACT, force=True)["changed"] is False

    def test_a_failed_enable_designates_and_removes_nothing(self, emulator: EmulatorControl, task: RunModule) -> None:
        emulator.fault("EnableAWSServiceAccess", code="InvalidInputException")
        result = task(**EXACT, force=True)
        assert [operation for operation, _parameters in emulator.writes()] == ["EnableAWSServiceAccess"]
        assert f"{SECURITY} for {GUARDDUTY} in eu-west-1" in result["not_attempted"]
        assert f"{OLD} for {MACIE} in us-east-1" in result["not_attempted"]

    def test_what_the_task_designates_needs_no_further_call(self, task: RunModule) -> None:
        ipam = "ipam.amazonaws.com"
        result = task(service_principals=[ipam], delegated_administrators={SECURITY: [ipam]})
        assert result["designated"] == [{"account_id": SECURITY, "service_principal": ipam}]
        assert not [text for text in result["warnings"] if "is not enough" in text]

    def test_regions_need_the_option(self, emulator: EmulatorControl, task: RunModule) -> None:
        result = task(prefer_service_api=False, regions=["eu-west-1"])
        assert "regions has no effect without prefer_service_api=true" in result["msg"]
        assert emulator.requests() == []
