# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The lines of a summary: the counts, and one line for each organization."""

from __future__ import annotations

from collections.abc import Mapping

from .outcomes import CHANGED, FAILED, STATES, UNCHANGED, WOULD_CHANGE, Outcome, count
from .subjects import number


def summarize(found: Mapping[str, Outcome], new: Mapping[str, Outcome] | None = None) -> list[str]:
    """Return a line with the counts, and one for each organization, failed ones first, sorted by name within a state.

    ``new``: those that have a line, by default all; an earlier part of the same summary printed the others.
    """
    counts = count(found)
    shown = [state for state in STATES if counts[state] or state in (FAILED, UNCHANGED) or _is_told(state, counts)]
    width = max(map(len, shown))
    ordered = sorted((found if new is None else new).items(), key=lambda item: (STATES.index(item[1].state), item[0]))
    return [
        f"{number(len(found), 'organization')}: {', '.join(f'{counts[state]} {state}' for state in shown)}.",
        *(f"{each.state:{width}}  {name}: {each.words}" for name, each in ordered),
    ]


def _is_told(state: str, counts: Mapping[str, int]) -> bool:
    """Show a count of zero if nothing else indicates whether this was check mode."""
    return state == CHANGED and not counts[WOULD_CHANGE]


__all__ = ["summarize"]
