# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""prefer_service_api on the emulator: each service in its protocol, Regions, the request log, faults."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

SECURITY, OLD, CLOSED = "222222222222", "444444444444", "555555555555"
MEMBERS = {SECURITY: "security", OLD: "old", CLOSED: "closed"}
ONE, TWO, THREE = "eu-central-1", "eu-west-1", "us-east-1"
REGIONS = {ONE: "ENABLED_BY_DEFAULT", TWO: "ENABLED", THREE: "ENABLED_BY_DEFAULT", "af-south-1": "DISABLED"}
REGIONAL = sorted(name for name, api in ADMINISTRATOR_API_OF.items() if api.by_region)
ONCE = sorted(name for name, api in ADMINISTRATOR_API_OF.items() if not api.by_region)
DETECTIVE, GUARDDUTY, LAKE = "detective.amazonaws.com", "guardduty.amazonaws.com", "securitylake.amazonaws.com"
MOVE: dict[str, Any] = {"purge_delegated_administrators": True, "purge_scope": "services", "force": True}
FORESEEN = (
    "changed",
    "delegated_administrators",
    "deregistered",
    "diff",
    "next_steps",
    "registered",
    "service_administrators",
    "skipped_regions",
)
BOTH_MODES = pytest.mark.parametrize("check_mode", [True, False])

pytestmark = pytest.mark.usefixtures("fake_clock", "service_administrators")


@pytest.fixture
def administer(delegated_administrator: RunModule) -> RunModule:
    """Run the module with prefer_service_api."""

    def run(wanted: Any, **options: Any) -> dict[str, Any]:
        return delegated_administrator(wanted, prefer_service_api=True, diff=True, **options)

    return run


def organization(
    emulator: EmulatorControl,
    administrators: dict[str, str] | None = None,
    registered: dict[str, list[str]] | None = None,
    **arguments: Any,
) -> None:
    """``administrators``: {service principal: account ID} of each Region, which is registered too."""
    everywhere = {name: dict.fromkeys((ONE, TWO, THREE), account) for name, account in (administrators or {}).items()}
    given = {
        "enabled": [*REGIONAL, *ONCE],
        "members": MEMBERS,
        "suspended": [CLOSED],
        "regions": REGIONS,
        "regional_administrators": everywhere,
        "delegated_administrators": {
            **{name: [account] for name, account in (administrators or {}).items()},
            **(registered or {}),
        },
    }
    emulator.organization(**{**given, **arguments})


def entry(principal: str, account_id: str = SECURITY, region: str | None = None) -> dict[str, str]:
    return {"account_id": account_id, "service_principal": principal, **({"region": region} if region else {})}


def everywhere(account_id: str | None = SECURITY) -> dict[str, dict[str, str]]:
    found = {"account_id": account_id, "status": "ENABLED"} if account_id else {}
    return {region: dict(found) for region in (ONE, TWO, THREE)}


def operations(emulator: EmulatorControl, service: str) -> list[tuple[str, str]]:
    """Return the calls of a service: (operation, Region)."""
    return [(one["operation"], one["region"]) for one in emulator.requests() if one["service"] == service]


@pytest.mark.parametrize("name", REGIONAL)
def test_every_region_and_the_second_run(emulator: EmulatorControl, administer: RunModule, name: str) -> None:
    api = ADMINISTRATOR_API_OF[name]
    assert api.listing is not None
    organization(emulator)
    foreseen = administer({SECURITY: [name]}, check_mode=True)
    assert emulator.writes() == []
    emulator.clear_requests()
    result = administer({SECURITY: [name]})
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: result.get(key) for key in FORESEEN}
    assert result["registered"] == [entry(name)]
    assert result["service_administrators"] == {name: everywhere()}
    called = operations(emulator, api.client)
    listing, enable = api.listing.name, api.enable.name
    assert called[: called.index((enable, TWO))][-2:] == [(enable, ONE), (listing, ONE)]
    assert [one for one in called if one[0] == enable] == [(enable, region) for region in (ONE, TWO, THREE)]
    assert [operation for operation, _parameters in emulator.writes()] == [enable] * 3
    assert emulator.calls().count("ListDelegatedAdministrators") == 3
    emulator.clear_requests()
    again = administer({SECURITY: [name]})
    assert again["changed"] is False
    assert "warnings" not in again
    assert sorted(operations(emulator, api.client)) == [(listing, region) for region in (ONE, TWO, THREE)]
    assert len(emulator.requests()) == 1 + 1 + 3


def test_how_to_replace_accounts_is_told_once(emulator: EmulatorControl, administer: RunModule) -> None:
    organization(emulator, dict.fromkeys((DETECTIVE, GUARDDUTY), OLD))
    refused = administer({SECURITY: [DETECTIVE, GUARDDUTY]})["msg"]
    assert refused.count("set purge_delegated_administrators=true") == 1
    assert refused.endswith("not listed for a service that is.")
    assert refused.count(f"{OLD} administers") == 2
    assert emulator.writes() == []


@pytest.mark.parametrize(
    ("wanted", "options", "remedy"),
    [
        (OLD, {"state": "absent"}, "To keep registrations, remove them from delegated_administrators."),
        (SECURITY, {**MOVE, "force": False}, "To keep registrations in exact mode, list them in"),
    ],
)
def test_a_blocked_removal_tells_how_to_keep_the_account(
    emulator: EmulatorControl, administer: RunModule, wanted: str, options: dict[str, Any], remedy: str
) -> None:
    organization(emulator, {GUARDDUTY: OLD})
    assert remedy in administer({wanted: [GUARDDUTY]}, **options)["msg"]


@pytest.mark.parametrize("name", REGIONAL)
def test_absent_in_every_region(emulator: EmulatorControl, administer: RunModule, name: str) -> None:
    api = ADMINISTRATOR_API_OF[name]
    assert api.disable is not None
    organization(emulator, {name: SECURITY})
    emulator.settings(administrator_disabling_reads=2)
    blocked = administer({SECURITY: [name]}, state="absent")
    assert blocked["held_back"][0]["regions"] == [ONE, TWO, THREE]
    assert emulator.writes() == []
    foreseen = administer({SECURITY: [name]}, state="absent", force=True, check_mode=True)
    result = administer({SECURITY: [name]}, state="absent", force=True)
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: result.get(key) for key in FORESEEN}
    assert result["deregistered"] == [entry(name)]
    assert result["service_administrators"] == {name: everywhere(None)}
    assert [operation for operation, _parameters in emulator.writes()] == [
        *[api.disable.name] * 3,
        "DeregisterDelegatedAdministrator",
    ]
    assert administer({SECURITY: [name]}, state="absent", force=True)["changed"] is False


@pytest.mark.parametrize("name", REGIONAL)
def test_a_move_in_every_region(emulator: EmulatorControl, administer: RunModule, name: str) -> None:
    organization(emulator, {name: OLD})
    emulator.settings(administrator_disabling_reads=2, administrator_enabling_reads=2)
    foreseen = administer({SECURITY: [name]}, check_mode=True, **MOVE)
    assert emulator.writes() == []
    result = administer({SECURITY: [name]}, **MOVE)
    assert "failed" not in result, result["msg"]
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: result.get(key) for key in FORESEEN}
    assert (result["deregistered"], result["registered"]) == ([entry(name, OLD)], [entry(name)])
    assert result["service_administrators"] == {name: everywhere()}
    assert administer({SECURITY: [name]}, **MOVE)["changed"] is False


@pytest.mark.parametrize("name", REGIONAL)
def test_a_stale_registration_is_told_and_moved(emulator: EmulatorControl, administer: RunModule, name: str) -> None:
    organization(emulator, registered={name: [OLD]})
    refused = administer({SECURITY: [name]})
    assert f"{OLD} is registered, so {SECURITY} cannot be registered" in refused["msg"]
    assert emulator.writes() == []
    result = administer({SECURITY: [name]}, **MOVE)
    assert result["service_administrators"] == {name: everywhere()}


@pytest.mark.parametrize("name", ONCE)
def test_a_service_without_regions_is_called_once(emulator: EmulatorControl, administer: RunModule, name: str) -> None:
    api = ADMINISTRATOR_API_OF[name]
    organization(emulator)
    foreseen = administer({SECURITY: [name]}, check_mode=True)
    assert emulator.writes() == []
    result = administer({SECURITY: [name]})
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: result.get(key) for key in FORESEEN}
    assert [operation for operation, _parameters in emulator.writes()] == [api.enable.name]
    assert result["registered"] == [entry(name)]
    assert administer({SECURITY: [name]})["changed"] is False
    emulator.clear_requests()
    ended = administer({SECURITY: [name]}, state="absent", force=True)
    if api.disable is None:
        assert "deletes the data lake" in ended["held_back"][0]["reasons"][0]
        assert emulator.writes() == []
    else:
        assert [operation for operation, _parameters in emulator.writes()] == [api.disable.name]
        assert ended["deregistered"] == [entry(name)]


def test_services_need_no_more_than_their_regions(emulator: EmulatorControl, administer: RunModule) -> None:
    organization(emulator, dict.fromkeys(REGIONAL, SECURITY))
    assert administer({SECURITY: REGIONAL})["changed"] is False
    assert len(emulator.requests()) == len(REGIONAL) * (1 + 3) + 1


def test_without_the_option_the_calls_are_those_of_before(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator)
    delegated_administrator({SECURITY: REGIONAL})
    assert {one["service"] for one in emulator.requests()} == {"organizations"}


@BOTH_MODES
def test_another_account_in_a_region_is_refused(
    emulator: EmulatorControl, administer: RunModule, check_mode: bool
) -> None:
    organization(emulator, regional_administrators={GUARDDUTY: {TWO: OLD}})
    result = administer({SECURITY: [GUARDDUTY]}, check_mode=check_mode)
    assert f"{OLD} administers {GUARDDUTY} in {TWO}" in result["msg"]
    assert emulator.writes() == []


@pytest.mark.parametrize("conflicts", ["always", "registered"])
def test_the_first_region_that_lags_conflicts_with_no_other(
    emulator: EmulatorControl, administer: RunModule, conflicts: str
) -> None:
    organization(emulator)
    emulator.settings(first_administrator_conflicts=conflicts, administrator_enabling_reads=3)
    result = administer({SECURITY: REGIONAL})
    assert "failed" not in result, result["msg"]
    assert result["service_administrators"] == {name: everywhere() for name in REGIONAL}
    assert len(emulator.writes()) == len(REGIONAL) * 3


@BOTH_MODES
def test_a_region_without_the_service_is_skipped(
    emulator: EmulatorControl, administer: RunModule, check_mode: bool
) -> None:
    organization(emulator, regions={ONE: "ENABLED_BY_DEFAULT", "xx-new-9": "ENABLED"})
    emulator.settings(missing_regions={"guardduty": ["xx-new-9"]})
    result = administer({SECURITY: [GUARDDUTY]}, check_mode=check_mode)
    assert "failed" not in result, result["msg"]
    assert [(one["service_principal"], one["region"]) for one in result["skipped_regions"]] == [(GUARDDUTY, "xx-new-9")]
    assert set(result["service_administrators"][GUARDDUTY]) == {ONE}


@BOTH_MODES
def test_a_misspelled_region_fails_alone(emulator: EmulatorControl, administer: RunModule, check_mode: bool) -> None:
    organization(emulator, regions={ONE: "ENABLED_BY_DEFAULT", "eu-wset-1": "ENABLED"})
    emulator.settings(missing_regions={"guardduty": ["eu-wset-1"]})
    result = administer({SECURITY: [GUARDDUTY]}, check_mode=check_mode, regions=[ONE, "eu-wset-1"])
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == ("eu-wset-1", "UnknownRegion")
    assert "Check the name in regions." in result["msg"]
    assert [one["region"] for one in result["designated"]] == [ONE]


@BOTH_MODES
def test_an_unreadable_region_fails_alone(emulator: EmulatorControl, administer: RunModule, check_mode: bool) -> None:
    organization(emulator)
    emulator.fault(
        operation="ListOrganizationAdminAccounts", region=TWO, code="AccessDeniedException", status=403, count=None
    )
    result = administer({SECURITY: [GUARDDUTY]}, check_mode=check_mode)
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (TWO, "AccessDeniedException")
    assert "guardduty:ListOrganizationAdminAccounts" in result["msg"]
    assert result["registered"] == [entry(GUARDDUTY)]
    assert result["service_administrators"][GUARDDUTY][TWO] is None
    assert len(emulator.writes()) == (0 if check_mode else 2)


@BOTH_MODES
def test_a_suspended_account_is_foreseen(emulator: EmulatorControl, administer: RunModule, check_mode: bool) -> None:
    organization(emulator)
    result = administer({CLOSED: [GUARDDUTY]}, check_mode=check_mode)
    assert result["failed"] is True
    assert len(result["failed_registrations"]) == 3
    assert (result["changed"], result["registered"]) == (False, [])
    assert emulator.writes() == []
    moved = administer({CLOSED: [GUARDDUTY]}, check_mode=check_mode, **MOVE)
    assert moved["registered"] == []


@BOTH_MODES
@pytest.mark.parametrize("name", [GUARDDUTY, LAKE])
def test_the_management_account_is_refused(
    emulator: EmulatorControl, administer: RunModule, check_mode: bool, name: str
) -> None:
    organization(emulator)
    named = administer({MANAGEMENT_ACCOUNT: [name]}, management_account_id=MANAGEMENT_ACCOUNT, check_mode=check_mode)
    assert "is the management account" in named["msg"]
    found = administer({MANAGEMENT_ACCOUNT: [name]}, check_mode=check_mode)
    assert {one["code"] for one in found["failed_registrations"]} == {"ConstraintViolationException"}
    assert found["changed"] is False
    assert emulator.writes() == []


def test_a_lost_response_is_settled_by_the_list(emulator: EmulatorControl, administer: RunModule) -> None:
    organization(emulator)
    emulator.fault(operation="EnableOrganizationAdminAccount", region=TWO, reset=True, apply=True, count=None)
    result = administer({SECURITY: [GUARDDUTY]})
    assert "failed" not in result, result["msg"]
    assert result["service_administrators"] == {GUARDDUTY: everywhere()}


def test_a_fault_in_one_region_hides_no_other(emulator: EmulatorControl, administer: RunModule) -> None:
    organization(emulator)
    emulator.fault(
        operation="EnableOrganizationAdminAccount", region=TWO, code="BadRequestException", status=400, count=None
    )
    result = administer({SECURITY: [GUARDDUTY]})
    assert [(one["region"], one["code"]) for one in result["failed_registrations"]] == [(TWO, "BadRequestException")]
    assert result["service_administrators"][GUARDDUTY][TWO] == {}
    assert result["service_administrators"][GUARDDUTY][THREE]["account_id"] == SECURITY
    assert result["not_attempted"] == []
    emulator.clear_faults()
    assert administer({SECURITY: [GUARDDUTY]})["changed"] is True


def test_central_configuration_refuses_in_its_own_words(emulator: EmulatorControl, administer: RunModule) -> None:
    organization(emulator)
    emulator.settings(security_hub_central_configuration=True)
    foreseen = administer({SECURITY: ["securityhub.amazonaws.com"]}, check_mode=True)
    assert any("central configuration of Security Hub CSPM" in text for text in foreseen["warnings"])
    result = administer({SECURITY: ["securityhub.amazonaws.com"]})
    assert len(result["failed_registrations"]) == 3
    assert result["changed"] is False
