# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The state of the play and its hosts, from Ansible's magic variables."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible import constants

from ansible_collections.orgops.aws.plugins.plugin_utils._records import Journal, Record, reserved
from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_summary import PlayState, outcomes, summarize

RESULT = "service_access_result"


def play_state(task_vars: Mapping[str, Any]) -> PlayState:
    """The hosts of the play, as the current task sees them."""
    return PlayState(
        hosts=list(task_vars["ansible_play_hosts_all"]),
        alive=set(task_vars["ansible_play_hosts"]),
        batch=set(task_vars["ansible_play_batch"]),
        host=task_vars["inventory_hostname"],
        steps=Journal(constants.DEFAULT_LOCAL_TMP).steps(),
    )


def records(task_vars: Mapping[str, Any], hosts: Iterable[str], variable: str) -> dict[str, Record | None]:
    """{host: the value of its registered variable}; a failure if it is no result."""
    hostvars = task_vars["hostvars"]
    held = {host: hostvars[host].get(variable) for host in hosts}
    no_result = {"failed": True, "msg": reserved(variable)}
    return {
        host: record if record is None or isinstance(record, Mapping) else no_result for host, record in held.items()
    }


def summary_lines(task_vars: Mapping[str, Any]) -> list[str]:
    """The summary of the organizations of the play."""
    state = play_state(task_vars)
    return summarize(outcomes(records(task_vars, state.hosts, RESULT), state))


def first_of_batch(task_vars: Mapping[str, Any], task: str) -> bool:
    """Whether this host comes to the task first in its batch. ``task``: the id of the task."""
    host = task_vars["inventory_hostname"]
    with (Path(constants.DEFAULT_LOCAL_TMP) / f"service-access-first-{task}").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        done = json.loads(file.read() or "[]")
        if host in done:
            return False
        file.truncate(0)
        json.dump([*done, host, *task_vars["ansible_play_batch"]], file)
    return True


__all__ = ["RESULT", "first_of_batch", "play_state", "records", "summary_lines"]
