# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""AWS's rate limits: how far apart calls are kept, and the errors by which AWS asks for it."""

from __future__ import annotations

import time
from typing import Any

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


__all__ = ["SUSTAINED_RATES", "THROTTLED", "THROTTLING_CODES", "RateLimiter"]
