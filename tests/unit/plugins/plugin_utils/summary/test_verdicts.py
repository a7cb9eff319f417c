# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import Outcome
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.verdicts import takes_over, verdict
from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.summary.plays import did, play, record


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
    found = verdict(Outcome(state, "words"), None, fail_on_changes)
    assert (found is None) == (words is None)
    assert words is None or words in str(found)
    assert "unreachable" in str(verdict(Outcome(state, "words"), {"unreachable": True}, fail_on_changes))


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
def test_a_failing_host_takes_over_only_if_no_other_can(held: dict[str, Any], expected: bool) -> None:
    assert takes_it_over("here", held) is expected


def test_drift_is_a_failure_too_when_the_summary_is_taken_over() -> None:
    held = {"here": DONE, "there": {"changed": False}}
    assert takes_it_over("here", held, fail_on_changes=True) is False
    assert takes_it_over("there", held, fail_on_changes=True) is True
