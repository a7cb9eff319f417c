# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: each row is a test (test_table.py) and a row of the documentation (docs/docsite/tables.py).

Every row's task makes three services present and purges two others, in exact mode and without waiting for long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"

OLD = ["devops-guru.amazonaws.com", "ds.amazonaws.com"]
NEW = ["backup.amazonaws.com", "config.amazonaws.com", "macie.amazonaws.com"]

ENDLESS = None
UNCHANGED = "unchanged"
DONE = "as wanted"


@dataclass(frozen=True)
class Row:
    """A fault, what the user sees, how many requests the struck call costs, and the state afterwards."""

    fault: str
    operation: str
    script: dict[str, Any]
    sees: str
    requests: int
    state: list[str]
    settings: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def succeeds(self) -> bool:
        return self.sees == ""

    @property
    def state_in_words(self) -> str:
        if self.state == sorted(OLD):
            return UNCHANGED
        if self.state == NEW:
            return DONE
        added = [name for name in self.state if name in NEW]
        removed = [name for name in OLD if name not in self.state]
        words = [f"{len(added)} of 3 enabled" if added else "", f"{len(removed)} of 2 disabled" if removed else ""]
        return ", ".join(word for word in words if word)


def error(code: str, reason: str | None = None, status: int = 400) -> dict[str, Any]:
    return {"code": code, "status": status, "message": "AWS's words.", **({"reason": reason} if reason else {})}


def endless(script: dict[str, Any]) -> dict[str, Any]:
    return {**script, "count": ENDLESS}


THROTTLED = error("TooManyRequestsException")
CONFLICT = error("ConcurrentModificationException")
EXPIRED = error("ExpiredTokenException")
HTML = {"body": "<html>Sign in to the network</html>"}

ROWS = [
    # Faults that pass, at the first write.
    Row("throttled 7 times", ENABLE, {**THROTTLED, "count": 7}, "", 10, NEW),
    Row("throttled with status 429 twice", ENABLE, {**THROTTLED, "status": 429, "count": 2}, "", 5, NEW),
    Row("conflict with another change 7 times", ENABLE, {**CONFLICT, "count": 7}, "", 10, NEW),
    Row("fault of AWS (400) twice", ENABLE, {**error("ServiceException"), "count": 2}, "", 5, NEW),
    Row("fault of AWS (500) twice", DISABLE, {**error("ServiceException", status=500), "count": 2}, "", 4, NEW),
    Row("bad gateway of a proxy twice", LIST, {**HTML, "status": 502, "count": 2}, "", 4, NEW),
    Row("connection reset twice", ENABLE, {"reset": True, "count": 2}, "", 5, NEW),
    Row("connection reset after the write, once", ENABLE, {"reset": True, "apply": True}, "", 4, NEW),
    # The same without end.
    Row("throttled without end", ENABLE, endless(THROTTLED), "TooManyRequestsException", 8, OLD),
    Row("conflict without end", ENABLE, endless(CONFLICT), "ConcurrentModificationException", 8, OLD),
    Row("fault of AWS (400) without end", ENABLE, endless(error("ServiceException")), "ServiceException", 8, OLD),
    Row(
        "fault of AWS (500) without end",
        LIST,
        endless(error("ServiceException", status=500)),
        "ServiceException",
        8,
        OLD,
    ),
    Row("bad gateway without end", LIST, endless({**HTML, "status": 502}), "502: ", 8, OLD),
    Row("connection reset without end", ENABLE, endless({"reset": True}), "ConnectionClosedError", 3, OLD),
    Row(
        "no answer in time, without end",
        LIST,
        endless({"delay": 0.3, "reset": True}),
        "ReadTimeoutError",
        3,
        OLD,
        options={"aws_config": {"read_timeout": 0.1}},
    ),
    Row(
        "throttled without end, retries set to 2",
        ENABLE,
        endless(THROTTLED),
        "TooManyRequestsException",
        3,
        OLD,
        options={"aws_config": {"retries": {"max_attempts": 2}}},
    ),
    # Errors that do not pass.
    Row("not in an organization", LIST, error("AWSOrganizationsNotInUseException"), "create the organization", 1, OLD),
    Row("access denied", ENABLE, error("AccessDeniedException"), "organizations:EnableAWSServiceAccess", 1, OLD),
    Row("wrong credentials", LIST, error("UnrecognizedClientException"), "Mend the credentials", 1, OLD),
    Row("expired credentials", LIST, EXPIRED, "Renew the temporary credentials", 1, OLD),
    Row("credentials expire after one write", ENABLE, {**EXPIRED, "after": 1}, "Renew", 2, sorted([*OLD, NEW[0]])),
    Row(
        "credentials expire while disabling",
        DISABLE,
        {**EXPIRED, "after": 1},
        "Renew",
        2,
        sorted([OLD[1], *NEW]),
    ),
    Row(
        "not all features",
        ENABLE,
        error("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"),
        "EnableAllFeatures",
        1,
        OLD,
    ),
    Row(
        "one name not recognized",
        ENABLE,
        error("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        "Check the spelling",
        3,
        sorted([*OLD, *NEW[1:]]),
    ),
    Row(
        "one disable refused for its policy type",
        DISABLE,
        error("ConstraintViolationException", "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"),
        "DisablePolicyType",
        2,
        sorted([OLD[0], *NEW]),
    ),
    Row("an error that nobody has seen yet", ENABLE, error("BrandNewException"), "BrandNewException", 1, OLD),
    Row("delegated administrators denied", ADMINISTRATORS, error("AccessDeniedException"), "is held back", 1, OLD),
    # Answers that AWS would not give.
    Row("a proxy's page with status 200", LIST, HTML, "No answer of AWS looks like this", 1, OLD),
    Row("an empty answer with status 200", LIST, {"body": ""}, "No answer of AWS looks like this", 1, OLD),
    Row("a listing without its key", LIST, {"body": "{}"}, "No answer of AWS looks like this", 1, OLD),
    Row(
        "an entry without a name",
        LIST,
        {"body": '{"EnabledServicePrincipals": [{}]}'},
        "No answer of AWS looks like this",
        1,
        OLD,
    ),
    Row(
        "the same token again and again",
        LIST,
        endless({"body": '{"EnabledServicePrincipals": [], "NextToken": "again"}'}),
        "same next token",
        2,
        OLD,
    ),
    Row(
        "a proxy's page instead of the confirming listing",
        LIST,
        {**HTML, "after": 1},
        "but could not be confirmed",
        2,
        NEW,
    ),
    # Listings that lag behind.
    Row("the listing shows the change late", LIST, {"count": 0}, "", 3, NEW, settings={"stale_listings": 1}),
    Row(
        "the listing does not show the change in time",
        LIST,
        {"count": 0},
        "does not show these yet",
        3,
        NEW,
        settings={"stale_listings": 99},
        options={"wait_timeout": 1},
    ),
]
