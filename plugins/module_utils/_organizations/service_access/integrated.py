# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Service access as desired state, switched with the services' own APIs where there are such (prefer_service_api)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..aws.organizations import OrganizationsClient
from ..aws.service_apis import ServiceApiClient
from ..catalog.service_apis import API_OF, DISABLED, ENABLED, FAILED, PENDING, Operation
from ..catalog.services import service_name
from ..task.changes import Change, Progress, partial_failure, unconfirmed, wait_until_visible
from ..task.context import TaskContext, Warn
from ..task.engine import ensure
from .options import ServiceAccessOptions
from .plan import Plan
from .service_api_plan import ServiceApiPlan, make_service_api_plan, states_to_read
from .service_api_states import OwnStates, reported_failure
from .state import DISABLE, ENABLE, ServiceAccess

# The service's own call. Where the listing needs it, that with AWS Organizations follows: ENABLE, DISABLE.
ACTIVATE, DEACTIVATE = "activate", "deactivate"
OPPOSITE = {ENABLE: ACTIVATE, DISABLE: DEACTIVATE}


class IntegratedServiceAccess(ServiceAccess):
    """Service access, and the own states of the services that have an API to switch it."""

    operations: Mapping[str, str] = {
        **ServiceAccess.operations,
        ACTIVATE: ServiceAccess.operations[ENABLE],
        DEACTIVATE: ServiceAccess.operations[DISABLE],
    }

    def __init__(self, context: TaskContext, options: ServiceAccessOptions) -> None:
        super().__init__(context, options)
        self._apis = ServiceApiClient(self.client)
        self._own = OwnStates(self._apis)
        concerned = states_to_read(self._dates, options)
        self._own.read(concerned)
        if context.wait and self._own.pending(concerned):
            self._own.settle(concerned, context.waiting)
            self._dates = self.client.list_service_access()  # the change can have had an effect on it
        self._api_plan = self._make_plan()
        self._own.require_sdk([*self._api_plan.own_enable, *self._api_plan.own_disable])
        self._unusable = dict(self._own.errors)  # these fail before any write
        self._api_plan = self._make_plan()
        self.plan = self._api_plan.access
        self._before = dict(self._own.states)
        self._reported: set[str] = set()  # services that report the failure of a change
        self._listing: Collection[str] | None = None  # since the last call of a service's own API

    def _make_plan(self) -> ServiceApiPlan:
        return make_service_api_plan(self._dates, self._own.states, self._own.errors, self._options)

    def to_enable(self) -> list[Change]:
        """The services' own calls, then those with AWS Organizations."""
        unusable = [name for name in self._unusable if self._is_wanted(name)]
        return [
            *(Change(ACTIVATE, name) for name in sorted([*self._api_plan.own_enable, *unusable])),
            *(Change(ENABLE, name) for name in self.plan.to_enable if name not in self._dates),
        ]

    def to_disable(self) -> list[Change]:
        """The services' own calls, then those with AWS Organizations."""
        unusable = [name for name in self._unusable if not self._is_wanted(name)]
        return [
            *(Change(DEACTIVATE, name) for name in sorted([*self._api_plan.own_disable, *unusable])),
            *(Change(DISABLE, name) for name in self.plan.to_disable if name in self._dates),
        ]

    def _is_wanted(self, name: str) -> bool:
        return self._options.state == "present" and name in self._options.service_principals

    def require_listed(self, principals: Iterable[str]) -> None:
        """Fail for those of these that are wanted, pending and not listed yet, instead of leaving them pending."""
        unlisted = [name for name in principals if self._is_wanted(name) and name not in self._dates]
        self._own.refuse_pending(unlisted, "Run the task again later, or set wait=true.")
        self._unusable = dict(self._own.errors)

    def warn_beforehand(self) -> None:
        """Warn of what the services' own calls do besides."""
        super().warn_beforehand()
        surplus = [name for name in API_OF if not self._is_wanted(name)]
        for text in self._own.warnings(self._api_plan.own_enable, surplus):
            self.context.warn(text)
        for names, verb in ((self._api_plan.own_enable, "Enabling"), (self._api_plan.own_disable, "Disabling")):
            for name in names:
                api = API_OF[name]
                operation = api.enable if verb == "Enabling" else api.disable
                effect = api.enabling if verb == "Enabling" else api.disabling
                if effect:
                    self.context.warn(f"{verb} {service_name(name)} ({name}) with {operation}: {effect}")

    def write(self, change: Change) -> bool:
        """The service's own call, or that of AWS Organizations if the service's own call was not enough."""
        if change.subject in self._unusable:
            raise self._unusable[change.subject]
        if self.context.check_mode:
            return True
        operation = self._own_operation(change)
        if operation:
            self._listing = None
            self._apis.switch(API_OF[change.subject], operation)
            return True
        if change.subject in (*self._api_plan.own_enable, *self._api_plan.own_disable):
            if self._listing is None:
                self._listing = self.client.list_service_access()
            if (change.subject in self._listing) == (change.verb == ENABLE):
                return False
        return super().write(change)

    @staticmethod
    def _own_operation(change: Change) -> Operation | None:
        api = API_OF.get(change.subject)
        if api is None or change.verb not in (ACTIVATE, DEACTIVATE):
            return None
        return api.enable if change.verb == ACTIVATE else api.disable

    def blocks(self, failed: Change, later: Change) -> bool:
        """Once an enable has failed, nothing is disabled. A failed own call forbids that of AWS Organizations."""
        if failed.verb in (ENABLE, ACTIVATE) and later.verb in (DISABLE, DEACTIVATE):
            return True
        return failed.subject == later.subject and OPPOSITE.get(later.verb) == failed.verb

    def warn_afterwards(self, progress: Progress) -> None:
        """Warn of services that need more than AWS Organizations and have no API of their own here."""
        self.warn_of_insufficient(name for name in progress.subjects(ENABLE) if name not in API_OF)

    def confirm(self, progress: Progress) -> None:
        """List service access and read the own states until both show the changes."""
        changes = [change for change in progress.done if change.verb in self.operations]
        try:
            self._confirmed = wait_until_visible(
                progress,
                changes,
                read=lambda: self._read_again(progress),
                shows=self._shows,
                waiting=self.context.waiting,
                listing="service access and the services' own states",
            )
        finally:
            self._reported = {change.subject for change in changes if self._own.states.get(change.subject) == FAILED}
        switched = _own_calls(progress)
        unreadable = [self._own.errors[change.subject] for change in switched if change.subject in self._own.errors]
        for change in switched:
            if change.subject in self._reported:
                progress.failed[change] = reported_failure(change.subject)
        if progress.failed:
            raise partial_failure(progress, [f"Not confirmed: {error.in_sentence()}" for error in unreadable])
        if unreadable:
            raise unconfirmed(progress, unreadable)

    def _read_again(self, progress: Progress) -> dict[str, str | None]:
        listed = self.client.list_service_access()
        self._own.read(change.subject for change in _own_calls(progress) if not self._own_state_shows(change))
        return listed

    def _shows(self, listed: Collection[str], change: Change) -> bool:
        """Whether the listing and the own state show a change, or its own state never will."""
        if self._own.has_ended_badly(change.subject):
            return True
        own = change.verb in (ENABLE, DISABLE) or self._own_state_shows(change)
        return own and (change.subject in listed) == (change.verb in (ENABLE, ACTIVATE))

    def _own_state_shows(self, change: Change) -> bool:
        if API_OF[change.subject].read is None:
            return True
        return self._own.states.get(change.subject) == (ENABLED if change.verb == ACTIVATE else DISABLED)

    def results(self, progress: Progress) -> dict[str, Any]:
        """As ServiceAccess, with completed, switched_with, and the own states in the diff."""
        results = super().results(progress)
        calls = {change.subject: self._own_operation(change) for change in _own_calls(progress)}
        after = {**self._before, **self._states_after(progress)}
        return {
            **results,
            "completed": [name for name in results["enabled"] if name in self.plan.before],
            "switched_with": {name: str(operation) for name, operation in sorted(calls.items())},
            "diff": {
                "before": {**results["diff"]["before"], "service_api_states": dict(sorted(self._before.items()))},
                "after": {**results["diff"]["after"], "service_api_states": dict(sorted(after.items()))},
            },
        }

    def _states_after(self, progress: Progress) -> dict[str, str]:
        """The own states that the completed own calls bring about."""
        result = {ACTIVATE: ENABLED, DEACTIVATE: DISABLED}
        readable = [change for change in _own_calls(progress) if change.subject in self._before]
        return {**{change.subject: result[change.verb] for change in readable}, **dict.fromkeys(self._reported, FAILED)}

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """As ServiceAccess, with the own states of the service principals that the task lists."""
        entries = super().state_afterwards(progress)["enabled_service_principals"]
        for listed in entries:
            name = listed["service_principal"]
            if name in self._options.service_principals:
                listed["service_api_state"] = self._state_at_the_end(name, progress)
        return {"enabled_service_principals": entries}

    def _state_at_the_end(self, name: str, progress: Progress) -> str | None:
        api = API_OF.get(name)
        if api is None or api.read is None:
            return None
        if self._confirmed is not None or name not in progress.subjects(ACTIVATE):
            return self._own.states.get(name)
        unconfirmed = not self.context.check_mode and api.is_asynchronous
        return PENDING if unconfirmed else ENABLED

    def _made(self, progress: Progress) -> Plan:
        """The services of which every planned change was carried out, or was not needed any more."""
        carried_out = {*progress.done, *progress.unnecessary}
        left = {change.subject for change in progress.planned if change not in carried_out}
        plan, reported = self.plan, self._reported  # a failure that a service reports does not undo service access
        to_enable = _without(plan.to_enable, left | reported.intersection(plan.before))
        to_disable = _without(plan.to_disable, left | reported.difference(plan.before))
        return Plan(plan.before, to_enable, to_disable)


def _own_calls(progress: Progress) -> list[Change]:
    """The completed changes that were calls of the services' own APIs."""
    return [change for change in progress.done if change.verb in (ACTIVATE, DEACTIVATE)]


def _without(names: Iterable[str], left: Collection[Any]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in left)


def make_service_access(context: TaskContext, options: ServiceAccessOptions) -> ServiceAccess:
    """Service access, switched as the options say. Reads it."""
    kind = IntegratedServiceAccess if options.prefer_service_api else ServiceAccess
    return kind(context, options)


def ensure_service_access(
    client: OrganizationsClient, options: ServiceAccessOptions, check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """List, plan, check, and, outside check mode, apply and confirm. The module's results."""
    context = TaskContext(client, check_mode, warn, options.force, options.wait, options.wait_timeout)
    access = make_service_access(context, options)
    return ensure([access], access.changes(), access.blocks, context)


__all__ = ["ACTIVATE", "DEACTIVATE", "IntegratedServiceAccess", "ensure_service_access", "make_service_access"]
