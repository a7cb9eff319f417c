# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.orgops.aws.plugins.plugin_utils._organization_action import Result, VariablesAction
from ansible_collections.orgops.aws.plugins.plugin_utils._play_state import (
    RESULT,
    first_of_batch,
    records,
    summary_lines,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._records import reserved
from ansible_collections.orgops.aws.plugins.plugin_utils._role_variables import VariableError
from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_summary import takes_over, verdict

SUMMARIZED = "service_access_summarized"


class ActionModule(VariablesAction):
    """Fail the host of an organization that failed, or that has drifted if drift is a failure."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """A failure that refers to the summary, or an empty result; with the summary, if no host printed it yet."""
        held = task_vars.get(RESULT)
        if held is not None and not isinstance(held, Mapping):
            raise VariableError(reserved(RESULT))
        fail_on_changes = self.values(["fail_on_changes"], task_vars).get("fail_on_changes", False)
        is_failure = boolean(fail_on_changes, strict=False)
        message = verdict(held, is_failure)
        result: Result = {"failed": True, "changed": False, "msg": message} if message else {"changed": False}
        if self._summary_is_missing(task_vars, is_failure):
            lines = [*summary_lines(task_vars), *([message] if message else [])]
            result |= {"msg": lines, "_ansible_verbose_always": True}
        return result

    def _summary_is_missing(self, task_vars: Mapping[str, Any], fail_on_changes: bool) -> bool:
        """Whether a condition of the role skipped the summary, so that this host has to print it."""
        summarized = task_vars.get(SUMMARIZED)
        if not isinstance(summarized, Mapping) or not summarized.get("skipped"):
            return False
        batch = set(task_vars["ansible_play_batch"]).intersection(task_vars["ansible_play_hosts"])
        held = records(task_vars, batch, RESULT)
        return takes_over(task_vars["inventory_hostname"], held, fail_on_changes) and first_of_batch(
            task_vars, self._task._uuid
        )
