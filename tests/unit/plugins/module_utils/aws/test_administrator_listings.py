# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The listings of administrators: pages, statuses, what is none and what is unknown, threads."""

from __future__ import annotations

import threading
from typing import Any, Callable

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    AdministratorApiClient,
    Reading,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_listings import (
    MAX_THREADS,
    read_side_by_side,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import ServiceApiError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)

from .cloud import Answer, Call, Cloud, Failure

ACCOUNT, OTHER = "222222222222", "333333333333"


def read(service: str, answer: Callable[[Call], Answer]) -> tuple[Reading, list[Call]]:
    """Return what one Region of a service says, and the calls."""
    cloud = Cloud(answer)
    api = ADMINISTRATOR_API_OF[f"{service}.amazonaws.com"]
    client = AdministratorApiClient(cloud.organizations())
    return client.read([(api, "eu-west-1")])[api.principal, "eu-west-1"], cloud.calls


def error_of(service: str, answer: Answer) -> dict[str, Any]:
    reading, _calls = read(service, lambda _call: answer)
    assert isinstance(reading, ServiceApiError)
    return {**reading.details(), "msg": reading.result()["msg"]}


@pytest.mark.parametrize(
    ("service", "entry", "status"),
    [
        ("guardduty", {"adminAccountId": ACCOUNT, "adminStatus": "ENABLED"}, "ENABLED"),
        ("guardduty", {"adminAccountId": ACCOUNT, "adminStatus": "DISABLE_IN_PROGRESS"}, "DISABLING"),
        ("securityhub", {"AccountId": ACCOUNT, "Status": "DISABLE_IN_PROGRESS"}, "DISABLING"),
        ("macie", {"accountId": ACCOUNT, "status": "DISABLING_IN_PROGRESS"}, "DISABLING"),
        ("inspector2", {"accountId": ACCOUNT, "status": "DISABLE_IN_PROGRESS"}, "DISABLING"),
        ("detective", {"AccountId": ACCOUNT, "GraphArn": "arn:aws:detective:graph"}, "ENABLED"),
    ],
)
def test_statuses_have_one_word_for_each_service(service: str, entry: dict[str, str], status: str) -> None:
    keys = {"guardduty": "adminAccounts", "securityhub": "AdminAccounts", "macie": "adminAccounts"}
    key = {**keys, "inspector2": "delegatedAdminAccounts", "detective": "Administrators"}[service]
    assert read(service, lambda _call: {key: [entry]})[0] == ((ACCOUNT, status),)


@pytest.mark.parametrize(
    ("service", "key", "token", "account"),
    [
        ("detective", "Administrators", "NextToken", "AccountId"),
        ("macie", "adminAccounts", "nextToken", "accountId"),
    ],
)
def test_all_pages_are_read(service: str, key: str, token: str, account: str) -> None:
    status = {} if service == "detective" else {"status": "ENABLED"}

    def answer(call: Call) -> Answer:
        if call.parameters.get(token) == "second":
            return {key: [{account: OTHER, **status}]}
        return {key: [{account: ACCOUNT, **status}], token: "second"}

    reading, calls = read(service, answer)
    assert reading == ((ACCOUNT, "ENABLED"), (OTHER, "ENABLED"))
    assert len(calls) == 2


def test_a_listing_that_repeats_itself_is_refused() -> None:
    assert error_of("detective", {"Administrators": [], "NextToken": "again"})["code"] == "PaginationError"


@pytest.mark.parametrize(
    "body",
    [
        "<html>Sign in</html>",
        "",
        "{}",
        '{"adminAccounts": {}}',
        '{"adminAccounts": ""}',
        '{"adminAccounts": [{"adminAccountId": "abc", "adminStatus": "ENABLED"}]}',
    ],
)
def test_a_malformed_listing_is_never_none(body: str) -> None:
    assert error_of("guardduty", body)["code"] == "MalformedResponse"


def test_an_unknown_status_is_named() -> None:
    error = error_of("inspector2", {"delegatedAdminAccounts": [{"accountId": ACCOUNT, "status": "SHINY"}]})
    assert error["code"] == "UnknownState"
    assert "SHINY" in error["message"]


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("guardduty", "guardduty:ListOrganizationAdminAccounts"),
        ("securityhub", "securityhub:ListOrganizationAdminAccounts"),
        ("macie", "macie2:ListOrganizationAdminAccounts"),
        ("inspector2", "inspector2:ListDelegatedAdminAccounts"),
        ("detective", "detective:ListOrganizationAdminAccount"),
    ],
)
def test_a_denied_listing_is_unknown_and_names_its_permission(service: str, action: str) -> None:
    error = error_of(service, Failure("AccessDeniedException", "You are not authorized.", 403))
    assert error["code"] == "AccessDeniedException"
    assert f"{action}." in error["msg"]
    assert f"of {service}.amazonaws.com in eu-west-1" in error["msg"]


def test_macie_that_is_not_enabled_has_no_administrator() -> None:
    refusal = Failure("AccessDeniedException", "Macie is not enabled.", 403)
    assert read("macie", lambda _call: refusal)[0] == ()


def test_listings_run_side_by_side_in_at_most_eight_threads() -> None:
    together = threading.Barrier(MAX_THREADS, timeout=30)
    running, most = [0], [0]
    lock = threading.Lock()

    def listing() -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()  # passes only when eight of them are there
        with lock:
            running[0] -= 1
        return 1

    assert read_side_by_side((number, listing) for number in range(24)) == dict.fromkeys(range(24), 1)
    assert most[0] == MAX_THREADS == 8


def test_an_error_ends_the_listings_that_wait() -> None:
    begun = []

    def listing(number: int) -> Callable[[], None]:
        def run() -> None:
            begun.append(number)
            raise ServiceApiError("expired")

        return run

    with pytest.raises(ServiceApiError, match="expired"):
        read_side_by_side((number, listing(number)) for number in range(500))
    assert len(begun) <= MAX_THREADS


def test_threads_share_a_connection_safely() -> None:
    regions = ["eu-west-1", "eu-west-2", "eu-west-3", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "sa-east-1"]
    api = ADMINISTRATOR_API_OF["guardduty.amazonaws.com"]
    attempts: dict[str, int] = {}
    together = threading.Barrier(len(regions), timeout=30)

    def answer(call: Call) -> Answer:
        attempts[call.region] = attempts.get(call.region, 0) + 1
        together.wait()  # each attempt is made while the others are
        if attempts[call.region] == 1:
            return Failure("TooManyRequestsException", status=429)
        return {"adminAccounts": [{"adminAccountId": ACCOUNT, "adminStatus": "ENABLED"}]}

    client = AdministratorApiClient(Cloud(answer).organizations())
    readings = client.read((api, region) for region in regions)
    assert readings == {(api.principal, region): ((ACCOUNT, "ENABLED"),) for region in regions}
    assert attempts == dict.fromkeys(regions, 2)
