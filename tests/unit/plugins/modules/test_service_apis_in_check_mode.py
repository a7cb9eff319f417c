# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random states of services and random tasks with prefer_service_api: what check mode foresees is what the run does.

What only the run can meet, a denied write or a change that fails in the end, fails for its service alone.

EXAMPLES=2000 looks further than the fixed examples of a usual run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.examples import generated_data
from ansible_collections.orgops.aws.tests.fixtures import HAS_NOTIFICATIONS, RunModule, numbered

NOTIFICATIONS = "notifications.amazon.com"
OWN = [name for name in sorted(API_OF) if name != NOTIFICATIONS or HAS_NOTIFICATIONS]
OTHERS = ["config.amazonaws.com", "sso.amazonaws.com", *numbered(3)]
NAMES = st.one_of(st.sampled_from(OWN), st.sampled_from(OTHERS))
TROUBLES = ["read", "write", *(["failure"] if HAS_NOTIFICATIONS else []), "none", "none"]


@dataclass
class World:
    """An organization, its services' states and what goes wrong with one of them, and a task."""

    enabled: list[str]
    own_states: dict[str, str]
    settings: dict[str, Any]
    trouble: tuple[str, str]  # (service principal, "none", "read", "write", "failure")
    task: dict[str, Any]

    @property
    def something_is_pending(self) -> bool:
        return bool({"PENDING", "DISABLING"} & set(self.own_states.values()))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    own_states = {}
    for name in draw(st.lists(st.sampled_from(OWN), unique=True)):
        values = ["ENABLED", "ENABLED", "DISABLED"]
        values += ["PENDING", "DISABLING"] if API_OF[name].is_asynchronous else []
        values += ["FAILED"] if name == NOTIFICATIONS else []
        own_states[name] = draw(st.sampled_from(values))
    state = draw(st.sampled_from(["present", "present", "absent"]))
    listed = draw(st.lists(NAMES, min_size=1, max_size=8))
    trouble = draw(st.sampled_from(TROUBLES))
    if trouble == "failure":
        listed.append(NOTIFICATIONS)
    troubled = st.sampled_from([name for name in listed if name in API_OF] or OWN)
    return World(
        enabled=draw(st.lists(NAMES, unique=True)),
        own_states=own_states,
        settings={
            "service_api_pending_reads": draw(st.integers(0, 2)),
            "service_api_leaves_service_access": draw(st.lists(st.sampled_from(OWN), unique=True, max_size=3)),
        },
        trouble=(NOTIFICATIONS if trouble == "failure" else draw(troubled), trouble),
        task={
            "service_principals": listed,
            "state": state,
            "purge_service_principals": state == "present" and draw(st.booleans()),
            "keep_service_principals": draw(st.lists(NAMES, max_size=2)),
            "force": draw(st.sampled_from([False, True, True])),
            "wait": draw(st.sampled_from([True, True, False])),
            "unknown_service_principals": "ignore",
            "prefer_service_api": True,
            "diff": True,
        },
    )


def build(emulator: EmulatorControl, world: World) -> None:
    emulator.reset()
    emulator.settings(**world.settings)
    emulator.organization(enabled=world.enabled, own_states=world.own_states)
    name, trouble = world.trouble
    api = API_OF[name]
    if trouble == "failure":
        emulator.settings(service_api_failures=[name])
    if trouble == "read" and api.read:
        emulator.fault(api.read.operation.name, code="AccessDeniedException", status=403, count=None)
    if trouble == "write":
        for operation in filter(None, (api.enable, api.disable)):
            emulator.fault(
                operation.name, code="AccessDeniedException", status=403, parameters=dict(operation.arguments)
            )


def without(names: list[str], name: str) -> list[str]:
    return [other for other in names if other != name]


@pytest.mark.usefixtures("fake_clock")
@generated_data(40)
@given(world=worlds())
def test_check_mode_tells_the_truth(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, world: World
) -> None:
    build(emulator, world)
    foreseen = service_access(**world.task, check_mode=True)
    assert emulator.writes() == []
    emulator.clear_faults()
    listed = [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]
    assert listed == sorted(world.enabled)

    build(emulator, world)
    done = service_access(**world.task)
    name, trouble = world.trouble
    switched = name in foreseen.get("switched_with", {})
    enables = name in foreseen["enabled"]

    if foreseen.get("failed"):
        event("failure foreseen")
        blocked = [entry["service_principal"] for entry in foreseen.get("held_back", [])]
        assert [entry["service_principal"] for entry in done.get("held_back", [])] == blocked
        assert done["failed"] is True
        if not blocked:
            assert set(foreseen["failed_service_principals"]) == {name}
            assert trouble == "read"
        for key in ("enabled", "disabled", "switched_with", "diff", "not_attempted", "failed_service_principals"):
            assert done.get(key) == foreseen.get(key)
        if blocked:
            assert emulator.writes() == []
        return

    if switched and (trouble == "write" or (trouble == "failure" and enables and world.task["wait"])):
        event(f"{trouble} of one service")
        assert set(done["failed_service_principals"]) == {name}
        assert done["enabled"] == without(foreseen["enabled"], name)
        # Once an enable has failed, nothing is disabled; what fails in the end is known after everything was done.
        stops = trouble == "write" and enables
        assert done["disabled"] == ([] if stops else without(foreseen["disabled"], name))
        assert (name in done["switched_with"]) is (trouble == "failure")
        emulator.clear_faults()
        emulator.settings(service_api_failures=[])
        assert "failed" not in service_access(**world.task)
        return

    event("changed" if done["changed"] else "unchanged")
    assert "failed" not in done
    for key in ("changed", "enabled", "disabled", "switched_with", "diff"):
        assert done[key] == foreseen[key], key
    assert done.get("warnings") == foreseen.get("warnings")
    after = [entry["service_principal"] for entry in done["enabled_service_principals"]]
    assert after == done["diff"]["after"]["service_principals"]
    if world.task["wait"]:
        assert done["enabled_service_principals"] == with_dates_of(done, foreseen)
    if not world.task["wait"] and (world.something_is_pending or trouble == "failure"):
        event("pending is left to the next run")
        return

    emulator.clear_requests()
    again = service_access(**world.task)
    assert again["changed"] is False
    assert emulator.writes() == []


def with_dates_of(done: dict[str, Any], foreseen: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the foreseen entries with the dates that only the run knows."""
    dates = {entry["service_principal"]: entry["date_enabled"] for entry in done["enabled_service_principals"]}
    entries = foreseen["enabled_service_principals"]
    return [{**entry, "date_enabled": dates[entry["service_principal"]]} for entry in entries]
