# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import (
    BEGAN,
    MARK,
    Journal,
    Step,
    is_result,
    own_record,
    place_of,
    since_the_last,
    turns,
    variables_of,
)


class Task:
    """A task, or what loaded it."""

    def __init__(self, uuid: str, include: Task | None = None, static: bool = True) -> None:
        self._uuid = uuid
        self._include = include
        self.statically_loaded = static

    def get_first_parent_include(self) -> Task | None:
        return self._include

    def get_path(self) -> str:
        return "tasks/main.yml:4"

    def get_play(self) -> Any:
        return SimpleNamespace(_uuid="play")


def test_the_journal_has_the_order_of_the_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
    steps = [Step("began", ["host"], "here", "1"), Step("ended", ["another\nhost"], "here", "2", ["changed", "a\nb"])]
    assert Journal().steps() == []
    for step in steps:
        Journal().add(step)
    assert Journal().steps() == steps


@pytest.mark.parametrize(
    ("register", "variables"), [("one", "one"), ({"one": "x", "two": "y"}, "one two"), (None, ""), ({}, "")]
)
def test_the_keyword_register_of_every_ansible(register: Any, variables: str) -> None:
    assert variables_of(SimpleNamespace(register=register)) == variables


def test_a_summary_and_its_verdict_have_one_place() -> None:
    include = Task("summary")
    assert place_of(Task("one", include)) == place_of(Task("two", include))
    assert place_of(Task("one")) == place_of(Task("two"))  # in the play itself


def test_two_imports_of_one_role_are_two_places() -> None:
    places = {place_of(Task("summary", Task(uuid))) for uuid in ("first", "second")}
    assert len(places) == 2
    assert place_of(Task("summary", Task("first"))) in places


def test_what_an_include_loads_has_one_place_for_all_hosts() -> None:
    def loaded(name: str) -> Task:
        return Task("summary", Task(name, Task("include", static=False)))

    assert place_of(loaded("for one host")) == place_of(loaded("for another"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({MARK: {}}, True),
        ({"skipped": True, "changed": False}, True),
        ({"unreachable": True}, True),
        ({"failed": True, "msg": "m"}, True),
        ({"changed": False}, False),
        ({}, False),
        ("x", False),
        (None, False),
    ],
)
def test_what_ansible_registered_for_an_action_is_a_result(value: Any, expected: bool) -> None:
    assert is_result(value) is expected


def test_a_result_registered_by_run_once_belongs_to_one_host() -> None:
    record = {MARK: {"host": "a", "id": "1"}}
    assert own_record(record, "a") == record
    assert own_record(record, "b") == own_record(None, "b") == {}
    assert own_record({"skipped": True}, "b") == {"skipped": True}


def steps(text: str) -> list[Step]:
    """Make steps from words: "a1" is what a did, "S:ab" a summary at S that concludes a and b."""
    found = []
    for word in text.split():
        place, separator, hosts = word.partition(":")
        summary = Step("summary", list(hosts), place, "0")
        found.append(summary if separator else Step(BEGAN, [word[0]], "result", word))
    return found


@pytest.mark.parametrize(
    ("text", "host", "place", "turn", "expected"),
    [
        pytest.param("a1 b1", "a", "S", 0, ["a1"], id="no summary yet"),
        pytest.param("a1 S:a a2", "a", "T", 0, ["a2"], id="since the last one"),
        pytest.param("a1 S:a", "a", "T", 0, [], id="nothing since"),
        pytest.param("a1 S:a b1", "a", "S", 0, ["a1"], id="of an earlier batch"),
        pytest.param("a1 b1 S:a S:b T:a", "b", "T", 0, [], id="each host's own summary, the next one"),
        pytest.param("a1 S:ab a2 S:ab a3", "a", "S", 1, ["a2", "a3"], id="the second turn of a loop"),
        pytest.param("a1 S:a a2 T:a b1 S:b b2", "a", "T", 0, ["a2"], id="a later batch, the second summary"),
        pytest.param("a1 R:a a2", "a", "R", 0, ["a1", "a2"], id="this summary itself"),
    ],
)
def test_what_a_host_did_since_the_last_summary(
    text: str, host: str, place: str, turn: int, expected: list[str]
) -> None:
    assert [step.id for step in since_the_last(steps(text), "summary", host, place, turn)] == expected


def test_a_report_is_no_summary() -> None:
    report = Step("report", ["a"], "R", "0")
    assert [step.id for step in since_the_last([*steps("a1"), report], "summary", "a", "S", 0)] == ["a1"]


def test_turns_count_the_summaries_that_concluded_the_host() -> None:
    made = steps("S:ab a1 S:a T:a")
    assert [turns(made, "summary", host, "S") for host in "abc"] == [2, 1, 0]
