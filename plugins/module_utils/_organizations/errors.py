# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""AWS errors as cause and remedy.

Codes, reasons and AWS's wording are those of the botocore service model of Organizations and of the API reference.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

try:
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # handled by AnsibleAWSModule

# http.client quotes the header, such as the session token, in a form that Ansible's no_log does not recognize.
SECRET_HEADER = re.compile(r"Invalid header value.*", re.DOTALL)

F = TypeVar("F", bound=Callable[..., Any])

NOT_ALL_FEATURES = "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"

# AWS's words are quoted up to this length: a proxy's error page can be a whole HTML document.
LONGEST_QUOTE = 300

_MEND_CREDENTIALS = (
    "Mend the credentials that this task uses. boto3 looks for them on the host that runs the module, in this order: "
    "the options profile or access_key, secret_key and session_token; the AWS_* environment variables; the shared "
    "configuration files; the role of the container or instance."
)
_RENEW_CREDENTIALS = "Renew the temporary credentials (a new session, sign-in or assumed role) and run the task again."
_TRY_LATER = (
    "The task retried within its bounds. Run it again: what it has done stays done. "
    "The retries option of aws_config allows more attempts."
)
_CHECK_NETWORK = (
    "Check the network path from the host that runs the module, the proxy settings, and region and endpoint_url."
)
_RAISE_TIME_OUT = (
    "Check the endpoint and proxies, or allow more time with connect_timeout and read_timeout in the option aws_config."
)
_CHECK_NAME = (
    "Check the spelling of the service principal; a service may also not exist in this partition "
    "or want another name for trusted access."
)

REMEDIES: Mapping[str, str] = {
    "AWSOrganizationsNotInUseException": (
        "Use the credentials of the organization's management account, or create the organization first."
    ),
    "AccessDeniedException": (
        "Use the credentials of the organization's management account (a delegated administrator may only list), "
        "and allow this identity the IAM action organizations:{operation}; a service control policy or an IAM "
        "condition on organizations:ServicePrincipal can deny it too."
    ),
    "ConcurrentModificationException": _TRY_LATER,
    "TooManyRequestsException": _TRY_LATER,
    "ServiceException": _TRY_LATER,
    "UnsupportedAPIEndpointException": (
        "AWS Organizations does not offer this operation at this endpoint. Leave region to the partition's own, "
        "and remove endpoint_url."
    ),
    "UnrecognizedClientException": _MEND_CREDENTIALS,
    "InvalidClientTokenId": _MEND_CREDENTIALS,
    "InvalidSignatureException": "The secret key does not fit the access key, or a clock is wrong. "
    + _MEND_CREDENTIALS,
    "SignatureDoesNotMatch": "The secret key does not fit the access key, or a clock is wrong. " + _MEND_CREDENTIALS,
    "IncompleteSignatureException": _MEND_CREDENTIALS,
    "MissingAuthenticationTokenException": _MEND_CREDENTIALS,
    "MissingAuthenticationToken": _MEND_CREDENTIALS,
    "ExpiredTokenException": _RENEW_CREDENTIALS,
    "ExpiredToken": _RENEW_CREDENTIALS,
    "RequestExpired": "The clock of the host that runs the module is wrong, or the credentials expired. Set the clock.",
    # Errors of botocore itself, by class.
    "NoCredentialsError": "No credentials were found. " + _MEND_CREDENTIALS,
    "CredentialRetrievalError": _MEND_CREDENTIALS,
    "SSOTokenLoadError": "Sign in again with aws sso login.",
    "UnauthorizedSSOTokenError": "Sign in again with aws sso login.",
    "TokenRetrievalError": "Sign in again with aws sso login.",
    "NoRegionError": "Set the option region (AWS Organizations is global: us-east-1, or the partition's own region).",
    "EndpointConnectionError": _CHECK_NETWORK,
    "ConnectionClosedError": _CHECK_NETWORK,
    "ProxyConnectionError": "Check the proxy that the environment or aws_config names.",
    "SSLError": "Check aws_ca_bundle and the clock; validate_certs=false is not a remedy.",
    "ConnectTimeoutError": _RAISE_TIME_OUT,
    "ReadTimeoutError": _RAISE_TIME_OUT,
}

REASON_REMEDIES: Mapping[str, str] = {
    NOT_ALL_FEATURES: (
        "Service access needs an organization with all features. Enable them (EnableAllFeatures) and let every "
        "invited account approve the handshake."
    ),
    "SERVICE_ACCESS_NOT_ENABLED": "Enable service access first, then register the delegated administrator.",
    "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE": (
        "Disable the organization's policy type of this service first (DisablePolicyType, e.g. SECURITYHUB_POLICY)."
    ),
    "UNRECOGNIZED_SERVICE_PRINCIPAL": _CHECK_NAME,
    "INVALID_PATTERN": _CHECK_NAME,
    "MIN_LENGTH_EXCEEDED": _CHECK_NAME,
    "MAX_LENGTH_EXCEEDED": _CHECK_NAME,
    "INPUT_REQUIRED": _CHECK_NAME,
    "INVALID_NEXT_TOKEN": "The listing changed while it was read, or a proxy altered it. Run the task again.",
}


@dataclass(frozen=True)
class ErrorDescription:
    """An error as data: AWS's code, words and reason, and what to do about it."""

    code: str
    message: str
    reason: str | None = None
    remedy: str = ""
    request_id: str | None = None

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        full_stop = "" if self.message.endswith((".", "!", "?")) else "."
        return f"{self.code}{reason}: {self.message}{full_stop} {self.remedy}".rstrip()

    def result(self) -> dict[str, str | None]:
        """The machine-readable form: {code, reason, message}."""
        return {"code": self.code, "reason": self.reason, "message": self.message}


def _quote(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."


def describe_error(exception: BaseException) -> ErrorDescription:
    """Code, words, reason and remedy of an exception of botocore's. An unknown code has AWS's words and no remedy."""
    if not isinstance(exception, ClientError):
        code = type(exception).__name__
        words = SECRET_HEADER.sub("Invalid header value, not shown because it can be a secret", str(exception))
        return ErrorDescription(code, _quote(words), remedy=REMEDIES.get(code, ""))
    error = exception.response.get("Error", {})
    code = str(error.get("Code", "Unknown"))
    reason = exception.response.get("Reason")
    remedy = REASON_REMEDIES.get(str(reason)) or REMEDIES.get(code, "")
    metadata = exception.response.get("ResponseMetadata", {})
    if not remedy and metadata.get("HTTPStatusCode", 0) >= 500:
        remedy = _TRY_LATER
    return ErrorDescription(
        code=code,
        message=_quote(str(error.get("Message", ""))),
        reason=str(reason) if reason else None,
        remedy=remedy.format(operation=exception.operation_name),
        request_id=metadata.get("RequestId"),
    )


def concerns_one_principal(exception: BaseException | None) -> bool:
    """Whether the error speaks of this principal alone, so that the next one may still succeed."""
    if not isinstance(exception, ClientError):
        return False
    error = describe_error(exception)
    return error.code in ("InvalidInputException", "ConstraintViolationException") and error.reason != NOT_ALL_FEATURES


def leaves_outcome_unknown(exception: BaseException | None) -> bool:
    """Whether AWS may have carried out a write although it failed: there was no answer, or none of AWS's."""
    if isinstance(exception, ClientError):
        return bool(exception.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500)
    return exception is None or isinstance(exception, HTTPClientError)


class AnsibleOrganizationsError(AnsibleAWSError):
    """A failure of a task: what failed, botocore's exception where there is one, and further results."""

    def result(self) -> dict[str, Any]:
        """What the module returns: msg, error {code, message}, AWS's reason and request id, further results."""
        if self.exception is None:
            return {"msg": self.message, **self.kwargs}
        error = describe_error(self.exception)
        result: dict[str, Any] = {
            "msg": f"{self.message}: {error}",
            "error": {"code": error.code, "message": error.message},
        }
        if error.reason:
            result["reason"] = error.reason
        if error.request_id:
            result["request_id"] = error.request_id
        return {**result, **self.kwargs}


class MalformedResponseError(AnsibleOrganizationsError):
    """An answer that AWS would not give, such as a proxy's page with status 200."""

    def __init__(self, message: str) -> None:
        remedy = "No answer of AWS looks like this: check proxies and endpoint_url."
        super().__init__(message=f"{message} {remedy}", error={"code": "MalformedResponse", "message": message})


# What reading a hostile answer can end with, beside botocore's own errors.
NOT_UNDERSTOOD = (ArithmeticError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class OrganizationsErrorHandler(AWSErrorHandler):
    """amazon.aws's error handler, which also takes answers that botocore cannot parse."""

    _CUSTOM_EXCEPTION = AnsibleOrganizationsError

    @classmethod
    def common_error_handler(cls, description: str) -> Callable[[F], F]:
        """Raise AnsibleOrganizationsError("Failed to <description>") for every error of botocore's."""
        handle_botocore_errors = super().common_error_handler(description)

        def decorate(func: F) -> F:
            handled = handle_botocore_errors(func)

            @functools.wraps(func)
            def handler(*args: Any, **kwargs: Any) -> Any:
                try:
                    return handled(*args, **kwargs)
                except (*NOT_UNDERSTOOD, ResponseParserError) as error:
                    raise MalformedResponseError(
                        f"Failed to {description}: the answer could not be understood ({_quote(str(error))})."
                    ) from error

            return handler  # type: ignore[return-value]

        return decorate


__all__ = [
    "AnsibleOrganizationsError",
    "ErrorDescription",
    "MalformedResponseError",
    "OrganizationsErrorHandler",
    "concerns_one_principal",
    "describe_error",
    "leaves_outcome_unknown",
]
