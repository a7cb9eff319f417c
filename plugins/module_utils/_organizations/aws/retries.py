# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How often, how long and how far apart a call is attempted again."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

from .rate_limits import SUSTAINED_RATES, THROTTLED, THROTTLING_CODES, RateLimiter
from .write_outcome import UNCERTAIN_CODES, WriteOutcome, error_code

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
CONNECT_ONCE = "orgops_connect_once"  # in botocore's context of a call

# Besides every response with status 429 or 5xx. botocore itself retries neither of the two that have status 400.
RETRIED_CODES = THROTTLING_CODES | UNCERTAIN_CODES | {"ConcurrentModificationException"}


def connect_once(params: dict[str, Any], **_kwargs: Any) -> None:
    """Try once only to connect for this call, because its host may not exist (botocore's before-call)."""
    params["context"][CONNECT_ONCE] = True


def was_not_connected(exception: BaseException | None) -> bool:
    """Return whether there was no connection to the host, or to the proxy on the way to it."""
    return isinstance(
        exception,
        (
            botocore_exceptions.ConnectTimeoutError,
            botocore_exceptions.EndpointConnectionError,
            botocore_exceptions.ProxyConnectionError,
        ),
    )


class RetryPolicy:
    """Decides, for botocore's retry loop, whether and when a call is attempted again.

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
        self.outcome = WriteOutcome()

    def __call__(
        self,
        response: tuple[Any, dict[str, Any]] | None,
        attempts: int,
        caught_exception: Exception | None,
        request_dict: dict[str, Any],
        operation: Any = None,
        **_kwargs: Any,
    ) -> float | None:
        """Return the seconds to wait before the next attempt, None for no other. ``attempts`` counts those made."""
        if error_code(response) == THROTTLED and operation.name in SUSTAINED_RATES:
            self.rate_limiter.throttled(operation.name)
        self.outcome.ended(response, caught_exception)
        started = request_dict["context"].setdefault("orgops_first_attempt_ended", time.monotonic())
        limit = self.attempts if response else self.attempts_without_response
        if request_dict["context"].get(CONNECT_ONCE) and was_not_connected(caught_exception):
            return None
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
        return error_code(response) in RETRIED_CODES or status == 429 or status >= 500


def _wanted_pause(response: tuple[Any, dict[str, Any]] | None) -> float:
    """Return the pause in seconds that AWS asks for, 0 where it asks for none. The header is in milliseconds."""
    header = str(response[0].headers.get("x-amz-retry-after", "")) if response else ""
    return int(header) / 1000 if header.isascii() and header.isdigit() else 0


__all__ = ["RetryPolicy", "connect_once", "was_not_connected"]
