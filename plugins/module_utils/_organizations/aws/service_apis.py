# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The calls to the services' APIs. An error of one service concerns its service principal alone."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ..catalog.remedies import SERVICE_API_REMEDIES
from ..catalog.service_apis import DISABLED, Operation, ServiceApi, ServiceState
from .errors import (
    AnsibleOrganizationsError,
    ErrorDescription,
    MalformedResponseError,
    OrganizationsErrorHandler,
    describe_error,
)
from .organizations import OrganizationsClient

try:
    import botocore.session
    from botocore import xform_name
    from botocore.exceptions import BotoCoreError
except ImportError:
    pass  # handled by AnsibleAWSModule

# Errors that every further call would hit: expired or missing credentials; by AWS's code or botocore's class.
LASTING = frozenset(
    {
        "CredentialRetrievalError",
        "ExpiredToken",
        "ExpiredTokenException",
        "LoginAuthorizationCodeError",
        "LoginError",
        "LoginInsufficientPermissions",
        "LoginRefreshRequired",
        "LoginTokenLoadError",
        "MissingDependencyException",
        "NoAuthTokenError",
        "NoCredentialsError",
        "PartialCredentialsError",
        "RequestExpired",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
    }
)


class ServiceApiError(AnsibleOrganizationsError):
    """An error of a service's API.

    ``actions``: the IAM actions to allow. ``leaves_outcome_unknown``: as in AnsibleOrganizationsError.
    """

    def __init__(
        self,
        message: str,
        exception: BaseException | None = None,
        *,
        actions: Iterable[str] = (),
        leaves_outcome_unknown: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(message, exception, **kwargs)
        self._actions = ", ".join(actions)
        self.leaves_outcome_unknown = leaves_outcome_unknown

    def describe(self) -> ErrorDescription | None:
        """Return what describe_error does, with what to do about an error of this service."""
        description = super().describe()
        remedy = SERVICE_API_REMEDIES.get(description.code) if description else None
        if description is None or remedy is None:
            return description
        return replace(description, remedy=remedy.format(actions=self._actions))

    def in_sentence(self) -> str:
        """Return which call failed too, because there are several for a service."""
        return str(self.result()["msg"])

    @property
    def concerns_one_subject(self) -> bool:
        """Everything but credentials that are expired or missing."""
        if isinstance(self.exception, OSError) and not isinstance(self.exception, BotoCoreError):
            return False  # a program or file of the credentials; botocore's timeouts are OSErrors too
        return self.exception is None or describe_error(self.exception).code not in LASTING


class Reading(NamedTuple):
    """The state that a service reports, and why enabling it may fail."""

    state: str
    doubt: str = ""


class ServiceApiClient:
    """The services' APIs. Every method raises ServiceApiError."""

    def __init__(self, organizations: OrganizationsClient) -> None:
        self._connection = organizations.connection
        self._commercial = organizations.partition == "aws"
        self._clients: dict[str, Any] = {}

    def require_sdk(self, api: ServiceApi) -> None:
        """Fail if boto3 lacks one of the service's operations. No call."""
        missing = [operation for operation in api.operations if not self._has(api, operation)]
        if missing:
            message = f"This boto3 does not have {missing[0]}."
            raise ServiceApiError(
                f"{message} Install boto3 {api.boto3 or '1.35.0'} or later on the host that runs the module.",
                error={"code": "UnsupportedByBoto3", "message": message},
            )

    def _has(self, api: ServiceApi, operation: Operation) -> bool:
        if operation.service not in self._services_of_sdk:
            return False
        return operation.name in self._client(api, operation).meta.service_model.operation_names

    @functools.cached_property
    def _services_of_sdk(self) -> frozenset[str]:
        """amazon.aws would end the task for a service that boto3 does not have."""
        return frozenset(botocore.session.get_session().get_available_services())

    def read(self, api: ServiceApi, reading: ServiceState) -> Reading:
        """Return the state that a service reports."""
        description = f"read the state of {api.principal} with {reading.operation}"
        try:
            response = self._call(api, reading.operation, description, written=False)
        except ServiceApiError as error:
            if reading.not_found and error.details()["code"] == reading.not_found:
                return Reading(DISABLED)
            raise
        return _state(reading, response, description)

    def switch(self, api: ServiceApi, operation: Operation) -> None:
        """Enable or disable a service with its API."""
        description = f"call {operation}"
        response = self._call(api, operation, description, written=True)
        if operation.confirms and response.get(operation.confirms) is not True:
            raise ServiceApiError(
                f"Failed to {description}: the response does not confirm it.",
                leaves_outcome_unknown=True,
                error={"code": "NotConfirmed", "message": f"{operation.confirms} of the response is not true."},
            )

    def _call(self, api: ServiceApi, operation: Operation, description: str, *, written: bool) -> Mapping[str, Any]:
        def call() -> Mapping[str, Any]:
            method = getattr(self._client(api, operation), xform_name(operation.name))
            response: Mapping[str, Any] = method(**operation.arguments)
            return response

        try:
            if written:
                return self._connection.write(description, call)
            return OrganizationsErrorHandler.common_error_handler(description)(call)()
        except AnsibleOrganizationsError as error:
            raise ServiceApiError(
                error.message,
                error.exception,
                actions=(str(operation), *api.also_needs) if written else (str(operation),),
                leaves_outcome_unknown=error.leaves_outcome_unknown,
                **error.kwargs,
            ) from error

    def _client(self, api: ServiceApi, operation: Operation) -> Any:
        if operation.service not in self._clients:
            has_region = api.region and self._commercial and operation.service == api.enable.service
            overrides = {"region": api.region} if has_region else {}
            client = self._new_client(operation.service, overrides)
            client.meta.events.register(f"after-call.{client.meta.service_model.service_id.hyphenize()}", _check_body)
            self._clients[operation.service] = client
        return self._clients[operation.service]

    def _new_client(self, service: str, overrides: Mapping[str, str]) -> Any:
        """Return a client. Without a Region, for example, there is none for this service."""
        try:
            return self._connection.client(service, **overrides)
        except AnsibleOrganizationsError as error:
            message = f"Failed to create a client of {service}. {error.message}"
            raise ServiceApiError(message, error.exception, **error.kwargs) from error


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


def _check_body(http_response: Any, model: Any, **_kwargs: Any) -> None:
    """Refuse a proxy's page with status 200, whose members botocore would silently find to be missing."""
    if http_response.status_code >= 300:
        return
    body = http_response.content.strip()
    expects_more = model.output_shape is not None and model.output_shape.members
    if not body:
        understood = not expects_more
    elif model.service_model.metadata.get("protocol") in ("ec2", "query"):
        understood = f"{model.name}Response".encode() in body
    else:
        understood = body[0] >> 5 == 5 or _is_json_object(body)  # in CBOR, a map begins with the major type 5
    if not understood:
        raise MalformedResponseError(f"The response to {model.name} could not be parsed.")


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


__all__ = ["ServiceApiClient", "ServiceApiError"]
