# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations and random tasks: what check mode foresees is what the run does.

Only AWS knows whether it recognizes a name: of one that it does not, check mode warns, and the run fails.

EXAMPLES=2000 looks further than the fixed examples of a usual run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.examples import generated_data
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role, numbered

KNOWN = sorted(BY_PRINCIPAL)
MISSPELT = ["gaurdduty.amazonaws.com", "stacksets.cloudformation.amazonaws.com"]  # AWS recognizes neither
NAMES = st.one_of(st.sampled_from(KNOWN), st.sampled_from(numbered(20)))
MEMBERS = {"222222222222": "security", "333333333333": "audit", "444444444444": "plain"}
OUTSIDER = "999999999999"


@dataclass
class World:
    """An organization, the account of the credentials, and a task."""

    enabled: list[str]
    administrators: dict[str, list[str]]
    feature_set: str
    account_id: str
    policy_types: list[str]
    task: dict[str, Any] = field(default_factory=dict)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    enabled = draw(st.lists(NAMES, unique=True, max_size=60))
    administered = draw(st.lists(st.sampled_from(enabled), unique=True, max_size=4)) if enabled else []
    accounts = st.lists(st.sampled_from(["222222222222", "333333333333"]), unique=True, min_size=1)
    pool = st.one_of(NAMES, st.sampled_from(enabled)) if enabled else NAMES
    listed = draw(st.lists(pool, max_size=30))
    if draw(st.integers(0, 9)) == 0:
        listed = [*listed, draw(st.sampled_from(MISSPELT))]
    state = draw(st.sampled_from(["present", "present", "absent"]))
    task = {
        "service_principals": listed,
        "state": state,
        "purge_service_principals": state == "present" and draw(st.booleans()),
        "keep_service_principals": draw(
            st.lists(st.one_of(NAMES, st.sampled_from(["*sso*", "*.emulated.*", "[a-m]*"])), max_size=4)
        ),
        "force": draw(st.booleans()),
        "unknown_service_principals": draw(st.sampled_from(["warn", "ignore", "fail"])),
    }
    return World(
        enabled=enabled,
        administrators={name: draw(accounts) for name in administered},
        feature_set=draw(st.sampled_from(["ALL"] * 5 + ["CONSOLIDATED_BILLING"])),
        account_id=draw(st.sampled_from([MANAGEMENT_ACCOUNT] * 6 + ["222222222222", "444444444444", OUTSIDER])),
        policy_types=draw(
            st.lists(st.sampled_from(["SECURITYHUB_POLICY", "GUARDDUTY_POLICY", "TAG_POLICY"]), unique=True)
        ),
        task=task,
    )


def how_it_failed(result: dict[str, Any]) -> tuple[Any, ...]:
    """Return what of a failure check mode and the run must agree on. AWS's errors may have other words."""
    error = result.get("error", {})
    held_back = [entry["service_principal"] for entry in result.get("held_back", [])]
    words = result["msg"] if held_back or not error else ""
    return error.get("code"), result.get("reason"), held_back, result.get("changed", False), words


@generated_data(80)
@given(world=worlds())
def test_check_mode_tells_the_truth(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, world: World
) -> None:
    feature_set = world.feature_set if not world.administrators else "ALL"
    emulator.reset()
    emulator.organization(
        enabled=world.enabled,
        members=MEMBERS,
        delegated_administrators=world.administrators,
        feature_set=feature_set,
        policy_types=world.policy_types if feature_set == "ALL" else [],
    )
    credentials = {} if world.account_id == MANAGEMENT_ACCOUNT else assume_role(emulator, world.account_id)
    task = {**world.task, **credentials, "diff": True}

    def state() -> list[str]:
        result = service_access_info()
        if feature_set != "ALL":  # AWS does not even list, so that no task gets further
            assert result["reason"] == "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"
            return sorted(world.enabled)
        return [entry["service_principal"] for entry in result["enabled_service_principals"]]

    assert (before := state()) == sorted(world.enabled)

    emulator.clear_requests()
    foreseen = service_access(**task, check_mode=True)
    assert (emulator.writes(), state()) == ([], before)

    emulator.clear_requests()
    done = service_access(**task)
    writes = emulator.writes()

    if foreseen.get("failed"):
        event("failure foreseen")
        assert done["failed"] is True
        assert how_it_failed(done) == how_it_failed(foreseen)
        assert state() == before
        if "held_back" in foreseen or foreseen.get("reason") == "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE":
            event("held back" if "held_back" in foreseen else "policy type")
            assert writes == []
        return

    misspelt = set(MISSPELT) & set(foreseen["enabled"])
    if misspelt:
        event("misspelt name")
        assert set(done["failed_service_principals"]) == misspelt
        reasons = {error["reason"] for error in done["failed_service_principals"].values()}
        assert reasons == {"UNRECOGNIZED_SERVICE_PRINCIPAL"}
        if world.task["unknown_service_principals"] == "warn":
            assert all(any(name in warning for warning in foreseen["warnings"]) for name in misspelt)
        assert done["enabled"] == [name for name in foreseen["enabled"] if name not in misspelt]
        assert done["disabled"] == []
        return

    event("changed" if done.get("changed") else "unchanged")
    assert "failed" not in done
    for key in ("changed", "enabled", "disabled", "diff"):
        assert done[key] == foreseen[key]
    assert done.get("warnings") == foreseen.get("warnings")
    assert [name for _operation, name in writes] == done["enabled"] + done["disabled"]
    assert state() == done["diff"]["after"]["service_principals"]
    assert state() == [entry["service_principal"] for entry in done["enabled_service_principals"]]

    emulator.clear_requests()
    again = service_access(**task)
    assert again["changed"] is False
    assert emulator.writes() == []
