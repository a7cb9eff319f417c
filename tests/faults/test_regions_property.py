# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations and tasks with administrators by Region, without faults and with some: what always holds.

- Check mode writes nothing, and foresees what the run does if there are no faults.
- What is refused before the writes has no writes.
- The reported changes are those that AWS applied; where that is unknown, the result says so.
- The first write of a service is alone until it is listed.
- A Region that the task leaves alone keeps its administrator, unless it is forced, with a warning.
- After a success, a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..examples import generated_data
from ..fixtures import RunModule
from .regional_worlds import (
    REGIONAL,
    RegionalWorld,
    applied_writes,
    look,
    make_regional_world,
    regional_faults,
    reported_writes,
    unknown,
)

pytestmark = pytest.mark.usefixtures("service_administrators")

FORESEEN = ("changed", "deregistered", "held_back", "next_steps", "registered", "service_administrators")
WORLDS = st.integers(0, 2**32).map(lambda seed: make_regional_world(Random(seed)))


@pytest.mark.usefixtures("fake_clock")
@settings(generated_data(30), phases=[Phase.explicit, Phase.generate], print_blob=True)
@given(world=WORLDS)
def test_what_always_holds_by_region(run_module: RunModule, emulator: EmulatorControl, world: RegionalWorld) -> None:
    def run(*, check_mode: bool = False) -> dict[str, Any]:
        emulator.clear_requests()
        result = run_module(world.module, check_mode=check_mode, diff=True, **world.task)
        assert "Traceback" not in result.get("msg", "")
        if check_mode:
            assert emulator.writes() == []
        else:
            assert_report_is_true(result, emulator.requests())
            assert_first_is_alone(emulator.requests())
        return result

    world.build(emulator)
    foreseen = run(check_mode=True)
    world.build(emulator)
    done = run()
    event("failed" if "failed" in done else "changed" if done["changed"] else "unchanged")
    faults = regional_faults(world, emulator.requests())
    assert_was_foreseen(world, foreseen, done)
    assert_ends_well(world, done, run, emulator)

    for check_mode in (True, False):
        world.build(emulator)
        for fault in faults:
            emulator.fault(**fault)
        done = run(check_mode=check_mode)
    event("failed with faults" if "failed" in done else "survived the faults")
    emulator.clear_faults()
    assert_ends_well(world, done, run, emulator)


def assert_report_is_true(result: dict[str, Any], requests: list[dict[str, Any]]) -> None:
    """Assert that what was applied is reported as done or unknown, nothing else is, and a refusal wrote nothing."""
    applied, implied = applied_writes(requests)
    reported, doubtful = reported_writes(result), unknown(result)
    hidden = {(verb, subject) for verb, subject in applied - reported if subject not in doubtful}
    assert not hidden, f"applied, but not reported: {hidden} {result}"
    invented = {(verb, subject) for verb, subject in reported - applied - implied if subject not in doubtful}
    assert not invented, f"reported, but not applied: {invented} {result}"
    assert result.get("changed", False) or not reported
    if "held_back" in result or "Nothing was changed" in result.get("msg", ""):
        assert applied | implied == set()
        assert not result.get("changed")


def assert_first_is_alone(requests: list[dict[str, Any]]) -> None:
    """Between a service's first designation and its next write, the service listed the Region."""
    for name in REGIONAL:
        api = ADMINISTRATOR_API_OF[name]
        calls = [request for request in requests if request["service"] == api.client]
        accepted = [index for index, one in enumerate(calls) if one["operation"] == api.enable.name and one["applied"]]
        if not accepted:
            continue
        region = calls[accepted[0]]["region"]
        for one in calls[accepted[0] + 1 :]:
            if api.listing and one["operation"] == api.listing.name and one["region"] == region:
                break
            assert one["operation"] != api.enable.name or one["region"] == region


def assert_was_foreseen(world: RegionalWorld, foreseen: dict[str, Any], done: dict[str, Any]) -> None:
    """Check mode told what the run did, except for what nobody can know before."""
    warnings = " ".join(foreseen.get("warnings", []))
    if done.get("reason") == "SERVICE_ACCESS_NOT_ENABLED" and "Service access is not enabled" in warnings:
        return  # an earlier task may enable it
    if world.hides_something:
        event("a refusal that no read shows")
        assert "failed" in done or "failed" not in foreseen
        return
    assert foreseen.get("failed", False) is done.get("failed", False), f"{foreseen} {done}"
    assert {key: foreseen.get(key) for key in FORESEEN} == {key: done.get(key) for key in FORESEEN}


def assert_ends_well(
    world: RegionalWorld, done: dict[str, Any], run: Callable[[], dict[str, Any]], emulator: EmulatorControl
) -> None:
    """Assert that the Regions are what the result says, and that a success leaves nothing to change."""
    assert_state_is_sound(world, done, emulator)
    if world.hides_something:
        return
    if "failed" in done:
        done = run()
        assert_state_is_sound(world, done, emulator)
    if "failed" not in done:
        last = run()
        assert "failed" not in last, last
        assert last["changed"] is False
        assert emulator.writes() == []


def assert_state_is_sound(world: RegionalWorld, done: dict[str, Any], emulator: EmulatorControl) -> None:
    """service_administrators is true for what is known, and Regions that are left alone are as before."""
    emulator.settings(stale_listings=0)
    found = look(emulator, sorted(world.organization["regional_administrators"]))
    told = done.get("service_administrators", {})
    for name, regions in told.items():
        for region, entry in regions.items():
            pending = entry is None or entry.get("status") == "DISABLING"
            if not pending and (name, region) not in unknown(done):
                assert found[name, region] == entry.get("account_id"), f"{name} {region} {done}"
    for (name, region), account_id in world.administrators.items():
        if region in world.left_alone and found[name, region] != account_id:
            assert world.task["force"]
            assert "Deregistering the account removes it in every Region" in " ".join(done.get("warnings", []))
