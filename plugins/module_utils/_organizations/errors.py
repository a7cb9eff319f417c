# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""AWS errors: what they say, what they mean for the other changes of a task, and the exception of this collection."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Callable, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .remedies import CHECK_PROGRAM, CHECK_ROLE, NOT_ALL_FEATURES, REASON_REMEDIES, REMEDIES, TRY_LATER
from .secrets import hide_secrets

try:
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # handled by AnsibleAWSModule

F = TypeVar("F", bound=Callable[..., Any])

CONCERN_ONE_SUBJECT = ("InvalidInputException", "ConstraintViolationException", "AccountNotFoundException")

# AWS's message is quoted up to this length, because a proxy's error page can be a complete HTML document.
MAX_QUOTE = 300


@dataclass(frozen=True)
class ErrorDescription:
    """An error as data: AWS's code, message and reason, and what to do about it."""

    code: str
    message: str
    reason: str | None = None
    remedy: str = ""
    request_id: str | None = None

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        full_stop = "" if self.message.endswith((".", "!", "?")) else "."
        return f"{self.code}{reason}: {self.message}{full_stop} {self.remedy}".rstrip()


def _quote(text: str) -> str:
    text = re.sub(r"\s+", " ", hide_secrets(text)).strip()
    return text if len(text) <= MAX_QUOTE else f"{text[:MAX_QUOTE]}..."


def describe_error(exception: BaseException) -> ErrorDescription:
    """Code, message, reason and remedy of an exception of botocore's. An unknown code has no remedy."""
    if not isinstance(exception, ClientError):
        code = type(exception).__name__
        remedy = REMEDIES.get(code, CHECK_PROGRAM if isinstance(exception, OSError) else "")
        return ErrorDescription(code, _quote(str(exception)), remedy=remedy)
    error = exception.response.get("Error", {})
    code = str(error.get("Code", "Unknown"))
    reason = exception.response.get("Reason")
    general_reason = str(reason).partition(":")[0]  # MIN_VALUE_EXCEEDED:MAX_RESULTS
    remedy = REASON_REMEDIES.get(general_reason) or REMEDIES.get(code, "")
    if exception.operation_name == "AssumeRole" and code.startswith("AccessDenied"):
        remedy = CHECK_ROLE
    metadata = exception.response.get("ResponseMetadata", {})
    if not remedy and metadata.get("HTTPStatusCode", 0) >= 500:
        remedy = TRY_LATER
    return ErrorDescription(
        code=code,
        message=_quote(str(error.get("Message", ""))),
        reason=str(reason) if reason else None,
        remedy=remedy.format(operation=exception.operation_name),
        request_id=metadata.get("RequestId"),
    )


class AnsibleOrganizationsError(AnsibleAWSError):
    """A failure of a task: what failed, botocore's exception if there is one, and further results."""

    @classmethod
    def refuse(cls, problems: list[str]) -> None:
        """Fail with all problems in one message, if there are any."""
        if problems:
            raise cls(message=" ".join(problems))

    def describe(self) -> ErrorDescription | None:
        """The error of AWS or botocore; None if there is none, so that the message says everything."""
        return describe_error(self.exception) if self.exception else None

    def in_sentence(self) -> str:
        """What went wrong, after "Failed to <change>: "."""
        return str(self.describe() or self.message)

    @property
    def concerns_one_subject(self) -> bool:
        """Whether the error is about the subject of this call only, so that the next call may succeed."""
        if not isinstance(self.exception, ClientError):
            return False
        error = describe_error(self.exception)
        return error.code in CONCERN_ONE_SUBJECT and error.reason != NOT_ALL_FEATURES

    @property
    def leaves_outcome_unknown(self) -> bool:
        """Whether AWS may have applied a failed write: there was no response, or a server error."""
        if isinstance(self.exception, ClientError):
            return bool(self.exception.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500)
        return self.exception is None or isinstance(self.exception, HTTPClientError)

    def details(self) -> dict[str, Any]:
        """{code, reason, message} of the error; code and reason can be None."""
        result = self.result()
        error = result.get("error", {"code": None, "message": self.message})
        return {"code": error["code"], "reason": result.get("reason"), "message": error["message"]}

    def result(self) -> dict[str, Any]:
        """What the module returns: msg, error {code, message}, AWS's reason and request id, further results."""
        error = self.describe()
        if error is None:
            return {"msg": self.message, **self.kwargs}
        result: dict[str, Any] = {
            "msg": f"{self.message}: {error}",
            "error": {"code": error.code, "message": error.message},
        }
        if error.reason:
            result["reason"] = error.reason
        if error.request_id:
            result["request_id"] = error.request_id
        return {**result, **self.kwargs}


def foreseen_error(operation: str, code: str, message: str, reason: str | None = None) -> AnsibleOrganizationsError:
    """The error that a write would get from AWS, with this message instead of AWS's own."""
    response: Any = {"Error": {"Code": code, "Message": message}, **({"Reason": reason} if reason else {})}
    return AnsibleOrganizationsError(message="The change would fail", exception=ClientError(response, operation))


class MalformedResponseError(AnsibleOrganizationsError):
    """A response that AWS would not send, such as a proxy's page with status 200."""

    def __init__(self, message: str) -> None:
        remedy = "This is not a valid response from AWS: check proxies and endpoint_url."
        super().__init__(message=f"{message} {remedy}", error={"code": "MalformedResponse", "message": message})


# Exceptions raised by malformed responses, besides botocore's own errors.
MALFORMED = (ArithmeticError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)


class OrganizationsErrorHandler(AWSErrorHandler):
    """amazon.aws's error handler, extended by malformed responses and failed credential lookups."""

    _CUSTOM_EXCEPTION = AnsibleOrganizationsError

    @classmethod
    def common_error_handler(cls, description: str) -> Callable[[F], F]:
        """Raise AnsibleOrganizationsError("Failed to <description>") for every botocore error."""
        handle_botocore_errors = super().common_error_handler(description)

        def decorate(func: F) -> F:
            handled = handle_botocore_errors(func)

            @functools.wraps(func)
            def handler(*args: Any, **kwargs: Any) -> Any:
                try:
                    return handled(*args, **kwargs)
                except OSError as error:  # a program or file of the AWS configuration
                    raise AnsibleOrganizationsError(f"Failed to {description}", error) from error
                except (*MALFORMED, ResponseParserError) as error:
                    raise MalformedResponseError(
                        f"Failed to {description}: the response could not be parsed ({_quote(str(error))})."
                    ) from error

            return handler  # type: ignore[return-value]

        return decorate


__all__ = [
    "AnsibleOrganizationsError",
    "ErrorDescription",
    "MalformedResponseError",
    "OrganizationsErrorHandler",
    "describe_error",
    "foreseen_error",
]
