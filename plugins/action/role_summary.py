# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._role.action import Result
from ..plugin_utils._role.summary import SummaryAction
from ..plugin_utils._summary.play import is_lockstep, play_state
from ..plugin_utils._summary.run_memory import remembered


class ActionModule(SummaryAction):
    """Print the outcome of each organization of the play, or pass on the last summary as artifacts."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the lines of the summary, which are always printed; with the argument artifacts, its data instead."""
        if self._task.args.get("artifacts"):
            return self.stats()
        with remembered("summary"):  # one host at a time, so that the last summary is complete; see the strategy free
            return self.tell(task_vars, play_state(task_vars, self._task), is_lockstep(self._task))
