# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Designating and removing with the services' APIs: order, waiting, refusals, moves, absence; without calls."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    AdministratorApi,
)

from .worlds import (
    DETECTIVE,
    EXACT,
    GUARDDUTY,
    IPAM,
    LAKE,
    ONE,
    THREE,
    TWO,
    A,
    B,
    Registration,
    Run,
    SkippedRegion,
    World,
    refusal,
)

pytestmark = pytest.mark.usefixtures("fake_clock")
FORESEEN = (
    *("changed", "registered", "deregistered", "designated", "removed", "service_administrators", "next_steps"),
    *("skipped_regions", "diff"),
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


def entry(account_id: str = A, principal: str = GUARDDUTY, region: str | None = None) -> dict[str, str]:
    return {"account_id": account_id, "service_principal": principal, **({"region": region} if region else {})}


def listed(*account_ids: str | None) -> dict[str, dict[str, str]]:
    return {
        region: {"account_id": account_id, "status": "ENABLED"} if account_id else {}
        for region, account_id in zip((ONE, TWO, THREE), account_ids)
    }


def test_the_first_region_is_alone_until_it_is_listed(run: Run) -> None:
    world = World(lag=2)
    result = run(world)
    first = world.calls.index(f"designate {A} guardduty {ONE}")
    second = world.calls.index(f"designate {A} guardduty {TWO}")
    assert world.calls[first + 1 : second] == [f"list guardduty {ONE}"] * 3 + ["registrations guardduty"]
    assert world.writes == [f"designate {A} guardduty {region}" for region in (ONE, TWO, THREE)]
    assert result["registered"] == [entry()]
    assert result["service_administrators"] == {GUARDDUTY: listed(A, A, A)}
    assert result["diff"]["before"]["service_administrators"] == {GUARDDUTY: dict.fromkeys((ONE, TWO, THREE))}
    assert "failed" not in result


def test_the_second_run_reads_each_list_once(run: Run) -> None:
    world = World()
    run(world)
    result = run(world)
    assert result["changed"] is False
    assert result["next_steps"] == []
    assert run.warnings == []
    lists = [f"list guardduty {region}" for region in (ONE, TWO, THREE)]
    assert world.calls == ["registrations guardduty", "regions", *lists]


def test_check_mode_foretells_the_run(run: Run) -> None:
    foreseen, warnings = run(World(), check_mode=True), list(run.warnings)
    done = run(World())
    assert {key: foreseen[key] for key in FORESEEN} == {key: done[key] for key in FORESEEN}
    assert [text for text in warnings if "AWS charges" in text] == run.warnings
    (step,) = done["next_steps"]
    assert step["operation"] == "guardduty:UpdateOrganizationConfiguration"
    assert (step["account_id"], step["regions"]) == (A, [ONE, TWO, THREE])


def test_only_missing_regions_are_completed(run: Run) -> None:
    world = World().administers(A)
    del world.administrators[GUARDDUTY, TWO]
    result = run(world)
    assert world.writes == [f"designate {A} guardduty {TWO}"]
    assert (result["changed"], result["registered"]) == (True, [])
    assert (result["designated"], result["removed"]) == ([entry(region=TWO)], [])


def test_a_service_that_does_not_register_is_registered(run: Run) -> None:
    world = World(registers=False)
    result = run(world)
    assert world.writes[-1] == f"register {A} guardduty"
    assert result["registered"] == [entry()]


def test_a_refused_first_region_makes_the_next_one_the_first(run: Run) -> None:
    world = World(lag=1, refuses={("designate", ONE): refusal()})
    result = run(world)
    second = world.calls.index(f"designate {A} guardduty {TWO}")
    third = world.calls.index(f"designate {A} guardduty {THREE}")
    assert f"list guardduty {TWO}" in world.calls[second:third]
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (ONE, "BadRequestException")
    assert result["registered"] == [entry()]
    assert result["service_administrators"] == {GUARDDUTY: listed(None, A, A)}


def test_a_refusal_everywhere_registers_nothing(run: Run) -> None:
    world = World(refuses={("designate", region): refusal() for region in (ONE, TWO, THREE)})
    result = run(world)
    assert result["changed"] is False
    assert len(result["failed_registrations"]) == 3
    assert result["not_attempted"] == [entry()]
    assert not any(call.startswith("register") for call in world.writes)


@pytest.mark.parametrize("unknown", [True, False])
def test_the_list_decides_after_a_refusal(run: Run, unknown: bool) -> None:
    error = refusal("ConflictException", leaves_outcome_unknown=unknown)
    world = World(applies_refused=True, refuses={("designate", TWO): error})
    result = run(world)
    assert "failed" not in result
    assert result["service_administrators"] == {GUARDDUTY: listed(A, A, A)}
    (step,) = result["next_steps"]
    assert (TWO in step["regions"]) is unknown


class Vanishing(World):
    """The SDK does not know the second Region, and nothing answers there after a write."""

    def _list(self, principal: str, region: str) -> Any:
        if any(call.endswith(f"guardduty {TWO}") for call in self.writes):
            self.unreadable[principal, TWO] = SkippedRegion("Nothing answers there.")
        return super()._list(principal, region)


def test_a_refusal_counts_where_nothing_answers_afterwards(run: Run) -> None:
    result = run(Vanishing(refuses={("designate", TWO): refusal()}))
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (TWO, "BadRequestException")


def test_a_refused_removal_is_not_done_where_nothing_answers(run: Run) -> None:
    world = Vanishing(refuses={("remove", TWO): refusal()}).administers(A)
    result = run(world, state="absent", force=True)
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (TWO, "BadRequestException")


def test_an_unknown_outcome_names_service_and_region(run: Run) -> None:
    error = refusal("ReadTimeoutError", leaves_outcome_unknown=True)
    result = run(World(refuses={("designate", TWO): error}))
    assert result["outcome_unknown"] == [entry(region=TWO)]
    assert result["service_administrators"][GUARDDUTY][TWO] is None


def test_a_first_region_of_unknown_outcome_is_waited_for(run: Run) -> None:
    error = refusal("ReadTimeoutError", leaves_outcome_unknown=True)
    world = World(lag=2, applies_refused=True, refuses={("designate", ONE): error})
    result = run(world)
    second = world.calls.index(f"designate {A} guardduty {TWO}")
    assert world.calls[:second].count(f"list guardduty {ONE}") == 4
    assert "failed" not in result
    assert result["service_administrators"] == {GUARDDUTY: listed(A, A, A)}


def test_a_first_region_without_an_answer_ends_no_service(run: Run) -> None:
    world = World(refuses={("designate", ONE): refusal("ReadTimeoutError", leaves_outcome_unknown=True)})
    result = run(world)
    assert world.writes == [f"designate {A} guardduty {region}" for region in (ONE, TWO, THREE)]
    assert result["outcome_unknown"] == [entry(region=ONE)]
    assert result["service_administrators"][GUARDDUTY] == {**listed(None, A, A), ONE: None}


def test_a_first_region_that_is_never_listed_ends_the_service(run: Run) -> None:
    world = World(lag=1000)
    result = run(world, (A, GUARDDUTY), (A, IPAM))
    assert world.writes == [f"designate {A} guardduty {ONE}", f"designate {A} ipam None"]
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (ONE, "NotListedYet")
    assert result["not_attempted"] == [entry(region=TWO), entry(region=THREE)]
    assert result["not_visible_yet"] == [entry(region=ONE)]
    assert result["changed"] is True
    assert result["registered"] == [entry(), entry(principal=IPAM)]
    assert f"Done: designated {A} for guardduty.amazonaws.com in {ONE}" in result["msg"]


class Forgetful(World):
    """The lists of one Region cannot be read any more after a write there."""

    forgotten = ONE

    def _list(self, principal: str, region: str) -> object:
        found = super()._list(principal, region)
        written = [call for call in self.writes if call.endswith(self.forgotten)]
        return refusal("AccessDeniedException") if written and region == self.forgotten else found


def test_what_is_not_seen_is_not_claimed_of_the_first_region(run: Run) -> None:
    world = Forgetful()
    result = run(world)
    assert world.writes == [f"designate {A} guardduty {ONE}"]
    assert f"accepted {A} as administrator in {ONE}, but its list could not be read" in result["msg"]
    assert "does not list" not in result["msg"]
    assert result["service_administrators"][GUARDDUTY][ONE] is None


def test_what_is_not_seen_is_not_claimed_of_other_regions(run: Run) -> None:
    world = Forgetful()
    world.forgotten = THREE
    result = run(world)
    assert "The changes were written" in result["msg"]
    assert "could not be confirmed. Refused with AccessDeniedException" in result["msg"]
    assert result["service_administrators"][GUARDDUTY][THREE] is None
    assert len(result["designated"]) == 3


def test_what_is_not_seen_is_not_claimed_of_removals(run: Run) -> None:
    world = Forgetful().administers(A)
    result = run(world, state="absent", force=True)
    assert "still lists" not in result["msg"]
    assert "Refused with AccessDeniedException" in result["msg"]
    assert result["deregistered"] == []


class Late(World):
    """The last Region does not list its new administrator."""

    def enable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        self.lag = 1000 if region == THREE else 0
        super().enable(api, region, account_id)


def test_a_designation_that_is_never_listed_is_not_shown(run: Run) -> None:
    result = run(Late())
    assert result["not_visible_yet"] == [entry(region=THREE)]
    assert result["service_administrators"] == {GUARDDUTY: {**listed(A, A), THREE: None}}


def test_a_removal_that_never_ends_is_shown_as_pending(run: Run) -> None:
    result = run(World(lag=1000).administers(A), state="absent", force=True)
    assert result["service_administrators"][GUARDDUTY][ONE] == {"account_id": A, "status": "DISABLING"}
    assert result["msg"].startswith(f"Failed to deregister {A} for {GUARDDUTY}: {GUARDDUTY} still lists the account")


@pytest.mark.parametrize("check_mode", [True, False])
def test_an_unreadable_region_fails_alone(run: Run, check_mode: bool) -> None:
    world = World(unreadable={(GUARDDUTY, ONE): refusal("AccessDeniedException")})
    result = run(world, check_mode=check_mode)
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (ONE, "AccessDeniedException")
    assert result["registered"] == [entry()]
    assert result["service_administrators"][GUARDDUTY][ONE] is None
    if not check_mode:
        assert world.writes == [f"designate {A} guardduty {TWO}", f"designate {A} guardduty {THREE}"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_an_unreadable_region_blocks_a_move_and_an_end(run: Run, check_mode: bool) -> None:
    for options, account_id in (({"state": "absent", "force": True}, A), (EXACT, B)):
        world = World().administers(account_id)
        world.unreadable[GUARDDUTY, TWO] = refusal("AccessDeniedException")
        result = run(world, check_mode=check_mode, **options)
        assert result["deregistered"] == []
        assert entry(account_id) in result["not_attempted"]
        if account_id == B:
            assert result["changed"] is False
        assert not any(call.startswith("deregister") for call in world.writes)


def test_a_skipped_region_is_reported(run: Run) -> None:
    world = World(unreadable={(GUARDDUTY, TWO): SkippedRegion("The service does not exist there.")})
    result = run(world)
    assert "failed" not in result
    assert result["skipped_regions"] == [
        {"service_principal": GUARDDUTY, "region": TWO, "reason": "The service does not exist there."}
    ]
    assert TWO not in result["service_administrators"][GUARDDUTY]


@pytest.mark.parametrize("check_mode", [True, False])
def test_another_account_is_refused_before_any_write(run: Run, check_mode: bool) -> None:
    world = World(administrators={(GUARDDUTY, TWO): B})
    result = run(world, check_mode=check_mode)
    assert f"{B} administers {GUARDDUTY} in {TWO}" in result["msg"]
    assert world.writes == []


def test_a_move_waits_until_the_lists_are_empty(run: Run) -> None:
    world = World(lag=2).administers(B)
    foreseen = run(World().administers(B), check_mode=True, **EXACT)
    result = run(world, **EXACT)
    assert {key: foreseen[key] for key in FORESEEN} == {key: result[key] for key in FORESEEN}
    removals = [f"remove {B} guardduty {region}" for region in (ONE, TWO, THREE)]
    designations = [f"designate {A} guardduty {region}" for region in (ONE, TWO, THREE)]
    assert world.writes == [*removals, f"deregister {B} guardduty", *designations]
    last, ends = world.calls.index(removals[-1]), world.calls.index(f"deregister {B} guardduty")
    assert {f"list guardduty {region}" for region in (ONE, TWO, THREE)} <= set(world.calls[last:ends])
    assert result["deregistered"] == [entry(B)]
    assert result["registered"] == [entry()]
    assert result["removed"] == [entry(B, region=region) for region in (ONE, TWO, THREE)]


def test_a_failed_removal_stops_a_move(run: Run) -> None:
    world = World(refuses={("remove", TWO): refusal()}).administers(B)
    result = run(world, **EXACT)
    assert world.writes == [f"remove {B} guardduty {ONE}", f"remove {B} guardduty {TWO}"]
    assert f"{GUARDDUTY} now has no administrator in {ONE}: {B} was removed there" in result["msg"]
    assert result["not_attempted"][0] == entry(B, region=THREE)


def test_a_move_that_designates_nowhere_says_so(run: Run) -> None:
    world = World(refuses={("designate", region): refusal() for region in (ONE, TWO, THREE)}).administers(B)
    result = run(world, **EXACT)
    assert f"{GUARDDUTY} now has no administrator in {ONE}, {TWO}, {THREE}" in result["msg"]
    assert result["deregistered"] == [entry(B)]


@pytest.mark.parametrize("options", [{"regions": (ONE,)}, {"exclude_regions": ("us-*",)}])
@pytest.mark.parametrize("task", [{"state": "absent"}, {**EXACT, "force": False}])
def test_no_option_ends_a_region_that_is_not_named(run: Run, options: dict[str, Any], task: dict[str, Any]) -> None:
    world = World().administers(A if "state" in task else B)
    blocked = run(world, **options, **task)
    assert world.writes == []
    reasons = " ".join(blocked["held_back"][0]["reasons"])
    left_alone = f"{TWO}, {THREE}" if "regions" in options else THREE
    assert (
        f"Deregistering the account removes it in every Region, also in {left_alone}, which this task leaves alone."
        in reasons
    )
    run(world, **options, **{**task, "force": True})
    assert any("Deregistering the account removes it in every Region" in text for text in run.warnings)
    assert not any(call.startswith("remove") and call.endswith(THREE) for call in world.writes)


def test_absent_removes_leftovers_and_never_another_account(run: Run) -> None:
    world = World(administrators={(GUARDDUTY, ONE): A, (GUARDDUTY, TWO): B})
    result = run(world, state="absent", force=True)
    assert world.writes == [f"remove {A} guardduty {ONE}"]
    assert result["service_administrators"] == {GUARDDUTY: listed(None, B, None)}
    assert run(world, state="absent", force=True)["changed"] is False


def test_detective_is_listed_right_before_its_removal(run: Run) -> None:
    world = World().administers(A, DETECTIVE)
    result = run(world, (A, DETECTIVE), state="absent")
    (held,) = result["held_back"]
    assert held["regions"] == [ONE, TWO, THREE]
    assert f"The account administers {DETECTIVE} in {ONE}, {TWO}, {THREE}." in held["reasons"][0]
    run(world, (A, DETECTIVE), state="absent", force=True)
    for region in (ONE, TWO, THREE):
        index = world.calls.index(f"remove {A} detective {region}")
        assert world.calls[index - 1] == f"list detective {region}"


class Contested(World):
    """Somebody else designates another account in one Region while the task removes the administrator in another."""

    def disable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        super().disable(api, region, account_id)
        self.administrators[api.principal, TWO] = B


def test_an_account_that_somebody_else_designates_is_told(run: Run) -> None:
    world = Contested().administers(A, DETECTIVE)
    result = run(world, (A, DETECTIVE), state="absent", force=True)
    assert world.writes == [f"remove {A} detective {ONE}", f"remove {A} detective {THREE}", f"deregister {A} detective"]
    assert result["service_administrators"] == {DETECTIVE: listed(None, B, None)}
    assert result["diff"]["after"]["service_administrators"][DETECTIVE][TWO] == B


def test_a_leftover_of_another_account_is_moved_with_force(run: Run) -> None:
    world = World(administrators={(GUARDDUTY, TWO): B})
    assert "held_back" in run(world, **{**EXACT, "force": False})
    result = run(world, **EXACT)
    assert world.writes[0] == f"remove {B} guardduty {TWO}"
    assert not any(call.startswith("deregister") for call in world.writes)
    assert result["deregistered"] == []
    assert result["service_administrators"] == {GUARDDUTY: listed(A, A, A)}


class TestServicesWithoutRegions:
    """The service's call is made once; AWS Organizations tells the state."""

    def test_the_call_registers_by_itself(self, run: Run) -> None:
        world = World()
        result = run(world, (A, IPAM))
        assert world.writes == [f"designate {A} ipam None"]
        assert "regions" not in world.calls
        assert result["registered"] == [entry(principal=IPAM)]
        assert run(world, (A, IPAM))["changed"] is False

    def test_what_is_registered_already_is_present(self, run: Run) -> None:
        world = World(registered={Registration(A, IPAM)})
        assert run(world, (A, IPAM))["changed"] is False

    def test_a_move_calls_each_once(self, run: Run) -> None:
        world = World(registered={Registration(B, IPAM)})
        result = run(world, (A, IPAM), **EXACT)
        assert world.writes == [f"remove {B} ipam None", f"designate {A} ipam None"]
        assert (result["deregistered"], result["registered"]) == ([entry(B, IPAM)], [entry(A, IPAM)])

    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("task", [{"state": "absent", "force": True}, EXACT])
    def test_security_lake_is_never_removed(self, run: Run, check_mode: bool, task: dict[str, Any]) -> None:
        world = World(registered={Registration(A if "state" in task else B, LAKE)})
        result = run(world, (A, LAKE), check_mode=check_mode, **task)
        assert world.writes == []
        assert "deletes the data lake" in result["held_back"][0]["reasons"][0]
        assert "AWS refuses" not in result["msg"]


def test_service_access_has_to_be_enabled(run: Run) -> None:
    world = World(enabled=[]).administers(A, registered=False)
    del world.administrators[GUARDDUTY, ONE]
    result = run(world)
    assert result["reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    assert world.writes == []
    foreseen = run(world, check_mode=True)
    assert "failed" not in foreseen
    assert any("Service access is not enabled" in text for text in run.warnings)


def test_without_the_option_no_service_is_called(run: Run) -> None:
    world = World(registers=False)
    result = run(world, prefer_service_api=False)
    assert world.calls == ["registrations guardduty", f"register {A} guardduty", "registrations guardduty"]
    assert not {"service_administrators", "skipped_regions", "next_steps"} & set(result)
