# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.orgops.aws.plugins.plugin_utils._delegation import is_managed
from ansible_collections.orgops.aws.plugins.plugin_utils._list_action import ListAction
from ansible_collections.orgops.aws.plugins.plugin_utils._organization_action import Result


class ActionModule(ListAction):
    """List service access and the desired state."""

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """The results of the info modules, and the desired state."""
        wanted = self.wanted(task_vars)
        variables = wanted["wanted"]
        own_states = boolean(variables.get("prefer_service_api", False), strict=False)
        return {**self.list_service_access(task_vars, is_managed(variables), own_states), **wanted}
