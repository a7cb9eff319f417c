# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""prefer_service_api on the emulator: each service's API, calls, order, waiting, failures, warnings."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role, aws_client
from ansible_collections.orgops.aws.tests.unit.plugins.module_utils.switched_services import (
    ALL,
    BOTH_MODES,
    CATALOG,
    CONFIG,
    EVERY_SERVICE,
    HEALTH,
    NEEDS_NOTIFICATIONS,
    NETWORK_MANAGER,
    NO_WAITING,
    NOTIFICATIONS,
    RAM,
    REACHABILITY,
    STACK_SETS,
    WELL_ARCHITECTED,
    reads_of,
    written,
)

ACCESS, ENABLE, DISABLE = (
    "ListAWSServiceAccessForOrganization",
    "EnableAWSServiceAccess",
    "DisableAWSServiceAccess",
)


def entry_of(result: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (entry for entry in result["enabled_service_principals"] if entry["service_principal"] == name)
    return dict(found)


@EVERY_SERVICE
def test_enable_with_the_service_api_and_again(emulator: EmulatorControl, with_apis: RunModule, name: str) -> None:
    emulator.organization()
    foreseen = with_apis([name], check_mode=True)
    assert emulator.writes() == []
    emulator.clear_requests()
    result = with_apis([name])
    api = API_OF[name]
    assert emulator.calls() == [ACCESS, *reads_of(name), api.enable.name, ACCESS, ACCESS, *reads_of(name)]
    assert emulator.writes() == [(api.enable.name, dict(api.enable.arguments))]
    for outcome in (foreseen, result):
        assert "failed" not in outcome
        assert outcome["changed"] is True
        assert outcome["enabled"] == [name]
        assert outcome["switched_with"] == {name: str(api.enable)}
        assert outcome["diff"]["after"]["service_principals"] == [name]
        assert outcome["diff"]["after"]["service_api_states"] == ({name: "enabled"} if api.read else {})
        assert outcome["diff"]["before"]["service_api_states"] == ({name: "disabled"} if api.read else {})
        assert entry_of(outcome, name)["service_api_state"] == ("enabled" if api.read else None)
        assert [warning for warning in outcome.get("warnings", []) if "not enough" in warning] == []
    assert result.get("warnings") == foreseen.get("warnings")
    emulator.clear_requests()
    again = with_apis([name])
    assert again["changed"] is False
    assert again["switched_with"] == {}
    assert emulator.calls() == [ACCESS, *reads_of(name)]


@EVERY_SERVICE
def test_what_organizations_alone_enabled_is_completed_once(
    emulator: EmulatorControl, with_apis: RunModule, name: str
) -> None:
    emulator.organization(enabled=[name])
    result = with_apis([name])
    api = API_OF[name]
    if api.read is None:
        assert result["changed"] is False
        assert written(emulator) == []
        return
    assert result["enabled"] == [name]
    assert result["diff"]["before"]["service_principals"] == result["diff"]["after"]["service_principals"] == [name]
    assert emulator.calls() == [ACCESS, *reads_of(name), api.enable.name, ACCESS, *reads_of(name)]
    assert with_apis([name])["changed"] is False


@EVERY_SERVICE
def test_disabling_leaves_neither_the_listing_nor_a_state(
    emulator: EmulatorControl, with_apis: RunModule, service_access_info: RunModule, name: str
) -> None:
    emulator.organization(enabled=[name], own_states={name: "ENABLED"})
    foreseen = with_apis([name], state="absent", force=True, check_mode=True)
    assert emulator.writes() == []
    result = with_apis([name], state="absent", force=True)
    api = API_OF[name]
    for outcome in (foreseen, result):
        assert outcome["disabled"] == [name]
        assert outcome["switched_with"] == ({name: str(api.disable)} if api.disable else {})
        assert outcome["diff"]["after"]["service_api_states"] == ({name: "disabled"} if api.disable else {})
    # Only AWS Organizations disables RAM and Reachability Analyzer, and the API of Well-Architected is not enough.
    with_organizations = [DISABLE] if name in (RAM, REACHABILITY, WELL_ARCHITECTED) else []
    assert written(emulator) == [*([api.disable.name] if api.disable else []), *with_organizations]
    assert service_access_info()["enabled_service_principals"] == []
    again = with_apis([name], state="absent")
    assert again["changed"] is False


@EVERY_SERVICE
def test_an_enabled_state_without_service_access(emulator: EmulatorControl, with_apis: RunModule, name: str) -> None:
    """Somebody disabled it with AWS Organizations alone."""
    emulator.organization(own_states={name: "ENABLED"})
    api = API_OF[name]
    assert with_apis([name], state="absent")["changed"] is (api.disable is not None)
    emulator.reset()
    emulator.organization(own_states={name: "ENABLED"})
    assert with_apis([name])["enabled"] == [name]
    assert written(emulator) == [api.enable.name if api.outlives_disabling or api.read is None else ENABLE]


@EVERY_SERVICE
def test_organizations_does_what_the_service_api_leaves_undone(
    emulator: EmulatorControl, with_apis: RunModule, name: str
) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[name])
    result = with_apis([name])
    assert result["enabled"] == [name]
    assert written(emulator) == [API_OF[name].enable.name, ENABLE]
    with_apis([name], state="absent", force=True)
    assert [entry["ServicePrincipal"] for entry in listing(emulator)] == []


def listing(emulator: EmulatorControl) -> list[dict[str, Any]]:
    client = aws_client(emulator, "organizations")
    return list(client.list_aws_service_access_for_organization()["EnabledServicePrincipals"])


@NEEDS_NOTIFICATIONS
def test_service_calls_come_first_and_one_listing_follows(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[NOTIFICATIONS])
    result = with_apis([CONFIG, NOTIFICATIONS, STACK_SETS])
    assert emulator.calls()[3:8] == [
        "ActivateOrganizationsAccess",
        "EnableNotificationsAccessForOrganization",
        ENABLE,
        ACCESS,
        ENABLE,
    ]
    assert [subject for operation, subject in emulator.writes() if operation == ENABLE] == [CONFIG, NOTIFICATIONS]
    assert result["enabled"] == [CONFIG, STACK_SETS, NOTIFICATIONS]
    assert entry_of(result, CONFIG)["service_api_state"] is None


@NEEDS_NOTIFICATIONS
def test_purging_disables_with_the_service_api_after_enabling(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization(enabled=[HEALTH, STACK_SETS], own_states={HEALTH: "ENABLED", WELL_ARCHITECTED: "ENABLED"})
    result = with_apis([CONFIG, NOTIFICATIONS], purge_service_principals=True, keep_service_principals=[STACK_SETS])
    assert result["disabled"] == [HEALTH]
    assert written(emulator) == [
        "EnableNotificationsAccessForOrganization",
        ENABLE,
        "DisableHealthServiceAccessForOrganization",
    ]
    # What is kept, or not listed, is not read.
    assert "DescribeOrganizationsAccess" not in emulator.calls()
    assert "GetGlobalSettings" not in emulator.calls()
    assert "service_api_state" not in entry_of(result, STACK_SETS)


def test_without_the_option_not_one_call_more(emulator: EmulatorControl, service_access: RunModule) -> None:
    emulator.organization(own_states=dict.fromkeys(ALL, "ENABLED"))
    result = service_access(ALL, diff=True)
    assert emulator.calls() == [ACCESS, *[ENABLE] * len(ALL), ACCESS]
    assert "switched_with" not in result
    assert "service_api_states" not in result["diff"]["after"]
    assert all("service_api_state" not in entry for entry in result["enabled_service_principals"])
    (warning,) = (text for text in result["warnings"] if RAM in text)
    assert "Or set prefer_service_api=true to call ram:EnableSharingWithAwsOrganization." in warning


@NO_WAITING
@pytest.mark.parametrize("name", [HEALTH, pytest.param(NOTIFICATIONS, marks=NEEDS_NOTIFICATIONS), CATALOG])
class TestPending:
    def test_a_switch_is_waited_for(self, emulator: EmulatorControl, with_apis: RunModule, name: str) -> None:
        emulator.organization()
        emulator.settings(service_api_pending_reads=2)
        result = with_apis([name])
        assert entry_of(result, name)["service_api_state"] == "enabled"
        assert emulator.calls().count(reads_of(name)[0]) == 1 + 3

    def test_without_waiting_it_is_pending(self, emulator: EmulatorControl, with_apis: RunModule, name: str) -> None:
        emulator.organization()
        emulator.settings(service_api_pending_reads=2)
        result = with_apis([name], wait=False)
        assert entry_of(result, name)["service_api_state"] == "pending"
        assert emulator.calls() == [ACCESS, *reads_of(name), API_OF[name].enable.name, ACCESS]

    @BOTH_MODES
    def test_a_pending_change_is_waited_for_and_not_repeated(
        self, emulator: EmulatorControl, with_apis: RunModule, name: str, check_mode: bool
    ) -> None:
        emulator.organization(enabled=[name], own_states={name: "PENDING"})
        result = with_apis([name], check_mode=check_mode)
        assert result["changed"] is False
        assert entry_of(result, name)["service_api_state"] == "enabled"
        assert emulator.writes() == []

    @BOTH_MODES
    def test_or_reported_as_pending(
        self, emulator: EmulatorControl, with_apis: RunModule, name: str, check_mode: bool
    ) -> None:
        emulator.organization(enabled=[name], own_states={name: "PENDING"})
        result = with_apis([name], check_mode=check_mode, wait=False)
        assert result["changed"] is False
        assert entry_of(result, name)["service_api_state"] == "pending"
        assert emulator.calls() == [ACCESS, *reads_of(name)]

    def test_a_disabling_that_is_under_way_is_turned_round(
        self, emulator: EmulatorControl, with_apis: RunModule, name: str
    ) -> None:
        emulator.organization(enabled=[name], own_states={name: "DISABLING"})
        result = with_apis([name])
        assert result["enabled"] == [name]
        assert written(emulator) == [API_OF[name].enable.name]

    @BOTH_MODES
    def test_what_stays_pending_fails_alone(
        self, emulator: EmulatorControl, with_apis: RunModule, name: str, check_mode: bool
    ) -> None:
        emulator.settings(service_api_pending_reads=99)
        emulator.organization(enabled=[name], own_states={name: "PENDING"})
        result = with_apis([CONFIG, name], wait_timeout=3, check_mode=check_mode)
        assert result["failed_service_principals"][name]["code"] == "StillPending"
        assert result["enabled"] == [CONFIG]

    def test_a_wait_that_times_out_tells_what_was_written(
        self, emulator: EmulatorControl, with_apis: RunModule, name: str
    ) -> None:
        emulator.organization()
        emulator.settings(service_api_pending_reads=99)
        result = with_apis([CONFIG, name], wait_timeout=3)
        assert result["failed"] is True
        assert result["not_visible_yet"] == [name]
        assert result["switched_with"] == {name: str(API_OF[name].enable)}
        assert "the states that the services report" in result["msg"]


@NEEDS_NOTIFICATIONS
@NO_WAITING
def test_a_switch_that_ends_in_failure_is_an_error_and_repeated(
    emulator: EmulatorControl, with_apis: RunModule
) -> None:
    emulator.organization()
    emulator.settings(service_api_failures=[NOTIFICATIONS], service_api_pending_reads=1)
    result = with_apis([CONFIG, NOTIFICATIONS])
    assert result["failed_service_principals"][NOTIFICATIONS]["code"] == "ServiceReportsFailure"
    assert (result["changed"], result["enabled"]) == (True, [CONFIG, NOTIFICATIONS])
    assert list(result["switched_with"]) == [NOTIFICATIONS]
    assert result["diff"]["after"] == {
        "service_principals": [entry["ServicePrincipal"] for entry in listing(emulator)],
        "service_api_states": {NOTIFICATIONS: "failed"},
    }
    emulator.settings(service_api_failures=[])
    again = with_apis([CONFIG, NOTIFICATIONS])
    assert again["enabled"] == [NOTIFICATIONS]
    assert with_apis([CONFIG, NOTIFICATIONS])["changed"] is False


@NEEDS_NOTIFICATIONS
@NO_WAITING
def test_completing_that_fails_in_the_end_enables_nothing(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization(enabled=[NOTIFICATIONS])
    emulator.settings(service_api_failures=[NOTIFICATIONS], service_api_pending_reads=1)
    result = with_apis([NOTIFICATIONS])
    assert (result["changed"], result["enabled"], result["completed"]) == (True, [], [])
    assert list(result["failed_service_principals"]) == list(result["switched_with"]) == [NOTIFICATIONS]


@NO_WAITING
@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException"])
def test_what_was_written_and_cannot_be_read_again_is_done(
    emulator: EmulatorControl, with_apis: RunModule, code: str
) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[HEALTH])
    (read,) = reads_of(HEALTH)
    emulator.fault(read, code=code, after=1, count=None)
    result = with_apis([CONFIG, HEALTH])
    assert result["failed"] is True
    assert (result["changed"], result["enabled"]) == (True, [CONFIG, HEALTH])
    assert list(result["switched_with"]) == [HEALTH]
    assert result["diff"]["after"]["service_principals"] == [CONFIG, HEALTH]
    assert result["error"]["code"] == code
    assert "failed_service_principals" not in result
    assert f"activated {HEALTH}; enabled {CONFIG}, {HEALTH}) but could not be confirmed" in result["msg"]
    assert f"Failed to read the state of {HEALTH} with health:{read}: {code}" in result["msg"]
    assert "Failed to activate" not in result["msg"]
    assert result["msg"].count("Failed to read") == 1


@NO_WAITING
def test_the_timeout_counts_once(emulator: EmulatorControl, with_apis: RunModule, fake_clock: list[float]) -> None:
    emulator.settings(service_api_pending_reads=99)
    emulator.organization(enabled=[HEALTH], own_states={HEALTH: "PENDING"})
    result = with_apis([CATALOG, HEALTH], wait_timeout=7)
    assert result["failed"] is True
    assert sum(fake_clock) == 7


@EVERY_SERVICE
@BOTH_MODES
def test_a_state_that_may_not_be_read_fails_alone(
    emulator: EmulatorControl, with_apis: RunModule, name: str, check_mode: bool
) -> None:
    api = API_OF[name]
    if api.read is None:
        return
    other = STACK_SETS if name != STACK_SETS else HEALTH
    emulator.organization(enabled=[CONFIG])
    emulator.fault(api.read.operation.name, code="AccessDeniedException", status=403, count=None)
    result = with_apis([name, other], check_mode=check_mode, purge_service_principals=True)
    assert result["failed"] is True
    assert result["enabled"] == [other]
    assert result["failed_service_principals"][name]["code"] == "AccessDeniedException"
    assert f"allow this identity the IAM action {api.read.operation}." in result["msg"]
    assert result["not_attempted"] == [CONFIG]
    assert result.get("outcome_unknown", []) == []
    assert API_OF[name].enable.name not in emulator.calls()


def test_organizations_fails_after_the_service_call(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[STACK_SETS])
    emulator.fault(ENABLE, code="InvalidInputException", reason="UNRECOGNIZED_SERVICE_PRINCIPAL")
    result = with_apis([STACK_SETS])
    assert result["changed"] is True
    assert result["enabled"] == []
    assert result["switched_with"] == {STACK_SETS: "cloudformation:ActivateOrganizationsAccess"}
    assert result["failed_service_principals"][STACK_SETS]["reason"] == "UNRECOGNIZED_SERVICE_PRINCIPAL"
    assert result["diff"]["after"]["service_principals"] == []
    assert result["diff"]["after"]["service_api_states"] == {STACK_SETS: "enabled"}
    assert with_apis([STACK_SETS])["enabled"] == [STACK_SETS]


@NO_WAITING
@pytest.mark.parametrize("fault", [{"reset": True}, {"body": "<html>Sign in</html>"}], ids=str)
def test_a_failed_listing_between_calls_leaves_nothing_unknown(
    emulator: EmulatorControl, with_apis: RunModule, fault: dict[str, Any]
) -> None:
    emulator.organization()
    emulator.settings(service_api_leaves_service_access=[STACK_SETS])
    emulator.fault(ACCESS, after=1, count=None, **fault)
    result = with_apis([STACK_SETS])
    assert list(result["failed_service_principals"]) == [STACK_SETS]
    assert "outcome_unknown" not in result
    assert written(emulator) == ["ActivateOrganizationsAccess"]


@NO_WAITING
@pytest.mark.parametrize("code", ["InvalidStateException", "ConflictException", "ConcurrentModificationException"])
def test_a_switch_whose_retry_is_refused_may_be_made(
    emulator: EmulatorControl, with_apis: RunModule, code: str
) -> None:
    emulator.organization()
    emulator.fault("EnableAWSOrganizationsAccess", reset=True, apply=True)
    emulator.fault("EnableAWSOrganizationsAccess", code=code, count=None)
    result = with_apis([CATALOG])
    assert result["outcome_unknown"] == [CATALOG]
    assert f"It is unknown whether AWS applied the change for {CATALOG}" in result["msg"]
    assert "activated nothing" not in result["msg"]


def test_safeguards_hold_for_the_service_apis(emulator: EmulatorControl, with_apis: RunModule) -> None:
    member = "222222222222"
    emulator.organization(
        enabled=[STACK_SETS],
        members={member: "security"},
        own_states={STACK_SETS: "ENABLED"},
        delegated_administrators={STACK_SETS: [member]},
    )
    result = with_apis([STACK_SETS], state="absent")
    assert [blocked["service_principal"] for blocked in result["held_back"]] == [STACK_SETS]
    assert "To leave services enabled, remove them from service_principals." in result["msg"]
    assert result["not_attempted"] == [STACK_SETS]
    assert (result["changed"], result["switched_with"], emulator.writes()) == (False, {}, [])
    forced = with_apis([STACK_SETS], state="absent", force=True)
    assert "AWS refuses these changes" in forced["msg"]
    assert (forced["changed"], forced["switched_with"], emulator.writes()) == (False, {}, [])


@BOTH_MODES
def test_only_the_management_account_may_switch(
    emulator: EmulatorControl, with_apis: RunModule, check_mode: bool
) -> None:
    member = "222222222222"
    emulator.organization(enabled=[CONFIG], members={member: "security"}, delegated_administrators={CONFIG: [member]})
    result = with_apis([REACHABILITY, CONFIG], check_mode=check_mode, **assume_role(emulator, member))
    assert result["failed"] is True
    assert result["changed"] is False
    assert "management account" in result["msg"]


@BOTH_MODES
def test_warnings_of_side_effects_of_the_service_calls(
    emulator: EmulatorControl, with_apis: RunModule, check_mode: bool
) -> None:
    emulator.organization()
    warnings = with_apis(ALL, check_mode=check_mode)["warnings"]
    assert [name for name in ALL if any(name in warning for warning in warnings)] == [
        NETWORK_MANAGER,
        REACHABILITY,
        CATALOG,
    ]
    assert "every account of the organization" in " ".join(warnings)


@BOTH_MODES
def test_stack_sets_that_are_disabled_permanently_are_a_warning(
    emulator: EmulatorControl, with_apis: RunModule, check_mode: bool
) -> None:
    emulator.organization(own_states={STACK_SETS: "DISABLED_PERMANENTLY"})
    result = with_apis([STACK_SETS], check_mode=check_mode)
    assert result["enabled"] == [STACK_SETS]
    assert [text for text in result["warnings"] if "CloudFormation reports DISABLED_PERMANENTLY" in text]


@BOTH_MODES
@pytest.mark.parametrize(
    "task", [{"service_principals": [CONFIG], "purge_service_principals": True}, {"state": "absent"}]
)
def test_a_pending_service_that_is_not_wanted_is_named(
    emulator: EmulatorControl, with_apis: RunModule, task: dict[str, Any], check_mode: bool
) -> None:
    emulator.organization(enabled=[CONFIG, HEALTH], own_states={HEALTH: "PENDING"})
    emulator.settings(service_api_pending_reads=9)
    result = with_apis(**{"service_principals": [HEALTH], **task}, wait=False, check_mode=check_mode)
    assert (result["changed"], emulator.writes()) == (False, [])
    (warning,) = result["warnings"]
    assert f"{HEALTH} is not disabled, because a change by the service itself is still pending" in warning
    assert "set wait=true" in warning


def test_a_pending_service_that_is_wanted_needs_no_warning(emulator: EmulatorControl, with_apis: RunModule) -> None:
    emulator.organization(enabled=[HEALTH], own_states={HEALTH: "PENDING"})
    emulator.settings(service_api_pending_reads=9)
    assert "warnings" not in with_apis([HEALTH], wait=False)


@BOTH_MODES
def test_what_its_service_reports_as_enabled_is_said_to_work(
    emulator: EmulatorControl, with_apis: RunModule, check_mode: bool
) -> None:
    emulator.organization(own_states={STACK_SETS: "ENABLED"})
    result = with_apis([STACK_SETS], check_mode=check_mode)
    assert result["enabled"] == [STACK_SETS]
    assert "warnings" not in result
