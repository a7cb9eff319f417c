# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module on the emulator: calls, order, moves, safeguards, foresight, races, partial failure."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import (
    HAS_ACCOUNT_STATE,
    RunModule,
    assume_role,
    needs_the_emulators_clock,
)

SECURITY, AUDIT, OLD, CLOSED = ("222222222222", "333333333333", "444444444444", "555555555555")
MEMBERS = {SECURITY: "security", AUDIT: "audit", OLD: "old", CLOSED: "closed"}
BACKUP, CONFIG, STACKSETS, SSO, CATALOG = (
    "backup.amazonaws.com",
    "config.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "sso.amazonaws.com",
    "servicecatalog.amazonaws.com",
)
SERVICES = [BACKUP, CONFIG, STACKSETS, SSO, CATALOG]
LIST, SERVICES_OF, ACCESS = (
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListAWSServiceAccessForOrganization",
)
REGISTER, DEREGISTER = "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"
Registrations = dict[str, list[str]]  # {service principal: account IDs}


def organization(emulator: EmulatorControl, registered: Registrations | None = None, **arguments: Any) -> None:
    arguments = {"enabled": SERVICES, "members": MEMBERS, "suspended": [CLOSED], **arguments}
    emulator.organization(delegated_administrators=registered or {}, **arguments)


def entry(account_id: str, principal: str) -> dict[str, str]:
    return {"account_id": account_id, "service_principal": principal}


def registered_now(run_module: RunModule) -> dict[str, list[str]]:
    """Return {account ID: service principals}, as the info module lists them."""
    result = run_module("organizations_delegated_administrator_info")
    return {
        account["account_id"]: [service["service_principal"] for service in account["service_principals"]]
        for account in result["delegated_administrators"]
    }


def test_additive_calls_results_and_the_second_run(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
) -> None:
    organization(emulator, {CONFIG: [OLD]})
    wanted = {SECURITY: [CONFIG, BACKUP], AUDIT: [CONFIG]}
    foreseen = delegated_administrator(wanted, check_mode=True, diff=True)
    assert emulator.writes() == []
    emulator.clear_requests()
    result = delegated_administrator(wanted, diff=True)
    assert emulator.calls() == [LIST, LIST, ACCESS, REGISTER, REGISTER, REGISTER, LIST, LIST]
    assert result["registered"] == [entry(SECURITY, BACKUP), entry(SECURITY, CONFIG), entry(AUDIT, CONFIG)]
    assert result["deregistered"] == []
    assert result["diff"] == {
        "before": {OLD: [CONFIG]},
        "after": {SECURITY: [BACKUP, CONFIG], AUDIT: [CONFIG], OLD: [CONFIG]},
    }
    assert result["delegated_administrators"] == [
        {
            "account_id": account_id,
            "name": MEMBERS[account_id],
            "email": f"{MEMBERS[account_id]}@example.com",
            "status": "ACTIVE",
            "state": "ACTIVE" if HAS_ACCOUNT_STATE else None,
            "service_principals": principals,
        }
        for account_id, principals in ((SECURITY, [BACKUP, CONFIG]), (AUDIT, [CONFIG]), (OLD, [CONFIG]))
    ]
    assert {**foreseen, "check_mode": False} == result
    assert registered_now(run_module) == {SECURITY: [BACKUP, CONFIG], AUDIT: [CONFIG], OLD: [CONFIG]}
    emulator.clear_requests()
    assert delegated_administrator(wanted)["changed"] is False
    assert emulator.calls() == [LIST, LIST]


def test_absent_leaves_others_and_the_second_run_changes_nothing(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
) -> None:
    organization(emulator, {CONFIG: [SECURITY, AUDIT], SSO: [SECURITY]})
    result = delegated_administrator({SECURITY: [CONFIG], OLD: [CONFIG]}, state="absent")
    assert result["deregistered"] == [entry(SECURITY, CONFIG)]
    assert emulator.calls() == [LIST, DEREGISTER, LIST]
    assert registered_now(run_module) == {SECURITY: [SSO], AUDIT: [CONFIG]}
    assert delegated_administrator({SECURITY: [CONFIG]}, state="absent")["changed"] is False


def test_exact_mode_reads_everything_moves_and_keeps(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
) -> None:
    organization(emulator, {SSO: [OLD], CONFIG: [OLD, AUDIT], BACKUP: [AUDIT]})
    task: dict[str, Any] = {"purge_delegated_administrators": True, "keep_service_principals": ["backup.*"]}
    wanted = {SECURITY: [SSO, STACKSETS], AUDIT: [CONFIG]}
    foreseen = delegated_administrator(wanted, check_mode=True, diff=True, **task)
    assert emulator.writes() == []
    emulator.clear_requests()
    result = delegated_administrator(wanted, diff=True, **task)
    reads = [LIST, SERVICES_OF, SERVICES_OF, ACCESS, "DescribeAccount"]
    assert emulator.calls() == [*reads, REGISTER, DEREGISTER, REGISTER, DEREGISTER, LIST, LIST, LIST]
    assert [subject["ServicePrincipal"] for _operation, subject in emulator.writes()] == [STACKSETS, SSO, SSO, CONFIG]
    assert {**foreseen, "check_mode": False} == result
    assert registered_now(run_module) == {SECURITY: [STACKSETS, SSO], AUDIT: [BACKUP, CONFIG]}
    emulator.clear_requests()
    assert delegated_administrator(wanted, **task)["changed"] is False
    assert emulator.calls() == [LIST, SERVICES_OF, SERVICES_OF]


NAMED_SERVICES: dict[str, Any] = {"purge_delegated_administrators": True, "purge_scope": "services"}


class TestPurgeScope:
    """Exact mode for the services that the task names."""

    def test_a_move_is_one_task_and_costs_a_listing_for_its_service(
        self, emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
    ) -> None:
        organization(emulator, {SSO: [OLD], CONFIG: [OLD, AUDIT], BACKUP: [AUDIT]})
        foreseen = delegated_administrator({SECURITY: [SSO]}, check_mode=True, diff=True, **NAMED_SERVICES)
        assert emulator.calls() == [
            LIST,
            ACCESS,
            "DescribeAccount",
            "DescribeOrganization",
            "GetCallerIdentity",
        ]
        emulator.clear_requests()
        result = delegated_administrator({SECURITY: [SSO]}, diff=True, **NAMED_SERVICES)
        assert emulator.calls() == [LIST, ACCESS, "DescribeAccount", DEREGISTER, REGISTER, LIST]
        listings = [request["parameters"] for request in emulator.requests() if request["operation"] == LIST]
        assert listings == [{"ServicePrincipal": SSO}, {"ServicePrincipal": SSO}]
        assert {**foreseen, "check_mode": False} == result
        assert result["diff"] == {"before": {OLD: [SSO]}, "after": {SECURITY: [SSO]}}
        assert registered_now(run_module) == {SECURITY: [SSO], AUDIT: [BACKUP, CONFIG], OLD: [CONFIG]}
        emulator.clear_requests()
        assert delegated_administrator({SECURITY: [SSO]}, **NAMED_SERVICES)["changed"] is False
        assert emulator.calls() == [LIST]

    def test_each_named_service_has_exactly_its_accounts(
        self, emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
    ) -> None:
        organization(emulator, {CONFIG: [OLD, AUDIT], STACKSETS: [OLD], BACKUP: [OLD]})
        wanted = {AUDIT: [CONFIG], SECURITY: [STACKSETS]}
        result = delegated_administrator(wanted, **NAMED_SERVICES)
        assert result["registered"] == [entry(SECURITY, STACKSETS)]
        assert result["deregistered"] == [entry(OLD, CONFIG), entry(OLD, STACKSETS)]
        assert emulator.calls() == [LIST, LIST, ACCESS, REGISTER, DEREGISTER, DEREGISTER, LIST, LIST]
        assert registered_now(run_module) == {SECURITY: [STACKSETS], AUDIT: [CONFIG], OLD: [BACKUP]}

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_safeguards_and_kept_services_hold(
        self, emulator: EmulatorControl, delegated_administrator: RunModule, check_mode: bool
    ) -> None:
        organization(emulator, {CATALOG: [OLD], CONFIG: [OLD]})
        task: dict[str, Any] = {**NAMED_SERVICES, "check_mode": check_mode, "keep_service_principals": ["config.*"]}
        blocked = delegated_administrator({SECURITY: [CATALOG, CONFIG]}, **task)
        assert [held["service_principal"] for held in blocked["held_back"]] == [CATALOG]
        assert emulator.writes() == []
        forced = delegated_administrator({SECURITY: [CATALOG, CONFIG]}, force=True, **task)
        assert forced["registered"] == [entry(SECURITY, CONFIG), entry(SECURITY, CATALOG)]
        assert forced["deregistered"] == [entry(OLD, CATALOG)]


def test_pages_empty_pages_and_tokens(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
) -> None:
    members = {f"{number:012}": f"account-{number}" for number in range(1, 46)}
    organization(emulator, {BACKUP: list(members)}, members=members, suspended=[])
    emulator.settings(page_sizes=[3, 0, 20, 0])
    first = min(members)
    result = delegated_administrator({first: [BACKUP]}, state="absent")
    assert len(result["delegated_administrators"]) == len(members) - 1
    assert emulator.calls().count(LIST) == 6 + 3
    assert set(registered_now(run_module)) == set(members) - {first}


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_second_administrator_of_one_service_blocks_all_writes(
    emulator: EmulatorControl, delegated_administrator: RunModule, check_mode: bool
) -> None:
    organization(emulator, {SSO: [OLD]})
    result = delegated_administrator({SECURITY: [SSO, CONFIG]}, check_mode=check_mode)
    assert result["failed"] is True
    assert (
        f"{OLD} is registered, so {SECURITY} cannot be registered. To replace administrators in one task"
        in result["msg"]
    )
    assert emulator.writes() == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_deregistration_that_destroys_is_blocked_unless_forced(
    emulator: EmulatorControl, delegated_administrator: RunModule, check_mode: bool
) -> None:
    organization(emulator, {CATALOG: [OLD], CONFIG: [OLD]})
    task: dict[str, Any] = {"state": "absent", "check_mode": check_mode}
    blocked = delegated_administrator({OLD: [CATALOG, CONFIG]}, **task)
    assert blocked["failed"] is True
    assert [held["service_principal"] for held in blocked["held_back"]] == [CATALOG]
    assert blocked["held_back"][0]["account_id"] == OLD
    assert "Portfolio shares" in blocked["held_back"][0]["reasons"][0]
    assert blocked["not_attempted"] == [entry(OLD, CONFIG), entry(OLD, CATALOG)]
    assert emulator.writes() == []
    forced = delegated_administrator({OLD: [CATALOG, CONFIG]}, force=True, **task)
    assert forced["deregistered"] == [entry(OLD, CONFIG), entry(OLD, CATALOG)]
    assert "Portfolio shares" in forced["warnings"][0]


def test_missing_service_access_fails_or_warns_in_check_mode(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator, {}, enabled=[CONFIG])
    foreseen = delegated_administrator({SECURITY: [BACKUP, CONFIG]}, check_mode=True)
    assert foreseen["registered"] == [entry(SECURITY, BACKUP), entry(SECURITY, CONFIG)]
    assert f"Service access is not enabled for {BACKUP}" in foreseen["warnings"][0]
    result = delegated_administrator({SECURITY: [BACKUP, CONFIG]})
    assert result["failed"] is True
    assert result["reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    assert "Nothing was changed" in result["msg"]
    assert result["msg"].endswith(f" Not attempted either: register {SECURITY} for {CONFIG}.")
    assert result["not_attempted"] == [entry(SECURITY, BACKUP), entry(SECURITY, CONFIG)]
    assert emulator.writes() == []


@pytest.mark.parametrize(
    ("account_id", "code", "reason"),
    [
        (MANAGEMENT_ACCOUNT, "ConstraintViolationException", "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"),
        (CLOSED, "ConstraintViolationException", "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"),
        ("999999999999", "AccountNotFoundException", None),
    ],
)
def test_check_mode_foresees_which_account_aws_refuses(
    emulator: EmulatorControl, delegated_administrator: RunModule, account_id: str, code: str, reason: str | None
) -> None:
    organization(emulator, {CONFIG: [OLD]})
    wanted = {SECURITY: [CONFIG], account_id: [CONFIG]}
    task: dict[str, Any] = {"purge_delegated_administrators": True}
    foreseen = delegated_administrator(wanted, check_mode=True, **task)
    assert emulator.writes() == []
    result = delegated_administrator(wanted, **task)
    for outcome in (foreseen, result):
        assert outcome["failed"] is True
        (failure,) = outcome["failed_registrations"]
        assert {key: failure[key] for key in ("account_id", "code", "reason")} == {
            "account_id": account_id,
            "code": code,
            "reason": reason,
        }
        assert outcome["registered"] == [entry(SECURITY, CONFIG)]
        assert outcome["not_attempted"] == [entry(OLD, CONFIG)]
    assert foreseen["msg"].startswith("Would fail to register")
    assert "Would be done: registered" in foreseen["msg"]
    assert result["msg"].startswith("Failed to register")


@pytest.mark.parametrize("check_mode", [True, False])
def test_only_the_management_account_may_write(
    emulator: EmulatorControl, delegated_administrator: RunModule, check_mode: bool
) -> None:
    organization(emulator, {CONFIG: [SECURITY]})
    credentials = assume_role(emulator, SECURITY)
    result = delegated_administrator({AUDIT: [CONFIG]}, check_mode=check_mode, **credentials)
    assert result["error"]["code"] == "AccessDeniedException"
    assert "organizations:RegisterDelegatedAdministrator" in result["msg"]
    assert result["changed"] is False


def test_a_move_whose_second_half_fails_says_that_nobody_is_left(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule
) -> None:
    organization(emulator, {SSO: [OLD], CONFIG: [OLD]})
    emulator.fault(REGISTER, code="ConstraintViolationException", parameters={"ServicePrincipal": SSO})
    wanted = {SECURITY: [SSO], AUDIT: [CONFIG]}
    result = delegated_administrator(wanted, purge_delegated_administrators=True)
    assert (
        f"{SSO} now has no delegated administrator: {OLD} for {SSO} was deregistered, "
        f"and {SECURITY} could not be registered." in result["msg"]
    )
    assert result["not_attempted"] == [entry(OLD, CONFIG)]
    assert registered_now(run_module) == {AUDIT: [CONFIG], OLD: [CONFIG]}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("account_id", "code", "problem"),
    [
        (CLOSED, "ConstraintViolationException", f"The state of account {CLOSED} is "),
        (MANAGEMENT_ACCOUNT, "ConstraintViolationException", f"{MANAGEMENT_ACCOUNT} is the organization's management"),
        ("999999999999", "AccountNotFoundException", "Check the account ID"),
    ],
)
def test_a_move_to_an_account_that_aws_refuses_changes_nothing(
    emulator: EmulatorControl,
    delegated_administrator: RunModule,
    account_id: str,
    code: str,
    problem: str,
    check_mode: bool,
) -> None:
    organization(emulator, {SSO: [OLD], CONFIG: [OLD]})
    task: dict[str, Any] = {"purge_delegated_administrators": True, "check_mode": check_mode}
    result = delegated_administrator({account_id: [SSO], AUDIT: [CONFIG]}, **task)
    assert result["failed"] is True
    assert result["changed"] is False
    assert f"Nothing was changed: {account_id} for {SSO} cannot be registered, and {OLD} for {SSO}" in result["msg"]
    assert problem in result["msg"]
    others = f"register {AUDIT} for {CONFIG}; deregister {OLD} for {CONFIG}"
    assert result["msg"].endswith(f" Not attempted either: {others}.")
    assert result["error"]["code"] == code
    assert result["not_attempted"] == [
        entry(AUDIT, CONFIG),
        entry(OLD, SSO),
        entry(account_id, SSO),
        entry(OLD, CONFIG),
    ]
    assert emulator.calls() == [LIST, SERVICES_OF, ACCESS, "DescribeAccount"]


def test_a_move_reads_its_new_administrators_alone(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator, {SSO: [OLD]})
    task: dict[str, Any] = {"purge_delegated_administrators": True, "wait": False}
    wanted = {SECURITY: [SSO], AUDIT: [CONFIG]}
    delegated_administrator(wanted, **task, check_mode=True)
    assert emulator.calls().count("DescribeAccount") == 2
    emulator.clear_requests()
    result = delegated_administrator(wanted, **task)
    assert emulator.calls() == [LIST, SERVICES_OF, ACCESS, "DescribeAccount", REGISTER, DEREGISTER, REGISTER]
    assert "failed" not in result


def test_a_move_to_an_account_that_cannot_be_read_warns(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator, {SSO: [OLD]})
    emulator.fault("DescribeAccount", code="AccessDeniedException", count=None)
    result = delegated_administrator({SECURITY: [SSO]}, purge_delegated_administrators=True)
    assert result["registered"] == [entry(SECURITY, SSO)]
    (warning,) = result["warnings"]
    assert f"Could not verify that account {SECURITY} can be registered" in warning
    assert "Check mode" not in warning


def test_what_could_not_be_deregistered_is_not_replaced(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator, {SSO: [OLD], CONFIG: [OLD]})
    emulator.fault(DEREGISTER, code="ConstraintViolationException", count=1)
    result = delegated_administrator({AUDIT: [SSO]}, purge_delegated_administrators=True)
    assert [failure["service_principal"] for failure in result["failed_registrations"]] == [SSO]
    assert result["not_attempted"] == [entry(AUDIT, SSO)]
    assert result["deregistered"] == [entry(OLD, CONFIG)]


@pytest.mark.parametrize("position", range(4))
def test_partial_failure_at_every_position_tells_what_was_done(
    emulator: EmulatorControl, delegated_administrator: RunModule, run_module: RunModule, position: int
) -> None:
    organization(emulator, {SSO: [OLD], CONFIG: [OLD]})
    planned = [entry(SECURITY, BACKUP), entry(OLD, SSO), entry(SECURITY, SSO), entry(OLD, CONFIG)]
    operation = [REGISTER, DEREGISTER, REGISTER, DEREGISTER][position]
    emulator.fault(operation, code="AccessDeniedException", status=400, after=position // 2, count=None)
    result = delegated_administrator({SECURITY: [BACKUP, SSO]}, purge_delegated_administrators=True)
    assert result["failed"] is True
    assert result["registered"] + result["deregistered"] == sorted(
        planned[:position], key=lambda one: planned.index(one) % 2
    )
    (failure,) = result["failed_registrations"]
    assert {key: failure[key] for key in ("account_id", "service_principal")} == planned[position]
    assert result["not_attempted"] == planned[position + 1 :]
    emulator.clear_faults()
    again = delegated_administrator({SECURITY: [BACKUP, SSO]}, purge_delegated_administrators=True)
    assert "failed" not in again
    assert registered_now(run_module) == {SECURITY: [BACKUP, SSO]}


@pytest.mark.parametrize("lost", [True, False])
def test_somebody_was_faster_or_our_answer_was_lost(
    emulator: EmulatorControl,
    delegated_administrator: RunModule,
    fake_clock: list[float],  # noqa: ARG001 - no waiting
    lost: bool,
) -> None:
    organization(emulator)
    if lost:
        emulator.fault(REGISTER, apply=True, reset=True)
    else:
        emulator.fault(REGISTER, code="AccountAlreadyRegisteredException", apply=True)
    result = delegated_administrator({SECURITY: [CONFIG]})
    assert "failed" not in result
    assert result["changed"] is lost
    assert result["registered"] == ([entry(SECURITY, CONFIG)] if lost else [])
    assert result["delegated_administrators"][0]["service_principals"] == [CONFIG]


def test_a_timeout_tells_what_a_lagging_listing_lacks(
    emulator: EmulatorControl,
    delegated_administrator: RunModule,
    fake_clock: list[float],  # noqa: ARG001 - no waiting
) -> None:
    organization(emulator)
    emulator.settings(stale_listings=2)
    assert delegated_administrator({SECURITY: [CONFIG]})["delegated_administrators"][0]["name"] == "security"
    emulator.settings(stale_listings=9)
    result = delegated_administrator({AUDIT: [CONFIG]}, wait_timeout=3)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["not_visible_yet"] == [entry(AUDIT, CONFIG)]


def test_warnings_before_registering(emulator: EmulatorControl, delegated_administrator: RunModule) -> None:
    names = ["ipam.amazonaws.com", "svc-001.emulated.amazonaws.com", "wellarchitected.amazonaws.com"]
    organization(emulator, enabled=names)
    warnings = " ".join(delegated_administrator({SECURITY: names}, check_mode=True)["warnings"])
    assert f"enable-ipam-organization-admin-account --delegated-admin-account-id {SECURITY}, which" in warnings
    assert "ACCOUNT_ID" not in warnings
    assert "svc-001.emulated.amazonaws.com is not in the catalog" in warnings
    assert "AWS documents no delegated administrators for AWS Well-Architected Tool" in warnings


@needs_the_emulators_clock
def test_fifty_registrations_at_the_rates_of_aws(
    emulator: EmulatorControl, delegated_administrator: RunModule, fake_clock: list[float]
) -> None:
    members = {f"{number:012}": f"account-{number}" for number in range(1, 51)}
    organization(emulator, members=members, suspended=[])
    emulator.settings(rate_limits=True)
    result = delegated_administrator({account_id: [BACKUP] for account_id in members})
    assert len(result["registered"]) == 50
    rejected = len([one for one in emulator.requests() if one.get("error") == "TooManyRequestsException"])
    assert rejected < 5
    assert sum(fake_clock) < 1.15 * 48


@needs_the_emulators_clock
def test_exact_mode_over_200_accounts_at_the_rates_of_aws(
    emulator: EmulatorControl, delegated_administrator: RunModule, fake_clock: list[float]
) -> None:
    members = {f"{number:012}": f"account-{number}" for number in range(1, 211)}
    accounts = list(members)
    organization(emulator, {BACKUP: accounts[:200], "mgn.amazonaws.com": accounts[:200]}, members=members, suspended=[])
    emulator.settings(rate_limits=True)
    wanted = {account_id: [BACKUP, "mgn.amazonaws.com"] for account_id in accounts[10:200]}
    wanted |= {account_id: [BACKUP] for account_id in accounts[200:]}
    result = delegated_administrator(wanted, purge_delegated_administrators=True, wait=False)
    assert len(result["registered"]) == 10
    assert len(result["deregistered"]) == 20
    assert len(result["delegated_administrators"]) == 200
    assert emulator.calls().count(SERVICES_OF) < 200 * 1.1  # a rejected call is made again
    assert sum(fake_clock) < 1.15 * (200 + 10 + 20)


def test_check_mode_asks_once_for_what_it_may_not_read(
    emulator: EmulatorControl, delegated_administrator: RunModule
) -> None:
    organization(emulator)
    emulator.fault("DescribeOrganization", code="AccessDeniedException", count=None)
    result = delegated_administrator({SECURITY: [CONFIG], CLOSED: [CONFIG]}, check_mode=True)
    assert emulator.calls().count("DescribeOrganization") == 1
    assert [failure["account_id"] for failure in result["failed_registrations"]] == [CLOSED]
    assert len(result["warnings"]) == 1


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_unrecognized_service_gets_a_suggestion(
    emulator: EmulatorControl, delegated_administrator: RunModule, state: str, check_mode: bool
) -> None:
    organization(emulator)
    wanted = {SECURITY: [CONFIG, "gaurdduty.amazonaws.com"]}
    result = delegated_administrator(wanted, state=state, check_mode=check_mode)
    assert result["reason"] == "UNRECOGNIZED_SERVICE_PRINCIPAL"
    assert "did you mean guardduty.amazonaws.com? Failed to list" in result["msg"]
    assert "trusted access for the service, or all features of the organization, are not enabled" in result["msg"]
    assert emulator.writes() == []
