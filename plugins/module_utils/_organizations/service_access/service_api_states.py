# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The own states of services: each is read on its own, and an error about one leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..aws.errors import AnsibleOrganizationsError
from ..aws.service_apis import ServiceApiClient, ServiceApiError
from ..catalog.service_apis import API_OF, FAILED, PENDING
from ..catalog.services import service_name
from ..task.changes import Waiting


class OwnStates:
    """``states``: {service principal: own state}. ``errors``: {service principal: why it cannot be read or switched}.

    Errors that all further calls would hit are raised.
    """

    def __init__(self, client: ServiceApiClient) -> None:
        self._client = client
        self.states: dict[str, str] = {}
        self.errors: dict[str, AnsibleOrganizationsError] = {}
        self._doubts: dict[str, str] = {}

    def read(self, principals: Iterable[str]) -> None:
        """Read these anew, one call each. Without a call if boto3 lacks what the service needs."""
        for principal in principals:
            api = API_OF[principal]
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
                self._client.require_sdk(API_OF[principal])
            except ServiceApiError as error:
                self.errors[principal] = error

    def pending(self, principals: Iterable[str]) -> list[str]:
        """Those whose own state is pending."""
        return [principal for principal in principals if self.states.get(principal) == PENDING]

    def warnings(self, enabling: Iterable[str], surplus: Iterable[str]) -> list[str]:
        """Why these may not be enabled, and which of these stay although they are not wanted; a sentence each."""
        doubts = [self._doubts.get(principal, "") for principal in enabling]
        pending = [principal for principal in self.pending(surplus) if principal not in self.errors]
        return [doubt for doubt in doubts if doubt] + [
            f"{principal} is not disabled, because a change by the service itself is still pending. Run the task again "
            "later, or set wait=true."
            for principal in pending
        ]

    def has_ended_badly(self, principal: str) -> bool:
        """Whether waiting for a change is of no use: the service reports a failure, or its state cannot be read."""
        return principal in self.errors or self.states.get(principal) == FAILED

    def settle(self, principals: Sequence[str], waiting: Waiting) -> None:
        """Read again until none of these is pending, or until the timeout, which is an error about those that are."""
        pauses = waiting.attempts()
        next(pauses)  # they have just been read
        for _attempt in pauses:
            self.read(self.pending(principals))
            if not self.pending(principals):
                return
        self.refuse_pending(
            principals, f"Waited {waiting.seconds:g} seconds. Run the task again later, or raise wait_timeout."
        )

    def refuse_pending(self, principals: Iterable[str], remedy: str) -> None:
        """Record an error for each of these whose own state is pending."""
        for principal in self.pending(principals):
            message = f"A change of {principal} by the service itself is still pending."
            self.errors[principal] = ServiceApiError(
                f"{message} {remedy}", error={"code": "StillPending", "message": message}
            )


def reported_failure(principal: str) -> ServiceApiError:
    """The error of a switch that the service accepted, and that failed afterwards."""
    message = f"{service_name(principal)} accepted the call, and reports that the change failed."
    return ServiceApiError(
        f"{message} Run the task again, which repeats it, or see the service's console.",
        error={"code": "ServiceReportsFailure", "message": message},
    )


__all__ = ["OwnStates", "reported_failure"]
