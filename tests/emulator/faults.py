# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults by script and rate limits: what stands between a request and the backend."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, str, bytes]  # status, content type, body

# GUIDE, "Throttling limits for the AWS Organizations API": sustained calls a second, burst; per account.
RATES = {
    "EnableAWSServiceAccess": (1.0, 2),
    "DisableAWSServiceAccess": (1.0, 2),
    "ListAWSServiceAccessForOrganization": (1.0, 3),
    "ListDelegatedAdministrators": (5.0, 8),
    "RegisterDelegatedAdministrator": (1.0, 2),
    "DeregisterDelegatedAdministrator": (1.0, 2),
}


def error_answer(service: str, status: int, code: str, message: str, reason: str | None = None) -> Answer:
    """An AWS error as the service's protocol writes it: query (XML) for STS, JSON 1.1 for Organizations."""
    if service == "sts":
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        return status, "text/xml", body.encode()
    members = {"__type": code, "Message": message, **({"Reason": reason} if reason else {})}
    return status, "application/x-amz-json-1.1", json.dumps(members).encode()


@dataclass
class Fault:
    """One scripted fault.

    It strikes ``count`` calls of ``operation`` (None: every operation; count None: endlessly), after ``after`` calls
    that it lets through. What it does, in this order: wait ``delay`` seconds; reset the connection; answer with
    ``body`` or with the error ``code``; with none of these, the call goes on to the backend. With ``apply`` the call
    reaches the backend first, so that a write happens although its answer is lost. ``parameters`` narrows the fault
    to calls that have these parameters, ``access_key_id`` to calls signed with this key.
    """

    operation: str | None = None
    count: int | None = 1
    after: int = 0
    delay: float = 0
    reset: bool = False
    apply: bool = False
    code: str | None = None
    message: str = "Scripted fault."
    reason: str | None = None
    status: int = 0  # 0: 400 for an error, 200 for a body
    body: str | None = None
    content_type: str = "text/html"
    parameters: dict[str, Any] = field(default_factory=dict)
    access_key_id: str | None = None

    def strikes(self, operation: str, parameters: dict[str, Any], access_key_id: str) -> bool:
        """Whether this call is struck; counts the call."""
        if self.access_key_id not in (None, access_key_id):
            return False
        if self.operation not in (None, operation) or self.count == 0:
            return False
        if any(parameters.get(name) != value for name, value in self.parameters.items()):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.count is not None:
            self.count -= 1
        return True

    def answer(self, service: str) -> Answer | None:
        """The fault's own answer; None where the backend answers."""
        if self.body is not None:
            return self.status or 200, self.content_type, self.body.encode()
        if self.code is not None:
            return error_answer(service, self.status or 400, self.code, self.message, self.reason)
        return None


class RateLimiter:
    """A token bucket for each account and operation."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def allows(self, account_id: str, operation: str) -> bool:
        """Take a token, if there is one."""
        if operation not in RATES:
            return True
        rate, burst = RATES[operation]
        now = time.monotonic()
        tokens, since = self._buckets.get((account_id, operation), (float(burst), now))
        tokens = min(burst, tokens + (now - since) * rate)
        allowed = tokens >= 1
        self._buckets[account_id, operation] = (tokens - allowed, now)
        return allowed

    def reset(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()
