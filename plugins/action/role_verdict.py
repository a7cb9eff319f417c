# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._role.action import Result
from ..plugin_utils._role.summary import SummaryAction
from ..plugin_utils._role.variables import boolean_of
from ..plugin_utils._summary.outcomes import RESULT, PlayState, outcome_of
from ..plugin_utils._summary.play import conclude, first_of_batch, play_state, records
from ..plugin_utils._summary.verdicts import takes_over, verdict

SUMMARIZED = "service_access_summarized"


class ActionModule(SummaryAction):
    """Fail the host of an organization that failed, or that has drifted if drift is a failure."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return a failure that refers to the summary, or an empty result; with the summary if no host printed it."""
        host = task_vars["inventory_hostname"]
        fail_on_changes = boolean_of(self.defined_variables(["fail_on_changes"], task_vars), "fail_on_changes")
        summarized = task_vars.get(SUMMARIZED)
        is_missing = isinstance(summarized, Mapping) and bool(summarized.get("skipped"))
        state = play_state(task_vars, self._task, for_batch=not is_missing)
        if not is_missing:
            state = state._replace(turn=max(0, state.turn - 1))  # the summary has been made
        held = records(task_vars, [host], RESULT)[host]
        message = verdict(outcome_of(host, held, state), held, fail_on_changes)
        result: Result = {"changed": False, **({"failed": True, "msg": message} if message else {})}
        if is_missing:
            if self._takes_over(task_vars, state, fail_on_changes):
                told = self.tell(task_vars, state, lockstep=True)
                result |= {"msg": [*told["msg"], message]} if message and "failed" not in told else told
            else:
                conclude(state)
        return result

    def _takes_over(self, task_vars: Mapping[str, Any], state: PlayState, fail_on_changes: bool) -> bool:
        """Return whether this host has to print the summary, which a condition of the role skipped."""
        batch = set(task_vars["ansible_play_batch"]).intersection(task_vars["ansible_play_hosts"])
        held = records(task_vars, batch, RESULT)
        return takes_over(state.host, held, state, fail_on_changes) and first_of_batch(task_vars, self._task._uuid)
