# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""One line for every organization: what the role service_access did there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# In the order of the summary: what somebody has to look at comes first.
FAILED, CHANGED, UNCHANGED = "failed", "changed", "unchanged"
STATES = (FAILED, CHANGED, UNCHANGED)
FORESEEN = {FAILED: FAILED, CHANGED: "differ", UNCHANGED: "as wanted"}

NO_RESULT = "no result: it failed before the role began, see above, or the play did not reach it."


class Outcome(NamedTuple):
    """The state of an organization, one of STATES, and the words about it."""

    state: str
    words: str


def outcome(result: Mapping[str, Any], check_mode: bool) -> Outcome:
    """What became of one organization, from the result of the module, empty where there is none."""
    if not result:
        return Outcome(FAILED, NO_RESULT)
    changes = _changes(result, "would be " if check_mode else "")
    if result.get("failed"):
        planned = result.get("not_attempted") if "held_back" in result else None
        more = f" Not attempted: {', '.join(planned)}." if planned else ""
        return Outcome(FAILED, f"{result.get('msg', 'no message.')}{more}")
    if result.get("changed"):
        return Outcome(CHANGED, f"{changes}.")
    return Outcome(UNCHANGED, f"{len(result.get('enabled_service_principals', []))} enabled.")


def _changes(result: Mapping[str, Any], auxiliary: str) -> str:
    return "; ".join(
        f"{auxiliary}{verb}: {', '.join(result[verb])}" for verb in ("enabled", "disabled") if result.get(verb)
    )


def summarize(results: Mapping[str, Mapping[str, Any]], check_mode: bool = False) -> list[str]:
    """A line with the counts, then a line for every organization, failed ones first, by name within a state.

    ``results``: {organization: the module's result, empty where there is none}.
    """
    outcomes = {name: outcome(result, check_mode) for name, result in results.items()}
    words = FORESEEN if check_mode else {state: state for state in STATES}
    counts = {state: sum(1 for found in outcomes.values() if found.state == state) for state in STATES}
    total = f"{len(outcomes)} organization{'' if len(outcomes) == 1 else 's'}"
    width = max(map(len, words.values()))
    ordered = sorted(outcomes.items(), key=lambda item: (STATES.index(item[1].state), item[0]))
    return [
        f"{total}: {', '.join(f'{counts[state]} {words[state]}' for state in STATES)}.",
        *(f"{words[found.state]:{width}}  {name}: {found.words}" for name, found in ordered),
    ]


__all__ = ["Outcome", "outcome", "summarize"]
