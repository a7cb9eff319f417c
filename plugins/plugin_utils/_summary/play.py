# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The state of the play and its hosts, from Ansible's magic variables and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .journal import SUMMARY, Journal, Record, Step, is_result, place_of, reserved, turns
from .lines import summarize
from .outcomes import Outcome, PlayState
from .run_memory import remembered


def is_lockstep(task: Any) -> bool:
    """Return whether one host runs a task with run_once for its batch, after all hosts have come to it."""
    return not str(task.get_play().strategy).endswith(("free", "host_pinned"))


def play_state(task_vars: Mapping[str, Any], task: Any, kind: str = SUMMARY, for_batch: bool = True) -> PlayState:
    """Return what a summary or report sees.

    ``for_batch``: whether it concludes the hosts of its batch, not its own alone.
    """
    hosts = list(task_vars["ansible_play_hosts_all"])
    alive = set(task_vars["ansible_play_hosts"])
    host = task_vars["inventory_hostname"]
    waiting = alive - set(task_vars["ansible_play_batch"]) if for_batch and is_lockstep(task) else alive - {host}
    steps = Journal().steps()
    place = place_of(task)
    return PlayState(
        hosts=hosts,
        alive=alive,
        concluded=[name for name in hosts if name not in waiting],
        host=host,
        kind=kind,
        place=place,
        turn=turns(steps, kind, host, place),
        steps=steps,
    )


def conclude(state: PlayState, printed: Mapping[str, Outcome] | None = None) -> None:
    """Add a summary or report to the journal. The next one tells only what comes after it."""
    step = Step(state.kind, list(state.concluded), state.place, str(state.turn), printed)
    Journal().add(step)


def records(task_vars: Mapping[str, Any], hosts: Iterable[str], variable: str) -> dict[str, Record | None]:
    """Return {host: the value of its registered variable}; a failure if it is no result."""
    hostvars = task_vars["hostvars"]
    held: dict[str, Record | None] = {}
    for host in hosts:
        record = hostvars[host].get(variable)
        is_usable = record is None or is_result(record)
        held[host] = record if is_usable else {"failed": True, "msg": reserved(variable)}
    return held


def summary_lines(found: Mapping[str, Outcome], state: PlayState, lockstep: bool) -> list[str]:
    """Return the summary of {host: what became of it}, and conclude it.

    If each host of the batch makes it, it contains only what the others have not printed.
    """
    told: dict[str, Outcome] = {}
    for step in state.steps:
        if (step.kind, step.place, step.id) == (state.kind, state.place, str(state.turn)) and not lockstep:
            told |= {host: Outcome(*printed) for host, printed in step.details.items()}
    new = {host: each for host, each in found.items() if told.get(host) != each}
    conclude(state, {} if lockstep else new)
    return summarize(found, new)


def first_of_batch(task_vars: Mapping[str, Any], task: str) -> bool:
    """Return whether this host comes to the task first in its batch. ``task``: the id of the task."""
    host = task_vars["inventory_hostname"]
    with remembered(f"first-{task}") as memory:
        done = memory.value or []
        memory.value = done if host in done else [*done, host, *task_vars["ansible_play_batch"]]
    return host not in done


__all__ = ["conclude", "first_of_batch", "is_lockstep", "play_state", "records", "summary_lines"]
