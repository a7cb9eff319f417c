# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import (
    BEGAN,
    ENDED,
    MARK,
    REPORT,
    SUMMARY,
    Step,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.lines import (
    ORGANIZATION,
    RESULT,
    Outcome,
    PlayState,
    outcome,
    outcomes,
    read_or_reason,
    summarize,
    takes_over,
    verdict,
)

FAILURE = {"failed": True, "msg": "m"}
CHANGE = {"changed": True, "enabled": ["a"]}


def did(host: str, result: dict[str, Any] | None = None, identity: str = "1", variable: str = RESULT) -> list[Step]:
    """The steps of an action; without a result, it has not ended."""
    steps = [Step(BEGAN, [host], variable, identity)]
    return steps if result is None else [*steps, Step(ENDED, [host], variable, identity, list(outcome(result)))]


def summary(*hosts: str, kind: str = SUMMARY) -> list[Step]:
    return [Step(kind, hosts, "earlier", "0")]


def record(result: dict[str, Any], host: str, identity: str = "1") -> dict[str, Any]:
    return {**result, MARK: {"host": host, "id": identity}}


def play(*hosts: str, dead: str = "", kind: str = SUMMARY, steps: list[list[Step]] | None = None) -> PlayState:
    alive = [name for name in hosts if name not in dead]
    return PlayState(hosts, alive, hosts, hosts[0], kind, "here", 0, [step for some in steps or [] for step in some])


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
    assert lines({}, play("x", steps=[did("x", result)]))[1] == line


@pytest.mark.parametrize(
    ("held", "steps", "dead", "words"),
    [
        pytest.param(None, [], "", "no result yet.", id="not yet"),
        pytest.param(None, [did("x")], "", "no result yet.", id="not finished"),
        pytest.param(None, [], "x", "its host failed or was unreachable earlier", id="failed before"),
        pytest.param({"unreachable": True, "msg": "no route"}, [], "x", "unreachable. no route", id="unreachable"),
        pytest.param({"skipped": True}, [], "", "skipped by a condition.", id="skipped"),
        pytest.param(record(CHANGE, "y"), [], "", "no result yet.", id="the result of another host"),
        pytest.param(None, [did("x", CHANGE, variable=ORGANIZATION)], "", "no result yet.", id="read for a report"),
        pytest.param(
            record(CHANGE, "x"),
            [did("x", CHANGE), summary("x")],
            "",
            "no result yet. Before, applied in this run: enabled: a.",
            id="told by an earlier summary",
        ),
        pytest.param(
            record(FAILURE, "x"),
            [did("x", FAILURE), summary("x")],
            "x",
            "its host failed or was unreachable earlier; see the output above. Before, failed in this run: m",
            id="failed before an earlier summary",
        ),
        pytest.param(
            {"unreachable": True, "msg": "no route"},
            [did("x", CHANGE)],
            "",
            "unreachable. no route Before, applied in this run: enabled: a.",
            id="changed, then unreachable",
        ),
    ],
)
def test_an_organization_without_a_result_of_now_was_not_reached(held: Any, steps: Any, dead: str, words: str) -> None:
    state = play("x", "y", dead=dead, steps=[*steps, did("y", {"changed": False})])
    first, line, _other = lines({"x": held}, state)
    assert first == "2 organizations: 0 failed, 1 not reached, 0 changed, 1 unchanged."
    assert line.startswith("not reached  x: ")
    assert words in line


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "Nothing was run."),
        ([did("x")], "It is unknown what was done."),
        ([did("x", CHANGE)], "Nothing was run. Before, applied in this run: enabled: a."),
    ],
)
@pytest.mark.parametrize("dead", ["", "x"])
def test_a_task_that_failed_without_a_result_of_the_action_failed(steps: Any, words: str, dead: str) -> None:
    state = play("x", "y", dead=dead, steps=[*steps, did("y", {"changed": False})])
    assert lines({"x": {"failed": True, "msg": "Timed out."}}, state) == [
        "2 organizations: 1 failed, 0 changed, 1 unchanged.",
        f"failed     x: Timed out. {words}",
        "unchanged  y: 0 enabled.",
    ]


def test_the_last_application_of_each_host_counts() -> None:
    steps = [did("x", CHANGE), did("y", CHANGE), did("x", {"changed": False})]
    assert lines({}, play("x", "y", steps=steps))[0] == "2 organizations: 0 failed, 1 changed, 1 unchanged."


def test_an_application_that_a_host_skips_hides_no_result() -> None:
    state = play("x", "y", steps=[did("x", CHANGE), did("y", CHANGE), did("y", CHANGE)])
    assert lines({"x": {"skipped": True}}, state)[0] == "2 organizations: 0 failed, 2 changed, 0 unchanged."


def test_a_host_that_any_errors_fatal_stopped_after_it_was_changed_was_changed() -> None:
    state = play("a", "b", "c", dead="ab", steps=[did("a", CHANGE), did("b", FAILURE)])
    assert lines({}, state)[3] == "changed      a: enabled: a."


def test_failed_first_then_changed_then_unchanged_each_by_name() -> None:
    unchanged: dict[str, Any] = {"changed": False}
    results = {"d": unchanged, "b": CHANGE, "a": CHANGE, "z": FAILURE, "c": unchanged}
    found = lines({}, play(*results, steps=[did(name, result) for name, result in results.items()]))
    assert found[0] == "5 organizations: 1 failed, 2 changed, 2 unchanged."
    assert [line.split()[1] for line in found[1:]] == ["z:", "a:", "b:", "c:", "d:"]


def test_check_mode_of_each_result_counts() -> None:
    state = play("a", "b", steps=[did("a", CHANGE), did("b", {**CHANGE, "check_mode": True})])
    assert lines({}, state)[0] == "2 organizations: 0 failed, 1 would change, 1 changed, 0 unchanged."


@pytest.mark.parametrize(
    ("state", "fail_on_changes", "words"),
    [
        ("not reached", False, None),
        ("not reached", True, "Not compared"),
        ("failed", False, "Desired state not reached"),
        ("changed", False, None),
        ("changed", True, "was changed"),
        ("would change", True, "Differs from"),
        ("unchanged", True, None),
    ],
)
def test_verdict(state: str, fail_on_changes: bool, words: str | None) -> None:
    found = verdict(Outcome(state, "words"), fail_on_changes)
    assert (found is None) == (words is None)
    assert words is None or words in str(found)
    assert "unreachable" in str(verdict(Outcome(state, "words"), fail_on_changes, unreachable=True))


def test_what_was_not_read_fails_with_the_reason() -> None:
    state = play("a", "b", dead="b", kind=REPORT, steps=[did("a", {"changed": False}, variable=ORGANIZATION)])
    held = {"a": record({"changed": False}, "a"), "b": {"unreachable": True, "msg": "no route"}}
    found = read_or_reason(held, state)
    assert "failed" not in found["a"]
    assert found["b"] == {"failed": True, "msg": "Not read: unreachable. no route"}


def test_what_an_earlier_report_contains_was_not_read() -> None:
    read = did("a", {"changed": False}, variable=ORGANIZATION)
    held = {"a": record({"changed": False}, "a")}
    assert "failed" not in read_or_reason(held, play("a", kind=REPORT, steps=[read, summary("a")]))["a"]
    later = play("a", kind=REPORT, steps=[read, summary("a", kind=REPORT)])
    assert read_or_reason(held, later)["a"]["msg"] == "Not read: no result yet."
    failed = read_or_reason({"a": {"failed": True, "msg": "Timed out."}}, later)
    assert failed["a"]["msg"] == "Not read: Timed out."


def test_what_run_once_registered_for_all_hosts_was_read_for_one() -> None:
    shared = record({"changed": False}, "a")
    state = play("a", "b", kind=REPORT, steps=[did("a", {"changed": False}, variable=ORGANIZATION)])
    found = read_or_reason({"a": shared, "b": shared}, state)
    assert "failed" not in found["a"]
    assert found["b"]["msg"] == "Not read: no result yet."


DONE, BROKEN, SKIPPED = {"changed": True}, {"failed": True}, {"skipped": True}


def takes_it_over(host: str, held: dict[str, Any], fail_on_changes: bool = False) -> bool:
    ended = {name: result for name, result in held.items() if result and result is not SKIPPED}
    state = play(*held, steps=[did(name, result) for name, result in ended.items()])
    marked = {name: record(result, name) if name in ended else result for name, result in held.items()}
    return takes_over(host, marked, state, fail_on_changes)


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
    assert takes_it_over("here", held) is expected


def test_drift_is_a_failure_too_when_the_summary_is_taken_over() -> None:
    held = {"here": DONE, "there": {"changed": False}}
    assert takes_it_over("here", held, fail_on_changes=True) is False
    assert takes_it_over("there", held, fail_on_changes=True) is True
