# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The right organization and, in check mode, the right account: checked before the first write."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role

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
    """Return the credentials of the account that administers a service for the organization."""
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
