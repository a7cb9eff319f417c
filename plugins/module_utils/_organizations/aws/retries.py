# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""When a call is attempted again, how far apart calls are kept, and whether AWS may have applied one."""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections.abc import Mapping
from typing import Any

try:  # noqa: SIM105 - as in every module of amazon.aws
    from botocore import exceptions as botocore_exceptions
except ImportError:
    pass  # handled by AnsibleAWSModule

# A call is attempted at most this often when AWS responds with an error that can pass, ...
MAX_ATTEMPTS = 8
# ... this often when there is no response (refused, reset, timed out), ...
MAX_ATTEMPTS_WITHOUT_RESPONSE = 3
# ... and no attempt begins later than this many seconds after the first one has ended.
RETRY_DEADLINE = 40
MAX_BACKOFF = 5  # seconds between two attempts

# Calls a second that AWS sustains for an account (user guide, quotas: "Throttling limits"). Each may burst first.
SUSTAINED_RATES = {
    "EnableAWSServiceAccess": 1.0,
    "DisableAWSServiceAccess": 1.0,
    "ListAWSServiceAccessForOrganization": 1.0,
    "RegisterDelegatedAdministrator": 1.0,
    "DeregisterDelegatedAdministrator": 1.0,
    "ListDelegatedAdministrators": 5.0,
    "ListDelegatedServicesForAccount": 1.0,
    "ListRoots": 1.0,
    "DescribeOrganization": 1.0,
    "DescribeAccount": 20.0,
}
# Calls are kept this much further apart than the rate asks for: network jitter can bring two of them closer together.
JITTER_ALLOWANCE = 1.02
THROTTLED = "TooManyRequestsException"

THROTTLING_CODES = frozenset({THROTTLED, "Throttling", "ThrottlingException", "RequestLimitExceeded"})
# After these, as after status 5xx, AWS may have applied the call. Organizations sends ServiceException with 400 too.
UNCERTAIN_CODES = frozenset(
    {"InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException", "ServiceException"}
)
# Besides every response with status 429 or 5xx. botocore itself retries neither of the two that have status 400.
RETRIED_CODES = THROTTLING_CODES | UNCERTAIN_CODES | {"ConcurrentModificationException"}


class RateLimiter:
    """Keeps calls of an operation as far apart as AWS's rate limit asks for, once AWS has rejected one.

    Until then it does nothing: bursts pass, and an endpoint without limits is not slowed. botocore emits
    ``before-send`` before every attempt.
    """

    def __init__(self) -> None:
        self._last_sent: dict[str, float] = {}
        self._throttled: set[str] = set()

    def throttled(self, operation: str) -> None:
        """Limit the rate of the operation from now on."""
        self._throttled.add(operation)

    def __call__(self, event_name: str, **_kwargs: Any) -> None:
        """Wait until the operation's next call is due."""
        operation = event_name.rpartition(".")[2]
        if operation in self._throttled:
            early = self._last_sent[operation] + JITTER_ALLOWANCE / SUSTAINED_RATES[operation] - time.monotonic()
            if early > 0:
                time.sleep(early)
        self._last_sent[operation] = time.monotonic()


class Outcome(threading.local):
    """Whether AWS may have applied the current call of this thread, even if the call fails.

    It may if an attempt was sent that AWS did not refuse for certain, whatever the responses to later attempts were.
    """

    _may_be_applied = False
    _in_flight = False  # a response that botocore cannot parse ends the call, without needs-retry

    def begin(self) -> None:
        """A new call begins."""
        self._may_be_applied = self._in_flight = False

    def sending(self, **_kwargs: Any) -> None:
        """An attempt begins (botocore's before-send)."""
        self._in_flight = True

    def ended(self, response: tuple[Any, dict[str, Any]] | None, exception: Exception | None) -> None:
        """An attempt ended with this response or exception."""
        self._in_flight = False
        nothing_done = _is_refusal(response) if response else _was_never_sent(exception)
        self._may_be_applied = self._may_be_applied or not nothing_done

    @property
    def may_be_applied(self) -> bool:
        """Whether any attempt since ``begin`` may have been applied."""
        return self._may_be_applied or self._in_flight


def _is_refusal(response: tuple[Any, dict[str, Any]]) -> bool:
    """Whether AWS certainly did nothing. A code that is a number is the status of a page that AWS did not send."""
    code = _error_code(response)
    if not code or code.isdigit() or code in UNCERTAIN_CODES:
        return False
    return code in THROTTLING_CODES or response[0].status_code < 500


def _was_never_sent(exception: BaseException | None) -> bool:
    """Whether there was no connection yet. Names are resolved, and TLS and proxies negotiated, in urllib3's connect."""
    if isinstance(exception, (botocore_exceptions.EndpointConnectionError, botocore_exceptions.ConnectTimeoutError)):
        return True
    while exception:
        if any(frame.f_code.co_name == "connect" for frame, _line in traceback.walk_tb(exception.__traceback__)):
            return True
        exception = exception.__cause__ or exception.__context__
    return False


class RetryPolicy:
    """Decides, for botocore's own retry loop, whether and when a call is attempted again.

    botocore emits ``needs-retry`` after every attempt and waits as many seconds as the first handler to answer says.
    There is one loop with one count of attempts, so this policy and botocore's can never multiply.
    """

    def __init__(self, user_retries: Mapping[str, Any] | None = None) -> None:
        user_retries = user_retries or {}
        attempts: int | None = user_retries.get("total_max_attempts")
        if attempts is None and user_retries.get("max_attempts") is not None:
            attempts = user_retries["max_attempts"] + 1  # botocore: retries, not counting the first attempt
        self.attempts = MAX_ATTEMPTS if attempts is None else attempts
        self.attempts_without_response = MAX_ATTEMPTS_WITHOUT_RESPONSE if attempts is None else attempts
        self.deadline = RETRY_DEADLINE if attempts is None else float("inf")
        self.rate_limiter = RateLimiter()
        self.outcome = Outcome()

    def __call__(
        self,
        response: tuple[Any, dict[str, Any]] | None,
        attempts: int,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        operation: Any = None,
        **_kwargs: Any,
    ) -> float | None:
        """Seconds to wait before the next attempt, None for no further one. ``attempts`` counts those made."""
        if _error_code(response) == THROTTLED and operation.name in SUSTAINED_RATES:
            self.rate_limiter.throttled(operation.name)
        self.outcome.ended(response, caught_exception)
        started = request_dict["context"].setdefault("orgops_first_attempt_ended", time.monotonic())
        limit = self.attempts if response else self.attempts_without_response
        if attempts >= limit or not self._can_pass(response, caught_exception):
            return None
        longest = min(MAX_BACKOFF, 2.0 ** (attempts - 1))
        pause = max(random.uniform(longest / 2, longest), min(_wanted_pause(response), MAX_BACKOFF))
        return pause if time.monotonic() + pause - started <= self.deadline else None

    @staticmethod
    def _can_pass(response: tuple[Any, dict[str, Any]] | None, exception: Exception | None) -> bool:
        if response is None:
            return isinstance(
                exception, (botocore_exceptions.ConnectionError, botocore_exceptions.HTTPClientError)
            ) and not isinstance(exception, botocore_exceptions.SSLError)
        status = response[0].status_code
        return _error_code(response) in RETRIED_CODES or status == 429 or status >= 500


def _wanted_pause(response: tuple[Any, dict[str, Any]] | None) -> float:
    """The pause in seconds that AWS asks for, 0 where it asks for none. The header is in milliseconds."""
    header = str(response[0].headers.get("x-amz-retry-after", "")) if response else ""
    return int(header) / 1000 if header.isascii() and header.isdigit() else 0


def _error_code(response: tuple[Any, dict[str, Any]] | None) -> str | None:
    """AWS's error code in (HTTP response, parsed response), None where there is none."""
    return response[1].get("Error", {}).get("Code") if response else None


__all__ = [
    "MAX_ATTEMPTS",
    "MAX_ATTEMPTS_WITHOUT_RESPONSE",
    "MAX_BACKOFF",
    "RETRY_DEADLINE",
    "Outcome",
    "RateLimiter",
    "RetryPolicy",
]
