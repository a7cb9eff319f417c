# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Clients of other services than AWS Organizations, their calls and their errors."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable, TypeVar

from ..catalog.remedies import LASTING_REMEDIES, service_api_remedy
from .connection import Connection
from .errors import AnsibleOrganizationsError, ErrorDescription, common_error_handler, describe_error
from .responses import check_body, check_lists

try:
    import botocore.session
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError
except ImportError:
    pass  # handled by AnsibleAWSModule

OLDEST_BOTO3 = "1.35.0"
Call = Callable[[], Mapping[str, Any]]
Value = TypeVar("Value")


class ServiceApiError(AnsibleOrganizationsError):
    """An error of a service's API.

    ``actions``: the IAM actions to allow. ``remedy``: what to do about it, where more is known than AWS's code and
    message tell.
    """

    actions: Sequence[str] = ()
    remedy = ""

    def describe(self) -> ErrorDescription | None:
        """Return what describe_error does, with what to do about an error of this service."""
        description = super().describe()
        if description is None:
            return None
        remedy = self.remedy or service_api_remedy(description.code, description.message)
        actions = f"the IAM action{'s' if len(self.actions) > 1 else ''} {', '.join(self.actions)}"
        return replace(description, remedy=remedy.format(actions=actions)) if remedy else description

    def in_sentence(self) -> str:
        """Return which call failed too, because there are several for a service."""
        return str(self.result()["msg"])

    @property
    def concerns_one_subject(self) -> bool:
        """Everything but credentials that are expired or missing."""
        if isinstance(self.exception, OSError) and not isinstance(self.exception, BotoCoreError):
            return False  # a program or file of the credentials; botocore's timeouts are OSErrors too
        return self.exception is None or describe_error(self.exception).code not in LASTING_REMEDIES


class ServiceClients:
    """Clients of services, one for each service and Region, and their calls. Every method raises ServiceApiError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients: dict[tuple[str, str | None], Any] = {}

    def get(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service, in the Region of the task if none is given. Not for threads."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self._new_client(service, region)
        return self._clients[service, region]

    def _new_client(self, service: str, region: str | None) -> Any:
        """Return a client. Without a Region, for example, there is none for some services."""
        try:
            client = self._connection.client(service, **({"region": region} if region else {}))
        except AnsibleOrganizationsError as error:
            message = f"Failed to create a client of {service}. {error.message}"
            raise ServiceApiError(message, error.exception, **error.kwargs) from error
        for check in (check_body, check_lists):
            client.meta.events.register(f"after-call.{client.meta.service_model.service_id.hyphenize()}", check)
        return client

    def require(
        self, client: str, operations: Iterable[str], boto3: str = OLDEST_BOTO3, region: str | None = None
    ) -> None:
        """Fail if boto3 lacks one of a service's operations, naming the release that has them. No call."""
        for operation in operations:
            if not self._has(client, operation, region):
                message = f"This boto3 does not have {client}:{operation}."
                remedy = f"Install boto3 {boto3} or later on the host that runs the module."
                raise ServiceApiError.with_code("UnsupportedByBoto3", message, remedy)

    def _has(self, client: str, operation: str, region: str | None) -> bool:
        if client not in self._services_of_sdk:
            return False
        return operation in self.get(client, region).meta.service_model.operation_names

    @functools.cached_property
    def _services_of_sdk(self) -> frozenset[str]:
        """A client cannot be created for a service that boto3 does not have."""
        return frozenset(botocore.session.get_session().get_available_services())

    def call(self, service: str, region: str | None, operation: str, arguments: Mapping[str, str]) -> Call:
        """Return a call of an operation, to be made later. ``region`` as for ``get``."""
        return functools.partial(getattr(self.get(service, region), xform_name(operation)), **arguments)

    def read(self, description: str, actions: Sequence[str], call: Callable[[], Value]) -> Value:
        """Make calls that change nothing. ``actions``: what an error that denies them asks to allow."""
        return self._call(actions, common_error_handler(description)(call))

    def write(self, description: str, actions: Sequence[str], call: Call, confirms: str = "") -> None:
        """Make one call that changes something. ``confirms``: the member of its response that is true if it did."""
        response = self._call(actions, lambda: self._connection.write(description, call))
        if confirms and response.get(confirms) is not True:
            problem = {"code": "NotConfirmed", "message": f"{confirms} of the response is not true."}
            unconfirmed = ServiceApiError(f"Failed to {description}: the response does not confirm it.", error=problem)
            unconfirmed.leaves_outcome_unknown = True
            raise unconfirmed

    @staticmethod
    def _call(actions: Sequence[str], call: Callable[[], Value]) -> Value:
        try:
            return call()
        except AnsibleOrganizationsError as error:
            of_service = ServiceApiError(error.message, error.exception, **error.kwargs)
            of_service.actions, of_service.leaves_outcome_unknown = actions, error.leaves_outcome_unknown
            raise of_service from error


__all__ = ["OLDEST_BOTO3", "Call", "ServiceApiError", "ServiceClients"]
