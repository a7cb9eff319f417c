# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..plugin_utils._role.action import OrganizationAction, Result
from ..plugin_utils._role.administrators import is_managed, refuse_regions
from ..plugin_utils._role.shared_organization import CLAIM, claim_of, claims_at, claims_of, conflict
from ..plugin_utils._role.variables import APPLY, DELEGATION, REGIONS, VariableError
from ..plugin_utils._summary.journal import place_of

SERVICE_ACCESS = "organizations_service_access"


class ActionModule(OrganizationAction):
    """Run organizations_service_access with the role's variables, or the module that manages administrators too."""

    _changes_aws = True

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the module's results."""
        options = self.defined_variables(APPLY, task_vars)
        refuse_regions(options)
        if is_managed(options):
            options = {"delegated_administrators": {}, **options}
            return self.run_module("role_organization", options, task_vars, defaults_of=SERVICE_ACCESS)
        options = {name: value for name, value in options.items() if name not in (*DELEGATION, *REGIONS)}
        return self.run_module(SERVICE_ACCESS, options, task_vars)

    def refuse(self, task_vars: Mapping[str, Any]) -> None:
        """Raise VariableError if another host of the play is the same organization, and one removes something."""
        host, alive = task_vars.get("inventory_hostname", ""), task_vars.get("ansible_play_hosts", ())
        own = claim_of(self.defined_variables(CLAIM, task_vars))
        if len(alive) < 2:
            return
        task = hashlib.sha256(f"{place_of(self._task)} {self._task.get_path()}".encode()).hexdigest()[:16]
        claims = claims_at(task, host, own, lambda: claims_of(task_vars["hostvars"], alive, self.without_effect()))
        present = {name: claim for name, claim in claims.items() if name == host or name in alive}
        if message := conflict(host, present):
            raise VariableError(message)
