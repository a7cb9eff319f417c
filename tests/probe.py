# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the emulator's claims with the endpoint that the AWS environment names: ``make probe``.

Reads only, unless --write names a service principal that is not enabled: it is enabled, and disabled again. The output
has error codes, reasons and counts, but no account ID, name, e-mail address or token.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

API = "API reference"
GUIDE = "User guide"
UNVERIFIED = "unverified"
LIST = "list_aws_service_access_for_organization"
LISTED_WITHIN = 60  # seconds


class Row(NamedTuple):
    """One behavior: where it is documented, what the emulator does, and what was seen."""

    behavior: str
    source: str
    expected: str
    seen: str


def outcome(call: Callable[[], Any]) -> str:
    """ "ok", or the code and reason of the error."""
    try:
        call()
    except ClientError as error:
        reason = error.response.get("Reason")
        return f"{error.response['Error']['Code']}{f' {reason}' if reason else ''}"
    except BotoCoreError as error:
        return type(error).__name__
    return "ok"


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
    for behavior, source, expected, operation, parameters in (
        ("MaxResults 0", API, "InvalidInputException MIN_VALUE_EXCEEDED", LIST, {"MaxResults": 0}),
        ("MaxResults 21", API, "InvalidInputException MAX_VALUE_EXCEEDED", LIST, {"MaxResults": 21}),
        ("a token that is none", API, "InvalidInputException INVALID_NEXT_TOKEN", LIST, {"NextToken": "x"}),
        (
            "administrators of an unknown service",
            UNVERIFIED,
            "InvalidInputException UNRECOGNIZED_SERVICE_PRINCIPAL",
            "list_delegated_administrators",
            {"ServicePrincipal": "no-such-service.amazonaws.com"},
        ),
        (
            "services of an account that does not exist",
            API,
            "AccountNotFoundException",
            "list_delegated_services_for_account",
            {"AccountId": "000000000000"},
        ),
        (
            "services of the management account",
            UNVERIFIED,
            "AccountNotRegisteredException",
            "list_delegated_services_for_account",
            {"AccountId": client.describe_organization()["Organization"]["MasterAccountId"]},
        ),
        (
            "an account that does not exist",
            API,
            "AccountNotFoundException",
            "describe_account",
            {"AccountId": "0" * 12},
        ),
        ("policy types of the root", API, "ok", "list_roots", {}),
    ):
        yield Row(behavior, source, expected, outcome(lambda: getattr(client, operation)(**parameters)))  # noqa: B023


def writes(client: Any, principal: str) -> Iterator[Row]:
    """Behaviors that changing one service principal shows; it is disabled again in any case."""

    def enable(name: str) -> Callable[[], Any]:
        return lambda: client.enable_aws_service_access(ServicePrincipal=name)

    def disable() -> Any:
        return client.disable_aws_service_access(ServicePrincipal=principal)

    try:
        yield Row("enabling", API, "ok", outcome(enable(principal)))
        yield Row("the listing shows it", GUIDE, "yes", "yes" if appears(client, principal) else "not in time")
        yield Row("enabling twice", UNVERIFIED, "ok", outcome(enable(principal)))
        yield Row("disabling", API, "ok", outcome(disable))
        yield Row("disabling twice", UNVERIFIED, "ok", outcome(disable))
        for name, reason in (
            ("no-such-service.amazonaws.com", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
            ("a b", "INVALID_PATTERN"),
            ("a" * 129, "MAX_LENGTH_EXCEEDED"),
        ):
            expected = f"InvalidInputException {reason}"
            yield Row(f"enabling {name[:30]!r}", API, expected, outcome(enable(name)))
    finally:
        if principal in [entry["ServicePrincipal"] for entry in listed(client)]:
            disable()


def appears(client: Any, principal: str) -> bool:
    """Whether a listing shows it before the timeout."""
    deadline = time.monotonic() + LISTED_WITHIN
    while principal not in [entry["ServicePrincipal"] for entry in listed(client)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


def confirmed(client: Any, principal: str) -> bool:
    """Show the organization, redacted, and ask."""
    account_id = client.describe_organization()["Organization"]["MasterAccountId"]
    print(
        f"\nOrganization of the management account ********{account_id[-4:]}: {len(listed(client))} services enabled."
    )
    print(f"{principal} is going to be enabled, and disabled again. Type yes to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == "yes"


def show(row: Row) -> bool:
    agrees = row.seen == row.expected
    print(
        f"{'agrees ' if agrees else 'DIFFERS'}  {row.behavior:42} {row.source:13} {row.expected:52} {row.seen}",
        flush=True,
    )
    return agrees


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", metavar="PRINCIPAL", help="also enable and disable this service principal")
    arguments = parser.parse_args()
    # Invalid parameters must reach AWS, and every error is shown once.
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 4})
    client = boto3.client("organizations", config=config)
    print(f"         {'behavior':42} {'source':13} {'expected':52} seen")
    agreed = [show(row) for row in reads(client)]
    if arguments.write:
        if arguments.write in [entry["ServicePrincipal"] for entry in listed(client)]:
            print(f"\n{arguments.write} is enabled. Name a service principal that is not, so that this can be undone.")
            return 2
        if not confirmed(client, arguments.write):
            print("\nNothing was written.")
            return 2
        print()
        agreed += [show(row) for row in writes(client, arguments.write)]
    print(f"\n{sum(agreed)} of {len(agreed)} agree with the emulator.")
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ClientError as failure:
        sys.exit(f"{failure.operation_name} failed: {failure.response['Error']['Code']}")
