# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of faults: each row is a test (test_table.py) and a row of the documentation (tests/guide_tables.py).

The task of ROWS enables three services and purges two others, in exact mode and with a short wait. The task of
DELEGATION_ROWS registers an account for one service, moves another service to it, and deregisters the old account from
a third, in exact mode. That of SERVICE_API_ROWS enables a service with its API and another with AWS Organizations,
and purges a third. The tasks of ADMINISTRATOR_ROWS designate or remove an account with the API of a service, in two
Regions if the service has Regions, and register or deregister it for another service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"

OLD = ["devops-guru.amazonaws.com", "ds.amazonaws.com"]
NEW = ["backup.amazonaws.com", "config.amazonaws.com", "macie.amazonaws.com"]

REGISTER = "RegisterDelegatedAdministrator"
DEREGISTER = "DeregisterDelegatedAdministrator"
SERVICES_OF = "ListDelegatedServicesForAccount"
OLD_ACCOUNT, NEW_ACCOUNT = "222222222222", "333333333333"
BACKUP, CONFIG, SSO = "backup.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com"  # SSO: one administrator only
DELEGATION_OLD = [f"{OLD_ACCOUNT} {CONFIG}", f"{OLD_ACCOUNT} {SSO}"]
DELEGATION_NEW = [f"{NEW_ACCOUNT} {BACKUP}", f"{NEW_ACCOUNT} {SSO}"]

ENDLESS = None
UNCHANGED = "unchanged"
DONE = "desired state"


@dataclass(frozen=True)
class Row:
    """A fault, what the user sees, the number of requests of the affected call, and the state afterwards."""

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

    old: ClassVar[list[str]] = OLD
    new: ClassVar[list[str]] = NEW
    verbs: ClassVar[tuple[str, str]] = ("enabled", "disabled")

    @property
    def state_in_words(self) -> str:
        if self.state == sorted(self.old):
            return UNCHANGED
        if self.state == sorted(self.new):
            return DONE
        added = len(set(self.state) & set(self.new) - set(self.old))
        removed = len(set(self.old) - set(self.state))
        counts = zip((added, removed), (len(set(self.new) - set(self.old)), len(set(self.old) - set(self.new))))
        return ", ".join(f"{count} of {total} {verb}" for (count, total), verb in zip(counts, self.verbs) if count)


@dataclass(frozen=True)
class DelegationRow(Row):
    """A fault in a task on delegated administrators; states are sorted lists of "account service"."""

    old: ClassVar[list[str]] = DELEGATION_OLD
    new: ClassVar[list[str]] = DELEGATION_NEW
    verbs: ClassVar[tuple[str, str]] = ("registered", "deregistered")


def error(code: str, reason: str | None = None, status: int = 400) -> dict[str, Any]:
    return {"code": code, "status": status, "message": "AWS's words.", **({"reason": reason} if reason else {})}


def endless(script: dict[str, Any]) -> dict[str, Any]:
    return {**script, "count": ENDLESS}


THROTTLED = error("TooManyRequestsException")
CONFLICT = error("ConcurrentModificationException")
EXPIRED = error("ExpiredTokenException")
HTML = {"body": "<html>Sign in to the network</html>"}

ROWS = [
    # Temporary faults, at the first write.
    Row("throttled 7 times", ENABLE, {**THROTTLED, "count": 7}, "", 10, NEW),
    Row("throttled with status 429 twice", ENABLE, {**THROTTLED, "status": 429, "count": 2}, "", 5, NEW),
    Row("conflict with another change 7 times", ENABLE, {**CONFLICT, "count": 7}, "", 10, NEW),
    Row("server error (400) twice", ENABLE, {**error("ServiceException"), "count": 2}, "", 5, NEW),
    Row("server error (500) twice", DISABLE, {**error("ServiceException", status=500), "count": 2}, "", 4, NEW),
    Row("bad gateway of a proxy twice", LIST, {**HTML, "status": 502, "count": 2}, "", 4, NEW),
    Row("connection reset twice", ENABLE, {"reset": True, "count": 2}, "", 5, NEW),
    Row("connection reset after the write, once", ENABLE, {"reset": True, "apply": True}, "", 4, NEW),
    # The same faults, endlessly.
    Row("throttled endlessly", ENABLE, endless(THROTTLED), "TooManyRequestsException", 8, OLD),
    Row("conflicts endlessly", ENABLE, endless(CONFLICT), "ConcurrentModificationException", 8, OLD),
    Row("server errors (400) endlessly", ENABLE, endless(error("ServiceException")), "ServiceException", 8, OLD),
    Row(
        "server errors (500) endlessly",
        LIST,
        endless(error("ServiceException", status=500)),
        "ServiceException",
        8,
        OLD,
    ),
    Row("bad gateway endlessly", LIST, endless({**HTML, "status": 502}), "502: ", 8, OLD),
    Row("connection reset endlessly", ENABLE, endless({"reset": True}), "ConnectionClosedError", 3, OLD),
    Row(
        "no response in time, endlessly",
        LIST,
        endless({"delay": 0.3, "reset": True}),
        "ReadTimeoutError",
        3,
        OLD,
        options={"aws_config": {"read_timeout": 0.1}},
    ),
    Row(
        "throttled endlessly, retries set to 2",
        ENABLE,
        endless(THROTTLED),
        "TooManyRequestsException",
        3,
        OLD,
        options={"aws_config": {"retries": {"max_attempts": 2}}},
    ),
    # Permanent errors.
    Row("not in an organization", LIST, error("AWSOrganizationsNotInUseException"), "create the organization", 1, OLD),
    Row("access denied", ENABLE, error("AccessDeniedException"), "organizations:EnableAWSServiceAccess", 1, OLD),
    Row("wrong credentials", LIST, error("UnrecognizedClientException"), "Fix the credentials", 1, OLD),
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
    Row(
        "delegated administrators denied",
        ADMINISTRATORS,
        error("AccessDeniedException"),
        "safeguards block",
        1,
        OLD,
    ),
    # Responses that AWS would not send.
    Row("a proxy's page with status 200", LIST, HTML, "This is not a valid response from AWS", 1, OLD),
    Row("an empty answer with status 200", LIST, {"body": ""}, "This is not a valid response from AWS", 1, OLD),
    Row("a listing without its key", LIST, {"body": "{}"}, "This is not a valid response from AWS", 1, OLD),
    Row(
        "an entry without a name",
        LIST,
        {"body": '{"EnabledServicePrincipals": [{}]}'},
        "This is not a valid response from AWS",
        1,
        OLD,
    ),
    Row(
        "the same token repeatedly",
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
    # Stale listings.
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

REGISTERED = sorted([*DELEGATION_OLD, DELEGATION_NEW[0]])  # the first of four writes
WITHOUT_SSO = sorted([DELEGATION_OLD[0], DELEGATION_NEW[0]])  # the first two
MOVED = sorted([DELEGATION_OLD[0], *DELEGATION_NEW])  # the first three

DELEGATION_ROWS = [
    DelegationRow("throttled 7 times", REGISTER, {**THROTTLED, "count": 7}, "", 9, DELEGATION_NEW),
    DelegationRow("conflict with another change 7 times", DEREGISTER, {**CONFLICT, "count": 7}, "", 9, DELEGATION_NEW),
    DelegationRow("throttled 7 times, listing services", SERVICES_OF, {**THROTTLED, "count": 7}, "", 8, DELEGATION_NEW),
    DelegationRow(
        "connection reset after the write, once", REGISTER, {"reset": True, "apply": True}, "", 3, DELEGATION_NEW
    ),
    DelegationRow(
        "server error after the write, once",
        DEREGISTER,
        {**error("ServiceException", status=500), "apply": True},
        "",
        3,
        DELEGATION_NEW,
    ),
    DelegationRow(
        "somebody else has just registered the account",
        REGISTER,
        {**error("AccountAlreadyRegisteredException"), "apply": True},
        "",
        2,
        DELEGATION_NEW,
    ),
    DelegationRow(
        "somebody else has just deregistered the account",
        DEREGISTER,
        {**error("AccountNotRegisteredException"), "apply": True},
        "",
        2,
        DELEGATION_NEW,
    ),
    DelegationRow("throttled endlessly", REGISTER, endless(THROTTLED), "TooManyRequestsException", 8, DELEGATION_OLD),
    DelegationRow(
        "connection reset endlessly", REGISTER, endless({"reset": True}), "ConnectionClosedError", 3, DELEGATION_OLD
    ),
    DelegationRow(
        "access denied", REGISTER, error("AccessDeniedException"), f"organizations:{REGISTER}", 1, DELEGATION_OLD
    ),
    DelegationRow(
        "access denied, listing services",
        SERVICES_OF,
        error("AccessDeniedException"),
        f"organizations:{SERVICES_OF}",
        1,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "credentials expire in the middle of a move",
        REGISTER,
        {**EXPIRED, "after": 1},
        f"{SSO} now has no delegated administrator",
        2,
        WITHOUT_SSO,
    ),
    DelegationRow("credentials expire after a move", DEREGISTER, {**EXPIRED, "after": 1}, "Renew", 2, MOVED),
    DelegationRow(
        "the account does not exist",
        REGISTER,
        error("AccountNotFoundException"),
        "Check the account ID",
        1,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "the account is suspended",
        REGISTER,
        error("ConstraintViolationException", "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"),
        "whose status is ACTIVE",
        1,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "the service is full, which AWS does not document",
        REGISTER,
        error("ConstraintViolationException", "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"),
        "Deregister an administrator of the service first",
        1,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "one deregistration refused",
        DEREGISTER,
        error("ConstraintViolationException"),
        "Failed to deregister",
        2,
        sorted([DELEGATION_OLD[1], DELEGATION_NEW[0]]),
    ),
    DelegationRow(
        "a proxy's page with status 200", ADMINISTRATORS, HTML, "This is not a valid response", 1, DELEGATION_OLD
    ),
    DelegationRow(
        "a proxy's page with status 200, at a write", REGISTER, HTML, "This is not a valid response", 1, DELEGATION_OLD
    ),
    DelegationRow(
        "a listing without its key", SERVICES_OF, {"body": "{}"}, "This is not a valid response", 1, DELEGATION_OLD
    ),
    DelegationRow(
        "an account ID that cannot be one",
        ADMINISTRATORS,
        {"body": '{"DelegatedAdministrators": [{"Id": "{{ evil }}"}]}'},
        "which cannot be an account ID",
        1,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "the same token repeatedly",
        SERVICES_OF,
        endless({"body": '{"DelegatedServices": [], "NextToken": "again"}'}),
        "same next token",
        2,
        DELEGATION_OLD,
    ),
    DelegationRow(
        "the listing shows the change late",
        ADMINISTRATORS,
        {"count": 0},
        "",
        5,
        DELEGATION_NEW,
        settings={"stale_listings": 1},
    ),
]

# The calls of a service's API, and what becomes of the task.
READ, SWITCH = "reading its state", "enabling or disabling"
COMPLETE, ALONE, STOPPED = "everything is done", "the service fails, the others go on", "the task stops"
UNCONFIRMED = "everything is done, but not confirmed"
SERVICE_THROTTLED = error("ThrottlingException")
SERVER_ERROR = error("InternalFailure", status=500)


@dataclass(frozen=True)
class ServiceApiRow:
    """A fault of one call, what the user sees, the number of requests of that call, and what becomes of the task."""

    fault: str
    call: str
    script: dict[str, Any]
    sees: str
    requests: int
    outcome: str
    options: dict[str, Any] = field(default_factory=dict)


SERVICE_API_ROWS = [
    # A usual task reads the state twice: before and after the switch.
    ServiceApiRow("throttled 7 times", SWITCH, {**SERVICE_THROTTLED, "count": 7}, "", 8, COMPLETE),
    ServiceApiRow(
        "throttled with status 429 twice", READ, {**SERVICE_THROTTLED, "status": 429, "count": 2}, "", 4, COMPLETE
    ),
    ServiceApiRow("server error twice", SWITCH, {**SERVER_ERROR, "count": 2}, "", 3, COMPLETE),
    ServiceApiRow("bad gateway of a proxy twice", READ, {**HTML, "status": 502, "count": 2}, "", 4, COMPLETE),
    ServiceApiRow("connection reset twice", SWITCH, {"reset": True, "count": 2}, "", 3, COMPLETE),
    ServiceApiRow("connection reset after the write, once", SWITCH, {"reset": True, "apply": True}, "", 2, COMPLETE),
    ServiceApiRow("throttled endlessly", SWITCH, endless(SERVICE_THROTTLED), "All retries failed", 8, ALONE),
    ServiceApiRow("throttled endlessly", READ, endless(SERVICE_THROTTLED), "All retries failed", 8, ALONE),
    ServiceApiRow("server errors endlessly", SWITCH, endless(SERVER_ERROR), "All retries failed", 8, ALONE),
    ServiceApiRow("connection reset endlessly", READ, endless({"reset": True}), "ConnectionClosedError", 3, ALONE),
    ServiceApiRow(
        "no response in time, endlessly",
        READ,
        endless({"delay": 0.6, "reset": True}),
        "ReadTimeoutError",
        3,
        ALONE,
        options={"aws_config": {"read_timeout": 0.3}},
    ),
    ServiceApiRow(
        "throttled endlessly, retries set to 2",
        READ,
        endless(SERVICE_THROTTLED),
        "All retries failed",
        3,
        ALONE,
        options={"aws_config": {"retries": {"max_attempts": 2}}},
    ),
    ServiceApiRow(
        "access denied", READ, error("AccessDeniedException"), "allow this identity the IAM action", 1, ALONE
    ),
    ServiceApiRow(
        "access denied", SWITCH, error("AccessDenied", status=403), "allow this identity the IAM action", 1, ALONE
    ),
    ServiceApiRow(
        "a Region that is not enabled", READ, error("UnrecognizedClientException"), "Set the option region", 1, ALONE
    ),
    ServiceApiRow(
        "refused in its present state", SWITCH, error("InvalidStateException"), "in its present state", 1, ALONE
    ),
    ServiceApiRow(
        "an error that nobody has seen yet", SWITCH, error("BrandNewException"), "BrandNewException", 1, ALONE
    ),
    ServiceApiRow("expired credentials", READ, EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    ServiceApiRow("expired credentials", SWITCH, EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    ServiceApiRow("a proxy's page with status 200", READ, HTML, "This is not a valid response from AWS", 1, ALONE),
    ServiceApiRow("a proxy's page with status 200", SWITCH, HTML, "This is not a valid response from AWS", 1, ALONE),
    ServiceApiRow(
        "an empty answer with status 200", READ, {"body": ""}, "This is not a valid response from AWS", 1, ALONE
    ),
    ServiceApiRow(
        "a proxy's page instead of the state afterwards",
        READ,
        {**HTML, "after": 1},
        "This is not a valid response from AWS",
        2,
        UNCONFIRMED,
    ),
    ServiceApiRow(
        "credentials expire before the state afterwards", READ, {**EXPIRED, "after": 1}, "could not be", 2, STOPPED
    ),
]

# The calls with which a service lists, designates and removes its administrator.
LISTING, DESIGNATE, REMOVE = "listing administrators", "designating an administrator", "removing an administrator"
APART = "the Region fails, the others go on"


@dataclass(frozen=True)
class AdministratorRow:
    """A fault of one call in one Region, what the user sees, the number of requests, and what becomes of the task."""

    fault: str
    call: str
    script: dict[str, Any]
    sees: str
    requests: int
    outcome: str
    options: dict[str, Any] = field(default_factory=dict)


def _of_both_writes(
    fault: str, script: dict[str, Any], sees: str, requests: int, outcome: str
) -> list[AdministratorRow]:
    return [AdministratorRow(fault, call, script, sees, requests, outcome) for call in (DESIGNATE, REMOVE)]


NOT_AWS = "This is not a valid response from AWS"
RETRIED = "All retries failed"

ADMINISTRATOR_ROWS = [
    # A task that designates an administrator lists it twice in its first Region: before and afterwards.
    AdministratorRow("throttled 7 times", LISTING, {**SERVICE_THROTTLED, "count": 7}, "", 9, COMPLETE),
    AdministratorRow("bad gateway of a proxy twice", LISTING, {**HTML, "status": 502, "count": 2}, "", 4, COMPLETE),
    AdministratorRow("connection reset twice", LISTING, {"reset": True, "count": 2}, "", 4, COMPLETE),
    *_of_both_writes("throttled 7 times", {**SERVICE_THROTTLED, "count": 7}, "", 8, COMPLETE),
    *_of_both_writes("server error twice", {**SERVER_ERROR, "count": 2}, "", 3, COMPLETE),
    *_of_both_writes("connection reset twice", {"reset": True, "count": 2}, "", 3, COMPLETE),
    *_of_both_writes("connection reset after the write, once", {"reset": True, "apply": True}, "", 2, COMPLETE),
    AdministratorRow("throttled endlessly", LISTING, endless(SERVICE_THROTTLED), RETRIED, 8, APART),
    *_of_both_writes("throttled endlessly", endless(SERVICE_THROTTLED), RETRIED, 8, APART),
    *_of_both_writes("server errors endlessly", endless(SERVER_ERROR), RETRIED, 8, APART),
    AdministratorRow(
        "connection reset endlessly", LISTING, endless({"reset": True}), "ConnectionClosedError", 3, APART
    ),
    AdministratorRow(
        "no response in time, endlessly",
        LISTING,
        endless({"delay": 0.6, "reset": True}),
        "ReadTimeoutError",
        3,
        APART,
        options={"aws_config": {"read_timeout": 0.3}},
    ),
    AdministratorRow(
        "access denied", LISTING, error("AccessDeniedException", status=403), "allow this identity the IAM", 1, APART
    ),
    *_of_both_writes(
        "access denied", error("AccessDeniedException", status=403), "allow this identity the IAM", 1, APART
    ),
    AdministratorRow(
        "a token that the Region refuses", LISTING, error("UnrecognizedClientException", status=403), "Region", 1, APART
    ),
    *_of_both_writes("an error that nobody has seen yet", error("BrandNewException"), "BrandNewException", 1, APART),
    AdministratorRow("expired credentials", LISTING, EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    *_of_both_writes("expired credentials", EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    AdministratorRow("a proxy's page with status 200", LISTING, HTML, NOT_AWS, 1, APART),
    AdministratorRow("an empty answer with status 200", LISTING, {"body": ""}, NOT_AWS, 1, APART),
    AdministratorRow("a listing without its key", LISTING, {"body": "{}"}, NOT_AWS, 1, APART),
    AdministratorRow(
        "an unknown status",
        LISTING,
        {"body": '{"adminAccounts": [{"adminAccountId": "222222222222", "adminStatus": "SHINY"}]}'},
        "SHINY",
        1,
        APART,
    ),
    AdministratorRow(
        "the same token repeatedly",
        LISTING,
        endless({"body": '{"adminAccounts": [], "nextToken": "again"}'}),
        "same next token",
        2,
        APART,
    ),
    *_of_both_writes("a proxy's page with status 200", HTML, NOT_AWS, 1, APART),
]
