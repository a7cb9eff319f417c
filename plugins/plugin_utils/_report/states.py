# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The states of what an organization has or should have: services, and registrations of delegated administrators."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import TypeVar

WANTED = "wanted"  # there, and listed
MISSING = "missing"  # listed, but not there
EXTRA = "extra"  # there and not listed, and exact mode would remove it
KEPT = "kept"  # there and not listed, and exact mode must not remove it
UNLISTED = "unlisted"  # there and not listed, without exact mode
STATES = (MISSING, EXTRA, WANTED, KEPT, UNLISTED)  # most important first
PRESENT = (EXTRA, WANTED, KEPT, UNLISTED)
EXPECTED = (MISSING, WANTED)

Thing = TypeVar("Thing", bound=Hashable)


def states_of(
    present: Iterable[Thing],
    wanted: Collection[Thing],
    to_add: Iterable[Thing],
    to_remove: Iterable[Thing],
    kept: Collection[Thing],
) -> dict[Thing, str]:
    """Return {thing: state}. ``to_add`` and ``to_remove``: what applying the variables would change.

    ``kept``: what exact mode must not remove.
    """
    states = dict.fromkeys(to_add, MISSING) | dict.fromkeys(to_remove, EXTRA)
    for thing in present:
        if thing in wanted:
            states.setdefault(thing, WANTED)
        else:
            states.setdefault(thing, KEPT if thing in kept else UNLISTED)
    return states


__all__ = ["EXPECTED", "EXTRA", "KEPT", "MISSING", "PRESENT", "STATES", "UNLISTED", "WANTED", "states_of"]
