# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations and tasks of every module, without faults and with up to two: what always holds.

- Check mode writes nothing, and foresees what the run does if there are no faults.
- What is refused before the writes has no writes.
- The reported changes are those that AWS applied; where that is unknown, the result says so.
- After a success, a second run changes nothing.
- No task leaves a service with a delegated administrator and without service access.

EXAMPLES=2000 looks further than the fixed examples of a usual run.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..examples import generated_data
from ..fixtures import RunModule
from .worlds import (
    INFOS,
    Outcome,
    World,
    aimed,
    applied_writes,
    look,
    make_world,
    reported_writes,
    unknown_subjects,
)

FORESEEN = ("changed", "completed", "deregistered", "disabled", "enabled", "held_back", "registered", "switched_with")
# The seed makes everything, because Hypothesis itself repeats parts of earlier examples, which are slow here.
WORLDS = st.integers(0, 2**32).map(lambda seed: make_world(Random(seed)))


@pytest.mark.usefixtures("fake_clock")
@settings(generated_data(60), phases=[Phase.explicit, Phase.generate], print_blob=True)
@given(world=WORLDS)
def test_what_always_holds(run_module: RunModule, emulator: EmulatorControl, world: World) -> None:
    def run(*, check_mode: bool = False) -> dict[str, Any]:
        emulator.clear_requests()
        writes = {} if world.module in INFOS else {"diff": True}
        result = run_module(world.module, check_mode=check_mode, **world.task, **writes)
        assert result["check_mode"] is check_mode
        assert "Traceback" not in result.get("msg", "")
        if check_mode or world.module in INFOS:
            assert emulator.writes() == []
        else:
            assert_report_is_true(result, emulator.requests())
        return result

    event(world.module)
    world.build(emulator)
    foreseen = run(check_mode=True)
    world.build(emulator)
    done = run()
    event("failed" if "failed" in done else "changed" if done["changed"] else "unchanged")
    faults = aimed(world.aims, emulator.requests())
    if world.module not in INFOS:
        assert_was_foreseen(world, foreseen, done)
        assert_ends_well(world, done, run, emulator)

    for check_mode in (True, False):
        world.build(emulator)
        for fault in faults:
            emulator.fault(**fault)
        done = run(check_mode=check_mode)
    event("failed with faults" if "failed" in done else "survived the faults")
    emulator.clear_faults()
    if world.module not in INFOS:
        assert_ends_well(world, done, run, emulator)


def assert_report_is_true(result: dict[str, Any], requests: list[dict[str, Any]]) -> None:
    """Assert that exactly what was applied is reported as done or unknown, and that a refusal wrote nothing."""
    applied, reported, unknown = applied_writes(requests), reported_writes(result), unknown_subjects(result)
    switched = set(result.get("switched_with", {}))
    hidden = {(verb, subject) for verb, subject in applied - reported if subject not in {*unknown, *switched}}
    assert not hidden, f"applied, but not reported: {hidden} {result}"
    invented = {(verb, subject) for verb, subject in reported - applied if subject not in unknown}
    assert not invented, f"reported, but not applied: {invented} {result}"
    assert switched <= {subject for _verb, subject in applied} | unknown
    assert result.get("changed", False) or not reported
    if "held_back" in result or "Nothing was changed" in result.get("msg", ""):
        assert applied == set()
        assert not result.get("changed")


def assert_was_foreseen(world: World, foreseen: dict[str, Any], done: dict[str, Any]) -> None:
    """Check mode told what the run did, except for what nobody can know before."""
    warnings = " ".join(foreseen.get("warnings", []))
    if done.get("reason") == "SERVICE_ACCESS_NOT_ENABLED" and "Service access is not enabled" in warnings:
        return  # an earlier task may enable it
    if world.settings["service_api_failures"]:
        return
    if world.opaque_accounts:
        event("an account whose state does not tell")
        assert "failed" in done or "failed" not in foreseen
        return
    assert foreseen.get("failed", False) is done.get("failed", False), f"{foreseen} {done}"
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: done.get(key) for key in FORESEEN}


def assert_ends_well(
    world: World, done: dict[str, Any], run: Callable[[], dict[str, Any]], emulator: EmulatorControl
) -> None:
    """Assert that the state is what the result says and usable, and that a success leaves nothing to change."""
    emulator.settings(stale_listings=0)
    if world.organization["feature_set"] != "ALL":
        return
    assert_state_is_sound(world, done, look(emulator))
    if world.settings["service_api_failures"]:
        return
    if "failed" in done:
        done = run()
        assert_state_is_sound(world, done, look(emulator))
    if "failed" not in done and (world.task["wait"] or not world.settles_later):
        last = run()
        assert "failed" not in last, last
        assert last["changed"] is False
        assert emulator.writes() == []


def assert_state_is_sound(world: World, done: dict[str, Any], after: Outcome) -> None:
    """Assert that the diff is true for what is known, and that no service has an administrator without access."""
    told = done.get("diff", {}).get("after", {}).get("service_principals")
    if told is not None:
        doubtful = {*unknown_subjects(done), *world.organization["own_states"]}
        assert set(told) - doubtful == after.enabled - doubtful
    for verb, subject in reported_writes(done):
        if verb in ("register", "deregister") and subject not in unknown_subjects(done):
            assert (subject in after.registered) is (verb == "register")
    stranded = {(account_id, name) for account_id, name in after.registered if name not in after.enabled}
    was_so = {(account_id, name) for account_id, name in world.registered if name not in world.enabled}
    forced = world.registered if world.task["force"] else set()
    assert stranded <= was_so | forced, f"an administrator without service access: {stranded} {done}"
