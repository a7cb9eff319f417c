# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What prints the summary of the organizations, and writes it for other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from ansible.errors import AnsibleError, AnsibleValueOmittedError

from .._summary.journal import Record
from .._summary.outcomes import RESULT, Outcome, PlayState, outcomes
from .._summary.play import records, summary_lines
from .._summary.results import LISTS, make_results, make_stats, names_of_list
from .._summary.run_memory import remembered
from .._summary.verdicts import verdict
from .action import Result, VariablesAction
from .files import locked_folder, make_folder, resolve, write_file
from .variables import ACCOUNT, PREFIX, VariableError, account_id_of, boolean_of

OPTION, FAIL_ON_CHANGES = "results_file", "fail_on_changes"
PLAYBOOK, DRIFT = "__service_access_playbook", "drift"  # set by the playbooks
FILE_MODE = 0o644
STATS = "stats"  # under this name, the run remembers them


class SummaryAction(VariablesAction):
    """An action that prints the summary."""

    def tell(self, task_vars: Mapping[str, Any], state: PlayState, lockstep: bool) -> Result:
        """Return the lines of the summary, which are always printed. Write the results, and fail if that fails."""
        held = records(task_vars, state.hosts, RESULT)
        found = outcomes(held, state)
        lines = summary_lines(found, state, lockstep)
        accounts = {host: _account_id(task_vars, host, each) for host, each in found.items()}
        playbook, check_mode = task_vars.get(PLAYBOOK), bool(self._task.check_mode)
        results = make_results(found, accounts, playbook, check_mode=check_mode)
        failing = self._failing(task_vars, held, found) if PLAYBOOK in task_vars else {}
        with remembered(STATS) as memory:
            memory.value = [make_stats(results), failing]
        try:
            self._write(task_vars, results, found)
        except (AnsibleError, OSError, VariableError) as error:
            self._display.display("\n".join(lines))
            return {"failed": True, "changed": False, "msg": f"The results were not written: {error}"}
        return self.always_printed(lines)

    def stats(self) -> Result:
        """Return the results of the last summary as ansible.builtin.set_stats does, and for a playbook, who fails.

        ``failing``: {host: why}. ``hosts``: a pattern of those hosts; None if a name could be a pattern.
        """
        with remembered(STATS) as memory:
            if memory.value is None:
                return {"changed": False}
            stats, failing = memory.value
        return {
            "changed": False,
            "failing": failing,
            "hosts": _pattern(failing),
            "ansible_stats": {"data": {"orgops_aws_results": stats}, "per_host": False, "aggregate": True},
        }

    def _failing(
        self, task_vars: Mapping[str, Any], held: Mapping[str, Record | None], found: Mapping[str, Outcome]
    ) -> dict[str, str]:
        """Return {host: why it fails after the summary of a playbook}."""
        failing = {}
        for host, each in found.items():
            try:
                message = verdict(each, held[host], self._fails_on_changes(task_vars, host))
            except (AnsibleError, VariableError) as error:
                message = str(error)
            if message:
                failing[host] = message
        return failing

    def _fails_on_changes(self, task_vars: Mapping[str, Any], host: str) -> bool:
        """Return whether changes fail a host. The drift playbook sets it for all; otherwise, each host has its own."""
        if task_vars[PLAYBOOK] == DRIFT:
            return boolean_of(self.defined_variables([FAIL_ON_CHANGES], task_vars), FAIL_ON_CHANGES)
        try:
            value = task_vars["hostvars"][host].get(f"{PREFIX}{FAIL_ON_CHANGES}", False)
        except AnsibleValueOmittedError:
            return False
        return boolean_of({FAIL_ON_CHANGES: value}, FAIL_ON_CHANGES)

    def _write(self, task_vars: Mapping[str, Any], results: Mapping[str, Any], found: Mapping[str, Outcome]) -> None:
        """Write the results, and beside them the lists of hosts for --limit.

        An empty list is no file, because Ansible takes an empty file for no limit.
        """
        value = self.defined_variables([OPTION], task_vars).get(OPTION)
        if value is None:
            return
        if not isinstance(value, str) or not value.strip():
            raise VariableError(f"{PREFIX}{OPTION} must be the path of a file, not {value!r}.")
        path = resolve(value)
        make_folder(path.parent, FILE_MODE)
        with locked_folder(path.parent):  # another run can write the same files
            # Until all is written, no list belongs to the older results.
            lists = {name: path.with_name(f"{path.stem}.{name}.txt") for name in LISTS}
            for file in lists.values():
                file.unlink(missing_ok=True)
            write_file(path, f"{json.dumps(results, indent=2)}\n", FILE_MODE)
            for name, file in lists.items():
                if names := names_of_list(found, name):
                    write_file(file, "".join(f"{host}\n" for host in names), FILE_MODE)


def _pattern(hosts: Collection[str]) -> list[str] | None:
    if not hosts:
        return ["all:!all"]
    are_names = all(re.fullmatch(r"\w[\w.-]*", host) for host in hosts)
    return list(hosts) if are_names else None


def _account_id(task_vars: Mapping[str, Any], host: str, found: Outcome) -> str | None:
    """Return the ID with which the task ran, or that of the host's variables; None if there is none."""
    if ACCOUNT in found.details:
        known: str | None = found.details[ACCOUNT]
        return known
    try:
        return account_id_of(task_vars["hostvars"][host].get(f"{PREFIX}{ACCOUNT}"))
    except AnsibleError:
        return None


__all__ = ["SummaryAction"]
