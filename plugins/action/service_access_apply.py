# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._delegation import is_managed
from ansible_collections.orgops.aws.plugins.plugin_utils._organization_action import OrganizationAction, Result
from ansible_collections.orgops.aws.plugins.plugin_utils._role_variables import APPLY, DELEGATION

SERVICE_ACCESS = "organizations_service_access"


class ActionModule(OrganizationAction):
    """Run organizations_service_access with the role's variables, or the module that manages administrators too."""

    _changes_aws = True

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """The module's results."""
        options = self.values(APPLY, task_vars)
        if is_managed(options):
            options = {"delegated_administrators": {}, **options}
            return self.run_module("service_access_organization", options, task_vars, defaults_of=SERVICE_ACCESS)
        options = {name: value for name, value in options.items() if name not in DELEGATION}
        return self.run_module(SERVICE_ACCESS, options, task_vars)
