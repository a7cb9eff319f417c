# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._records import MARK, Step
from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_summary import (
    PlayState,
    outcomes,
    read_or_reason,
    summarize,
    takes_over,
    verdict,
)

FAILURE = {"failed": True, "msg": "m"}
CHANGE = {"changed": True, "enabled": ["a"]}


def record(result: dict[str, Any], play: str = "p", place: str = "1", finished: float = 1.0) -> dict[str, Any]:
    return {**result, MARK: {"play": play, "place": place, "finished": finished}}


def play(*hosts: str, dead: str = "", outside: str = "", host: str | None = None, steps: str = "") -> PlayState:
    """``steps``: the hosts and places in the order of the journal, such as "x1 y1"."""
    alive = [name for name in hosts if name not in dead]
    batch = [name for name in alive if name not in outside]
    return PlayState(hosts, alive, batch, host or alive[0], [Step("p", step[0], step[1]) for step in steps.split()])


def lines(held: dict[str, Any], state: PlayState) -> list[str]:
    return summarize(outcomes(held, state))


OUTCOMES: list[Any] = [
    pytest.param(
        {"changed": False, "enabled_service_principals": [{}, {}]}, "unchanged  x: 2 enabled.", id="unchanged"
    ),
    pytest.param(
        {"changed": True, "enabled": ["a", "b"], "disabled": ["c"]},
        "changed    x: enabled: a, b; disabled: c.",
        id="changed",
    ),
    pytest.param(
        {"changed": True, "disabled": ["c"], "check_mode": True},
        "would change  x: would be disabled: c.",
        id="foreseen",
    ),
    pytest.param(
        {"changed": True, "enabled": ["a", "ram"], "completed": ["ram"], "check_mode": True},
        "would change  x: would be enabled: a; would be completed (enabled before, but not working yet): ram.",
        id="completed",
    ),
    pytest.param({"changed": True, "dest": "/d/f.yml"}, "changed    x: written: /d/f.yml.", id="exported"),
    pytest.param(
        {"changed": True, "dest": "/d/f.yml", "check_mode": True},
        "would change  x: would be written: /d/f.yml.",
        id="export foreseen",
    ),
    pytest.param({**FAILURE, "changed": True, "msg": "Half."}, "failed     x: Half.", id="half done"),
    pytest.param({"failed": True}, "failed     x: no message.", id="no message"),
    pytest.param(
        {**FAILURE, "msg": "Blocked.", "held_back": [{}], "not_attempted": ["a", "sso"]},
        "failed     x: Blocked. Not attempted: a, sso.",
        id="blocked",
    ),
]


@pytest.mark.parametrize(("result", "line"), OUTCOMES)
def test_line_of_an_organization(result: dict[str, Any], line: str) -> None:
    assert lines({"x": record(result)}, play("x"))[1] == line


@pytest.mark.parametrize(
    ("held", "dead", "words"),
    [
        pytest.param(None, "", "no result yet.", id="not yet"),
        pytest.param(None, "x", "its host failed or was unreachable earlier", id="failed before"),
        pytest.param({"unreachable": True, "msg": "no route"}, "x", "unreachable. no route", id="unreachable"),
        pytest.param({"skipped": True}, "", "skipped by a condition.", id="skipped"),
        pytest.param(record(CHANGE, play="earlier", finished=0), "x", "its host failed", id="earlier play, failed"),
        pytest.param(
            record(CHANGE, play="earlier", finished=0), "", "applied in an earlier play: enabled: a.", id="earlier play"
        ),
        pytest.param(
            record(FAILURE, play="earlier", finished=0),
            "",
            "failed in an earlier play: m",
            id="failure of earlier play",
        ),
        pytest.param(
            record(CHANGE), "x", "Before, applied earlier in this play: enabled: a.", id="earlier application"
        ),
    ],
)
def test_an_organization_without_a_result_of_now_was_not_reached(held: Any, dead: str, words: str) -> None:
    held_by = {"x": held, "y": record({"changed": False}, place="2", finished=2.0)}
    first, line, _other = lines(held_by, play("x", "y", dead=dead, host="y", steps="x1 y1 y2"))
    assert first == "2 organizations: 0 failed, 1 not reached, 0 changed, 1 unchanged."
    assert line.startswith("not reached  x: ")
    assert words in line


@pytest.mark.parametrize(("steps", "words"), [("", "Nothing was run."), ("x1", "It is unknown what was done.")])
@pytest.mark.parametrize("dead", ["", "x"])
def test_a_task_that_failed_without_a_result_of_the_action_failed(steps: str, words: str, dead: str) -> None:
    held = {"x": {"failed": True, "msg": "Timed out."}, "y": record({"changed": False})}
    found = lines(held, play("x", "y", dead=dead, host="y", steps=steps))
    assert found == [
        "2 organizations: 1 failed, 0 changed, 1 unchanged.",
        f"failed     x: Timed out. {words}",
        "unchanged  y: 0 enabled.",
    ]


def test_an_application_that_a_host_skips_makes_no_other_result_older() -> None:
    steps = "x1 y1 x2 x3 y3"
    held = {"x": record(CHANGE, place="3", finished=2.0), "y": record(CHANGE, place="3", finished=1.0)}
    for host in ("x", "y"):
        assert lines(held, play("x", "y", host=host, steps=steps))[0].startswith("2 organizations: 0 failed, 2 changed")


def test_what_only_another_host_applied_is_told() -> None:
    held = {"x": record(CHANGE, place="1"), "y": record(CHANGE, place="2", finished=2.0)}
    for host in ("x", "y"):
        assert (
            lines(held, play("x", "y", host=host, steps="x1 y2"))[0]
            == "2 organizations: 0 failed, 2 changed, 0 unchanged."
        )


def test_with_serial_earlier_batches_count_and_later_ones_are_not_reached_yet() -> None:
    held = {"a": record(CHANGE, finished=1.0), "b": record(FAILURE, finished=2.0), "c": None}
    found = lines(held, play("a", "b", "c", outside="ac", host="b"))
    assert found[0] == "3 organizations: 1 failed, 1 not reached, 1 changed, 0 unchanged."
    assert found[2] == "not reached  c: no result yet."


def test_a_host_that_is_ahead_is_told_as_it_is() -> None:
    held = {"a": record(CHANGE, place="2", finished=3.0), "b": record({"changed": False}, finished=2.0)}
    assert lines(held, play("a", "b", host="b", steps="a1 b1 a2"))[0].endswith(" 0 failed, 1 changed, 1 unchanged.")


def test_a_host_that_any_errors_fatal_stopped_after_it_was_changed_was_changed() -> None:
    held = {"a": record(CHANGE), "b": record(FAILURE)}
    assert lines(held, play("a", "b", "c", dead="ab", host="c"))[3] == "changed      a: enabled: a."


def test_a_later_play_sums_up_the_play_before_it() -> None:
    held = {"a": record(CHANGE, "one", finished=1.0), "b": record(FAILURE, "two", finished=2.0)}
    assert lines(held, play("a", "b"))[0] == "2 organizations: 1 failed, 1 not reached, 0 changed, 0 unchanged."


def test_failed_first_then_changed_then_unchanged_each_by_name() -> None:
    unchanged: dict[str, Any] = {"changed": False}
    results = {"d": unchanged, "b": CHANGE, "a": CHANGE, "z": FAILURE, "c": unchanged}
    found = lines({name: record(result) for name, result in results.items()}, play(*results))
    assert found[0] == "5 organizations: 1 failed, 2 changed, 2 unchanged."
    assert [line.split()[1] for line in found[1:]] == ["z:", "a:", "b:", "c:", "d:"]


def test_check_mode_of_each_result_counts() -> None:
    held = {"a": record(CHANGE), "b": record({**CHANGE, "check_mode": True})}
    assert lines(held, play("a", "b"))[0] == "2 organizations: 0 failed, 1 would change, 1 changed, 0 unchanged."


@pytest.mark.parametrize(
    ("result", "fail_on_changes", "words"),
    [
        (None, False, None),
        ({}, False, None),
        (None, True, "Not compared"),
        ({"changed": False, "skipped": True}, True, "Not compared"),
        ({"unreachable": True}, False, "unreachable"),
        (FAILURE, False, "Desired state not reached"),
        (CHANGE, False, None),
        (CHANGE, True, "was changed"),
        ({**CHANGE, "check_mode": True}, True, "Differs from"),
        ({"changed": False}, True, None),
    ],
)
def test_verdict(result: Any, fail_on_changes: bool, words: str | None) -> None:
    found = verdict(result, fail_on_changes)
    assert (found is None) == (words is None)
    assert words is None or words in str(found)


def test_what_was_not_read_fails_with_the_reason() -> None:
    held = {"a": record({"changed": False}), "b": {"unreachable": True, "msg": "no route"}}
    found = read_or_reason(held, play("a", "b", dead="b"))
    assert "failed" not in found["a"]
    assert found["b"] == {"failed": True, "msg": "Not read: unreachable. no route"}


def test_what_was_read_in_an_earlier_play_only_was_not_read() -> None:
    held = {"a": record({"changed": False}), "b": record({"changed": False}, "earlier", finished=0.5)}
    assert read_or_reason(held, play("a", "b"))["b"]["msg"] == "Not read: no result yet."
    failed = {**held, "b": {"failed": True, "msg": "Timed out."}}
    assert read_or_reason(failed, play("a", "b"))["b"]["msg"] == "Not read: Timed out."


DONE, BROKEN, SKIPPED = {"changed": True}, {"failed": True}, {"skipped": True}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"here": DONE, "there": BROKEN}, True),
        ({"here": BROKEN, "there": DONE}, False),
        ({"here": BROKEN, "there": None}, False),
        ({"here": BROKEN, "there": BROKEN, "elsewhere": SKIPPED}, True),
        ({"here": BROKEN}, True),
    ],
)
def test_a_failing_host_takes_the_summary_over_only_if_no_other_can(held: dict[str, Any], expected: bool) -> None:
    assert takes_over("here", held, fail_on_changes=False) is expected


def test_drift_is_a_failure_too_when_the_summary_is_taken_over() -> None:
    held = {"here": DONE, "there": {"changed": False}}
    assert takes_over("here", held, fail_on_changes=True) is False
    assert takes_over("there", held, fail_on_changes=True) is True
