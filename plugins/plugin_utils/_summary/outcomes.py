# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What a summary counts: the state of each organization, in its words, since the last summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from .journal import BEGAN, ENDED, MARK, SUMMARY, UNKNOWN_OUTCOME, Record, Step, joined, own_record, since_the_last
from .subjects import split_by_registration, subject_words

RESULT = "service_access_result"
ORGANIZATION = "service_access_report_organization"
# In the order of the summary, most important first.
FAILED, NOT_REACHED, WOULD_CHANGE, CHANGED, UNCHANGED = "failed", "not reached", "would change", "changed", "unchanged"
STATES = (FAILED, NOT_REACHED, WOULD_CHANGE, CHANGED, UNCHANGED)
# What the results of the modules contain about changes.
DETAILS = (
    *("enabled", "disabled", "completed", "registered", "deregistered", "designated", "removed"),
    *("held_back", "not_attempted", "outcome_unknown", "failed_regions"),
)


class Outcome(NamedTuple):
    """The state of an organization, one of STATES, and the details: in words, and as {key: value} of DETAILS."""

    state: str
    words: str
    details: Mapping[str, Any] = {}


class PlayState(NamedTuple):
    """What a summary or report sees.

    ``hosts``: all of the play. ``alive``: those neither failed nor unreachable. ``concluded``: those of which no later
    summary tells the same. ``steps``: the journal. ``place`` and ``turn``: which summary it is.
    """

    hosts: Collection[str]
    alive: Collection[str]
    concluded: Collection[str]
    host: str
    kind: str = SUMMARY
    place: str = ""
    turn: int = 0
    steps: Sequence[Step] = ()

    def recent(self, host: str, variable: str) -> list[Step]:
        """Return what a host did, and registered in the variable, since the last summary or report."""
        since = since_the_last(self.steps, self.kind, host, self.place, self.turn)
        return [step for step in since if variable in step.place.split()]


def outcomes(records: Mapping[str, Record | None], play: PlayState) -> dict[str, Outcome]:
    """Return what became of each organization of the play, from {host: the result it holds}."""
    return {host: outcome_of(host, records.get(host), play) for host in play.hosts}


def outcome_of(host: str, record: Record | None, play: PlayState) -> Outcome:
    """Return what became of one organization since the last summary."""
    held = own_record(record, host)
    recent = play.recent(host, RESULT)
    ended = [Outcome(*step.details) for step in recent if step.kind == ENDED]
    if _failed_on_its_own(held):
        begun = [step for step in recent if step.kind == BEGAN]
        words = joined(held.get("msg"), "Nothing was run." if len(begun) == len(ended) else UNKNOWN_OUTCOME)
        return Outcome(FAILED, f"{words}{_before(ended)}", {"error": _error(held)})
    if held.get("unreachable"):
        return Outcome(NOT_REACHED, f"{_reason(held, alive=False)}{_before(ended)}")
    if ended:
        return ended[-1]
    reason = _reason(held, host in play.alive)
    own = [step for step in play.steps if step.kind == ENDED and host in step.hosts]
    earlier = [Outcome(*step.details) for step in own if RESULT in step.place.split()]
    return Outcome(NOT_REACHED, f"{reason}{_before(earlier)}")


def _before(ended: Sequence[Outcome]) -> str:
    if not ended:
        return ""
    last = ended[-1]
    return f" Before, {'failed' if last.state == FAILED else 'applied'} in this run: {last.words}"


def outcome(result: Record) -> Outcome:
    """Return the outcome of one organization, from the result of its task."""
    found = {**result, "failed_regions": _failed_regions(result)}
    details = {name: found[name] for name in DETAILS if found.get(name)}
    if result.get("failed"):
        planned = result.get("not_attempted") if "held_back" in result else None
        more = f" Not attempted: {', '.join(subject_words(planned))}." if planned else ""
        return Outcome(FAILED, f"{result.get('msg') or 'no message.'}{more}", {**details, "error": _error(result)})
    if not result.get("changed"):
        return Outcome(UNCHANGED, f"{len(result.get('enabled_service_principals', []))} enabled.", details)
    if result.get("check_mode"):
        return Outcome(WOULD_CHANGE, _changes(result, "would be "), details)
    return Outcome(CHANGED, _changes(result, ""), details)


def _failed_regions(result: Record) -> list[dict[str, Any]]:
    """Return [{account_id, service_principal, region, code, message}]: where administrators were not changed."""
    names = ("account_id", "service_principal", "region", "code", "message")
    failed = result.get("failed_registrations", [])
    return [{name: one.get(name) for name in names} for one in failed if one.get("region")]


def _error(failure: Record) -> dict[str, Any]:
    """Return {code, message} of a failed task. Only an error of AWS or of a module has a code."""
    error = failure.get("error") or {}
    return {"code": error.get("code"), "message": error.get("message") or failure.get("msg") or "no message."}


def _changes(result: Record, auxiliary: str) -> str:
    completed = result.get("completed", [])
    registered, designated = split_by_registration(result.get("designated", []), result.get("registered", []))
    deregistered, removed = split_by_registration(result.get("removed", []), result.get("deregistered", []))
    subjects = {
        "enabled": [name for name in result.get("enabled", []) if name not in completed],
        "completed (enabled before, but not working yet)": completed,
        "registered": registered,
        "completed (registered before, but not working yet)": designated,
        "removed": removed,
        "deregistered": deregistered,
        "disabled": result.get("disabled", []),
    }
    words = {verb: subject_words(of_verb) for verb, of_verb in subjects.items() if of_verb}
    parts = [f"{auxiliary}{verb}: {', '.join(of_verb)}" for verb, of_verb in words.items()]
    if result.get("dest"):
        backup = f" (backup: {result['backup_file']})" if result.get("backup_file") else ""
        parts.append(f"{auxiliary}written: {result['dest']}{backup}")
    return f"{'; '.join(parts)}."


def _failed_on_its_own(held: Record) -> bool:
    """Return whether the task failed without a result of the action, for example because of a timeout."""
    return bool(held.get("failed")) and MARK not in held


def _reason(held: Record, alive: bool) -> str:
    if held.get("unreachable"):
        return f"unreachable. {held.get('msg', '')}".rstrip()
    if not alive:
        return "its host failed or was unreachable earlier; see the output above."
    return "skipped by a condition." if held.get("skipped") else "no result yet."


def read_or_reason(held: Mapping[str, Record | None], play: PlayState) -> dict[str, Record]:
    """Return {host: what was read since the last report}; if nothing was, a failure whose msg says why."""
    found = {}
    for host in play.hosts:
        record = own_record(held.get(host), host)
        read = {step.id for step in play.recent(host, ORGANIZATION) if step.kind == ENDED}
        is_current = MARK in record and record[MARK].get("id") in read
        found[host] = record if is_current else _not_read(record, host in play.alive)
    return found


def _not_read(held: Record, alive: bool) -> Record:
    reason = held.get("msg") or "no message." if _failed_on_its_own(held) else _reason(held, alive)
    return {"failed": True, "msg": f"Not read: {reason}"}


def count(found: Mapping[str, Outcome]) -> dict[str, int]:
    """Return {state: how many organizations are in it}, in the order of STATES."""
    counts = Counter(each.state for each in found.values())
    return {state: counts[state] for state in STATES}


__all__ = [
    "CHANGED",
    "DETAILS",
    "FAILED",
    "NOT_REACHED",
    "ORGANIZATION",
    "RESULT",
    "STATES",
    "UNCHANGED",
    "WOULD_CHANGE",
    "Outcome",
    "PlayState",
    "count",
    "outcome",
    "outcome_of",
    "outcomes",
    "read_or_reason",
]
