# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Whether AWS may have applied a write that failed: what can be told from the attempts that were sent."""

from __future__ import annotations

import threading
import traceback
from typing import Any

from .rate_limits import THROTTLING_CODES

try:  # noqa: SIM105 - as in every module of amazon.aws
    from botocore import exceptions as botocore_exceptions
except ImportError:
    pass  # handled by AnsibleAWSModule

# After these, as after status 5xx, AWS may have applied the call. Organizations sends ServiceException with 400 too.
UNCERTAIN_CODES = frozenset(
    {"InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException", "ServiceException"}
)


class WriteOutcome(threading.local):
    """Whether AWS may have applied the current call of this thread, even if the call fails.

    It may if an attempt was sent that AWS did not refuse for certain, whatever the responses to later attempts were.
    """

    _may_be_applied = False
    _in_flight = False  # a response that botocore cannot parse ends the call, without needs-retry

    def begin(self) -> None:
        """Begin a new call."""
        self._may_be_applied = self._in_flight = False

    def sending(self, **_kwargs: Any) -> None:
        """Note that an attempt begins (botocore's before-send)."""
        self._in_flight = True

    def ended(self, response: tuple[Any, dict[str, Any]] | None, exception: Exception | None) -> None:
        """Note that an attempt ended with this response or exception."""
        self._in_flight = False
        nothing_done = _is_refusal(response) if response else _was_never_sent(exception)
        self._may_be_applied = self._may_be_applied or not nothing_done

    @property
    def may_be_applied(self) -> bool:
        """Whether any attempt since ``begin`` may have been applied."""
        return self._may_be_applied or self._in_flight


def _is_refusal(response: tuple[Any, dict[str, Any]]) -> bool:
    """Return whether AWS certainly did nothing. A code that is a number is a status that AWS did not send."""
    code = error_code(response)
    if not code or code.isdigit() or code in UNCERTAIN_CODES:
        return False
    return code in THROTTLING_CODES or response[0].status_code < 500


def _was_never_sent(exception: BaseException | None) -> bool:
    """Return whether there was no connection yet. urllib3's connect resolves names, and negotiates TLS and proxies."""
    if isinstance(exception, (botocore_exceptions.EndpointConnectionError, botocore_exceptions.ConnectTimeoutError)):
        return True
    while exception:
        if any(frame.f_code.co_name == "connect" for frame, _line in traceback.walk_tb(exception.__traceback__)):
            return True
        exception = exception.__cause__ or exception.__context__
    return False


def error_code(response: tuple[Any, dict[str, Any]] | None) -> str | None:
    """Return AWS's error code in (HTTP response, parsed response), None where there is none."""
    return response[1].get("Error", {}).get("Code") if response else None


__all__ = ["UNCERTAIN_CODES", "WriteOutcome", "error_code"]
