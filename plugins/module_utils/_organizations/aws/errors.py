# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""AWS errors: what they say, what they mean for the other changes of a task, and the exception of this collection."""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..catalog.remedies import CHECK_PROGRAM, NO_PROMPT, NOT_ALL_FEATURES, REMEDIES, TRY_LATER, aws_remedy
from .secrets import hide_secrets

try:
    from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # handled by AnsibleAWSModule

Error = TypeVar("Error", bound="AnsibleOrganizationsError")

CONCERN_ONE_SUBJECT = ("InvalidInputException", "ConstraintViolationException", "AccountNotFoundException")

# Messages are quoted up to this length. AWS's denials end with a link and an authorization ID, and are longer than ...
MAX_QUOTE = 1000
# ... what is worth quoting of a proxy's error page, which can be a complete HTML document.
MAX_QUOTE_OF_PAGE = 300
PAGE = re.compile(r"<(!doctype|\?xml|html|head|body|div|h1)\b", re.IGNORECASE)

NOT_FROM_AWS = "This is not a valid response from AWS: check proxies and endpoint_url."
NO_MESSAGE = "The response contains no message."
LOOK_UP = "Look up the error code in the AWS API reference of {operation}."


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
    limit = MAX_QUOTE_OF_PAGE if PAGE.search(text) else MAX_QUOTE
    return text if len(text) <= limit else f"{text[:limit]}..."


def describe_error(exception: BaseException) -> ErrorDescription:
    """Return code, message, reason and remedy of an exception of botocore's. An unknown code has no remedy."""
    if not isinstance(exception, ClientError):
        code = type(exception).__name__
        remedy = REMEDIES.get(code, CHECK_PROGRAM if isinstance(exception, OSError) else "")
        return ErrorDescription(code, _quote(str(exception)), remedy=remedy)
    error = exception.response.get("Error", {})
    code = str(error.get("Code", "Unknown"))
    reason = exception.response.get("Reason")
    remedy = aws_remedy(code, str(reason), exception.operation_name)
    metadata = exception.response.get("ResponseMetadata", {})
    if not remedy and metadata.get("HTTPStatusCode", 0) >= 500:
        remedy = TRY_LATER
    if not remedy and code.isdigit():  # the status of a page without an error of AWS
        remedy = NOT_FROM_AWS
    message = _quote(str(error.get("Message", "")))
    if not message:
        message, remedy = NO_MESSAGE, remedy or LOOK_UP
    return ErrorDescription(
        code=code,
        message=message,
        reason=str(reason) if reason else None,
        remedy=remedy.format(operation=exception.operation_name),
        request_id=metadata.get("RequestId"),
    )


class AnsibleOrganizationsError(AnsibleAWSError):
    """A failure of a task: what failed, botocore's exception if there is one, and further results.

    ``leaves_outcome_unknown``: whether AWS may have applied the failed write anyway (Connection.write).
    ``was_written``: whether AWS has accepted the write, and what failed is to see its effect.
    """

    leaves_outcome_unknown = False
    was_written = False

    @classmethod
    def refuse(cls, problems: list[str]) -> None:
        """Fail with all problems in one message, if there are any."""
        if problems:
            raise cls(message=" ".join(problems))

    @classmethod
    def with_code(cls: type[Error], code: str, message: str, remedy: str) -> Error:
        """Return an error that this collection found, with a code like those of AWS and what to do about it."""
        return cls(f"{message} {remedy}", error={"code": code, "message": message})

    def describe(self) -> ErrorDescription | None:
        """Return the error of AWS or botocore; None if there is none, so that the message says everything."""
        return describe_error(self.exception) if self.exception else None

    def in_sentence(self) -> str:
        """Return what went wrong, after "Failed to <change>: "."""
        return str(self.describe() or self.message)

    @property
    def concerns_one_subject(self) -> bool:
        """Whether the error is about the subject of this call only, so that the next call may succeed."""
        if not isinstance(self.exception, ClientError):
            return False
        error = describe_error(self.exception)
        return error.code in CONCERN_ONE_SUBJECT and error.reason != NOT_ALL_FEATURES

    def details(self) -> dict[str, Any]:
        """Return {code, reason, message} of the error; code and reason can be None."""
        result = self.result()
        error = result.get("error", {"code": None, "message": self.message})
        return {"code": error["code"], "reason": result.get("reason"), "message": error["message"]}

    def result(self) -> dict[str, Any]:
        """Return what the module returns: msg, error {code, message}, AWS's reason and request id, further results."""
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
    """Return the error that a write would get from AWS, with this message instead of AWS's."""
    response: Any = {"Error": {"Code": code, "Message": message}, **({"Reason": reason} if reason else {})}
    return AnsibleOrganizationsError(message="The change would fail", exception=ClientError(response, operation))


class MalformedResponseError(AnsibleOrganizationsError):
    """A response that AWS would not send, such as a proxy's page with status 200."""

    def __init__(self, message: str) -> None:
        super().__init__(message=f"{message} {NOT_FROM_AWS}", error={"code": "MalformedResponse", "message": message})


# Exceptions raised by malformed responses, besides botocore's errors.
MALFORMED = (ArithmeticError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)
# Where botocore looks for credentials, and signs with them.
OF_CREDENTIALS = ("botocore.auth", "botocore.credentials")


def unusable_credentials(error: BaseException) -> BaseException | None:
    """Return an error that botocore did not expect when loading credentials as one of botocore's; None for others.

    Examples are a credential_process that prints no JSON, and a prompt for a one-time password without a terminal.
    """
    if isinstance(error, (BotoCoreError, OSError)):
        return None
    frames = traceback.walk_tb(error.__traceback__)
    if not any(frame.f_globals.get("__name__") in OF_CREDENTIALS for frame, _line in frames):
        return None
    problem = NO_PROMPT if isinstance(error, EOFError) else f"{type(error).__name__}{_detail(error)}"
    unusable: BaseException = CredentialRetrievalError(provider="the AWS configuration", error_msg=problem)
    return unusable


def _detail(error: BaseException) -> str:
    """Return an error's words in parentheses. Those of a parser quote the response, which can contain credentials."""
    return "" if isinstance(error, ResponseParserError) else f" ({_quote(str(error))})"


@contextlib.contextmanager
def common_error_handler(description: str) -> Iterator[None]:
    """Raise AnsibleOrganizationsError("Failed to <description>") for every botocore error. Also a decorator.

    Unlike the error handlers of amazon.aws, it handles malformed responses and failed credential lookups, and takes
    descriptions literally.
    """
    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:  # OSError: a program or file of the configuration
        raise AnsibleOrganizationsError(f"Failed to {description}", error) from error
    except (*MALFORMED, EOFError, ResponseParserError) as error:
        raise _malformed_or_credentials(description, error) from error


def _malformed_or_credentials(description: str, error: BaseException) -> AnsibleOrganizationsError:
    credentials = unusable_credentials(error)
    if credentials:
        return AnsibleOrganizationsError(f"Failed to {description}", credentials)
    return MalformedResponseError(f"Failed to {description}: the response could not be parsed{_detail(error)}.")


__all__ = [
    "AnsibleOrganizationsError",
    "ErrorDescription",
    "MalformedResponseError",
    "common_error_handler",
    "describe_error",
    "foreseen_error",
    "unusable_credentials",
]
