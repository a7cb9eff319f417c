# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..plugin_utils._role.action import Result
from ..plugin_utils._role.export import FILE, exported_text, hidden_files, winning_files
from ..plugin_utils._role.export_overwrite import lost_by_replacing
from ..plugin_utils._role.files import back_up, is_file_name, resolve, write_file
from ..plugin_utils._role.listing import ListAction
from ..plugin_utils._role.variables import PREFIX, REGIONS, VariableError, boolean_of

FILE_MODE = 0o644
# Variables that an export does not contain, and with which applying it can fail, change something or be less exact.
NOT_EXPORTED = (
    *("purge_scope", "keep_service_principals", "prefer_service_api", "unknown_service_principals"),
    *REGIONS,
)
CHOOSE = "or set service_access_export_directory."


class ActionModule(ListAction):
    """Write service access as variables of the host."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the listing, dest, whether the file changed, and the diff."""
        dest = self._folder(task_vars) / FILE
        lost = self._lost(dest, task_vars)
        still_apply = [f"{PREFIX}{name}" for name in self.defined_variables(NOT_EXPORTED, task_vars)]
        result = self.list_service_access(task_vars, administrators=True)
        if result.get("failed"):
            return result
        before = dest.read_text(encoding="utf-8") if dest.exists() else ""
        unread = result.get("delegated_administrators_unread")
        if unread:
            self._display.warning(f"Delegated administrators are not part of the export. {unread}")
        after = exported_text(result["enabled_service_principals"], result.get("delegated_administrators"), still_apply)
        result.update(dest=str(dest), changed=before != after)
        if self._task.diff:
            result["diff"] = {
                "before": before, "after": after, "before_header": str(dest), "after_header": str(dest)
            }  # fmt: skip
        if result["changed"] and not self._task.check_mode:
            if lost and before:
                result["backup_file"] = str(back_up(dest))
            write_file(dest, after, FILE_MODE)
        return result

    def _lost(self, dest: Path, task_vars: Mapping[str, Any]) -> list[str]:
        """Return what the export destroys in the present file. VariableError unless a variable says to replace it."""
        lost = lost_by_replacing(dest)
        if lost and not boolean_of(self.defined_variables(["export_force"], task_vars), "export_force"):
            raise VariableError(
                f"{dest} contains more than an export: {', '.join(lost)}. Nothing was read, and the file was not "
                f"replaced. Move what is yours to another file, or set {PREFIX}export_force=true to replace the file "
                "and keep a backup."
            )
        return lost

    def _folder(self, task_vars: Mapping[str, Any]) -> Path:
        """Return the host's folder; VariableError if there is none, or if Ansible would not use the exported file."""
        host = task_vars["inventory_hostname"]
        if not is_file_name(host):
            raise VariableError(f"The host name {host!r} cannot be a folder name. Rename it in the inventory.")
        chosen = self.defined_variables(["export_directory"], task_vars).get("export_directory")
        if chosen is not None and not str(chosen).strip():
            raise VariableError("service_access_export_directory is blank. Set it, or leave it undefined.")
        if chosen is None and not os.path.isabs(task_vars.get("inventory_dir") or ""):  # noqa: PTH117 - "None" for -i host,
            raise VariableError(
                "The inventory is not a file, so there is no folder beside it. Set service_access_export_directory."
            )
        parent = resolve(str(chosen)) if chosen is not None else resolve(task_vars["inventory_dir"]) / "host_vars"
        folder: Path = parent / host
        if hidden := hidden_files(folder):
            raise VariableError(
                f"{_names(hidden)} would be hidden by the folder {folder}, to which the export writes. Move it to a "
                f"folder of this name, as {folder}/main.yml, {CHOOSE}"
            )
        read = self._loader.find_vars_files(str(parent), host)
        beside_playbook = Path(task_vars.get("playbook_dir", parent)) / "host_vars"
        if chosen is None and beside_playbook != parent:
            read = [*read, *self._loader.find_vars_files(str(beside_playbook), host)]
        if winners := winning_files(map(Path, read), folder):
            raise VariableError(
                f"{_names(winners)} would take precedence over the exported {folder / FILE}. Remove the variables of "
                f"this role from it, {CHOOSE}"
            )
        return folder


def _names(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))
