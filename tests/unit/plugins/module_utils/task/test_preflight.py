# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checked before the first write: the right organization and, in check mode, the right account."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import HAS_ACCOUNT_STATE, RunModule, assume_role, aws_client

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
ORGANIZATION = "DescribeOrganization"
IDENTITY = "GetCallerIdentity"
NORTH = "111111111111"
ROLE = f"arn:aws:iam::{NORTH}:role/ServiceAccess"
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])


class TestManagementAccount:
    @BOTH_MODES
    def test_the_right_one_costs_one_call(
        self, service_access: RunModule, emulator: EmulatorControl, check_mode: bool
    ) -> None:
        emulator.organization(enabled=["config.amazonaws.com"])
        result = service_access(
            ["config.amazonaws.com"], management_account_id=MANAGEMENT_ACCOUNT, check_mode=check_mode
        )
        assert result["check_mode"] is check_mode
        assert emulator.calls() == ["DescribeOrganization", LIST]

    def test_check_mode_reads_the_organization_once(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        emulator.organization()
        service_access(["config.amazonaws.com"], management_account_id=MANAGEMENT_ACCOUNT, check_mode=True)
        assert emulator.calls() == ["DescribeOrganization", LIST, "GetCallerIdentity"]

    @BOTH_MODES
    def test_the_wrong_one_fails_before_anything_else(
        self, service_access: RunModule, emulator: EmulatorControl, check_mode: bool
    ) -> None:
        emulator.organization()
        result = service_access(["config.amazonaws.com"], management_account_id=NORTH, check_mode=check_mode)
        assert result["failed"] is True
        assert f"management account is {MANAGEMENT_ACCOUNT}, not {NORTH}" in result["msg"]
        assert "nothing was changed" in result["msg"]
        assert result["check_mode"] is check_mode
        assert result["error"]["code"] == "WrongOrganization"
        assert emulator.calls() == ["DescribeOrganization"]

    def test_a_delegated_administrator_may_read_its_own_organization(
        self, service_access_info: RunModule, emulator: EmulatorControl
    ) -> None:
        emulator.organization(NORTH, enabled=["config.amazonaws.com"])
        result = service_access_info(assume_role_arn=ROLE, management_account_id=NORTH)
        assert [entry["service_principal"] for entry in result["enabled_service_principals"]] == [
            "config.amazonaws.com"
        ]

    @pytest.mark.parametrize(
        "fault", [{"code": "AccessDeniedException"}, {"body": "{}"}, {"body": "<html>"}], ids=["denied", "{}", "html"]
    )
    def test_an_account_that_cannot_be_verified_fails(
        self, service_access: RunModule, emulator: EmulatorControl, fault: dict[str, Any]
    ) -> None:
        emulator.organization()
        emulator.fault("DescribeOrganization", count=None, **fault)
        result = service_access(["config.amazonaws.com"], management_account_id=MANAGEMENT_ACCOUNT)
        assert "Failed to describe the organization" in result["msg"]
        assert emulator.calls() == ["DescribeOrganization"]


def organization_with_an_administrator(emulator: EmulatorControl) -> dict[str, str]:
    """The credentials of the account that administers a service for the organization."""
    emulator.organization(
        enabled=["ds.amazonaws.com", "guardduty.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={"guardduty.amazonaws.com": ["222222222222"]},
    )
    credentials = assume_role(emulator, "222222222222")
    emulator.clear_requests()
    return credentials


class TestCheckMode:
    """Each foreseen failure, and the same task without check mode."""

    def test_not_all_features(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        emulator.organization(feature_set="CONSOLIDATED_BILLING")
        foreseen = service_access(["config.amazonaws.com"], check_mode=True)
        failed = service_access(["config.amazonaws.com"])
        assert emulator.calls() == [LIST, LIST]  # AWS refuses the listing too
        for result in (foreseen, failed):
            assert result["error"]["code"] == "ConstraintViolationException"
            assert result["reason"] == "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"
            assert "EnableAllFeatures" in result["msg"]
            assert "changed" not in result  # the task fails before it has a plan

    def test_delegated_administrator_account(self, service_access: RunModule, emulator: EmulatorControl) -> None:
        credentials = organization_with_an_administrator(emulator)
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
            (ORGANIZATION, "Failed to describe the organization"),
            (IDENTITY, "Failed to get the caller's identity"),
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


def test_check_mode_names_the_action_of_a_disable(service_access: RunModule, emulator: EmulatorControl) -> None:
    credentials = organization_with_an_administrator(emulator)
    for check_mode in (True, False):
        result = service_access(["ds.amazonaws.com"], state="absent", check_mode=check_mode, **credentials)
        assert "organizations:DisableAWSServiceAccess" in result["msg"]


SECURITY_HUB, TAG_POLICIES = "securityhub.amazonaws.com", "tagpolicies.tag.amazonaws.com"


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("force", [True, False])
def test_a_policy_type_that_prevents_disabling_is_foreseen(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool, force: bool
) -> None:
    emulator.organization(enabled=[SECURITY_HUB, "config.amazonaws.com"], policy_types=["SECURITYHUB_POLICY"])
    task = {"purge_service_principals": True, "force": force, "check_mode": check_mode}
    result = service_access(["macie.amazonaws.com"], **task)
    assert result["reason"] == "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"
    assert f"the policy type SECURITYHUB_POLICY is enabled, so AWS refuses to disable {SECURITY_HUB}" in result["msg"]
    root_id = aws_client(emulator, "organizations").list_roots()["Roots"][0]["Id"]
    command = f"aws organizations disable-policy-type --root-id {root_id} --policy-type SECURITYHUB_POLICY"
    assert f" run {command} (AWS then detaches all policies of this type)." in result["msg"]
    others = "enable macie.amazonaws.com; disable config.amazonaws.com"
    assert result["msg"].endswith(f" Not attempted either: {others}.")
    assert result["not_attempted"] == ["macie.amazonaws.com", "config.amazonaws.com", SECURITY_HUB]
    assert result["changed"] is False
    assert emulator.writes() == []
    assert emulator.calls().count("ListRoots") == 2  # that of the test, and one of the task


def test_a_policy_type_that_may_matter_is_a_warning(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[TAG_POLICIES], policy_types=["TAG_POLICY", "GUARDDUTY_POLICY"])
    result = service_access([TAG_POLICIES], state="absent")
    assert result["disabled"] == [TAG_POLICIES]
    (warning,) = result["warnings"]
    assert "TAG_POLICY is enabled. AWS does not document whether it refuses" in warning
    assert re.search(r" disable-policy-type --root-id r-[0-9a-z]{4,32} --policy-type TAG_POLICY ", warning)


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("status", ["PENDING_ENABLE", "PENDING_DISABLE"])
def test_a_pending_policy_type_is_a_warning(
    service_access: RunModule, emulator: EmulatorControl, status: str, check_mode: bool
) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    types = [{"Type": "SECURITYHUB_POLICY", "Status": status}, {"Type": "TAG_POLICY", "Status": status}]
    emulator.fault("ListRoots", body=json.dumps({"Roots": [{"Id": "r-ab12", "PolicyTypes": types}]}))
    result = service_access([SECURITY_HUB], state="absent", check_mode=check_mode)
    assert result["disabled"] == [SECURITY_HUB]
    (warning,) = result["warnings"]
    assert f"The status of the policy type SECURITYHUB_POLICY is {status}, so AWS may refuse" in warning


def test_without_permission_to_list_policy_types_it_warns(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    emulator.fault("ListRoots", code="AccessDeniedException", count=None)
    result = service_access([SECURITY_HUB], state="absent")
    assert result["disabled"] == [SECURITY_HUB]
    (warning,) = result["warnings"]
    assert f"Could not verify that no policy type prevents disabling {SECURITY_HUB}" in warning
    assert "organizations:ListRoots" in warning


@pytest.mark.parametrize("body", ['{"Roots": [{}]}', "{}", "<html>"])
def test_a_malformed_list_of_roots_is_never_no_policy_type(
    service_access: RunModule, emulator: EmulatorControl, body: str
) -> None:
    emulator.organization(enabled=[SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    emulator.fault("ListRoots", body=body)
    assert "Could not verify" in service_access([SECURITY_HUB], state="absent")["warnings"][0]


@pytest.mark.parametrize("root_id", ["r-ab12; reboot", "r-AB12", "r-{{ x }}", "ou-ab12", None])
def test_an_invalid_root_id_is_never_shown_in_a_command(
    service_access: RunModule, emulator: EmulatorControl, root_id: str | None
) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    types = [{"Type": "SECURITYHUB_POLICY", "Status": "ENABLED"}]
    emulator.fault("ListRoots", body=json.dumps({"Roots": [{"Id": root_id, "PolicyTypes": types}]}))
    (warning,) = service_access([SECURITY_HUB], state="absent", check_mode=True)["warnings"]
    assert "which cannot be the ID of a root" in warning
    assert "disable-policy-type" not in warning


def test_other_services_need_no_policy_types(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["config.amazonaws.com", SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    assert service_access(["config.amazonaws.com"], state="absent")["changed"] is True
    assert "ListRoots" not in emulator.calls()


MEMBER = "222222222222"
NEEDS_STATE = pytest.mark.skipif(not HAS_ACCOUNT_STATE, reason="this botocore drops State")


def account(emulator: EmulatorControl, **members: Any) -> None:
    emulator.organization(enabled=["config.amazonaws.com"], members={MEMBER: "security"})
    body = {"Account": {"Id": MEMBER, "Name": "security", **members}}
    emulator.fault("DescribeAccount", body=json.dumps(body), count=None)


class TestNewAdministrators:
    @pytest.mark.parametrize(
        ("members", "state"),
        [
            ({"Status": "SUSPENDED"}, "SUSPENDED"),
            pytest.param({"State": "CLOSED"}, "CLOSED", marks=NEEDS_STATE),
            pytest.param({"State": "CLOSED", "Status": "SUSPENDED"}, "CLOSED", marks=NEEDS_STATE),
            pytest.param({"State": "SUSPENDED", "Status": "ACTIVE"}, "SUSPENDED", marks=NEEDS_STATE),
        ],
    )
    def test_suspended_and_closed_accounts_are_refused(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str], state: str
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert result["reason"] == "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"
        assert f"The state of account {MEMBER} is {state}." in result["msg"]

    @pytest.mark.parametrize(
        ("members", "warning"),
        [
            ({}, f"AWS did not return the state of account {MEMBER}"),
            ({"Status": "PENDING_CLOSURE"}, f"The state of account {MEMBER} is PENDING_CLOSURE"),
            ({"Status": "NEW"}, f"The state of account {MEMBER} is NEW"),
            pytest.param(
                {"State": "PENDING_ACTIVATION", "Status": "SUSPENDED"},
                f"The state of account {MEMBER} is PENDING_ACTIVATION",
                marks=NEEDS_STATE,
            ),
        ],
    )
    def test_other_and_unknown_states_warn(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str], warning: str
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert "failed" not in result
        assert [text for text in result["warnings"] if warning in text]

    @pytest.mark.parametrize(
        "members",
        [
            {"Status": "ACTIVE"},
            pytest.param({"State": "ACTIVE"}, marks=NEEDS_STATE),
            pytest.param({"State": "ACTIVE", "Status": "ACTIVE"}, marks=NEEDS_STATE),
        ],
    )
    def test_active_accounts_need_no_word(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str]
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert "warnings" not in result
        (found,) = result["delegated_administrators"]
        assert (found["status"], found["state"]) == (members.get("Status"), members.get("State"))
