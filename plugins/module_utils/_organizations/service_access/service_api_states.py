# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The services' APIs as part of a task: the states that they report, what they switch, and what a task warns about.

Each state is read separately, and an error about one service leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..aws.service_apis import ServiceApiClient
from ..aws.service_clients import ServiceApiError
from ..catalog.service_apis import API_OF, DISABLED, ENABLED, FAILED, PENDING, Operation, ServiceApi
from ..catalog.services import service_name
from ..task.changes import ACTIVATE, DEACTIVATE, Change, Progress, Waiting, partial_failure, unconfirmed
from .plan import Plan


class ServiceApiStates:
    """``states``: {service principal: the service's state}. ``errors``: {service principal: why its API is not usable}.

    ``apis``: the services' APIs that may be used; with none, nothing is read. Errors that all further calls would hit
    are raised.
    """

    def __init__(self, client: OrganizationsClient, apis: Mapping[str, ServiceApi] = API_OF) -> None:
        self._client = ServiceApiClient(client)
        self._apis = apis
        self.states: dict[str, str] = {}
        self.errors: dict[str, AnsibleOrganizationsError] = {}
        self._doubts: dict[str, str] = {}

    def read(self, principals: Iterable[str]) -> None:
        """Read these anew, one call each. Without a call if boto3 lacks what the service needs."""
        for principal in principals:
            api = self._apis[principal]
            if api.read is None:
                continue
            self.states.pop(principal, None)
            try:
                self._client.require_sdk(api)
                self.states[principal], doubt = self._client.read(api, api.read)
                self._doubts[principal] = doubt
            except ServiceApiError as error:
                if not error.concerns_one_subject:
                    raise
                self.errors[principal] = error

    def require_sdk(self, principals: Iterable[str]) -> None:
        """Record an error for each service whose operations boto3 lacks. No call."""
        for principal in principals:
            try:
                self._client.require_sdk(self._apis[principal])
            except ServiceApiError as error:
                self.errors[principal] = error

    def pending(self, principals: Iterable[str]) -> list[str]:
        """Return those whose state is pending."""
        return [principal for principal in principals if self.states.get(principal) == PENDING]

    def settle(self, principals: Sequence[str], waiting: Waiting) -> None:
        """Read again until none of these is pending, or until the timeout, which is an error about those that are."""
        waiting.settle(lambda: self.pending(principals), self.read)
        self.refuse_pending(principals, waiting.timeout_remedy)

    def refuse_pending(self, principals: Iterable[str], remedy: str) -> None:
        """Record an error for each of these whose state is pending."""
        for principal in self.pending(principals):
            message = f"A change of {principal} by the service itself is still pending."
            self.errors[principal] = ServiceApiError.with_code("StillPending", message, remedy)

    def warnings(self, plan: Plan, unwanted: Iterable[str]) -> Iterator[str]:
        """Yield why services may not be enabled, which unwanted ones stay, and side effects; a sentence each."""
        for principal in plan.enable_with_api:
            if self._doubts.get(principal):
                yield self._doubts[principal]
        for principal in self.pending(unwanted):
            if principal not in self.errors:
                yield (
                    f"{principal} is not disabled, because a change by the service itself is still pending. Run the "
                    "task again later, or set wait=true."
                )
        for principal in plan.enable_with_api:
            api = self._apis[principal]
            if api.enabling:
                yield f"Enabling {service_name(principal)} ({principal}) with {api.enable}: {api.enabling}"
        for principal in plan.disable_with_api:
            api = self._apis[principal]
            if api.disabling:
                yield f"Disabling {service_name(principal)} ({principal}) with {api.disable}: {api.disabling}"

    def _operation(self, change: Change) -> Operation:
        """Return the operation of a change that is made with the service's API."""
        api = self._apis[change.subject]
        operation = api.enable if change.verb == ACTIVATE else api.disable
        if operation is None:
            raise RuntimeError(f"{change} is planned, but the service has no such operation.")
        return operation

    def switch(self, change: Change) -> None:
        """Make a change with the service's API."""
        self._client.switch(self._apis[change.subject], self._operation(change))

    def switched_with(self, progress: Progress) -> dict[str, str]:
        """Return {service principal: "service:Operation"} of the completed changes, sorted."""
        calls = {change.subject: str(self._operation(change)) for change in api_calls(progress)}
        return dict(sorted(calls.items()))

    def shows(self, change: Change) -> bool:
        """Return whether the service's state shows a change that was made with its API, or the service has no state."""
        if self._apis[change.subject].read is None:
            return True
        return self.states.get(change.subject) == _result(change)

    def read_again(self, progress: Progress) -> None:
        """Read the states that do not show the completed changes."""
        self.read(change.subject for change in api_calls(progress) if not self.shows(change))

    def cannot_settle(self, principal: str) -> bool:
        """Return whether waiting is of no use: the service reports a failure, or its state cannot be read."""
        return principal in self.errors or self.states.get(principal) == FAILED

    def after_call(self, principal: str, is_foreseen: bool) -> str | None:
        """Return the state of a service whose API was called to enable it, if it is not read again."""
        api = self._apis[principal]
        if api.read is None:
            return None
        return PENDING if api.is_asynchronous and not is_foreseen else ENABLED

    def require_success(self, progress: Progress, failed: Collection[str]) -> None:
        """Fail if a service reports the failure of a change, or if its state could not be read again.

        ``failed``: the services that report a failure.
        """
        calls = api_calls(progress)
        unreadable = [self.errors[change.subject] for change in calls if change.subject in self.errors]
        for change in calls:
            if change.subject in failed:
                message = f"{service_name(change.subject)} accepted the call, and reports that the change failed."
                remedy = "Run the task again, which repeats it, or see the service's console."
                progress.failed[change] = ServiceApiError.with_code("ServiceReportsFailure", message, remedy)
        if progress.failed:
            raise partial_failure(progress, [f"Not confirmed: {error.in_sentence()}" for error in unreadable])
        if unreadable:
            raise unconfirmed(progress, unreadable)


def api_calls(progress: Progress) -> list[Change]:
    """Return the completed changes that were made with the services' APIs."""
    return [change for change in progress.done if change.verb in (ACTIVATE, DEACTIVATE)]


def states_after(before: Mapping[str, str], progress: Progress, failed: Iterable[str]) -> dict[str, str]:
    """Return the states that the completed changes bring about, sorted by service principal.

    ``before``: the states that were read. ``failed``: the services that report the failure of a change.
    """
    after = dict(before)
    for change in api_calls(progress):
        if change.subject in before:
            after[change.subject] = _result(change)
    after.update(dict.fromkeys(failed, FAILED))
    return dict(sorted(after.items()))


def _result(change: Change) -> str:
    return ENABLED if change.verb == ACTIVATE else DISABLED


__all__ = ["ServiceApiStates", "states_after"]
