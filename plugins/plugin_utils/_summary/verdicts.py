# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Which hosts fail after a summary, and which one of them prints a summary that was skipped."""

from __future__ import annotations

from collections.abc import Mapping

from .journal import Record
from .outcomes import CHANGED, FAILED, NOT_REACHED, WOULD_CHANGE, Outcome, PlayState, outcome_of


def verdict(found: Outcome, record: Record | None, fail_on_changes: bool) -> str | None:
    """Return why the organization's host fails after the summary; None if it does not.

    ``record``: the result that the host holds, None if there is none yet.
    """
    if record and record.get("unreachable"):
        return "The host is unreachable; see the summary."
    if found.state == FAILED:
        return "Desired state not reached; see the summary."
    if not fail_on_changes:
        return None
    return {
        NOT_REACHED: "Not compared with the desired state; see the summary.",
        WOULD_CHANGE: "Differs from the desired state; see the summary.",
        CHANGED: "Differed from the desired state and was changed; see the summary.",
    }.get(found.state)


def takes_over(host: str, held: Mapping[str, Record | None], play: PlayState, fail_on_changes: bool) -> bool:
    """Return whether a host may print the summary that a condition of the role skipped on the first host.

    Ansible shows the message of a failure as one line, so a host that fails leaves the summary to the others, unless
    these fail or are skipped too. ``held``: {host: the result it holds} of the batch, None where there is none yet.
    """

    def fails(name: str) -> bool:
        return verdict(outcome_of(name, held[name], play), held[name], fail_on_changes) is not None

    if not fails(host):
        return True
    others = [name for name in held if name != host]
    return all((held[name] or {}).get("skipped") or (held[name] and fails(name)) for name in others)


__all__ = ["takes_over", "verdict"]
