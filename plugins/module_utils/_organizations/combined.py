# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Service access and delegated administrators of an organization at once: enable, register, deregister, disable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .aws.errors import AnsibleOrganizationsError
from .aws.organizations import OrganizationsClient
from .delegated_administrators.options import ARGUMENT_SPEC as DELEGATION_SPEC
from .delegated_administrators.options import DelegatedAdministratorOptions, Registration, as_list, by_account_problems
from .delegated_administrators.options import option_problems as delegation_problems
from .delegated_administrators.plan import administrators
from .delegated_administrators.state import DelegatedAdministrators
from .service_access.options import ARGUMENT_SPEC as SERVICE_ACCESS_SPEC
from .service_access.options import ServiceAccessOptions
from .service_access.options import option_problems as service_access_problems
from .service_access.plan import Plan, make_plan
from .service_access.state import ServiceAccess
from .task.changes import ACTIVATE, DEACTIVATE, DESIGNATE, DISABLE, ENABLE, REGISTER, Change
from .task.context import TaskContext, Warn
from .task.engine import ensure

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **SERVICE_ACCESS_SPEC,
    "delegated_administrators": {"type": "dict", "required": True},
    "purge_delegated_administrators": {"type": "bool", "default": False},
    **{name: DELEGATION_SPEC[name] for name in ("purge_scope", "regions", "exclude_regions")},
}


@dataclass(frozen=True)
class OrganizationOptions:
    """The validated options of both kinds of state."""

    service_access: ServiceAccessOptions
    delegated_administrators: DelegatedAdministratorOptions


def parse_options(params: Mapping[str, Any]) -> OrganizationOptions:
    """Return validated options; AnsibleOrganizationsError names all problems in one message."""
    by_account = params["delegated_administrators"]
    problems = by_account_problems(by_account)
    both = {**params, "delegated_administrators": [] if problems else as_list(by_account)}
    problems += service_access_problems(params) + ([] if problems else delegation_problems(both))
    AnsibleOrganizationsError.refuse(list(dict.fromkeys(problems)))
    return OrganizationOptions(
        ServiceAccessOptions.from_params(params), DelegatedAdministratorOptions.from_params(both)
    )


def contradictions(access: Plan, to_register: Collection[Registration], options: OrganizationOptions) -> list[str]:
    """Return a sentence for each service that this task would leave with an administrator and without access. Pure.

    A registration that was left over when somebody else disabled the service contradicts nothing.
    """
    if options.delegated_administrators.state == "absent":
        return []
    affected = {*access.to_disable, *(one.service_principal for one in to_register)}
    without = [name for name in options.delegated_administrators.service_principals if name not in access.after]
    return [_contradiction(name, name in access.to_disable, options) for name in without if name in affected]


def _contradiction(principal: str, disabled: bool, options: OrganizationOptions) -> str:
    accounts = ", ".join(administrators(options.delegated_administrators.wanted, principal))
    if disabled:
        consequence = "purge_service_principals=true would disable it"
        remedy = f"Add {principal} to service_principals or keep_service_principals"
    else:
        consequence = "its service access is not enabled"
        remedy = f"Add {principal} to service_principals"
    return (
        f"delegated_administrators lists {accounts} for {principal}, but service_principals does not list {principal}, "
        f"and {consequence}. A delegated administrator needs service access. {remedy}, or remove it from "
        "delegated_administrators."
    )


class DelegatedAdministratorsOfOrganization(DelegatedAdministrators):
    """Delegated administrators beside service access, whose diff has a part for each."""

    def __init__(self, context: TaskContext, options: OrganizationOptions, access: ServiceAccess) -> None:
        """``access``: the organization's service access, which is read first."""
        super().__init__(context, options.delegated_administrators)
        self._organization = options
        self._access = access
        self._contradictions: list[str] = []

    def read(self) -> None:
        """Read as DelegatedAdministrators does, and compare with the service access that the task leaves."""
        super().read()
        access = make_plan(self._access.plan.before, self._organization.service_access)
        self._enabled = access.after
        self._contradictions = contradictions(access, self.added(), self._organization)

    def problems(self) -> list[str]:
        """Return also administrators that are wanted for services without service access."""
        return [*self._contradictions, *super().problems()]

    def shown(self, registrations: Collection[Registration]) -> dict[str, Any]:
        """Return the registrations below a name of their own."""
        return {"delegated_administrators": super().shown(registrations)}


def ensure_organization(
    client: OrganizationsClient, options: OrganizationOptions, check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """Read, plan, check, and, outside check mode, apply and confirm.

    The results of both modules. ``not_attempted``, ``outcome_unknown`` and ``not_visible_yet`` are lists of texts.
    """
    common = options.service_access
    context = TaskContext(client, check_mode, warn, common.force, common.wait, common.wait_timeout)
    access = ServiceAccess(context, options.service_access)
    delegation = DelegatedAdministratorsOfOrganization(context, options, access)

    def plan() -> list[Change]:
        """Return the changes: enable, register, deregister, disable."""
        access.require_listed(one.service_principal for one in delegation.added())
        return [*access.to_enable(), *delegation.changes(), *access.to_disable()]

    def blocks(failed: Change, later: Change) -> bool:
        """Return whether a failure blocks it: all that disables, and what depends on the change that failed."""
        if later.verb in (DISABLE, DEACTIVATE):
            return True
        if later.verb in (ENABLE, ACTIVATE):
            return access.blocks(failed, later)
        if failed.verb in (ENABLE, ACTIVATE) and later.verb in (REGISTER, DESIGNATE):
            return delegation.is_replacement(later) or later.subject.service_principal == failed.subject
        if failed.verb in (ENABLE, ACTIVATE):
            return True
        return delegation.blocks(failed, later)

    return ensure([access, delegation], plan, blocks, context)


__all__ = ["ARGUMENT_SPEC", "ensure_organization", "parse_options"]
