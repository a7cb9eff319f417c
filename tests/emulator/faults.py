# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted faults and rate limits, which apply before a request reaches the backend."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from .protocols import Answer, error_answer

# GUIDE, "Quotas and service limits for AWS Organizations", throttling limits: sustained calls per second and burst, for
# an account; then for all accounts of an organization, where there is such a limit.
RATES: dict[str, tuple[tuple[float, int], tuple[float, int] | None]] = {
    "CloseAccount": ((0.05, 1), None),
    "CreateAccount": ((0.1, 3), None),
    "CreateOrganization": ((1, 1), None),
    "DeleteOrganization": ((1, 1), None),
    "DeregisterDelegatedAdministrator": ((1, 2), None),
    "DescribeAccount": ((20, 30), (24, 36)),
    "DescribeOrganization": ((1, 2), None),
    "DisableAWSServiceAccess": ((1, 2), None),
    "DisablePolicyType": ((1, 1), None),
    "EnableAWSServiceAccess": ((1, 2), None),
    "EnablePolicyType": ((1, 1), None),
    "ListAWSServiceAccessForOrganization": ((1, 3), (1, 4)),
    "ListAccounts": ((8, 12), (9, 15)),
    "ListDelegatedAdministrators": ((5, 8), (6, 10)),
    "ListDelegatedServicesForAccount": ((1, 3), (1, 4)),
    "ListRoots": ((1, 2), (1, 3)),
    "RegisterDelegatedAdministrator": ((1, 2), None),
    "RemoveAccountFromOrganization": ((2, 2), None),
}


@dataclass
class Fault:
    """One scripted fault.

    It affects ``count`` calls of ``operation`` (None: every operation; count None: all calls), after ``after`` calls
    that succeed. It waits ``delay`` seconds, and then resets the connection, or responds with ``body``, the error
    ``code``, or the first ``truncate`` bytes of the backend's response. With none of these, the backend responds. With
    ``apply`` or ``truncate`` the backend processes the call first, so that a write is applied although its response is
    lost. ``parameters`` limits the fault to calls with these parameters, named as they are sent; ``access_key_id`` to
    calls signed with this key, ``service`` and ``region`` to calls signed for these.
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
    truncate: int | None = None
    content_type: str = "text/html"
    parameters: dict[str, Any] = field(default_factory=dict)
    access_key_id: str | None = None
    service: str | None = None
    region: str | None = None

    def strikes(self, call: Any) -> bool:
        """Return whether this call is affected; counts the call."""
        limits = ("access_key_id", "operation", "region", "service")
        if self.count == 0 or any(getattr(self, name) not in (None, getattr(call, name)) for name in limits):
            return False
        if any(call.parameters.get(name) != value for name, value in self.parameters.items()):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.count is not None:
            self.count -= 1
        return True

    @property
    def comes_after_the_backend(self) -> bool:
        """Whether the backend processes the call before the fault."""
        return self.apply or self.truncate is not None

    def answer(self, protocol: str, processed: Answer | None) -> Answer | None:
        """Return the fault's response, given the backend's if that came first; None if the backend has to respond."""
        if self.body is not None:
            return self.status or 200, {"Content-Type": self.content_type}, self.body.encode()
        if self.code is not None:
            return error_answer(protocol, self.status or 400, self.code, self.message, self.reason)
        if processed and self.truncate is not None:
            status, headers, body = processed
            # The length is that of the part, otherwise the client would wait for the rest.
            kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
            return status, kept, body[: self.truncate]
        return processed


class RateLimits:
    """Token buckets: one for each account and operation, one for each organization and operation."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], tuple[float, float]] = {}

    def allows(self, account_id: str, organization_id: str, operation: str) -> bool:
        """Take a token from each bucket, if available."""
        if operation not in RATES:
            return True
        of_account, of_organization = RATES[operation]
        buckets: list[tuple[tuple[str, ...], tuple[float, int]]] = [(("account", account_id, operation), of_account)]
        if of_organization:
            buckets.append((("organization", organization_id, operation), of_organization))
        tokens = [self._refill(bucket, *limit) for bucket, limit in buckets]
        allowed = min(tokens) >= 1
        for (bucket, _limit), left in zip(buckets, tokens):
            self._buckets[bucket] = (left - allowed, time.monotonic())
        return allowed

    def _refill(self, bucket: tuple[str, ...], rate: float, burst: int) -> float:
        now = time.monotonic()
        tokens, since = self._buckets.get(bucket, (float(burst), now))
        return min(burst, tokens + (now - since) * rate)

    def reset(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()
