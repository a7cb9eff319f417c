# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info module on the emulator: filters, and what it calls."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role

SECURITY, AUDIT, OLD = ("222222222222", "333333333333", "444444444444")
BACKUP, CONFIG, SSO = ("backup.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com")
LIST, SERVICES_OF = "ListDelegatedAdministrators", "ListDelegatedServicesForAccount"


def organization(emulator: EmulatorControl, registered: dict[str, list[str]]) -> None:
    members = {SECURITY: "security", AUDIT: "audit", OLD: "old"}
    emulator.organization(enabled=list(registered), members=members, delegated_administrators=registered)


def test_an_account_that_is_no_longer_registered_has_no_services(
    emulator: EmulatorControl, run_module: RunModule
) -> None:
    organization(emulator, {CONFIG: [SECURITY]})
    emulator.fault(SERVICES_OF, code="AccountNotRegisteredException", count=1)
    assert run_module("organizations_delegated_administrator_info")["delegated_administrators"] == []


def test_info_filters_by_account_and_service(emulator: EmulatorControl, run_module: RunModule) -> None:
    organization(emulator, {CONFIG: [SECURITY, AUDIT], SSO: [SECURITY], BACKUP: [OLD]})
    options: dict[str, Any] = {"account_ids": [SECURITY, OLD], "service_principals": ["config*", "sso*"]}
    result = run_module("organizations_delegated_administrator_info", **options)
    (account,) = result["delegated_administrators"]
    assert account["account_id"] == SECURITY
    assert [(service["service_principal"], service["service_name"]) for service in account["service_principals"]] == [
        (CONFIG, "AWS Config"),
        (SSO, "AWS IAM Identity Center"),
    ]
    assert account["joined_method"] == "CREATED"
    assert emulator.calls() == [LIST, SERVICES_OF, SERVICES_OF]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"account_ids": ["12345678901"]}, "Quote it"),
        ({"account_ids": ["1234567890123"]}, "Each entry of account_ids must be the 12 digits"),
        ({"service_principals": ["a b"]}, "service_principals must hold"),
    ],
)
def test_wrong_options_are_refused_before_any_call(
    emulator: EmulatorControl, run_module: RunModule, options: dict[str, Any], problem: str
) -> None:
    result = run_module("organizations_delegated_administrator_info", **options)
    assert problem in result["msg"]
    assert emulator.calls() == []


GUARDDUTY, MACIE = "guardduty.amazonaws.com", "macie.amazonaws.com"
REGIONS = {"eu-west-1": "ENABLED_BY_DEFAULT", "af-south-1": "ENABLED", "ap-east-1": "DISABLED"}
LIST_REGIONS, LIST_REGIONAL = "ListRegions", "ListOrganizationAdminAccounts"


@pytest.fixture
def by_region(emulator: EmulatorControl, run_module: RunModule, service_administrators: None) -> RunModule:  # noqa: ARG001
    """List the administrators of GuardDuty and Macie in each Region; GuardDuty has one in eu-west-1."""
    emulator.organization(
        enabled=[GUARDDUTY],
        members={SECURITY: "security"},
        delegated_administrators={GUARDDUTY: [SECURITY]},
        regions=REGIONS,
        regional_administrators={GUARDDUTY: {"eu-west-1": SECURITY}},
    )

    def run(**options: Any) -> dict[str, Any]:
        return run_module(
            "organizations_delegated_administrator_info",
            **{"service_principals": [GUARDDUTY, MACIE], "include_service_api_state": True, **options},
        )

    return run


def test_regions_of_each_service_are_listed_once(emulator: EmulatorControl, by_region: RunModule) -> None:
    result = by_region()
    assert result["service_administrators"] == {
        GUARDDUTY: {"af-south-1": {}, "eu-west-1": {"account_id": SECURITY, "status": "ENABLED"}},
        MACIE: {"af-south-1": {}, "eu-west-1": {}},
    }
    assert result["skipped_regions"] == []
    assert result["delegated_administrators"][0]["account_id"] == SECURITY
    assert sorted(emulator.calls()) == sorted([LIST, SERVICES_OF, LIST_REGIONS, *4 * [LIST_REGIONAL]])


def test_no_service_of_a_region_is_called_unasked(emulator: EmulatorControl, by_region: RunModule) -> None:
    result = by_region(include_service_api_state=False)
    assert "service_administrators" not in result
    assert emulator.calls() == [LIST, SERVICES_OF]
    emulator.clear_requests()
    assert by_region(service_principals=[CONFIG])["service_administrators"] == {}
    assert emulator.calls() == [LIST, SERVICES_OF]


def test_regions_that_are_given_are_not_looked_up(emulator: EmulatorControl, by_region: RunModule) -> None:
    result = by_region(regions=["eu-west-1", "af-south-1"], exclude_regions=["af-*"], account_ids=["444444444444"])
    listed = {"account_id": SECURITY, "status": "ENABLED"}  # whatever account_ids
    assert result["service_administrators"] == {GUARDDUTY: {"eu-west-1": listed}, MACIE: {"eu-west-1": {}}}
    assert emulator.calls() == [LIST, LIST_REGIONAL, LIST_REGIONAL]


def test_an_unreadable_region_is_a_warning_and_not_none(emulator: EmulatorControl, by_region: RunModule) -> None:
    emulator.fault(LIST_REGIONAL, service="guardduty", code="AccessDeniedException", status=403, count=None)
    result = by_region()
    assert result["service_administrators"][GUARDDUTY] == {"af-south-1": None, "eu-west-1": None}
    assert result["service_administrators"][MACIE] == {"af-south-1": {}, "eu-west-1": {}}
    (warning,) = result["warnings"]
    assert warning.startswith(f"The administrator of {GUARDDUTY} is not known in af-south-1, eu-west-1. Failed to list")
    assert "guardduty:ListOrganizationAdminAccounts." in warning


@pytest.mark.usefixtures("fake_clock")
def test_a_region_without_the_service_is_reported(emulator: EmulatorControl, by_region: RunModule) -> None:
    emulator.settings(missing_regions={"macie2": ["xx-new-9"]})
    result = by_region(regions=["eu-west-1", "xx-new-9"])
    assert result["service_administrators"][MACIE] == {"eu-west-1": {}}
    assert result["service_administrators"][GUARDDUTY]["xx-new-9"] == {}
    (skipped,) = result["skipped_regions"]
    assert (skipped["service_principal"], skipped["region"]) == (MACIE, "xx-new-9")
    assert "nothing answers there" in skipped["reason"]


@pytest.mark.usefixtures("fake_clock")
def test_a_misspelled_region_is_a_warning(emulator: EmulatorControl, by_region: RunModule) -> None:
    emulator.settings(missing_regions={"guardduty": ["eu-wset-1"], "macie2": ["eu-wset-1"]})
    result = by_region(regions=["eu-west-1", "eu-wset-1"])
    assert result["service_administrators"][MACIE] == {"eu-west-1": {}, "eu-wset-1": None}
    assert all("Check the name in regions." in warning for warning in result["warnings"])
    assert len(result["warnings"]) == 2


def test_a_delegated_administrator_account_learns_what_it_may(emulator: EmulatorControl, by_region: RunModule) -> None:
    result = by_region(**assume_role(emulator, SECURITY))
    assert result["delegated_administrators"][0]["account_id"] == SECURITY
    assert set(result["service_administrators"][GUARDDUTY].values()) == {None}
    assert len(result["warnings"]) == 2


def test_a_region_that_is_not_enabled_is_named(by_region: RunModule) -> None:
    result = by_region(regions=["ap-east-1"], service_principals=[GUARDDUTY])
    assert result["service_administrators"] == {GUARDDUTY: {"ap-east-1": None}}
    assert "ap-east-1 is not enabled for the account" in result["warnings"][0]


def test_each_reason_of_a_refused_token_is_a_warning(emulator: EmulatorControl, by_region: RunModule) -> None:
    refused = {"code": "UnrecognizedClientException", "status": 403, "count": None}
    emulator.fault(LIST_REGIONAL, region="af-south-1", message="The security token is invalid.", **refused)
    emulator.fault(LIST_REGIONAL, region="ap-east-1", message="The security token is invalid.", **refused)
    enabled, disabled = by_region(regions=["af-south-1", "ap-east-1"], service_principals=[GUARDDUTY])["warnings"]
    assert "ap-east-1 is not enabled for the account" in disabled
    assert "The Region af-south-1 is enabled" in enabled


def test_expired_credentials_fail_the_listing_by_region(emulator: EmulatorControl, by_region: RunModule) -> None:
    emulator.fault(LIST_REGIONAL, code="ExpiredTokenException", status=403, count=None)
    result = by_region()
    assert result["failed"] is True
    assert result["msg"].count("ExpiredTokenException") == 1
    assert "Renew" in result["msg"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"regions": ["eu-west-1"], "include_service_api_state": False}, "no effect without include_service_api_state"),
        ({"regions": []}, "regions is empty"),
        ({"regions": ["a b"]}, "regions must hold names of Regions"),
        ({"exclude_regions": ["https://x"]}, "exclude_regions must hold"),
    ],
)
def test_wrong_regions_are_refused_before_any_call(
    emulator: EmulatorControl, by_region: RunModule, options: dict[str, Any], problem: str
) -> None:
    assert problem in by_region(**options)["msg"]
    assert emulator.calls() == []
