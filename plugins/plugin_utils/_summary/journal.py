# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The journal of a run of Ansible: what each host did, and which summary told it.

Variables cannot say this: a skipped task overwrites them, and ``run_once`` registers one host's result for all. Every
result carries a mark, {host, id}, by which it is found in the journal.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from .run_memory import run_file

MARK = "service_access_run"
UNKNOWN_OUTCOME = "It is unknown what was done."
# The kinds of steps: an action on one organization, and what tells its result.
BEGAN, ENDED = "began", "ended"
SUMMARY, REPORT = "summary", "report"
Record = Mapping[str, Any]


class Step(NamedTuple):
    """An action of one host, or a summary or report that concludes what some hosts did.

    ``place``: the variables in which the action's result is registered, or the place of the summary. ``id``: identifies
    the result, or counts the summaries at the place. ``details``: [state, words] of a result, or {host: [state, words]}
    that a summary printed.
    """

    kind: str
    hosts: Collection[str]
    place: str
    id: str
    details: Any = None


def variables_of(task: Any) -> str:
    """Return the variables in which a task registers its result, separated by spaces.

    Up to ansible-core 2.20, the keyword of a task is one name, later {name: expression}.
    """
    register = task.register or ()
    return register if isinstance(register, str) else " ".join(register)


class Journal:
    """The steps of all hosts, in their order. Forked workers append to one file."""

    def __init__(self) -> None:
        self._path = run_file("journal")

    def add(self, step: Step) -> None:
        """Append a step."""
        with self._path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(f"{json.dumps(step)}\n")
            file.flush()

    def steps(self) -> list[Step]:
        """Return the steps until now."""
        if not self._path.exists():
            return []
        with self._path.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return [Step(*json.loads(line)) for line in file]


def joined(message: Any, sentence: str) -> str:
    """Return a message followed by another sentence."""
    text = str(message or "No message").rstrip()
    return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {sentence}"


def reserved(variable: str) -> str:
    """Return why a variable that holds something else than a result is a problem."""
    return f"{variable} is the variable in which the role registers its result. Remove your own variable of this name."


def is_result(value: Any) -> bool:
    """Return whether Ansible registered the value for an action of the roles, which may not have begun."""
    return isinstance(value, Mapping) and any(
        name in value for name in (MARK, "failed", "results", "skipped", "unreachable")
    )


def own_record(record: Record | None, host: str) -> Record:
    """Return the record that a host holds, empty if it holds none, or one that was made for another host."""
    record = record or {}
    return record if MARK not in record or record[MARK].get("host") == host else {}


def place_of(task: Any) -> str:
    """Identify the list of tasks that contains a task, on every host.

    What an include loads has another id for each batch or host.
    """
    chain = [task]
    while include := chain[-1].get_first_parent_include():
        chain.append(include)
    loaded = False
    parts = [str(task.get_play()._uuid)]
    for include in reversed(chain[1:]):
        parts.append(str(include.get_path() if loaded else include._uuid))
        loaded = loaded or not getattr(include, "statically_loaded", True)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def turns(steps: Iterable[Step], kind: str, host: str, place: str) -> int:
    """Return how many summaries at a place concluded a host."""
    return sum(1 for step in steps if (step.kind, step.place) == (kind, place) and host in step.hosts)


def since_the_last(steps: Iterable[Step], kind: str, host: str, place: str, turn: int) -> list[Step]:
    """Return what a host did since the summary before this one, which is the host's ``turn`` at its place.

    With serial, or if each host makes it, one summary has several steps.
    """
    found: list[Step] = []
    made = False
    for step in steps:
        if host not in step.hosts:
            continue
        if step.kind in (BEGAN, ENDED):
            found.append(step)
        elif step.kind == kind:
            made = made or (step.place == place and turn == 0)
            turn -= step.place == place
            if not made:
                found = []
    return found


__all__ = [
    "BEGAN",
    "ENDED",
    "MARK",
    "REPORT",
    "SUMMARY",
    "UNKNOWN_OUTCOME",
    "Journal",
    "Record",
    "Step",
    "is_result",
    "joined",
    "own_record",
    "place_of",
    "reserved",
    "since_the_last",
    "turns",
    "variables_of",
]
