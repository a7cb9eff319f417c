# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Safeguards: what blocks a plan, and what force does about it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.names import must_deregister_before_disabling
from ansible_collections.orgops.aws.tests.fixtures import CREDENTIALS, RunModule, numbered

LIST = "ListAWSServiceAccessForOrganization"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"
ORGANIZATION = "DescribeOrganization"
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])
GUARDDUTY = "guardduty.amazonaws.com"
PREVENTED = [name for name, service in sorted(BY_PRINCIPAL.items()) if service.administrators_prevent_disabling]


def guarded_organization(emulator: EmulatorControl) -> None:
    """GuardDuty with two delegated administrators, Identity Center, and one service that nobody misses."""
    emulator.organization(
        enabled=[GUARDDUTY, "sso.amazonaws.com", "ds.amazonaws.com"],
        members={"222222222222": "security", "333333333333": "audit"},
        delegated_administrators={GUARDDUTY: ["222222222222", "333333333333"]},
    )
    emulator.clear_requests()


@BOTH_MODES
def test_one_failure_names_all_blocked_services(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    guarded_organization(emulator)
    task: dict[str, Any] = {"purge_service_principals": True, "check_mode": check_mode, "diff": True}
    result = service_access(["config.amazonaws.com"], **task)
    assert result["failed"] is True
    assert result["changed"] is False
    assert result["diff"]["before"] == result["diff"]["after"]
    assert emulator.calls() == [LIST] + [ADMINISTRATORS] * 3
    assert [entry["service_principal"] for entry in result["held_back"]] == [GUARDDUTY, "sso.amazonaws.com"]
    assert result["not_attempted"] == ["config.amazonaws.com", "ds.amazonaws.com", GUARDDUTY, "sso.amazonaws.com"]
    assert result["held_back"][0]["delegated_administrators"] == [
        {"account_id": "222222222222", "name": "security"},
        {"account_id": "333333333333", "name": "audit"},
    ]
    assert result["msg"].startswith("Nothing was changed, because safeguards block these changes: ")
    for part in (
        "delegated administrators are registered: 222222222222 (security), 333333333333 (audit). "
        "AWS probably refuses to disable it while they are.",
        "orgops.aws.organizations_delegated_administrator and state=absent or the service's console or API.",
        f"{BY_PRINCIPAL[GUARDDUTY].disable_note} See {BY_PRINCIPAL[GUARDDUTY].documentation_url} first.",
        "sso.amazonaws.com: disabling it affects users. IAM Identity Center stops working",
        "force=true",
        "keep_service_principals",
    ):
        assert part in result["msg"]
    for entry in result["held_back"]:
        assert f"{entry['service_principal']}: {' '.join(entry['reasons'])}" in result["msg"]
    others = "enable config.amazonaws.com; disable ds.amazonaws.com"
    assert result["msg"].endswith(f" Not attempted either: {others}.")
    assert "  " not in result["msg"]


@BOTH_MODES
def test_force_lets_it_through_with_a_warning_that_still_says_so(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    guarded_organization(emulator)
    wanted = ["ds.amazonaws.com"]
    result = service_access(wanted, purge_service_principals=True, force=True, check_mode=check_mode)
    assert "failed" not in result
    assert result["disabled"] == [GUARDDUTY, "sso.amazonaws.com"]
    assert len(result["warnings"]) == 2
    assert "222222222222 (security), 333333333333 (audit). AWS probably refuses" in result["warnings"][0]
    assert "IAM Identity Center stops working" in result["warnings"][1]
    assert all(warning.endswith("Not blocked because force=true.") for warning in result["warnings"])
    writes = [] if check_mode else [(DISABLE, GUARDDUTY), (DISABLE, "sso.amazonaws.com")]
    assert emulator.writes() == writes


@BOTH_MODES
def test_absent_is_guarded_too(service_access: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
    guarded_organization(emulator)
    result = service_access(["sso.amazonaws.com"], state="absent", check_mode=check_mode)
    assert "sso.amazonaws.com" in result["msg"]
    assert result["failed"] is True
    assert emulator.writes() == []


@BOTH_MODES
@pytest.mark.parametrize(
    "fault",
    [
        {"code": "AccessDeniedException", "message": "Not you."},
        {"code": "InvalidInputException", "reason": "UNRECOGNIZED_SERVICE_PRINCIPAL"},
        {"body": "<html>Sign in</html>"},
    ],
    ids=["denied", "refused", "html"],
)
def test_unreadable_delegated_administrators_hold_back(
    service_access: RunModule, emulator: EmulatorControl, fault: dict[str, Any], check_mode: bool
) -> None:
    guarded_organization(emulator)
    emulator.fault(ADMINISTRATORS, count=None, **fault)
    result = service_access([GUARDDUTY], state="absent", check_mode=check_mode)
    assert result["failed"] is True
    assert "its delegated administrators could not be read" in result["msg"]
    assert fault.get("message", "") in result["msg"]
    assert result["error"]["code"] == fault.get("code", "MalformedResponse")
    assert result.get("reason") == fault.get("reason")
    assert emulator.writes() == []
    forced = service_access([GUARDDUTY], state="absent", check_mode=check_mode, force=True)
    assert forced["disabled"] == [GUARDDUTY]
    assert "could not be read" in forced["warnings"][0]


@pytest.mark.parametrize(
    ("name", "code", "blocked"),
    [
        ("ds.amazonaws.com", "InvalidInputException", False),
        ("ds.amazonaws.com", "AccessDeniedException", True),
        ("ram.amazonaws.com", "InvalidInputException", True),
        (GUARDDUTY, "InvalidInputException", True),
    ],
)
def test_listing_administrators_of_a_service_without_them_fails(
    service_access: RunModule, emulator: EmulatorControl, name: str, code: str, blocked: bool
) -> None:
    emulator.organization(enabled=[name])
    emulator.fault(ADMINISTRATORS, code=code)
    result = service_access([name], state="absent")
    assert result.get("failed", False) is blocked
    assert emulator.writes() == ([] if blocked else [(DISABLE, name)])


def test_after_an_error_that_meets_every_question_none_is_asked(
    service_access: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=numbered(5))
    emulator.fault(ADMINISTRATORS, count=None, code="ExpiredTokenException")
    result = service_access(numbered(5), state="absent")
    assert emulator.calls() == [LIST, ADMINISTRATORS]
    assert [entry["service_principal"] for entry in result["held_back"]] == numbered(5)
    assert result["error"]["code"] == "ExpiredTokenException"
    assert result["msg"].count("Renew the temporary credentials") == 1
    assert result["msg"].count("could not be read either") == 4


def test_after_an_error_about_one_service_the_others_are_asked(
    service_access: RunModule, emulator: EmulatorControl
) -> None:
    guarded_organization(emulator)
    emulator.fault(ADMINISTRATORS, code="InvalidInputException", reason="UNRECOGNIZED_SERVICE_PRINCIPAL")
    result = service_access([GUARDDUTY, "sso.amazonaws.com"], state="absent")
    assert result["msg"].count("could not be read") == 1
    assert emulator.calls() == [LIST, ADMINISTRATORS, ADMINISTRATORS]


@pytest.mark.parametrize("operation", [ADMINISTRATORS, ORGANIZATION])
def test_no_secret_in_a_warning(service_access: RunModule, emulator: EmulatorControl, operation: str) -> None:
    emulator.organization(enabled=numbered(1))
    emulator.fault(operation, code="AccessDeniedException", message=f"{CREDENTIALS['secret_key']} is wrong")
    result = service_access(numbered(1), state="absent", force=True, check_mode=True)
    (warning,) = result["warnings"]
    assert "is wrong" in warning
    assert CREDENTIALS["secret_key"] not in warning


def test_every_page_of_delegated_administrators_counts(service_access: RunModule, emulator: EmulatorControl) -> None:
    guarded_organization(emulator)
    emulator.settings(page_sizes=[20, 0, 1])  # the listing; then an empty page before the first administrator
    result = service_access([GUARDDUTY], state="absent")
    assert "222222222222 (security), 333333333333 (audit)" in result["msg"]
    assert emulator.calls() == [LIST] + [ADMINISTRATORS] * 3


def test_steady_state_costs_the_listing_alone(service_access: RunModule, emulator: EmulatorControl) -> None:
    guarded_organization(emulator)
    for options in ({}, {"purge_service_principals": True}, {"purge_service_principals": True, "check_mode": True}):
        emulator.clear_requests()
        result = service_access([GUARDDUTY, "sso.amazonaws.com", "ds.amazonaws.com"], **options)
        assert result["changed"] is False
        assert emulator.calls() == [LIST]


def test_keep_wins_over_purging_and_listed_wins_over_kept(service_access: RunModule, emulator: EmulatorControl) -> None:
    guarded_organization(emulator)
    result = service_access(
        ["ds.amazonaws.com", "config.amazonaws.com"],
        purge_service_principals=True,
        keep_service_principals=["sso.amazonaws.com", "guard*", "ds.amazonaws.com", "config.*"],
    )
    assert result["enabled"] == ["config.amazonaws.com"]
    assert result["disabled"] == []


@pytest.mark.parametrize("name", ["sso.amazonaws.com", *numbered(1)])
def test_an_unnamed_account_and_a_service_without_an_api(
    service_access: RunModule, emulator: EmulatorControl, name: str
) -> None:
    emulator.organization(enabled=[name])
    emulator.fault(ADMINISTRATORS, body='{"DelegatedAdministrators": [{"Id": "222222222222"}]}')
    result = service_access([name], state="absent")
    assert "registered: 222222222222. AWS probably refuses" in result["msg"]
    assert "and state=absent. " in result["msg"]


@BOTH_MODES
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", PREVENTED)
def test_what_aws_refuses_fails_even_if_forced(
    service_access: RunModule, emulator: EmulatorControl, name: str, force: bool, check_mode: bool
) -> None:
    emulator.organization(
        enabled=[name, "sso.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={name: ["222222222222"]},
    )
    result = service_access([name, "sso.amazonaws.com"], state="absent", force=force, check_mode=check_mode)
    assert result["failed"] is True
    assert "AWS refuses to disable it while they are, and force=true does not change that." in result["msg"]
    assert result["reason"] == "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"
    planned = sorted([name, "sso.amazonaws.com"])
    assert [entry["service_principal"] for entry in result["held_back"]] == ([name] if force else planned)
    assert result["not_attempted"] == planned
    assert ("To make the others anyway, set force=true" in result["msg"]) is not force
    assert emulator.writes() == []


def test_the_services_that_aws_refuses_to_disable() -> None:
    """As the emulator's own list has them."""
    assert [name for name in sorted(BY_PRINCIPAL) if must_deregister_before_disabling(name)] == PREVENTED


@pytest.mark.parametrize("force", [False, True])
def test_administrators_that_end_first_do_not_prevent_disabling(
    run_module: RunModule, emulator: EmulatorControl, force: bool
) -> None:
    name = "member.org.stacksets.cloudformation.amazonaws.com"
    emulator.organization(
        enabled=[name], members={"222222222222": "security"}, delegated_administrators={name: ["222222222222"]}
    )
    result = run_module(
        "role_organization",
        service_principals=[name],
        delegated_administrators={"222222222222": [name]},
        state="absent",
        force=force,
    )
    assert result["disabled"] == [name]
