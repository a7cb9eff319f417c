# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service access as desired state: what is warned of, what is refused, what is returned."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, numbered

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])


@BOTH_MODES
def test_an_empty_list_means_none_only_with_purge_and_force(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    emulator.organization(enabled=numbered(2))
    for options in ({}, {"force": True}, {"force": True, "state": "absent"}):
        assert "service_principals is empty" in service_access([], **options, check_mode=check_mode)["msg"]
    assert emulator.calls() == []
    refused = service_access([], purge_service_principals=True, check_mode=check_mode)
    assert "service_principals is empty" in refused["msg"]
    assert "svc-000.emulated.amazonaws.com, svc-001.emulated.amazonaws.com" in refused["msg"]
    assert emulator.calls() == [LIST]
    result = service_access([], purge_service_principals=True, force=True, check_mode=check_mode)
    assert result["disabled"] == numbered(2)
    assert result["enabled_service_principals"] == []


@BOTH_MODES
def test_an_empty_list_in_exact_mode_fits_an_empty_organization(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    emulator.organization()
    result = service_access([], purge_service_principals=True, check_mode=check_mode)
    assert (result["changed"], result["enabled_service_principals"]) == (False, [])


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
        for part in (
            "'a b'",
            "svc-000.emulated.amazonaws.com is not",
            "did you mean guardduty.amazonaws.com?",
            "Refused by unknown_service_principals=fail.",
        ):
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


def test_no_warning_if_enabling_failed(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault(ENABLE, code="ConstraintViolationException", parameters={"ServicePrincipal": "eks.amazonaws.com"})
    result = service_access(["eks.amazonaws.com", "ram.amazonaws.com"])
    assert result["failed"] is True
    (warning,) = result["warnings"]
    assert warning.startswith("Enabling ram.amazonaws.com")


def test_names_of_services_everywhere(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com", *numbered(1)])
    before = {"sso.amazonaws.com": "AWS IAM Identity Center", numbered(1)[0]: None}
    after = {**before, "config.amazonaws.com": "AWS Config"}
    for result, names in (
        (service_access_info(), before),
        (service_access(["sso.amazonaws.com"]), before),
        (service_access(["config.amazonaws.com"], check_mode=True), after),
        (service_access(["config.amazonaws.com"]), after),
    ):
        listed = result["enabled_service_principals"]
        assert {entry["service_principal"]: entry["service_name"] for entry in listed} == names


@pytest.mark.parametrize("check_mode", [True, False])
def test_exact_mode_names_what_the_catalog_lacks(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool
) -> None:
    unknown = numbered(2)
    emulator.organization(enabled=["backup.amazonaws.com", "config.amazonaws.com", *unknown])
    task = {"purge_service_principals": True, "unknown_service_principals": "ignore", "check_mode": check_mode}
    result = service_access(["config.amazonaws.com"], **task)
    assert result["disabled"] == ["backup.amazonaws.com", *unknown]
    (warning,) = result["warnings"]
    assert f"what stops working is not known: {', '.join(unknown)}." in warning
    assert "keep_service_principals" in warning


def test_what_a_task_lists_as_absent_needs_no_warning(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(1))
    assert "warnings" not in service_access(numbered(1), state="absent")


def test_a_failed_enable_suggests_the_name(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    result = service_access(["config.amazonaws.com", "gaurdduty.amazonaws.com"], unknown_service_principals="ignore")
    assert result["enabled"] == ["config.amazonaws.com"]
    assert "gaurdduty.amazonaws.com is not in the catalog of this collection: did you mean guardduty" in result["msg"]
    assert "may still be valid" not in result["msg"]
