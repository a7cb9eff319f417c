# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages, tokens, rate limits and stale listings."""

from __future__ import annotations

import itertools
from json import JSONDecodeError
from typing import Any

import pytest
from botocore.config import Config
from botocore.paginate import TokenDecoder

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import assume_role, aws_client, numbered

from .helpers import ADMINISTRATOR, CONFIG, GUARDDUTY, MEMBER, refused

ACCOUNTS = [f"{number:012}" for number in range(1, 46)]
Listing = tuple[str, dict[str, str], str, str, list[str]]
LISTINGS: list[Listing] = [
    ("list_aws_service_access_for_organization", {}, "EnabledServicePrincipals", "ServicePrincipal", numbered(45)),
    ("list_delegated_administrators", {}, "DelegatedAdministrators", "Id", ACCOUNTS),
    (
        "list_delegated_administrators",
        {"ServicePrincipal": numbered(1)[0]},
        "DelegatedAdministrators",
        "Id",
        ACCOUNTS,
    ),
    (
        "list_delegated_services_for_account",
        {"AccountId": ACCOUNTS[0]},
        "DelegatedServices",
        "ServicePrincipal",
        numbered(45),
    ),
    ("list_accounts", {}, "Accounts", "Id", [MANAGEMENT_ACCOUNT, *ACCOUNTS]),
]
each_listing = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing[0])


def make_organization(emulator: EmulatorControl) -> None:
    services = numbered(45)
    emulator.organization(
        enabled=services,
        members={account_id: f"member {account_id}" for account_id in ACCOUNTS},
        delegated_administrators={services[0]: ACCOUNTS, **dict.fromkeys(services[1:], ACCOUNTS[:1])},
    )


@each_listing
def test_pages_of_every_listing(botocore_client: Any, emulator: EmulatorControl, listing: Listing) -> None:
    operation, arguments, member, key, everything = listing
    make_organization(emulator)
    call = getattr(botocore_client, operation)

    def pages(**options: int) -> list[list[str]]:
        shown, token = [], None
        while True:
            page = call(**arguments, **options, **({"NextToken": token} if token else {}))
            shown.append([entry[key] for entry in page[member]])
            token = page.get("NextToken")
            if token is None:
                return shown

    rest = len(everything) - 40
    assert [len(page) for page in pages()] == [20, 20, rest]
    assert list(itertools.chain(*pages())) == everything
    assert [len(page) for page in pages(MaxResults=7)] == [7] * 6 + [len(everything) - 42]
    emulator.settings(page_sizes=[3, 0, 0, 20])
    assert [len(page) for page in pages()] == [3, 0, 0, 20, 20, rest - 3]
    emulator.settings(page_sizes=[0, 30])
    assert list(itertools.chain(*pages())) == everything


@each_listing
def test_tokens(botocore_client: Any, emulator: EmulatorControl, listing: Listing) -> None:
    operation, arguments, member, key, everything = listing
    make_organization(emulator)
    call = getattr(botocore_client, operation)
    token = call(**arguments)["NextToken"]
    with pytest.raises(JSONDecodeError):  # otherwise --starting-token of the AWS CLI mistakes it for its own
        TokenDecoder().decode(token)
    paginator = botocore_client.get_paginator(operation)
    resumed = paginator.paginate(**arguments, PaginationConfig={"StartingToken": token}).build_full_result()
    assert [entry[key] for entry in resumed[member]] == everything[20:]
    for wrong in ("", "nonsense", token[:-8]):
        assert refused(call, **arguments, NextToken=wrong) == ("InvalidInputException", "INVALID_NEXT_TOKEN")


def test_a_token_belongs_to_its_listing(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    token = botocore_client.list_delegated_administrators()["NextToken"]
    expected = ("InvalidInputException", "INVALID_NEXT_TOKEN")
    assert refused(botocore_client.list_accounts, NextToken=token) == expected
    of_a_service = {"ServicePrincipal": numbered(1)[0], "NextToken": token}
    assert refused(botocore_client.list_delegated_administrators, **of_a_service) == expected
    smaller = botocore_client.list_delegated_administrators(NextToken=token, MaxResults=2)
    assert [entry["Id"] for entry in smaller["DelegatedAdministrators"]] == ACCOUNTS[20:22]


def test_a_listing_continues_during_writes(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(22), members=dict.fromkeys(ACCOUNTS[:24], "member"))
    first = botocore_client.list_aws_service_access_for_organization()
    accounts = botocore_client.list_accounts()
    for principal in (numbered(1)[0], numbered(21)[20]):
        botocore_client.disable_aws_service_access(ServicePrincipal=principal)
    last = botocore_client.list_aws_service_access_for_organization(NextToken=first["NextToken"])
    assert [entry["ServicePrincipal"] for entry in last["EnabledServicePrincipals"]] == numbered(1, first=21)
    for account_id in (ACCOUNTS[0], ACCOUNTS[20]):
        botocore_client.remove_account_from_organization(AccountId=account_id)
    rest = botocore_client.list_accounts(NextToken=accounts["NextToken"])["Accounts"]
    assert [account["Id"] for account in rest] == [ACCOUNTS[19], *ACCOUNTS[21:24]]


def impatient_client(emulator: EmulatorControl, **credentials: str) -> Any:
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    return aws_client(emulator, "organizations", config=config, **credentials)


def allowed(call: Any, **arguments: Any) -> int:
    """Return how many of a hundred simultaneous calls succeed."""
    for count in range(100):
        try:
            call(**arguments)
        except call.__self__.exceptions.TooManyRequestsException:
            return count
    return 100


def test_rate_limits(emulator: EmulatorControl, fake_clock: list[float]) -> None:
    emulator.organization(enabled=[CONFIG], members={ADMINISTRATOR: "security"})
    client = impatient_client(emulator)
    for _call in range(4):
        client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)  # off by default
    emulator.settings(rate_limits=True)
    assert allowed(client.enable_aws_service_access, ServicePrincipal=GUARDDUTY) == 2
    assert emulator.requests()[-1]["error"] == "TooManyRequestsException"
    assert allowed(client.disable_aws_service_access, ServicePrincipal=GUARDDUTY) == 2  # its own bucket
    assert allowed(client.list_aws_service_access_for_organization) == 3
    assert allowed(client.list_delegated_administrators) == 8
    assert allowed(client.list_roots) == 2
    assert allowed(client.describe_organization) == 2
    assert allowed(client.list_accounts) == 12
    assert allowed(client.describe_account, AccountId=ADMINISTRATOR) == 30
    assert fake_clock == []  # the clock stood still, so nothing was refilled


def test_rate_limits_of_an_organization(emulator: EmulatorControl, fake_clock: list[float]) -> None:
    """ListDelegatedServicesForAccount: a burst of 3 for an account, 4 for all accounts of the organization."""
    emulator.organization(
        enabled=[CONFIG], members={ADMINISTRATOR: "security"}, delegated_administrators={CONFIG: [ADMINISTRATOR]}
    )
    emulator.organization(account_id="999999999999", enabled=[CONFIG])
    role = assume_role(emulator, ADMINISTRATOR)
    other = assume_role(emulator, "999999999999")

    def client(keys: dict[str, str]) -> Any:
        names = ("access_key", "aws_access_key_id"), ("secret_key", "aws_secret_access_key")
        return impatient_client(emulator, **{name: keys[key] for key, name in names})

    emulator.settings(rate_limits=True)
    services = {"AccountId": ADMINISTRATOR}
    assert allowed(impatient_client(emulator).list_delegated_services_for_account, **services) == 3
    assert allowed(client(role).list_delegated_services_for_account, **services) == 1
    assert allowed(impatient_client(emulator).list_aws_service_access_for_organization) == 3
    assert allowed(client(role).list_aws_service_access_for_organization) == 1
    assert allowed(client(other).list_aws_service_access_for_organization) == 3
    assert fake_clock == []


def test_stale_listings(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.settings(stale_listings=2)
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    refused(botocore_client.enable_aws_service_access, ServicePrincipal="gaurdduty.amazonaws.com")  # changes nothing
    shown = [
        len(botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"])
        for _listing in range(3)
    ]
    assert shown == [0, 0, 1]


def test_stale_delegated_administrators(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(
        enabled=[CONFIG],
        members={ADMINISTRATOR: "security", MEMBER: "plain"},
        delegated_administrators={CONFIG: [ADMINISTRATOR]},
    )
    emulator.settings(stale_listings=2)
    botocore_client.register_delegated_administrator(AccountId=MEMBER, ServicePrincipal=CONFIG)

    def listed() -> list[str]:
        listing = botocore_client.list_delegated_administrators(ServicePrincipal=CONFIG)["DelegatedAdministrators"]
        return [entry["Id"] for entry in listing]

    assert [listed(), listed(), listed()] == [[ADMINISTRATOR], [ADMINISTRATOR], [ADMINISTRATOR, MEMBER]]
    botocore_client.deregister_delegated_administrator(AccountId=MEMBER, ServicePrincipal=CONFIG)
    services = botocore_client.list_delegated_services_for_account
    assert len(services(AccountId=MEMBER)["DelegatedServices"]) == 1
    assert MEMBER in listed()
    assert refused(services, AccountId=MEMBER)[0] == "AccountNotRegisteredException"
