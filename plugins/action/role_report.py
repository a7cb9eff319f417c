# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..plugin_utils._report.age import current_time
from ..plugin_utils._report.compare import plain
from ..plugin_utils._report.data import TITLE, assemble_report, make_report
from ..plugin_utils._report.formats import FORMATS, render
from ..plugin_utils._report.merge import find_reports, load_report, merge_organizations
from ..plugin_utils._role.action import Result, VariablesAction
from ..plugin_utils._role.files import resolve, write_file
from ..plugin_utils._role.variables import VariableError
from ..plugin_utils._summary.journal import REPORT
from ..plugin_utils._summary.outcomes import ORGANIZATION, read_or_reason
from ..plugin_utils._summary.play import conclude, first_of_batch, play_state, records
from ..plugin_utils._summary.run_memory import Memory, remembered

PREFIX = "service_access_report_"
FILE_MODE = 0o640  # the report contains email addresses
SPEC = {
    "directory": {"type": "str", "default": "service-access-report"},
    "title": {"type": "str", "default": TITLE},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "merge": {"type": "list", "elements": "str"},
    "since": {"type": "str"},
}


class ActionModule(VariablesAction):
    """Write one report about the organizations of the play, or of earlier reports."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the headline, and the files that were written, or would be written in check mode."""
        if not self._task.run_once and not first_of_batch(task_vars, self._task._uuid):
            return {"changed": False}
        options = self._options(task_vars)
        role_files = Path(task_vars["role_path"]) / "files"
        folder = resolve(options["directory"])
        files = {folder / f"service-access.{name}": name for name in options["formats"]}
        # One host at a time; with the free strategy, every host writes.
        with remembered(f"report-{self._task._uuid}") as memory:
            report = self._report(task_vars, options, json.loads((role_files / "report.schema.json").read_text()))
            if not self._task.check_mode:
                _write(files, report, role_files, memory)
        headlines = [report["headline"], *([report["changes"]["headline"]] if report["changes"] else [])]
        would = "Would write: " if self._task.check_mode else ""
        lines = [*headlines, *(f"{would}{path}" for path in files)]
        return {"msg": lines, "changed": True, "_ansible_verbose_always": True}

    def _options(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        given = self.defined_variables(SPEC, task_vars, PREFIX)
        options: dict[str, Any] = {}
        problems = []
        for name, spec in SPEC.items():
            only = {name: plain(given[name])} if name in given else {}
            validated = ArgumentSpecValidator({name: spec}).validate(only)
            options |= validated.validated_parameters
            problems += [f"{PREFIX}{name}: {text}" for text in validated.error_messages]
        if not str(options.get("directory") or "").strip():
            problems.append(f"{PREFIX}directory is blank. Set it, or leave it undefined.")
        for name in ("merge", "since"):
            if name in given and _is_blank(options.get(name)):
                problems.append(f"{PREFIX}{name} is empty or blank. Name a JSON report, or leave it undefined.")
        if problems:
            raise VariableError(" ".join(problems))
        return options

    def _report(
        self, task_vars: Mapping[str, Any], options: Mapping[str, Any], schema: Mapping[str, Any]
    ) -> dict[str, Any]:
        now = current_time()
        try:
            older = self._older(options["since"], schema)
            if options["merge"]:
                reports = {path: load_report(path, schema) for path in find_reports(options["merge"])}
                return assemble_report(merge_organizations(reports), now, options["title"], older)
        except ValueError as error:
            raise VariableError(str(error)) from error
        state = play_state(task_vars, self._task, REPORT)
        organizations = read_or_reason(records(task_vars, state.hosts, ORGANIZATION), state)
        conclude(state)
        return make_report(organizations, now, options["title"], older)

    def _older(self, since: str | None, schema: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the older report, kept for this run, because this run can write to the same file several times."""
        if since is None:
            return None
        with remembered(f"since-{self._task._uuid}") as memory:
            if memory.value is None:
                memory.value = load_report(resolve(since), schema)
            return dict(memory.value)


def _is_blank(value: Any) -> bool:
    texts = [value] if isinstance(value, str) else value or []
    return not any(text.strip() for text in texts)


def _write(files: Mapping[Path, str], report: Mapping[str, Any], role_files: Path, memory: Memory) -> None:
    """Write the files, unless this run has written a report with more organizations that were read."""
    known = known_count(report)
    if known < (memory.value or 0):
        return
    for path, name in files.items():
        write_file(path, render(report, name, role_files), FILE_MODE)
    memory.value = known


def known_count(report: Mapping[str, Any]) -> int:
    """Return how many organizations were read."""
    counts = report["counts"]
    return int(counts["organizations"] - counts["unreadable"])
