# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What is left of a service's delegated administrators by a move that failed halfway. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ..task.changes import Change, Progress

# With these, AWS says that the service has an administrator: somebody else's, or the one that has just ended.
HAS_ADMINISTRATOR = (
    "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
    "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
)


class Move(NamedTuple):
    """The deregistration that makes room for a registration. Subjects have account_id and service_principal."""

    deregistration: Change
    registration: Change


def explain_move(move: Move, progress: Progress, has_others: bool) -> list[str]:
    """Return a sentence if only the first half was, or may be, made. ``has_others``: other administrators remain."""
    removed, added = move.deregistration.subject, move.registration.subject
    first, second = progress.failed.get(move.deregistration), progress.failed.get(move.registration)
    if first and first.leaves_outcome_unknown:
        known, told = False, f"{removed} may be deregistered, and {added.account_id} was not registered."
    elif second and second.leaves_outcome_unknown:
        known, told = False, f"{_first_half(move, progress)}, and {added.account_id} may be registered."
    elif second and not first:
        known = second.details()["reason"] not in HAS_ADMINISTRATOR
        cannot = "cannot" if progress.foreseen else "could not"
        told = f"{_first_half(move, progress)}, and {added.account_id} {cannot} be registered."
    else:
        return []
    return [told[0].upper() + told[1:] if has_others else f"{_left(added.service_principal, progress, known)}: {told}"]


def _first_half(move: Move, progress: Progress) -> str:
    if move.deregistration in progress.unnecessary:
        return f"somebody else deregistered {move.deregistration.subject}"
    was = "would be" if progress.foreseen else "was"
    return f"{move.deregistration.subject} {was} deregistered"


def _left(service_principal: str, progress: Progress, known: bool) -> str:
    if not known:
        return f"It is unknown whether {service_principal} now has a delegated administrator"
    return f"{service_principal} {'would have' if progress.foreseen else 'now has'} no delegated administrator"


__all__ = ["Move", "explain_move"]
