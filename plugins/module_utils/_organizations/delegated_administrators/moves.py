# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What is left of a service's delegated administrators by a move that failed halfway. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ..task.changes import DEREGISTER, DESIGNATE, REMOVE, Change, Progress, names
from .options import Registration
from .regional_plan import Designation

# With these, AWS says that the service has an administrator: somebody else's, or the one that has just ended.
HAS_ADMINISTRATOR = (
    "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
    "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
)


def explain_move(ending: Change, adding: Change, progress: Progress, has_others: bool) -> list[str]:
    """Return a sentence if of a move only the first half, ``ending``, was made, or may be.

    ``has_others``: other administrators remain.
    """
    removed, added = ending.subject, adding.subject
    first, second = progress.failed.get(ending), progress.failed.get(adding)
    if first and first.leaves_outcome_unknown:
        known, told = False, f"{removed} may be deregistered, and {added.account_id} was not registered."
    elif second and second.leaves_outcome_unknown:
        known, told = False, f"{_ended(ending, progress)}, and {added.account_id} may be registered."
    elif second and not first:
        known = second.details()["reason"] not in HAS_ADMINISTRATOR
        cannot = "cannot" if progress.foreseen else "could not"
        told = f"{_ended(ending, progress)}, and {added.account_id} {cannot} be registered."
    else:
        return []
    return [told[0].upper() + told[1:] if has_others else f"{_left(added.service_principal, progress, known)}: {told}"]


def explain_regions(added: Registration, ended: Registration, progress: Progress) -> list[str]:
    """Return a sentence about the Regions that are, or may be, without administrator after a failed replacement."""
    made = {*progress.done, *progress.unnecessary}
    uncertain = {change for change, error in progress.failed.items() if error.leaves_outcome_unknown} - made
    removed, perhaps_removed = _regions(REMOVE, ended, made), _regions(REMOVE, ended, uncertain)
    designated, perhaps_designated = _regions(DESIGNATE, added, made), _regions(DESIGNATE, added, uncertain)
    without = removed - designated - perhaps_designated
    doubtful = (perhaps_removed - designated) | (removed & perhaps_designated)
    principal, account_id = added.service_principal, added.account_id
    has = "would have" if progress.foreseen else "now has"
    sentences = []
    if without:
        was = "would be" if progress.foreseen else "was"
        sentences.append(
            f"{principal} {has} no administrator in {names(sorted(without))}: {ended.account_id} {was} removed there, "
            f"and {account_id} {was} not designated."
        )
    if doubtful:
        sentences.append(f"It is unknown whether {principal} now has an administrator in {names(sorted(doubtful))}.")
    ending = Change(DEREGISTER, ended)
    if not sentences and ending in made and not (designated or perhaps_designated):
        told = f"{_ended(ending, progress)}, and {account_id} was not designated."
        sentences.append(f"{_left(principal, progress, known=True)}: {told}")
    return sentences


def _regions(verb: str, one: Registration, changes: Iterable[Change]) -> set[str]:
    """Return the Regions of these changes to an account's administration of a service."""
    found = [change.subject for change in changes if change.verb == verb and isinstance(change.subject, Designation)]
    return {subject.region for subject in found if (subject.account_id, subject.service_principal) == one}


def _ended(ending: Change, progress: Progress) -> str:
    if ending in progress.unnecessary:
        return f"somebody else deregistered {ending.subject}"
    return f"{ending.subject} {'would be' if progress.foreseen else 'was'} deregistered"


def _left(service_principal: str, progress: Progress, known: bool) -> str:
    if not known:
        return f"It is unknown whether {service_principal} now has a delegated administrator"
    return f"{service_principal} {'would have' if progress.foreseen else 'now has'} no delegated administrator"


__all__ = ["explain_move", "explain_regions"]
