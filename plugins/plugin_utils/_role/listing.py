# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Lists one organization for the roles: what is enabled, the delegated administrators, and the desired state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .action import OrganizationAction, Result
from .administrators import with_administrators
from .variables import APPLY, LIST, VariableError, boolean_of

WANTED = (*APPLY, "management_account_id")


class ListAction(OrganizationAction):
    """Run the info modules with the role's variables."""

    def list_service_access(
        self,
        task_vars: Mapping[str, Any],
        administrators: bool = False,
        api_states: bool = False,
        regions: Mapping[str, Any] | None = None,
    ) -> Result:
        """Return the results of organizations_service_access_info, with the services' states if asked for.

        They include the policy types if a variable asks for them, and the delegated administrators with
        ``administrators`` or a variable; ``delegated_administrators_unread`` says why these could not be listed. With
        both ``administrators`` and ``api_states``, they include who administers services in the ``regions``, which are
        the options regions and exclude_regions.
        """
        variables = self.defined_variables(LIST, task_vars)
        asked = boolean_of(variables, "include_delegated_administrators")
        options = {"include_service_api_state": True} if api_states else {}
        if boolean_of(variables, "include_policy_types"):
            options["include_policy_types"] = True
        listed = self.run_module("organizations_service_access_info", options, task_vars)
        if listed.get("failed") or not (administrators or asked):
            return listed
        options = {"include_service_api_state": True, **(regions or {})} if administrators and api_states else {}
        accounts = self.run_module("organizations_delegated_administrator_info", options, task_vars)
        if accounts.get("failed"):
            return {**listed, "delegated_administrators_unread": accounts["msg"]}
        return with_administrators(listed, accounts)

    def wanted(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the defined variables, {wanted: {service_principals, ...}}, or wanted_error if templating fails."""
        try:
            return {"wanted": self.defined_variables(WANTED, task_vars)}
        except VariableError as error:
            return {"wanted": {}, "wanted_error": str(error)}


__all__ = ["ListAction"]
