# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Safeguards, warnings and what check mode foresees."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ...fixtures import CREDENTIALS, RunModule, assume_role, numbered

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"
ORGANIZATION = "DescribeOrganization"
IDENTITY = "GetCallerIdentity"
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])
GUARDDUTY = "guardduty.amazonaws.com"


def guarded_organization(emulator: EmulatorControl) -> None:
    """GuardDuty with two delegated administrators, Identity Center, and one service that nobody misses."""
    emulator.organization(
        enabled=[GUARDDUTY, "sso.amazonaws.com", "ds.amazonaws.com"],
        members={"222222222222": "security", "333333333333": "audit"},
        delegated_administrators={GUARDDUTY: ["222222222222", "333333333333"]},
    )
    emulator.clear_requests()


@BOTH_MODES
def test_everything_held_back_is_named_in_one_failure_before_any_write(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    guarded_organization(emulator)
    result = service_access(["config.amazonaws.com"], purge_service_principals=True, check_mode=check_mode)
    assert result["failed"] is True
    assert result["changed"] is False
    assert emulator.calls() == [LIST] + [ADMINISTRATORS] * 3
    assert [entry["service_principal"] for entry in result["held_back"]] == [GUARDDUTY, "sso.amazonaws.com"]
    assert result["not_attempted"] == ["config.amazonaws.com", "ds.amazonaws.com", GUARDDUTY, "sso.amazonaws.com"]
    assert result["held_back"][0]["delegated_administrators"] == [
        {"account_id": "222222222222", "name": "security"},
        {"account_id": "333333333333", "name": "audit"},
    ]
    for part in (
        "222222222222 (security), 333333333333 (audit)",
        f"deregister-delegated-administrator --service-principal {GUARDDUTY}",
        "sso.amazonaws.com: disabling it disrupts people. IAM Identity Center stops working",
        "force=true",
        "keep_service_principals",
    ):
        assert part in result["msg"]
    assert "ds.amazonaws.com" not in result["msg"]


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
    assert "222222222222 (security)" in result["warnings"][0]
    assert "IAM Identity Center stops working" in result["warnings"][1]
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
    result = service_access(["ds.amazonaws.com"], state="absent", check_mode=check_mode)
    assert result["failed"] is True
    assert "its delegated administrators could not be read" in result["msg"]
    assert fault.get("message", "") in result["msg"]
    assert emulator.writes() == []
    forced = service_access(["ds.amazonaws.com"], state="absent", check_mode=check_mode, force=True)
    assert forced["disabled"] == ["ds.amazonaws.com"]
    assert "could not be read" in forced["warnings"][0]


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


@pytest.mark.parametrize("operation", [ADMINISTRATORS, ORGANIZATION])
def test_no_secret_in_a_warning(service_access: RunModule, emulator: EmulatorControl, operation: str) -> None:
    emulator.organization(enabled=numbered(1))
    emulator.fault(operation, code="AccessDeniedException", message=f"{CREDENTIALS['secret_key']} is wrong")
    result = service_access(numbered(1), state="absent", force=True, check_mode=True)
    (warning,) = result["warnings"]
    assert "is wrong" in warning
    assert CREDENTIALS["secret_key"] not in warning


def test_check_mode_names_the_action_of_a_disable(service_access: RunModule, emulator: EmulatorControl) -> None:
    guarded_organization(emulator)
    credentials = assume_role(emulator, "222222222222")
    for check_mode in (True, False):
        result = service_access(["ds.amazonaws.com"], state="absent", check_mode=check_mode, **credentials)
        assert "organizations:DisableAWSServiceAccess" in result["msg"]


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


@BOTH_MODES
def test_an_empty_list_means_none_at_all_only_with_purge_and_force(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    emulator.organization(enabled=numbered(2))
    for options in ({}, {"purge_service_principals": True}, {"force": True}, {"force": True, "state": "absent"}):
        assert "service_principals is empty" in service_access([], **options)["msg"]
    assert emulator.calls() == []
    result = service_access([], purge_service_principals=True, force=True, check_mode=check_mode)
    assert result["disabled"] == numbered(2)
    assert result["enabled_service_principals"] == []


class TestUnknownNames:
    @BOTH_MODES
    def test_warn(self, service_access: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
        emulator.organization(enabled=numbered(1))
        result = service_access([*numbered(2), "config.amazonaws.com"], check_mode=check_mode)
        assert result["enabled"] == ["config.amazonaws.com", *numbered(1, first=1)]
        (warning,) = result["warnings"]
        assert warning.startswith("svc-001.emulated.amazonaws.com is not in the catalog")

    def test_the_suggestion_stands_beside_the_failure(
        self, service_access: RunModule, emulator: EmulatorControl
    ) -> None:
        emulator.organization()
        result = service_access(["gaurdduty.amazonaws.com"])
        assert result["error"]["code"] == "InvalidInputException"
        assert "did you mean guardduty.amazonaws.com?" in result["warnings"][0]

    @BOTH_MODES
    def test_fail(self, service_access: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
        emulator.organization(enabled=numbered(1))
        result = service_access(
            [*numbered(1), "gaurdduty.amazonaws.com", "a b", "config.amazonaws.com"],
            unknown_service_principals="fail",
            check_mode=check_mode,
        )
        for part in ("'a b'", "svc-000.emulated.amazonaws.com is not", "did you mean guardduty.amazonaws.com?"):
            assert part in result["msg"]
        assert "config.amazonaws.com" not in result["msg"]
        assert emulator.calls() == []

    @pytest.mark.parametrize("options", [{"unknown_service_principals": "ignore"}, {"state": "absent"}], ids=str)
    def test_no_word(self, service_access: RunModule, emulator: EmulatorControl, options: dict[str, Any]) -> None:
        emulator.organization(enabled=numbered(1))
        result = service_access(numbered(2), **options)
        assert result["changed"] is True
        assert "warnings" not in result

    def test_fail_does_not_look_at_what_is_to_be_absent(
        self, service_access: RunModule, emulator: EmulatorControl
    ) -> None:
        emulator.organization(enabled=numbered(1))
        result = service_access(numbered(1), state="absent", unknown_service_principals="fail")
        assert result["disabled"] == numbered(1)


@BOTH_MODES
def test_insufficient_enablement_warns_only_where_it_enables(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    emulator.organization(enabled=["ipam.amazonaws.com"])
    result = service_access(["ipam.amazonaws.com", "ram.amazonaws.com", "config.amazonaws.com"], check_mode=check_mode)
    (warning,) = result["warnings"]
    assert "aws ram enable-sharing-with-aws-organization" in warning
    assert "services-that-can-integrate-ram.html" in warning


def test_insufficient_enablement_is_no_word_where_enabling_failed(
    service_access: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization()
    emulator.fault(ENABLE, code="ConstraintViolationException", parameters={"ServicePrincipal": "eks.amazonaws.com"})
    result = service_access(["eks.amazonaws.com", "ram.amazonaws.com"])
    assert result["failed"] is True
    (warning,) = result["warnings"]
    assert warning.startswith("Enabling ram.amazonaws.com")


class TestCheckMode:
    """Each foreseen failure, and the same task without check mode."""

    def test_not_all_features(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        emulator.organization(feature_set="CONSOLIDATED_BILLING")
        foreseen = service_access(["config.amazonaws.com"], check_mode=True)
        assert emulator.calls() == [LIST, ORGANIZATION]
        failed = service_access(["config.amazonaws.com"])
        for result in (foreseen, failed):
            assert result["error"]["code"] == "ConstraintViolationException"
            assert result["reason"] == "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"
            assert "EnableAllFeatures" in result["msg"]
            assert (result["changed"], result["enabled"], result["disabled"]) == (False, [], [])

    def test_delegated_administrator_account(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        guarded_organization(emulator)
        credentials = assume_role(emulator, "222222222222")
        emulator.clear_requests()
        foreseen = service_access(["config.amazonaws.com"], check_mode=True, **credentials)
        assert emulator.calls() == [LIST, ORGANIZATION, IDENTITY]
        assert "222222222222" in foreseen["msg"]
        assert "management account is 123456789012" in foreseen["msg"]
        failed = service_access(["config.amazonaws.com"], **credentials)
        for result in (foreseen, failed):
            assert result["error"]["code"] == "AccessDeniedException"
            assert "management account" in result["msg"]

    @pytest.mark.parametrize(
        ("operation", "unverified"),
        [
            (ORGANIZATION, "that the organization has all features, nor that this is its management account"),
            (IDENTITY, "that this is the organization's management account"),
        ],
    )
    @pytest.mark.parametrize(
        "fault",
        [{"code": "AccessDenied", "status": 403, "message": "Not you."}, {"body": "<html>"}, {"body": "{}"}],
        ids=str,
    )
    def test_a_read_that_fails_warns(
        self,
        service_access: RunModule,
        emulator: EmulatorControl,
        operation: str,
        unverified: str,
        fault: dict[str, Any],
    ) -> None:
        emulator.organization()
        emulator.fault(operation, count=None, **fault)
        result = service_access(["config.amazonaws.com"], check_mode=True)
        assert result["changed"] is True
        (warning,) = result["warnings"]
        assert unverified in warning
        assert fault.get("message", "") in warning

    def test_the_real_run_does_not_ask(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        emulator.organization()
        service_access(["config.amazonaws.com"])
        assert emulator.calls() == [LIST, ENABLE, LIST]


def test_available_services(service_access_info: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY, *numbered(2)])
    result = service_access_info(include_available=True, service_principals=["svc-*"])
    available = {entry["service_principal"]: entry for entry in result["available_services"]}
    assert len(available) == 56
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


def test_names_of_services_everywhere(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com", *numbered(1)])
    for result in (
        service_access_info(),
        service_access(["sso.amazonaws.com"]),
        service_access(["config.amazonaws.com"], check_mode=True),
        service_access(["config.amazonaws.com"]),
    ):
        names = {entry["service_principal"]: entry["service_name"] for entry in result["enabled_service_principals"]}
        assert names["sso.amazonaws.com"] == "AWS IAM Identity Center"
        assert names[numbered(1)[0]] is None
        assert names.get("config.amazonaws.com", "AWS Config") == "AWS Config"
