# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Administrators that a service itself designates: states, refusals, and what they change in Organizations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl

from .administrators import (
    CLOUDTRAIL,
    DETECTIVE,
    FIRST,
    GUARDDUTY,
    INSPECTOR,
    IPAM,
    MACIE,
    ONCE,
    REGIONAL,
    SECOND,
    SECURITY_HUB,
    SECURITY_LAKE,
    Api,
    organization,
    registered,
)
from .helpers import ADMINISTRATOR, MEMBER, STRANGER, message_of, refused

pytestmark = pytest.mark.usefixtures("service_administrators")

every = pytest.mark.parametrize("api", [*REGIONAL, *ONCE], ids=lambda api: api.client)
regional = pytest.mark.parametrize("api", REGIONAL, ids=lambda api: api.client)
once = pytest.mark.parametrize("api", ONCE, ids=lambda api: api.client)


def code(call: Any, **arguments: Any) -> str:
    """Return the code of the error of a call."""
    found = refused(call, **arguments)[0]
    assert found not in ("InternalFailure", "UnknownOperationException")
    return found


def both_regions(api: Api, account_id: str = ADMINISTRATOR) -> dict[str, Any]:
    """Return a seed: the account is registered, and administers in both Regions."""
    return {
        "delegated_administrators": {api.principal: [account_id]},
        "regional_administrators": {api.principal: {FIRST: account_id, SECOND: account_id}},
    }


@regional
def test_an_administrator_belongs_to_one_region(botocore_client: Any, emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    here, there = api.at(emulator), api.at(emulator, SECOND)
    assert here.list() == there.list() == []
    here.enable()
    enabled = [(ADMINISTRATOR, "ENABLED" if api.status else None)]
    assert (here.list(), there.list()) == (enabled, [])
    there.enable()
    assert there.list() == enabled
    here.disable()
    assert (here.list(), there.list()) == ([], enabled)
    assert registered(botocore_client, api) == [ADMINISTRATOR]  # nothing but Organizations ends that


@every
def test_designating_registers_the_account(botocore_client: Any, emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    api.at(emulator).enable()
    assert registered(botocore_client, api) == [ADMINISTRATOR]
    access = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert api.principal in [entry["ServicePrincipal"] for entry in access]


@once
def test_an_administrator_of_all_regions(botocore_client: Any, emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    api.at(emulator).enable()
    if api.disable_account:
        assert code(api.at(emulator).disable, account_id=MEMBER)
    assert registered(botocore_client, api) == [ADMINISTRATOR]
    api.at(emulator, SECOND).disable()
    assert registered(botocore_client, api) == []
    assert code(api.at(emulator).disable) in (
        "InvalidParameterValue",
        "AccountNotRegisteredException",
        "ResourceNotFoundException",
    )


@pytest.mark.parametrize(
    ("api", "expected"),
    [(INSPECTOR, "ValidationException"), (CLOUDTRAIL, "CloudTrailAccessNotEnabledException")],
    ids=["inspector2", "cloudtrail"],
)
def test_trusted_access_comes_first(emulator: EmulatorControl, api: Api, expected: str) -> None:
    organization(emulator, enabled=[])
    assert code(api.at(emulator).enable) == expected
    emulator.settings(administrators_need_trusted_access=[])
    api.at(emulator).enable()


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        (GUARDDUTY, "BadRequestException"),
        (SECURITY_HUB, "InvalidInputException"),
        (MACIE, "ConflictException"),
        (INSPECTOR, "ConflictException"),
        (DETECTIVE, "ValidationException"),
    ],
    ids=lambda value: getattr(value, "client", ""),
)
@pytest.mark.parametrize("where", ["this Region", "another Region", "Organizations"])
def test_a_second_account_is_refused(emulator: EmulatorControl, api: Api, expected: str, where: str) -> None:
    seed: dict[str, Any] = {"delegated_administrators": {api.principal: [ADMINISTRATOR]}}
    if where != "Organizations":
        region = FIRST if where == "this Region" else SECOND
        seed = {"regional_administrators": {api.principal: {region: ADMINISTRATOR}}}
    organization(emulator, **seed)
    caller = api.at(emulator)
    assert code(caller.enable, account_id=MEMBER) == expected
    if where != "this Region":
        caller.enable(ADMINISTRATOR)


@pytest.mark.parametrize(
    ("api", "expected"), [(IPAM, "InvalidParameterValue"), (SECURITY_LAKE, "ConflictException")], ids=["ipam", "lake"]
)
def test_a_service_with_one_administrator(emulator: EmulatorControl, api: Api, expected: str) -> None:
    organization(emulator, delegated_administrators={api.principal: [ADMINISTRATOR]})
    assert code(api.at(emulator).enable, account_id=MEMBER) == expected


def test_cloudtrail_has_three_administrators(emulator: EmulatorControl) -> None:
    others = {f"{number}" * 12: f"a{number}" for number in (4, 5, 6)}
    organization(emulator, members={ADMINISTRATOR: "a", **others})
    caller = CLOUDTRAIL.at(emulator)
    for account_id in others:
        caller.enable(account_id)
    assert code(caller.enable) == "DelegatedAdminAccountLimitExceededException"


@regional
def test_deregistering_acts_on_all_regions(botocore_client: Any, emulator: EmulatorControl, api: Api) -> None:
    organization(emulator, **both_regions(api))
    names = {"AccountId": ADMINISTRATOR, "ServicePrincipal": api.principal}
    botocore_client.deregister_delegated_administrator(**names)
    assert api.at(emulator).list() == api.at(emulator, SECOND).list() == []


def test_deregistering_can_leave_regions_alone(botocore_client: Any, emulator: EmulatorControl) -> None:
    organization(emulator, **both_regions(GUARDDUTY))
    emulator.settings(deregistering_ends=["securityhub.amazonaws.com"])
    names = {"AccountId": ADMINISTRATOR, "ServicePrincipal": GUARDDUTY.principal}
    botocore_client.deregister_delegated_administrator(**names)
    assert GUARDDUTY.at(emulator).list() == [(ADMINISTRATOR, "ENABLED")]
    assert code(GUARDDUTY.at(emulator, SECOND).enable, account_id=MEMBER) == "BadRequestException"


def test_detectives_management_account_stays(botocore_client: Any, emulator: EmulatorControl) -> None:
    seed = both_regions(DETECTIVE)
    seed["regional_administrators"][DETECTIVE.principal].pop(SECOND)
    organization(emulator, **seed)
    there = DETECTIVE.at(emulator, SECOND)
    there.enable(MANAGEMENT_ACCOUNT)
    assert registered(botocore_client, DETECTIVE) == [ADMINISTRATOR]
    names = {"AccountId": ADMINISTRATOR, "ServicePrincipal": DETECTIVE.principal}
    botocore_client.deregister_delegated_administrator(**names)
    assert (DETECTIVE.at(emulator).list(), there.list()) == ([], [(MANAGEMENT_ACCOUNT, None)])


@every
def test_the_management_account_as_administrator(botocore_client: Any, emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    caller = api.at(emulator)
    if api in (GUARDDUTY, SECURITY_HUB, MACIE, DETECTIVE):
        caller.enable(MANAGEMENT_ACCOUNT)
        assert caller.list()[0][0] == MANAGEMENT_ACCOUNT
    else:
        expected = {"cloudtrail": "CannotDelegateManagementAccountException", "securitylake": "BadRequestException"}
        default = "InvalidParameterValue" if api is IPAM else "ValidationException"
        assert code(caller.enable, account_id=MANAGEMENT_ACCOUNT) == expected.get(api.client, default)
    assert registered(botocore_client, api) == []


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        (GUARDDUTY, "BadRequestException"),
        (SECURITY_HUB, "ResourceConflictException"),
        (MACIE, "ConflictException"),
        (INSPECTOR, "ConflictException"),
        (DETECTIVE, "ValidationException"),
    ],
    ids=lambda value: getattr(value, "client", ""),
)
def test_the_first_region_is_alone_until_it_is_listed(emulator: EmulatorControl, api: Api, expected: str) -> None:
    organization(emulator)
    here, there = api.at(emulator), api.at(emulator, SECOND)
    here.enable()
    assert code(there.enable) == expected
    there.list()
    assert code(there.enable) == expected
    here.list()
    there.enable()


def test_when_first_administrators_conflict(emulator: EmulatorControl) -> None:
    for setting, before, conflicts in (
        ("registered", [ADMINISTRATOR], False),
        ("always", [ADMINISTRATOR], True),
        ("never", [], False),
    ):
        emulator.reset()
        organization(emulator, delegated_administrators={GUARDDUTY.principal: before})
        emulator.settings(first_administrator_conflicts=setting)
        GUARDDUTY.at(emulator).enable()
        there = GUARDDUTY.at(emulator, SECOND)
        if conflicts:
            assert code(there.enable) == "BadRequestException"
        else:
            there.enable()


def test_removing_the_first_administrator_ends_the_conflict(emulator: EmulatorControl) -> None:
    organization(emulator)
    here, there = GUARDDUTY.at(emulator), GUARDDUTY.at(emulator, SECOND)
    here.enable()
    here.disable()
    there.enable()


def test_pages_of_one_list_show_the_same(emulator: EmulatorControl) -> None:
    organization(emulator, **both_regions(GUARDDUTY))
    emulator.settings(administrator_disabling_reads=1, page_sizes=[0])
    caller = GUARDDUTY.at(emulator)
    caller.disable()
    assert caller.list(NextToken=caller.page()["NextToken"]) == [(ADMINISTRATOR, "DISABLE_IN_PROGRESS")]
    assert caller.list() == []


@regional
def test_lists_lag_behind_a_new_administrator(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    emulator.settings(administrator_enabling_reads=2)
    caller = api.at(emulator)
    caller.enable()
    assert [len(caller.list()) for _read in range(3)] == [0, 0, 1]


@regional
def test_lists_show_a_removal_that_is_under_way(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator, **both_regions(api))
    emulator.settings(administrator_disabling_reads=2)
    caller = api.at(emulator)
    caller.disable()
    word = {"macie2": "DISABLING_IN_PROGRESS", "detective": None}.get(api.client, "DISABLE_IN_PROGRESS")
    assert caller.list() == [(ADMINISTRATOR, word)]
    assert code(caller.enable) == code(caller.disable)
    assert caller.list() == [(ADMINISTRATOR, word)]
    assert caller.list() == []
    caller.enable()


@regional
def test_removing_who_is_not_the_administrator(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator, regional_administrators={api.principal: {FIRST: ADMINISTRATOR}})
    assert code(api.at(emulator, SECOND).disable)
    if api.disable_account:
        assert code(api.at(emulator).disable, account_id=MEMBER)
    assert len(api.at(emulator).list()) == 1


def test_detective_removes_whoever_it_is(emulator: EmulatorControl) -> None:
    organization(emulator, regional_administrators={DETECTIVE.principal: {FIRST: MEMBER}})
    DETECTIVE.at(emulator).disable()
    assert DETECTIVE.at(emulator).list() == []


@every
def test_designating_twice(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    caller = api.at(emulator)
    caller.enable()
    if api is INSPECTOR:
        assert "already enabled" in message_of(caller.enable)
    elif api is CLOUDTRAIL:
        assert code(caller.enable) == "AccountRegisteredException"
    else:
        caller.enable()
    emulator.settings(refuse_repeated_designation=True)
    assert code(caller.enable)


@every
def test_only_the_management_account_may_call(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator)
    denied = {
        "guardduty": "BadRequestException",
        "ec2": "UnauthorizedOperation",
        "cloudtrail": "NotOrganizationManagementAccountException",
    }.get(api.client, "AccessDeniedException")
    member, stranger = api.at(emulator, caller=MEMBER), api.at(emulator, caller=STRANGER)
    calls: list[Callable[..., Any]] = [member.enable, member.disable, *([member.list] if api.listing else [])]
    for call in calls:
        assert code(call) == denied
    assert code(stranger.enable)
    assert code(api.at(emulator).enable, account_id=STRANGER)  # nor can an account of another organization be it


def test_inspector_tells_the_administrator_who_it_is(emulator: EmulatorControl) -> None:
    organization(emulator, **both_regions(INSPECTOR))
    caller = INSPECTOR.at(emulator, caller=ADMINISTRATOR)
    assert "is the delegated admin" in message_of(caller.list)


@every
def test_accounts_and_organizations_that_cannot(emulator: EmulatorControl, api: Api) -> None:
    for registered_before in ({}, {api.principal: [ADMINISTRATOR]}):
        emulator.reset()
        organization(emulator, suspended=[ADMINISTRATOR], delegated_administrators=registered_before)
        assert message_of(api.at(emulator).enable) == "The account is not active."
    emulator.reset()
    organization(emulator, feature_set="CONSOLIDATED_BILLING")
    assert code(api.at(emulator).enable)


def test_macie_is_not_enabled(emulator: EmulatorControl) -> None:
    organization(emulator)
    emulator.settings(macie_not_enabled=True)
    caller = MACIE.at(emulator)
    calls: list[Any] = [caller.list, caller.disable]
    for call in calls:
        assert message_of(call) == "Macie is not enabled"
    caller.enable()
    assert caller.list() == [(ADMINISTRATOR, "ENABLED")]


def test_security_hubs_central_configuration(botocore_client: Any, emulator: EmulatorControl) -> None:
    organization(emulator, **both_regions(SECURITY_HUB))
    emulator.settings(security_hub_central_configuration=True)
    caller = SECURITY_HUB.at(emulator)
    for call in (caller.enable, caller.disable):
        assert code(call) == "AccessDeniedException"
    names = {"AccountId": ADMINISTRATOR, "ServicePrincipal": SECURITY_HUB.principal}
    botocore_client.deregister_delegated_administrator(**names)
    assert caller.list() == []


def test_a_guessed_error_can_be_replaced(emulator: EmulatorControl) -> None:
    organization(emulator, delegated_administrators={MACIE.principal: [ADMINISTRATOR]})
    emulator.settings(administrator_errors={"macie2 other": [400, "ValidationException"]})
    assert code(MACIE.at(emulator).enable, account_id=MEMBER) == "ValidationException"
    for unknown in (
        {"administrator_errors": {"macie2 othr": [400, "X"]}},
        {"first_administrator_conflicts": "sometimes"},
    ):
        with pytest.raises(ValueError, match="settings"):
            emulator.settings(**unknown)


def test_a_dry_run_of_ec2_changes_nothing(botocore_client: Any, emulator: EmulatorControl) -> None:
    organization(emulator)
    client = IPAM.at(emulator).client
    names = {"DelegatedAdminAccountId": ADMINISTRATOR, "DryRun": True}
    assert code(client.enable_ipam_organization_admin_account, **names) == "DryRunOperation"
    assert registered(botocore_client, IPAM) == []


@regional
def test_pages_and_opaque_tokens(emulator: EmulatorControl, api: Api) -> None:
    organization(emulator, **both_regions(api))
    name, most = api.page_size
    caller = api.at(emulator)
    assert len(caller.list(**{name: most})) == 1
    assert code(caller.page, **{name: most + 1})
    emulator.settings(page_sizes=[0])
    first = caller.page()
    token = "NextToken" if "NextToken" in first else "nextToken"
    assert first[api.accounts] == []
    assert len(caller.list(**{token: first[token]})) == 1
    assert code(api.at(emulator, SECOND).page, **{token: first[token]})  # of another Region
