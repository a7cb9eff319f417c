# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import ENDED, Journal, Step
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import outcomes
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.play import (
    is_lockstep,
    play_state,
    records,
    summary_lines,
)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
    return Journal()


def task(strategy: str = "linear") -> Any:
    play = SimpleNamespace(_uuid="play", strategy=strategy)
    return SimpleNamespace(get_play=lambda: play, get_first_parent_include=lambda: None)


def variables(host: str, batch: str = "ab", alive: str = "abc", everyone: str = "abcd") -> dict[str, Any]:
    return {
        "ansible_play_hosts_all": list(everyone),
        "ansible_play_hosts": list(alive),
        "ansible_play_batch": list(batch),
        "inventory_hostname": host,
        "hostvars": {name: {} for name in everyone},
    }


@pytest.mark.parametrize(
    ("strategy", "lockstep"),
    [("linear", True), ("ansible.builtin.debug", True), ("free", False), ("ansible.builtin.host_pinned", False)],
)
def test_strategies_in_which_hosts_wait_for_each_other(strategy: str, lockstep: bool) -> None:
    assert is_lockstep(task(strategy)) is lockstep


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize(("strategy", "concluded"), [("linear", ["a", "b", "d"]), ("free", ["a", "d"])])
def test_a_summary_concludes_its_batch_and_lost_hosts(strategy: str, concluded: list[str]) -> None:
    state = play_state(variables("a"), task(strategy))
    assert (state.hosts, state.concluded) == (["a", "b", "c", "d"], concluded)


def test_only_a_result_is_a_record() -> None:
    result = {"skipped": True}
    hostvars = {"a": {"held": result}, "b": {"held": "text"}, "c": {}, "d": {"held": {"changed": False}}}
    found = records({"hostvars": hostvars}, ["a", "b", "c", "d"], "held")
    assert (found["a"], found["c"]) == (result, None)
    for host in "bd":
        assert "Remove your own variable of this name." in (found[host] or {})["msg"]


def test_with_free_the_summary_of_each_host_adds_what_is_new(journal: Journal) -> None:
    printed = []
    for host in "ab":
        journal.add(Step(ENDED, [host], "service_access_result", host, ["changed", f"enabled: {host}."]))
        state = play_state(variables(host, everyone="ab", alive="ab"), task("free"))
        printed.append(summary_lines(outcomes({}, state), state, lockstep=False))
    assert printed == [
        [
            "2 organizations: 0 failed, 1 not reached, 1 changed, 0 unchanged.",
            "not reached  b: no result yet.",
            "changed      a: enabled: a.",
        ],
        ["2 organizations: 0 failed, 2 changed, 0 unchanged.", "changed    b: enabled: b."],
    ]


def test_a_second_summary_does_not_repeat_the_first(journal: Journal) -> None:
    journal.add(Step(ENDED, ["a"], "service_access_result", "1", ["changed", "enabled: x."]))
    found = []
    for _summary in range(2):
        state = play_state(variables("a", everyone="a", alive="a"), task())
        found.append(summary_lines(outcomes({}, state), state, lockstep=True)[1])
    assert found == [
        "changed    a: enabled: x.",
        "not reached  a: no result yet. Before, applied in this run: enabled: x.",
    ]
