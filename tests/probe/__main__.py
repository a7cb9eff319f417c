# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the emulator's claims with the endpoint that the AWS environment names: ``make probe``.

Reads only, unless --write names a service principal that is not enabled: it is enabled, and disabled again. --account
names a member account that is registered as its administrator, and deregistered again; a second one meets the limit.
--designate names a service whose API makes that account its administrator in one Region, and removes it again.
--member and --administrator name AWS profiles of a member account and of a delegated administrator, --rates sends reads
until AWS throttles them. The output has error codes, reasons and counts, but no account ID, name, e-mail address or
token.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Callable

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    SERVICE_APIS,
    ServiceState,
)
from ansible_collections.orgops.aws.tests.emulator import names
from ansible_collections.orgops.aws.tests.emulator.callers import ANY_MEMBER, DELEGATED_ADMINISTRATORS
from ansible_collections.orgops.aws.tests.emulator.faults import RATES

from . import service_administrators
from .rows import API, GUIDE, RECORDED, UNVERIFIED, Row, outcome

INVALID = "InvalidInputException"
CONSTRAINT = "ConstraintViolationException"
LIST = "list_aws_service_access_for_organization"
ADMINISTRATORS = "list_delegated_administrators"
SERVICES_OF = "list_delegated_services_for_account"
TARGET = "AWSOrganizationsV20161128"
LISTED_WITHIN = 60  # seconds


def listed(client: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator(LIST).paginate()
    return [entry for page in pages for entry in page["EnabledServicePrincipals"]]


def reads(client: Any) -> Iterator[Row]:
    """Behaviors that reading shows."""
    page = client.list_aws_service_access_for_organization(MaxResults=1)
    metadata = page["ResponseMetadata"]
    entries = listed(client)
    names = [entry["ServicePrincipal"] for entry in entries]
    seen = "one entry and a token" if page.get("NextToken") and len(page["EnabledServicePrincipals"]) <= 1 else "all"
    yield Row("a page of one entry", API, "one entry and a token" if len(entries) > 1 else "all", seen)
    yield Row("order of the listing", UNVERIFIED, "by name", "by name" if names == sorted(names) else "another order")
    yield Row("a request ID", "public logs", "36 characters", f"{len(metadata.get('RequestId') or '')} characters")
    content_type = metadata["HTTPHeaders"].get("content-type", "none")
    yield Row("content type", "public logs", "application/x-amz-json-1.1", content_type)
    management_account = client.describe_organization()["Organization"]["MasterAccountId"]
    for listing, what in ((LIST, "services"), (ADMINISTRATORS, "administrators")):
        for behavior, source, reason, parameters in (
            ("MaxResults 0", RECORDED, "MIN_VALUE_EXCEEDED:MAX_RESULTS", {"MaxResults": 0}),
            ("MaxResults 21", RECORDED, "MAX_VALUE_EXCEEDED:MAX_RESULTS", {"MaxResults": 21}),
            ("an unknown token", API, "INVALID_NEXT_TOKEN", {"NextToken": "x"}),
        ):
            call = partial(getattr(client, listing), **parameters)
            yield Row(f"{what}, {behavior}", source, f"{INVALID} {reason}", outcome(call))
    for behavior, source, expected, operation, parameters in (
        ("all administrators", API, "ok", ADMINISTRATORS, {}),
        (
            "administrators of an unknown service",
            UNVERIFIED,
            f"{INVALID} UNRECOGNIZED_SERVICE_PRINCIPAL",
            ADMINISTRATORS,
            {"ServicePrincipal": "no-such-service.amazonaws.com"},
        ),
        ("services of an unknown account", API, "AccountNotFoundException", SERVICES_OF, {"AccountId": "0" * 12}),
        (
            "services of the management account",
            UNVERIFIED,
            "AccountNotRegisteredException",
            SERVICES_OF,
            {"AccountId": management_account},
        ),
        ("the management account", API, "ok", "describe_account", {"AccountId": management_account}),
        ("an unknown account", API, "AccountNotFoundException", "describe_account", {"AccountId": "0" * 12}),
        (
            "an account ID of letters",
            RECORDED,
            f"{INVALID} INVALID_PATTERN:ACCOUNT_ID",
            "describe_account",
            {"AccountId": "x" * 12},
        ),
        ("all accounts", API, "ok", "list_accounts", {}),
        ("policy types of the root", API, "ok", "list_roots", {}),
    ):
        yield Row(behavior, source, expected, outcome(partial(getattr(client, operation), **parameters)))
    for behavior, expected, change in (
        (
            "an unknown operation",
            "UnknownOperationException",
            {"headers": {"X-Amz-Target": f"{TARGET}.DescribeNothing"}},
        ),
        ("a body that is no JSON", "SerializationException", {"body": b"{"}),
    ):
        yield Row(behavior, "public logs", expected, outcome(changed(client, change)))


def changed(client: Any, change: dict[str, Any]) -> Callable[[], Any]:
    """Return a call of DescribeOrganization whose request is changed before it is signed."""

    def change_request(params: dict[str, Any], **_arguments: Any) -> None:
        params.update({**change, "headers": {**params["headers"], **change.get("headers", {})}})

    def call() -> Any:
        client.meta.events.register("before-call.organizations.DescribeOrganization", change_request)
        try:
            client.describe_organization()
        finally:
            client.meta.events.unregister("before-call.organizations.DescribeOrganization", change_request)

    return call


def own_states(config: Config) -> Iterator[Row]:
    """Yield whether the state of each service has the member and one of the values that are documented."""
    for api in SERVICE_APIS:
        if api.read:
            client = boto3.client(api.read.operation.service, config=config, region_name=api.region or None)
            yield Row(f"state, {api.principal}"[:44], "API model", "a documented value", own_state(client, api.read))


def own_state(client: Any, own: ServiceState) -> str:
    """Return "a documented value", another one, or the error."""
    response: dict[str, Any] = {}
    method = getattr(client, xform_name(own.operation.name))
    error = outcome(lambda: response.update(method(**own.operation.arguments)))
    value: Any = response
    for name in own.member.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    documented = value in own.values or (error == "ok" and value is None and own.without_member)
    if documented or (own.not_found and error == own.not_found):
        return "a documented value"
    return error if error != "ok" else str(value)[:40]


def rights(who: str, profile: str, allowed: set[str], config: Config) -> Iterator[Row]:
    """Yield what another account of the organization may read."""
    client = boto3.Session(profile_name=profile).client("organizations", config=config)
    organization = client.describe_organization()["Organization"]
    account = {"AccountId": organization["MasterAccountId"]}
    for operation, parameters in (
        ("DescribeAccount", account),
        ("ListAWSServiceAccessForOrganization", {}),
        ("ListAccounts", {}),
        ("ListDelegatedAdministrators", {}),
        ("ListRoots", {}),
    ):
        call = partial(getattr(client, xform_name(operation)), **parameters)
        expected = "ok" if operation in allowed else "AccessDeniedException"
        yield Row(f"{who}, {operation}"[:42], GUIDE, expected, outcome(call))


def rates(config: Config) -> Iterator[Row]:
    """Yield whether AWS throttles what exceeds its documented burst; no call is retried."""
    client = boto3.client("organizations", config=config.merge(Config(retries={"total_max_attempts": 1})))
    for operation in ("ListAWSServiceAccessForOrganization", "ListDelegatedAdministrators"):
        (rate, burst), _organization = RATES[operation]
        call = partial(getattr(client, xform_name(operation)), MaxResults=1)
        time.sleep(burst / rate)  # the bucket is full
        started = time.monotonic()
        sent, seen = 0, "ok"
        while seen == "ok" and sent < 4 * burst:
            sent, seen = sent + 1, outcome(call)
        allowed = burst + rate * (time.monotonic() - started)
        expected = "ok" if seen == "ok" and sent <= allowed + 1 else "TooManyRequestsException"
        yield Row(f"more than {rate:g} a second, {operation}"[:42], GUIDE, expected, seen)


def writes(client: Any, principal: str, account_ids: list[str]) -> Iterator[Row]:
    """Behaviors that changing one service principal, and its administrators, shows; all is undone in any case."""

    def enable(name: str = principal) -> Callable[[], Any]:
        return partial(client.enable_aws_service_access, ServicePrincipal=name)

    disable = partial(client.disable_aws_service_access, ServicePrincipal=principal)
    register = partial(client.register_delegated_administrator, ServicePrincipal=principal)
    deregister = partial(client.deregister_delegated_administrator, ServicePrincipal=principal)
    try:
        for account_id in account_ids[:1]:
            expected = f"{CONSTRAINT} SERVICE_ACCESS_NOT_ENABLED"
            yield Row("registering before enabling", API, expected, outcome(partial(register, AccountId=account_id)))
        yield Row("enabling", API, "ok", outcome(enable()))
        yield Row("the listing shows it", GUIDE, "yes", "yes" if appears(client, principal) else "not in time")
        since = date_enabled(client, principal)
        yield Row("enabling twice", UNVERIFIED, "ok", outcome(enable()))
        seen = "the same" if date_enabled(client, principal) == since else "another"
        yield Row("the date after enabling twice", UNVERIFIED, "the same", seen)
        if account_ids:
            yield from registrations(client, register, deregister, account_ids)
            yield from disabling_with_an_administrator(disable, enable(), principal)
            deregister_all(client, deregister, principal, account_ids)
        yield Row("disabling", API, "ok", outcome(disable))
        yield Row("disabling twice", UNVERIFIED, "ok", outcome(disable))
        for name, source, reason in (
            ("no-such-service.amazonaws.com", API, "UNRECOGNIZED_SERVICE_PRINCIPAL"),
            ("a b", RECORDED, "INVALID_PATTERN:SERVICE_PRINCIPAL"),
            ("a" * 129, RECORDED, "MAX_LENGTH_EXCEEDED:SERVICE_PRINCIPAL"),
        ):
            yield Row(f"enabling {name[:30]!r}", source, f"{INVALID} {reason}", outcome(enable(name)))
    finally:
        try:
            if account_ids:
                deregister_all(client, deregister, principal, account_ids)
        finally:
            if principal in [entry["ServicePrincipal"] for entry in listed(client)]:
                disable()


def registrations(
    client: Any, register: partial[Any], deregister: partial[Any], account_ids: list[str]
) -> Iterator[Row]:
    """Behaviors of registering and deregistering the accounts; at the end, they are registered up to the limit."""
    management_account = client.describe_organization()["Organization"]["MasterAccountId"]
    refused = f"{CONSTRAINT} CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"
    account_id, *others = account_ids
    for behavior, expected, call in (
        ("registering the management account", refused, partial(register, AccountId=management_account)),
        ("registering an unknown account", "AccountNotFoundException", partial(register, AccountId="0" * 12)),
        ("registering", "ok", partial(register, AccountId=account_id)),
        ("registering twice", "AccountAlreadyRegisteredException", partial(register, AccountId=account_id)),
        ("deregistering", "ok", partial(deregister, AccountId=account_id)),
        ("deregistering twice", "AccountNotRegisteredException", partial(deregister, AccountId=account_id)),
        ("registering again", "ok", partial(register, AccountId=account_id)),
    ):
        yield Row(behavior, API, expected, outcome(call))
    limit = names.most_delegated_administrators(register.keywords["ServicePrincipal"])
    for number, other in enumerate(others, 2):
        exceeded = limit is not None and number > limit
        expected = f"{CONSTRAINT} MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED" if exceeded else "ok"
        yield Row(f"registering account number {number}", GUIDE, expected, outcome(partial(register, AccountId=other)))


def disabling_with_an_administrator(
    disable: Callable[[], Any], enable: Callable[[], Any], principal: str
) -> Iterator[Row]:
    """AWS documents for some services that it refuses; if it does not, the service is enabled again."""
    refused = names.must_deregister_before_disabling(principal)
    source = GUIDE if refused else UNVERIFIED
    seen = outcome(disable)
    yield Row("disabling with an administrator", source, CONSTRAINT if refused else "ok", seen.partition(" ")[0])
    if seen == "ok":
        enable()


def date_enabled(client: Any, principal: str) -> Any:
    """Since when AWS says that the service is enabled; None if it is not listed."""
    return next((entry["DateEnabled"] for entry in listed(client) if entry["ServicePrincipal"] == principal), None)


def deregister_all(client: Any, deregister: partial[Any], principal: str, account_ids: list[str]) -> None:
    """Undo the registrations of these accounts."""
    for account_id in set(administrators(client, principal)) & set(account_ids):
        deregister(AccountId=account_id)


def administrators(client: Any, principal: str) -> list[str]:
    """Return the accounts that administer the service; none if it supports none."""
    try:
        pages = list(client.get_paginator(ADMINISTRATORS).paginate(ServicePrincipal=principal))
    except ClientError as error:
        if error.response["Error"]["Code"] != INVALID:
            raise
        return []
    return [account["Id"] for page in pages for account in page["DelegatedAdministrators"]]


def appears(client: Any, principal: str) -> bool:
    """Return whether a listing shows it before the timeout."""
    deadline = time.monotonic() + LISTED_WITHIN
    while principal not in [entry["ServicePrincipal"] for entry in listed(client)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


def describe(client: Any) -> None:
    """Show the organization, redacted."""
    management = client.describe_organization()["Organization"]["MasterAccountId"]
    services = len(listed(client))
    print(f"\nOrganization of the management account ********{management[-4:]}: {services} services enabled.")


def confirmed_designation(client: Any, designation: service_administrators.Designation) -> bool:
    """Show the organization, and what cannot be undone, and ask."""
    describe(client)
    api, account_id = designation.api, designation.account_id
    print(f"The account ********{account_id[-4:]} is going to administer {api.principal} in one Region.")
    print("It is removed again. The service may stay enabled in the account, until you disable it there.")
    print(api.costs)
    return said_yes()


def confirmed(client: Any, principal: str, account_ids: list[str]) -> bool:
    """Show the organization and what is going to be done, and ask."""
    describe(client)
    print(f"{principal} is going to be enabled, and disabled again.")
    for account_id in account_ids:
        print(f"The account ********{account_id[-4:]} is going to be its administrator in between.")
    return said_yes()


def said_yes() -> bool:
    print("Type yes to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == "yes"


def show(row: Row) -> bool:
    agrees = row.seen == row.expected
    print(
        f"{'agrees ' if agrees else 'DIFFERS'}  {row.behavior:42} {row.source:13} {row.expected:52} {row.seen}",
        flush=True,
    )
    return agrees


class NothingWrittenError(Exception):
    """Why nothing was written."""


def changes(client: Any, arguments: argparse.Namespace, config: Config) -> Iterator[Row]:
    """Return the behaviors that the options for writing ask for, if all can be undone, and the user agrees."""
    if arguments.designate:
        api = service_administrators.DESIGNATED[arguments.designate]
        designation = service_administrators.Designation(api, arguments.account[0], config)
        if designation.is_used():
            raise NothingWrittenError(f"{api.principal} is in use. Name a service whose access is not enabled.")
        if not confirmed_designation(client, designation):
            raise NothingWrittenError("Nothing was written.")
        return designation.rows()
    if arguments.write in [entry["ServicePrincipal"] for entry in listed(client)]:
        raise NothingWrittenError(
            f"{arguments.write} is enabled. Name a service principal that is not, so that this can be undone."
        )
    if arguments.account and administrators(client, arguments.write):
        raise NothingWrittenError(
            f"{arguments.write} has delegated administrators. Name a service principal that has none."
        )
    if not confirmed(client, arguments.write, arguments.account):
        raise NothingWrittenError("Nothing was written.")
    return writes(client, arguments.write, arguments.account)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    writing = parser.add_mutually_exclusive_group()
    writing.add_argument("--write", metavar="PRINCIPAL", help="also enable and disable this service principal")
    writing.add_argument(
        "--designate",
        metavar="PRINCIPAL",
        choices=sorted(service_administrators.DESIGNATED),
        help="also designate the account with this service's API, in one Region, and remove it; this costs money",
    )
    parser.add_argument(
        "--account",
        metavar="ACCOUNT_ID",
        action="append",
        default=[],
        help="also register and deregister this member account; repeat it to meet the service's limit",
    )
    parser.add_argument("--member", metavar="PROFILE", help="also what this profile of a member account may read")
    parser.add_argument("--administrator", metavar="PROFILE", help="the same for a delegated administrator's account")
    parser.add_argument("--rates", action="store_true", help="also send reads until AWS throttles them")
    arguments = parser.parse_args()
    if arguments.account and not (arguments.write or arguments.designate):
        parser.error("--account needs --write or --designate, whose service it administers")
    if arguments.designate and len(arguments.account) != 1:
        parser.error("--designate needs one --account, which it designates")
    return arguments


def main() -> int:
    arguments = parse()
    # Invalid parameters must reach AWS. The probe itself can exceed one listing a second, which is not a difference.
    # The waits between attempts are random: four attempts were sometimes too few.
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 10})
    client = boto3.client("organizations", config=config)
    print(f"         {'behavior':42} {'source':13} {'expected':52} seen")
    read = (*reads(client), *own_states(config), *service_administrators.reads(config))
    agreed = [show(row) for row in read]
    if arguments.member:
        agreed += [show(row) for row in rights("member", arguments.member, ANY_MEMBER, config)]
    if arguments.administrator:
        delegated = rights("administrator", arguments.administrator, DELEGATED_ADMINISTRATORS, config)
        agreed += [show(row) for row in delegated]
    if arguments.rates:
        agreed += [show(row) for row in rates(config)]
    if arguments.write or arguments.designate:
        try:
            rows = changes(client, arguments, config)
        except NothingWrittenError as error:
            print(f"\n{error}")
            return 2
        print()
        agreed += [show(row) for row in rows]
    print(f"\n{sum(agreed)} of {len(agreed)} agree with the emulator.")
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ClientError as failure:
        sys.exit(f"{failure.operation_name} failed: {failure.response['Error']['Code']}")
