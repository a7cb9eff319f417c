# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""One line for each organization: what was done, what would be done, what failed, what was not reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.orgops.aws.plugins.plugin_utils._records import (
    MARK,
    UNKNOWN_OUTCOME,
    Record,
    Step,
    current_records,
    joined,
)

# In the order of the summary, most important first.
FAILED, NOT_REACHED, WOULD_CHANGE, CHANGED, UNCHANGED = "failed", "not reached", "would change", "changed", "unchanged"
STATES = (FAILED, NOT_REACHED, WOULD_CHANGE, CHANGED, UNCHANGED)


class Outcome(NamedTuple):
    """The state of an organization, one of STATES, and the details."""

    state: str
    words: str


class PlayState(NamedTuple):
    """What a summary sees: every host, those neither failed nor unreachable, those of its batch, its own, the steps."""

    hosts: Collection[str]
    alive: Collection[str]
    batch: Collection[str]
    host: str
    steps: Sequence[Step] = ()

    @property
    def elsewhere(self) -> set[str]:
        """The hosts of other batches; that of a failed host is not known."""
        return set(self.alive) - set(self.batch)


def outcomes(records: Mapping[str, Record | None], play: PlayState) -> dict[str, Outcome]:
    """What became of each organization of the play, from {host: the result it holds}."""
    current = current_records(records, play.host, play.elsewhere, play.steps)
    newest = next(iter(current.values()), {}).get(MARK, {}).get("play")
    return {
        host: outcome(current[host])
        if host in current
        else _without_current(records.get(host) or {}, host, play, newest)
        for host in play.hosts
    }


def outcome(result: Record) -> Outcome:
    """The outcome of one organization, from the result of its task."""
    if result.get("failed"):
        planned = result.get("not_attempted") if "held_back" in result else None
        more = f" Not attempted: {', '.join(planned)}." if planned else ""
        return Outcome(FAILED, f"{result.get('msg') or 'no message.'}{more}")
    if not result.get("changed"):
        return Outcome(UNCHANGED, f"{len(result.get('enabled_service_principals', []))} enabled.")
    if result.get("check_mode"):
        return Outcome(WOULD_CHANGE, _changes(result, "would be "))
    return Outcome(CHANGED, _changes(result, ""))


def _changes(result: Record, auxiliary: str) -> str:
    completed = result.get("completed", [])
    subjects = {
        "enabled": [name for name in result.get("enabled", []) if name not in completed],
        "completed (enabled before, but not working yet)": completed,
        **{verb: result.get(verb, []) for verb in ("registered", "deregistered", "disabled")},
    }
    parts = [f"{auxiliary}{verb}: {', '.join(map(_subject, of_verb))}" for verb, of_verb in subjects.items() if of_verb]
    if result.get("dest"):
        backup = f" (backup: {result['backup_file']})" if result.get("backup_file") else ""
        parts.append(f"{auxiliary}written: {result['dest']}{backup}")
    return f"{'; '.join(parts)}."


def _subject(changed: Any) -> str:
    """A service principal, or a registration as "account for service principal"."""
    return changed if isinstance(changed, str) else f"{changed['account_id']} for {changed['service_principal']}"


def _without_current(held: Record, host: str, play: PlayState, newest: str | None) -> Outcome:
    """The outcome of an organization whose host holds no result of what the summary is about."""
    if _failed_on_its_own(held):
        began = any(step.host == host for step in play.steps)
        return Outcome(FAILED, joined(held.get("msg"), UNKNOWN_OUTCOME if began else "Nothing was run."))
    if MARK not in held:
        return Outcome(NOT_REACHED, _reason(held, host in play.alive))
    verb = "failed" if held.get("failed") else "applied"
    when = "earlier in this play" if held[MARK]["play"] == newest else "in an earlier play"
    before = f"{verb} {when}: {outcome(held).words}"
    return Outcome(NOT_REACHED, before if host in play.alive else f"{_reason(held, alive=False)} Before, {before}")


def _failed_on_its_own(held: Record) -> bool:
    """Whether the task failed without a result of the action, for example because of a timeout."""
    return bool(held.get("failed")) and MARK not in held


def _reason(held: Record, alive: bool) -> str:
    if held.get("unreachable"):
        return f"unreachable. {held.get('msg', '')}".rstrip()
    if not alive:
        return "its host failed or was unreachable earlier; see the output above."
    return "skipped by a condition." if held.get("skipped") else "no result yet."


def read_or_reason(held: Mapping[str, Record | None], play: PlayState) -> dict[str, Record]:
    """{host: its current record}; where there is none, a failure whose msg says why."""
    current = current_records(held, play.host, play.elsewhere, play.steps)
    return {host: current.get(host) or _not_read(held.get(host) or {}, host in play.alive) for host in play.hosts}


def _not_read(held: Record, alive: bool) -> Record:
    reason = held.get("msg") or "no message." if _failed_on_its_own(held) else _reason(held, alive)
    return {"failed": True, "msg": f"Not read: {reason}"}


def summarize(found: Mapping[str, Outcome]) -> list[str]:
    """A line with the counts, and a line for each organization, failed ones first, sorted by name within a state."""
    counts = {state: sum(1 for each in found.values() if each.state == state) for state in STATES}
    told = [state for state in STATES if counts[state] or state in (FAILED, UNCHANGED) or _is_told(state, counts)]
    total = f"{len(found)} organization{'' if len(found) == 1 else 's'}"
    width = max(map(len, told))
    ordered = sorted(found.items(), key=lambda item: (STATES.index(item[1].state), item[0]))
    return [
        f"{total}: {', '.join(f'{counts[state]} {state}' for state in told)}.",
        *(f"{each.state:{width}}  {name}: {each.words}" for name, each in ordered),
    ]


def _is_told(state: str, counts: Mapping[str, int]) -> bool:
    """Show a count of zero if nothing else indicates whether this was check mode."""
    return state == CHANGED and not counts[WOULD_CHANGE]


def verdict(result: Record | None, fail_on_changes: bool) -> str | None:
    """Why the organization's host fails after the summary; None if it does not."""
    result = result or {"skipped": True}
    if result.get("unreachable"):
        return "The host is unreachable; see the summary."
    if result.get("failed"):
        return "Desired state not reached; see the summary."
    if fail_on_changes and result.get("skipped"):
        return "Not compared with the desired state; see the summary."
    if fail_on_changes and result.get("changed"):
        return (
            "Differs from the desired state; see the summary."
            if result.get("check_mode")
            else "Differed from the desired state and was changed; see the summary."
        )
    return None


def takes_over(host: str, held: Mapping[str, Record | None], fail_on_changes: bool) -> bool:
    """Whether a host may print the summary that a condition of the role skipped on the first host.

    Ansible shows the message of a failure as one line, so a host that fails leaves the summary to the others, unless
    these fail or are skipped too. ``held``: {host: the result it holds} of the batch, None where there is none yet.
    """
    if verdict(held.get(host), fail_on_changes) is None:
        return True
    others = [record for name, record in held.items() if name != host]
    return all(record and (record.get("skipped") or verdict(record, fail_on_changes)) for record in others)


__all__ = ["Outcome", "PlayState", "outcome", "outcomes", "read_or_reason", "summarize", "takes_over", "verdict"]
