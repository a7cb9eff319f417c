# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Service access as desired state: options -> listing -> plan (pure) -> safeguards -> apply -> result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.names import explain_unknown_names
from ..catalog.service_apis import FAILED
from ..catalog.services import service_name
from ..task.changes import (
    ACTIVATE,
    DEACTIVATE,
    DEREGISTER,
    DESIGNATE,
    DISABLE,
    ENABLE,
    REGISTER,
    Change,
    Progress,
    wait_until_visible,
)
from ..task.context import TaskContext, Warn
from ..task.engine import DesiredState, ensure
from ..task.policy_types import check_policy_types
from ..task.safeguards import Objection, objections_to_disabling
from .options import ARGUMENT_SPEC, ServiceAccessOptions, option_problems
from .plan import Plan, make_plan, plan_problems, states_to_read
from .service_api_states import ServiceApiStates, states_after
from .warnings import warn_of_insufficient, warn_of_unknown_names

# The change with AWS Organizations that follows one with the service's API where the listing needs it.
FOLLOWS = {ENABLE: ACTIVATE, DISABLE: DEACTIVATE}


def entry(name: str, date_enabled: str | None) -> dict[str, Any]:
    """Return {service_principal, date_enabled, service_name}; the date is ISO 8601, None if it is not known."""
    return {"service_principal": name, "date_enabled": date_enabled, "service_name": service_name(name)}


def parse_options(params: Mapping[str, Any]) -> ServiceAccessOptions:
    """Return validated options; AnsibleOrganizationsError names all problems in one message."""
    AnsibleOrganizationsError.refuse(option_problems(params))
    return ServiceAccessOptions.from_params(params)


# By the option state, how to go on without what a safeguard blocks.
LEAVE_ALONE = {
    "present": "To leave services enabled in exact mode, list them in service_principals or keep_service_principals.",
    "absent": "To leave services enabled, remove them from service_principals.",
}


class ServiceAccess(DesiredState):
    """The service access of an organization, switched with the services' APIs where the options say so."""

    operations: Mapping[str, str] = {
        ACTIVATE: "EnableAWSServiceAccess",
        ENABLE: "EnableAWSServiceAccess",
        DEACTIVATE: "DisableAWSServiceAccess",
        DISABLE: "DisableAWSServiceAccess",
    }

    def __init__(self, context: TaskContext, options: ServiceAccessOptions) -> None:
        super().__init__(context)
        self.leave_alone = LEAVE_ALONE[options.state]
        self._options = options
        self._services = ServiceApiStates(self.client, options.service_apis)
        self._dates: dict[str, str | None] = {}
        self.plan = Plan(())
        self._states_before: dict[str, str] = {}
        self._listing: Collection[str] | None = None  # since the last call of a service's API
        self._confirmed: dict[str, str | None] | None = None
        self._reported: set[str] = set()  # services that report the failure of a change

    def read(self) -> None:
        """List service access, read the services' states that matter, and wait for pending ones."""
        self._dates = self.client.list_service_access()
        concerned = states_to_read(self._dates, self._options)
        self._services.read(concerned)
        if self.context.wait and self._services.pending(concerned):
            self._services.settle(concerned, self.context.waiting)
            self._dates = self.client.list_service_access()  # the change can have had an effect on it
        plan = self._make_plan()
        self._services.require_sdk([*plan.enable_with_api, *plan.disable_with_api])
        self.plan = self._make_plan()
        self._states_before = dict(self._services.states)

    def _make_plan(self) -> Plan:
        return make_plan(self._dates, self._options, self._services.states, self._services.errors)

    def changes(self) -> list[Change]:
        """Enable, then disable."""
        return [*self.to_enable(), *self.to_disable()]

    def to_enable(self) -> list[Change]:
        """Return the changes with the services' APIs, then those with AWS Organizations."""
        unusable = [name for name in self._services.errors if name in self._options.wanted]
        return [
            *(Change(ACTIVATE, name) for name in sorted([*self.plan.enable_with_api, *unusable])),
            *(Change(ENABLE, name) for name in self.plan.to_enable if name not in self._dates),
        ]

    def to_disable(self) -> list[Change]:
        """Return the changes with the services' APIs, then those with AWS Organizations."""
        unusable = [name for name in self._services.errors if name not in self._options.wanted]
        return [
            *(Change(DEACTIVATE, name) for name in sorted([*self.plan.disable_with_api, *unusable])),
            *(Change(DISABLE, name) for name in self.plan.to_disable if name in self._dates),
        ]

    def require_listed(self, principals: Iterable[str]) -> None:
        """Fail for those of these that are wanted, pending and not listed yet, instead of leaving them pending."""
        unlisted = [name for name in principals if name in self._options.wanted and name not in self._dates]
        self._services.refuse_pending(unlisted, "Run the task again later, or set wait=true.")

    def warn_beforehand(self) -> None:
        """Warn of names that the catalog does not know, and of what the services' APIs do besides."""
        unwanted = [name for name in self._options.service_apis if name not in self._options.wanted]
        unknown_names = warn_of_unknown_names(self.plan, self._options)
        for text in (*unknown_names, *self._services.warnings(self.plan, unwanted)):
            self.context.warn(text)

    def problems(self) -> list[str]:
        """Return why the plan looks like a mistake."""
        return plan_problems(self.plan, self._options)

    def objections(self, progress: Progress) -> list[Objection]:
        """Return delegated administrators, and services that users depend on."""
        return objections_to_disabling(self.client, self.plan.to_disable, progress.planned_subjects(DEREGISTER))

    def require(self, progress: Progress) -> None:
        """Fail if AWS refuses to disable a service because of its policy type."""
        check_policy_types(self.client, self.plan.to_disable, self.context.warn, progress, self.leave_alone)

    def write(self, change: Change) -> bool:
        """Call the service's API, or AWS Organizations if the service's API was not enough."""
        name = change.subject
        if name in self._services.errors:
            raise self._services.errors[name]
        if self.context.check_mode:
            return True
        if change.verb in (ACTIVATE, DEACTIVATE):
            self._listing = None
            self._services.switch(change)
            return True
        if name in (*self.plan.enable_with_api, *self.plan.disable_with_api):
            if self._listing is None:
                self._listing = self.client.list_service_access()
            if (name in self._listing) == (change.verb == ENABLE):
                return False
        if change.verb == ENABLE:
            self.client.enable_service_access(name)
        else:
            self.client.disable_service_access(name)
        return True

    def blocks(self, failed: Change, later: Change) -> bool:
        """Return whether a failure blocks it: a failed enable all that disables, a service's API the same subject."""
        if failed.verb in (ENABLE, ACTIVATE) and later.verb in (DISABLE, DEACTIVATE):
            return True
        return failed.subject == later.subject and FOLLOWS.get(later.verb) == failed.verb

    def explain(self, progress: Progress) -> list[str]:
        """Return what is known about the names that AWS did not recognize."""
        refused = [
            change.subject
            for change, error in progress.failed.items()
            if change.verb == ENABLE and error.details()["code"] == "InvalidInputException"
        ]
        return explain_unknown_names(refused, refused=True)

    def warn_afterwards(self, progress: Progress) -> None:
        """Warn of services that need more than AWS Organizations, unless the task uses their API."""
        registrations = progress.planned_subjects(REGISTER)
        designated = {subject.service_principal for subject in progress.subjects(DESIGNATE)}
        enabled = [name for name in progress.subjects(ENABLE) if name not in designated]
        for text in warn_of_insufficient(enabled, registrations, self._options):
            self.context.warn(text)

    def confirm(self, progress: Progress) -> None:
        """List service access and read the services' states until both show the changes."""
        changes = [change for change in progress.done if change.verb in self.operations]
        states = " and the states that the services report" if self._options.prefer_service_api else ""
        try:
            self._confirmed = wait_until_visible(
                progress,
                changes,
                read=lambda: self._read_again(progress),
                shows=self._shows,
                waiting=self.context.waiting,
                listing=f"service access{states}",
            )
        finally:
            failed = [name for name, state in self._services.states.items() if state == FAILED]
            self._reported = {change.subject for change in changes}.intersection(failed)
        self._services.require_success(progress, self._reported)

    def _read_again(self, progress: Progress) -> dict[str, str | None]:
        listed = self.client.list_service_access()
        self._services.read_again(progress)
        return listed

    def _shows(self, listed: Collection[str], change: Change) -> bool:
        """Return whether the listing and the service's state show a change, or the latter never will."""
        if self._services.cannot_settle(change.subject):
            return True
        if change.verb in (ACTIVATE, DEACTIVATE) and not self._services.shows(change):
            return False
        return (change.subject in listed) == (change.verb in (ENABLE, ACTIVATE))

    def results(self, progress: Progress) -> dict[str, Any]:
        """Return enabled, disabled, diff; failed_service_principals if there are any.

        With prefer_service_api, also completed and switched_with, and the services' states in the diff.
        """
        made = self._made(progress)
        results: dict[str, Any] = {"enabled": list(made.to_enable), "disabled": list(made.to_disable)}
        diff: dict[str, dict[str, Any]] = dict(made.diff)
        failed = dict(progress.failures(self.operations))
        if failed:
            results["failed_service_principals"] = failed
        if self._options.prefer_service_api:
            results["completed"] = [name for name in made.to_enable if name in made.before]
            results["switched_with"] = self._services.switched_with(progress)
            before = dict(sorted(self._states_before.items()))
            diff["before"]["service_api_states"] = before
            diff["after"]["service_api_states"] = states_after(before, progress, self._reported)
        return {**results, "diff": diff}

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """Return enabled_service_principals, as listed or, without a listing, as expected.

        With prefer_service_api, those that the task lists have the service's state.
        """
        expected = {name: self._dates.get(name) for name in self._made(progress).after}
        after = expected if self._confirmed is None else self._confirmed
        entries = [entry(name, date) for name, date in after.items()]
        if self._options.prefer_service_api:
            for listed in entries:
                name = listed["service_principal"]
                if name in self._options.service_principals:
                    listed["service_api_state"] = self._state_at_the_end(name, progress)
        return {"enabled_service_principals": entries}

    def _state_at_the_end(self, name: str, progress: Progress) -> str | None:
        if self._confirmed is None and name in progress.subjects(ACTIVATE):
            return self._services.after_call(name, self.context.check_mode)
        return self._services.states.get(name)

    def _made(self, progress: Progress) -> Plan:
        """Return the part of the plan of which every change was carried out, or was not needed any more."""
        carried_out = {*progress.done, *progress.unnecessary}
        left = {change.subject for change in progress.planned if change not in carried_out}
        return self.plan.without(left, self._reported)


def ensure_service_access(
    client: OrganizationsClient, options: ServiceAccessOptions, check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """List, plan, check, and, outside check mode, apply and confirm. Return the module's results."""
    context = TaskContext(client, check_mode, warn, options.force, options.wait, options.wait_timeout)
    access = ServiceAccess(context, options)
    return ensure([access], access.changes, access.blocks, context)


__all__ = ["ARGUMENT_SPEC", "ServiceAccess", "ensure_service_access", "entry", "parse_options"]
