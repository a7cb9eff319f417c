# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Service access as desired state: options -> listing -> plan (pure) -> safeguards -> apply -> result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypedDict

from ..aws.errors import AnsibleOrganizationsError
from ..catalog.names import explain_unknown_names
from ..catalog.service_apis import API_OF
from ..catalog.services import BY_PRINCIPAL, service_name, with_account_id
from ..task.changes import Change, Progress, names, wait_until_visible
from ..task.context import TaskContext
from ..task.engine import DesiredState
from ..task.policy_types import check_policy_types
from ..task.safeguards import Objection, objections_to_disabling
from .options import ARGUMENT_SPEC, ServiceAccessOptions, option_problems
from .plan import Plan, make_plan, plan_problems

ENABLE, DISABLE = "enable", "disable"


class EnabledServicePrincipal(TypedDict):
    """A service principal with service access; date_enabled is ISO 8601, None if it is not known."""

    service_principal: str
    date_enabled: str | None
    service_name: str | None


def entry(name: str, date_enabled: str | None) -> EnabledServicePrincipal:
    """What the modules return for an enabled service principal."""
    return EnabledServicePrincipal(service_principal=name, date_enabled=date_enabled, service_name=service_name(name))


def parse_options(params: Mapping[str, Any]) -> ServiceAccessOptions:
    """Validated options; AnsibleOrganizationsError names all problems in one message."""
    AnsibleOrganizationsError.refuse(option_problems(params))
    return ServiceAccessOptions.from_params(params)


class ServiceAccess(DesiredState):
    """The service access of an organization."""

    operations: Mapping[str, str] = {ENABLE: "EnableAWSServiceAccess", DISABLE: "DisableAWSServiceAccess"}
    leave_alone = "To leave services enabled in exact mode, list them in service_principals or keep_service_principals."

    def __init__(self, context: TaskContext, options: ServiceAccessOptions) -> None:
        super().__init__(context)
        self._options = options
        self._dates = self.client.list_service_access()
        self.plan = make_plan(self._dates, options)
        self.ending: Collection[tuple[str, str]] = ()  # (account ID, service principal) that end before the disabling
        self.beginning: Collection[tuple[str, str]] = ()  # those that the task registers
        self._confirmed: dict[str, str | None] | None = None

    def changes(self) -> list[Change]:
        """Enable, then disable."""
        return [*self.to_enable(), *self.to_disable()]

    def to_enable(self) -> list[Change]:
        """The first changes."""
        return [Change(ENABLE, name) for name in self.plan.to_enable]

    def to_disable(self) -> list[Change]:
        """The last changes."""
        return [Change(DISABLE, name) for name in self.plan.to_disable]

    def require_listed(self, principals: Iterable[str]) -> None:
        """Service principals that must be listed before others of the task's changes."""

    def warn_beforehand(self) -> None:
        """Warn of names that the catalog does not know."""
        surplus = [name for name in self.plan.to_disable if name not in BY_PRINCIPAL]
        if self._options.purge and surplus:
            self.context.warn(
                "purge_service_principals=true disables service principals that are not in the catalog of this "
                f"collection, so what stops working is not known: {names(surplus)}. To leave them enabled, list them "
                "in service_principals or keep_service_principals."
            )
        if self._options.unknown == "warn":
            for text in explain_unknown_names(self.plan.to_enable):
                self.context.warn(text)

    def problems(self) -> list[str]:
        """Why the plan looks like a mistake."""
        return plan_problems(self.plan, self._options)

    def objections(self) -> list[Objection]:
        """Delegated administrators, and services that users depend on."""
        return objections_to_disabling(self.client, self.plan.to_disable, self.ending)

    def require(self, progress: Progress) -> None:
        """Fail if AWS refuses to disable a service because of its policy type."""
        check_policy_types(self.client, self.plan.to_disable, self.context.warn, progress)

    def write(self, change: Change) -> bool:
        """EnableAWSServiceAccess or DisableAWSServiceAccess."""
        if not self.context.check_mode:
            write = {ENABLE: self.client.enable_service_access, DISABLE: self.client.disable_service_access}
            write[change.verb](change.subject)
        return True

    def blocks(self, failed: Change, later: Change) -> bool:
        """Once an enable has failed, nothing is disabled."""
        return failed.verb == ENABLE and later.verb == DISABLE

    def explain(self, progress: Progress) -> list[str]:
        """What is known about the names that AWS did not recognize."""
        refused = [
            change.subject
            for change, error in progress.failed.items()
            if change.verb == ENABLE and error.details()["code"] == "InvalidInputException"
        ]
        return explain_unknown_names(refused, refused=True)

    def warn_afterwards(self, progress: Progress) -> None:
        """Warn of services that need more than AWS Organizations."""
        self.warn_of_insufficient(progress.subjects(ENABLE))

    def warn_of_insufficient(self, principals: Iterable[str]) -> None:
        """Warn of those of them that do not work although they were enabled with AWS Organizations."""
        for name in principals:
            service = BY_PRINCIPAL.get(name)
            if service and service.insufficient:
                needed = service.insufficient
                for account_id in [account_id for account_id, principal in self.beginning if principal == name]:
                    needed = with_account_id(needed, account_id)
                own = f" Or set prefer_service_api=true to call {API_OF[name].enable}." if name in API_OF else ""
                self.context.warn(
                    f"Enabling {name} with AWS Organizations is not enough for {service.name} to work. "
                    f"{needed}{own} See {service.documentation_url}"
                )

    def confirm(self, progress: Progress) -> None:
        """List service access until it shows the changes."""
        self._confirmed = wait_until_visible(
            progress,
            [change for change in progress.done if change.verb in self.operations],
            read=self.client.list_service_access,
            shows=lambda enabled, change: (change.subject in enabled) == (change.verb == ENABLE),
            waiting=self.context.waiting,
            listing="service access",
        )

    def results(self, progress: Progress) -> dict[str, Any]:
        """enabled, disabled, diff; failed_service_principals if there are any."""
        made = self._made(progress)
        failed = dict(progress.failures(self.operations))
        return {
            "enabled": list(made.to_enable),
            "disabled": list(made.to_disable),
            "diff": made.diff,
            **({"failed_service_principals": failed} if failed else {}),
        }

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """enabled_service_principals, as listed or, without a listing, as expected."""
        expected = {name: self._dates.get(name) for name in self._made(progress).after}
        after = expected if self._confirmed is None else self._confirmed
        return {"enabled_service_principals": [entry(name, date) for name, date in after.items()]}

    def _made(self, progress: Progress) -> Plan:
        """The part of the plan that was carried out."""
        return Plan(self.plan.before, tuple(progress.subjects(ENABLE)), tuple(progress.subjects(DISABLE)))


__all__ = [
    "ARGUMENT_SPEC",
    "DISABLE",
    "ENABLE",
    "EnabledServicePrincipal",
    "ServiceAccess",
    "entry",
    "parse_options",
]
