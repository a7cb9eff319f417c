# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import REPORT
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import ORGANIZATION, read_or_reason
from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.summary.plays import (
    CHANGE,
    FAILURE,
    did,
    lines,
    play,
    record,
    summary,
)


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
def test_a_task_that_failed_without_a_result_failed(steps: Any, words: str, dead: str) -> None:
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


def test_a_host_that_any_errors_fatal_stopped_was_changed() -> None:
    state = play("a", "b", "c", dead="ab", steps=[did("a", CHANGE), did("b", FAILURE)])
    assert lines({}, state)[3] == "changed      a: enabled: a."


def test_check_mode_of_each_result_counts() -> None:
    state = play("a", "b", steps=[did("a", CHANGE), did("b", {**CHANGE, "check_mode": True})])
    assert lines({}, state)[0] == "2 organizations: 0 failed, 1 would change, 1 changed, 0 unchanged."


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
