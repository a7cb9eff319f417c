# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The calls to the services' APIs. An error of one service concerns its service principal alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..catalog.service_apis import DISABLED, Operation, ServiceApi, ServiceState
from .organizations import OrganizationsClient
from .service_clients import OLDEST_BOTO3, Call, ServiceApiError, ServiceClients


class Reading(NamedTuple):
    """The state that a service reports, and why enabling it may fail."""

    state: str
    doubt: str = ""


class ServiceApiClient:
    """The services' APIs. Every method raises ServiceApiError."""

    def __init__(self, organizations: OrganizationsClient) -> None:
        self._clients = ServiceClients(organizations.connection)
        self._commercial = organizations.partition == "aws"

    def require_sdk(self, api: ServiceApi) -> None:
        """Fail if boto3 lacks one of the service's operations. No call."""
        for operation in api.operations:
            self._clients.require(operation.service, [operation.name], api.boto3 or OLDEST_BOTO3)

    def read(self, api: ServiceApi, reading: ServiceState) -> Reading:
        """Return the state that a service reports."""
        description = f"read the state of {api.principal} with {reading.operation}"
        try:
            response = self._clients.read(description, [str(reading.operation)], self._call(api, reading.operation))
        except ServiceApiError as error:
            if reading.not_found and error.details()["code"] == reading.not_found:
                return Reading(DISABLED)
            raise
        return _state(reading, response, description)

    def switch(self, api: ServiceApi, operation: Operation) -> None:
        """Enable or disable a service with its API."""
        actions = (str(operation), *api.also_needs)
        self._clients.write(f"call {operation}", actions, self._call(api, operation), operation.confirms)

    def _call(self, api: ServiceApi, operation: Operation) -> Call:
        has_region = api.region and self._commercial and operation.service == api.enable.service
        region = api.region if has_region else None
        return self._clients.call(operation.service, region, operation.name, operation.arguments)


def _state(reading: ServiceState, response: Any, description: str) -> Reading:
    """Return the state in a response. Raises ServiceApiError if it has none, or an unknown one."""
    value = response
    for name in reading.member.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None and reading.without_member:
        return Reading(reading.without_member)
    if value not in reading.values:
        message = f"{reading.operation} returned {str(value)[:40]!r} as {reading.member}."
        raise ServiceApiError(
            f"Failed to {description}: {message} This collection does not know this value.",
            error={"code": "UnknownState", "message": message},
        )
    return Reading(reading.values[value], doubt=reading.doubts.get(value, ""))


__all__ = ["ServiceApiClient"]
