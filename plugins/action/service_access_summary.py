# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._role.action import Result, VariablesAction
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.play import is_lockstep, play_state, summary_lines


class ActionModule(VariablesAction):
    """Print the outcome of each organization of the play."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """The lines of the summary, which are always printed."""
        state = play_state(task_vars, self._task)
        return self.always_printed(summary_lines(task_vars, state, is_lockstep(self._task)))
