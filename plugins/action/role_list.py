# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._report.age import current_time
from ..plugin_utils._role.action import Result
from ..plugin_utils._role.administrators import is_managed, refuse_regions
from ..plugin_utils._role.listing import ListAction
from ..plugin_utils._role.variables import REGIONS, VariableError, boolean_of


class ActionModule(ListAction):
    """List service access and the desired state."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the results of the info modules, and the desired state."""
        wanted = self.wanted(task_vars)
        try:
            managed = is_managed(wanted["wanted"])
            api_states = boolean_of(wanted["wanted"], "prefer_service_api")
            refuse_regions(wanted["wanted"])
        except VariableError as error:  # a report contains what is listed, and why the variables are wrong
            wanted = {"wanted": {}, "wanted_error": str(error)}
            managed, api_states = True, False
        by_region = {name: wanted["wanted"][name] for name in REGIONS if name in wanted["wanted"]}
        listed = self.list_service_access(task_vars, managed, api_states, by_region)
        return {**listed, **wanted, "read_at": current_time()}
