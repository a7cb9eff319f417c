# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""When a call is attempted again, and how far apart calls are kept."""

from __future__ import annotations

import random
import time
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
}
# Calls are kept this much further apart than the rate asks for: network jitter can bring two of them closer together.
JITTER_ALLOWANCE = 1.02
THROTTLED = "TooManyRequestsException"

# Besides every response with status 429 or 5xx. AWS sends the first two with status 400; botocore does not retry them.
RETRIED_CODES = frozenset(
    {
        "ConcurrentModificationException",
        "ServiceException",
        THROTTLED,
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
    }
)


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
        self.response_was_lost = False  # AWS may have applied an earlier attempt of the last call

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
        lost = response is None or response[0].status_code >= 500
        self.response_was_lost = lost or (attempts > 1 and self.response_was_lost)
        started = request_dict["context"].setdefault("orgops_first_attempt_ended", time.monotonic())
        limit = self.attempts if response else self.attempts_without_response
        if attempts >= limit or not self._can_pass(response, caught_exception):
            return None
        longest = min(MAX_BACKOFF, 2.0 ** (attempts - 1))
        pause = random.uniform(longest / 2, longest)
        return pause if time.monotonic() + pause - started <= self.deadline else None

    @staticmethod
    def _can_pass(response: tuple[Any, dict[str, Any]] | None, exception: Exception | None) -> bool:
        if response is None:
            return isinstance(
                exception, (botocore_exceptions.ConnectionError, botocore_exceptions.HTTPClientError)
            ) and not isinstance(exception, botocore_exceptions.SSLError)
        status = response[0].status_code
        return _error_code(response) in RETRIED_CODES or status == 429 or status >= 500


def _error_code(response: tuple[Any, dict[str, Any]] | None) -> str | None:
    """AWS's error code in (HTTP response, parsed response), None where there is none."""
    return response[1].get("Error", {}).get("Code") if response else None


__all__ = ["MAX_ATTEMPTS", "MAX_ATTEMPTS_WITHOUT_RESPONSE", "RETRY_DEADLINE", "RateLimiter", "RetryPolicy"]
