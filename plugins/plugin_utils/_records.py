# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Which of the results that hosts hold are about what was just done, not about an earlier play or application.

Every result of an action on one organization carries a mark: {play, place, finished}. ``play`` identifies the play,
``place`` the task in the play, whatever the host, and ``finished`` is a time in seconds. The journal, a file of this
run of Ansible, says in which order a host came to its places. Variables cannot: a skipped task overwrites them too.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

MARK = "service_access_run"
UNKNOWN_OUTCOME = "It is unknown what was done."
Record = Mapping[str, Any]


class Step(NamedTuple):
    """A host began an action at a place of a play."""

    play: str
    host: str
    place: str


class Journal:
    """The steps of all hosts, in the order in which they began. Forked workers append to one file."""

    def __init__(self, folder: str) -> None:
        self._path = Path(folder) / "service-access-journal"

    def add(self, step: Step) -> None:
        """Append a step; a line this short is written at once."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(step)}\n")

    def steps(self) -> list[Step]:
        """What has begun until now."""
        if not self._path.exists():
            return []
        return [Step(*json.loads(line)) for line in self._path.read_text(encoding="utf-8").splitlines()]


def joined(message: Any, sentence: str) -> str:
    """A message followed by another sentence."""
    text = str(message or "No message").rstrip()
    return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {sentence}"


def reserved(variable: str) -> str:
    """Why a variable that holds something else than a result is a problem."""
    return f"{variable} is the variable in which the role registers its result. Remove your own variable of this name."


def place_of(task: Any) -> str:
    """Identifies a task in its play on every host. What an include loads has another id for each batch or host."""
    chain = [task]
    while include := chain[-1].get_first_parent_include():
        chain.append(include)
    loaded = False
    parts = []
    for step in reversed(chain):
        parts.append(str(step.get_path() if loaded else step._uuid))
        loaded = loaded or not getattr(step, "statically_loaded", True)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def mark(play: str, place: str) -> dict[str, Any]:
    """The mark of a new result."""
    return {"play": play, "place": place, "finished": time.time()}


def current_records(
    records: Mapping[str, Record | None], host: str, elsewhere: Collection[str], steps: Sequence[Step]
) -> dict[str, Record]:
    """The records that a summary on ``host`` is about, among {host: what it holds}.

    That is the play of the newest record, and in it all but the records of places that ``host`` has left behind: they
    are of an earlier application. ``elsewhere``: hosts of other batches (serial), which are done with all that the play
    does, or have not begun.
    """
    marked = {name: record for name, record in records.items() if record and MARK in record}
    if not marked:
        return {}
    newest = max(marked, key=lambda name: marked[name][MARK]["finished"])
    play = marked[newest][MARK]["play"]
    guide = host if host in marked and marked[host][MARK]["play"] == play else newest
    here = marked[guide][MARK]["place"]
    behind = {step.place for step in steps if (step.play, step.host) == (play, guide)} - {here}
    return {
        name: record
        for name, record in marked.items()
        if record[MARK]["play"] == play and (name in elsewhere or record[MARK]["place"] not in behind)
    }


__all__ = [
    "MARK",
    "UNKNOWN_OUTCOME",
    "Journal",
    "Record",
    "Step",
    "current_records",
    "joined",
    "mark",
    "place_of",
    "reserved",
]
