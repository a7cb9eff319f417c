# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.orgops.aws.plugins.plugin_utils._report.compare import plain
from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import TITLE, make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report.formats import FORMATS, render
from ansible_collections.orgops.aws.plugins.plugin_utils._role.action import Result, VariablesAction
from ansible_collections.orgops.aws.plugins.plugin_utils._role.files import resolve, write_file
from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import VariableError
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import REPORT
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.lines import ORGANIZATION, read_or_reason
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.play import (
    conclude,
    first_of_batch,
    play_state,
    records,
)

PREFIX = "service_access_report_"
FILE_MODE = 0o640  # the report contains email addresses
SPEC = {
    "directory": {"type": "str", "default": "service-access-report"},
    "title": {"type": "str", "default": TITLE},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
}


class ActionModule(VariablesAction):
    """Write one report about the organizations of the play."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """The headline, and the files that were written, or would be written in check mode."""
        if not self._task.run_once and not first_of_batch(task_vars, self._task._uuid):
            return {"changed": False}
        options = self._options(task_vars)
        state = play_state(task_vars, self._task, REPORT)
        organizations = read_or_reason(records(task_vars, state.hosts, ORGANIZATION), state)
        conclude(state)
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        report = make_report(organizations, now, options["title"])
        folder = resolve(options["directory"])
        files = {folder / f"service-access.{name}": name for name in options["formats"]}
        if self._task.check_mode:
            lines = [report["headline"], *(f"Would write: {path}" for path in files)]
        else:
            self._write(files, report, Path(task_vars["role_path"]) / "files")
            lines = [report["headline"], *map(str, files)]
        return {"msg": lines, "changed": True, "_ansible_verbose_always": True}

    def _options(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        given = self.values(SPEC, task_vars, PREFIX)
        options: dict[str, Any] = {}
        problems = []
        for name, spec in SPEC.items():
            only = {name: plain(given[name])} if name in given else {}
            validated = ArgumentSpecValidator({name: spec}).validate(only)
            options |= validated.validated_parameters
            problems += [f"{PREFIX}{name}: {text}" for text in validated.error_messages]
        if not str(options.get("directory") or "").strip():
            problems.append(f"{PREFIX}directory is blank. Set it, or leave it undefined.")
        if problems:
            raise VariableError(" ".join(problems))
        return options

    def _write(self, files: Mapping[Path, str], report: Mapping[str, Any], templates: Path) -> None:
        """Write the files. With the free strategy, every host does, and what knows less never replaces more."""
        state = Path(constants.DEFAULT_LOCAL_TMP) / f"service-access-report-{self._task._uuid}"
        with state.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if known_count(report) >= int(file.read() or 0):
                for path, name in files.items():
                    write_file(path, render(report, name, templates), FILE_MODE)
                file.truncate(0)
                file.write(str(known_count(report)))


def known_count(report: Mapping[str, Any]) -> int:
    """How many organizations were read."""
    counts = report["counts"]
    return int(counts["organizations"] - counts["unreadable"])
