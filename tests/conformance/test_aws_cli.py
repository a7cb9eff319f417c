# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS CLI on the emulator: service access, delegated administrators, and its paging options. `make aws-cli`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.rulebook import AWS_CLI
from ansible_collections.orgops.aws.tests.fixtures import assume_role, numbered

CONFIG = "config.amazonaws.com"
GUARDDUTY = "guardduty.amazonaws.com"
SECURITY_HUB = "securityhub.amazonaws.com"
ADMINISTRATOR, MEMBER, STRANGER = "222222222222", "333333333333", "999999999999"


class Cli:
    """`aws organizations` on the emulator."""

    def __init__(self, emulator: EmulatorControl, home: Path) -> None:
        self.emulator = emulator
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_ACCESS_KEY_ID": "AKIDEMULATED",
            "AWS_SECRET_ACCESS_KEY": "emulated-secret-key",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def become(self, account_id: str) -> None:
        """Continue with the credentials of a role in the account."""
        role = assume_role(self.emulator, account_id)
        self.environment |= {
            "AWS_ACCESS_KEY_ID": role["access_key"],
            "AWS_SECRET_ACCESS_KEY": role["secret_key"],
            "AWS_SESSION_TOKEN": role["session_token"],
        }

    def run(self, operation: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Call the operation, by its name in the API."""
        command = [AWS_CLI, "organizations", xform_name(operation, "-"), "--endpoint-url", self.emulator.url, *options]
        return subprocess.run(
            [*command, "--output", "json"], env=self.environment, capture_output=True, text=True, check=False
        )

    def __call__(self, operation: str, *options: str) -> Any:
        """Return the output of a successful call."""
        done = self.run(operation, *options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def refused(self, operation: str, *options: str) -> str:
        """Return the error code of a failed call."""
        done = self.run(operation, *options)
        assert done.returncode != 0, done.stdout
        assert done.stdout == ""
        found = re.search(rf"An error occurred \((\w+)\) when calling the {operation} operation: ", done.stderr)
        assert found, done.stderr
        return found.group(1)


@pytest.fixture
def cli(emulator: EmulatorControl, tmp_path: Path) -> Cli:
    assert AWS_CLI.exists(), "make aws-cli sets up the AWS CLI"
    return Cli(emulator, tmp_path)


def names(listing: dict[str, Any]) -> list[str]:
    """Return the service principals of a listing."""
    return [entry["ServicePrincipal"] for entry in listing["EnabledServicePrincipals"]]


def test_paging_options(cli: Cli, emulator: EmulatorControl) -> None:
    operation = "ListAWSServiceAccessForOrganization"
    emulator.organization(enabled=numbered(45))
    everything = cli(operation)
    assert names(everything) == numbered(45)
    assert "NextToken" not in everything
    assert emulator.calls() == [operation] * 3

    emulator.clear_requests()
    first = cli(operation, "--page-size", "10", "--max-items", "25")
    assert names(first) == numbered(25)
    rest = cli(operation, "--page-size", "10", "--starting-token", first["NextToken"])
    assert names(rest) == numbered(20, first=25)
    assert "NextToken" not in rest
    assert {entry["parameters"]["MaxResults"] for entry in emulator.requests()} == {10}

    # AWS's own token also resumes; botocore must not mistake it for its own.
    page = cli(operation, "--no-paginate")
    assert names(page) == numbered(20)
    assert names(cli(operation, "--no-paginate", "--next-token", page["NextToken"])) == numbered(20, first=20)
    assert names(cli(operation, "--starting-token", page["NextToken"])) == numbered(25, first=20)
    assert names(cli(operation, "--starting-token", page["NextToken"], "--max-items", "3")) == numbered(3, first=20)

    assert cli.refused(operation, "--starting-token", "nonsense") == "InvalidInputException"
    assert cli.refused(operation, "--max-results", "21") == "InvalidInputException"


def test_paging_of_accounts_and_delegated_administrators(cli: Cli, emulator: EmulatorControl) -> None:
    members = {f"{number:012}": f"member-{number:02}" for number in range(1, 31)}
    services = numbered(21)
    emulator.organization(
        enabled=services,
        members=members,
        delegated_administrators={services[0]: list(members), **{name: ["000000000001"] for name in services[1:]}},
    )
    accounts = cli("ListAccounts", "--query", "Accounts[].Id")
    assert accounts == [MANAGEMENT_ACCOUNT, *members]
    administrators = cli("ListDelegatedAdministrators", "--service-principal", services[0], "--max-items", "22")
    assert [entry["Id"] for entry in administrators["DelegatedAdministrators"]] == list(members)[:22]
    last = cli(
        "ListDelegatedAdministrators",
        "--service-principal",
        services[0],
        "--starting-token",
        administrators["NextToken"],
    )
    assert [entry["Name"] for entry in last["DelegatedAdministrators"]] == list(members.values())[22:]
    delegated = cli("ListDelegatedServicesForAccount", "--account-id", "000000000001")
    assert [entry["ServicePrincipal"] for entry in delegated["DelegatedServices"]] == services
    page = cli("ListDelegatedServicesForAccount", "--account-id", "000000000001", "--no-paginate")
    assert len(page["DelegatedServices"]) == 20
    # A token of another listing is invalid.
    other = ("--account-id", "000000000002", "--no-paginate", "--next-token", page["NextToken"])
    assert cli.refused("ListDelegatedServicesForAccount", *other) == "InvalidInputException"


def test_service_access_and_delegated_administrators(cli: Cli) -> None:
    cli("CreateOrganization", "--feature-set", "ALL")
    created = cli("CreateAccount", "--email", "b@example.com", "--account-name", "security")
    account = created["CreateAccountStatus"]["AccountId"]
    registration = ("--account-id", account, "--service-principal", GUARDDUTY)
    assert cli.refused("RegisterDelegatedAdministrator", *registration) == "ConstraintViolationException"
    cli("EnableAWSServiceAccess", "--service-principal", GUARDDUTY)
    enabled = cli("ListAWSServiceAccessForOrganization")["EnabledServicePrincipals"]
    assert [entry["ServicePrincipal"] for entry in enabled] == [GUARDDUTY]
    cli("RegisterDelegatedAdministrator", *registration)
    assert cli("ListDelegatedAdministrators")["DelegatedAdministrators"][0]["Id"] == account
    services = cli("ListDelegatedServicesForAccount", "--account-id", account)["DelegatedServices"]
    assert [entry["ServicePrincipal"] for entry in services] == [GUARDDUTY]
    cli("DeregisterDelegatedAdministrator", *registration)
    assert cli("ListDelegatedAdministrators")["DelegatedAdministrators"] == []
    cli("DisableAWSServiceAccess", "--service-principal", GUARDDUTY)
    assert cli("ListAWSServiceAccessForOrganization")["EnabledServicePrincipals"] == []
    cli("CloseAccount", "--account-id", account)
    assert cli("DescribeAccount", "--account-id", account)["Account"]["Status"] == "SUSPENDED"


def test_who_may_call(cli: Cli, emulator: EmulatorControl) -> None:
    emulator.organization(
        enabled=[CONFIG],
        members={ADMINISTRATOR: "security", MEMBER: "plain"},
        delegated_administrators={CONFIG: [ADMINISTRATOR]},
    )
    reads = ("ListAWSServiceAccessForOrganization", "ListDelegatedAdministrators")
    registration = ("--account-id", MEMBER, "--service-principal", CONFIG)
    cli.become(ADMINISTRATOR)
    for operation in reads:
        cli(operation)
    assert cli.refused("RegisterDelegatedAdministrator", *registration) == "AccessDeniedException"
    cli.become(MEMBER)
    assert cli("DescribeOrganization")["Organization"]["MasterAccountId"] == MANAGEMENT_ACCOUNT
    for operation in reads:
        assert cli.refused(operation) == "AccessDeniedException"
    cli.become(STRANGER)
    for operation in reads:
        assert cli.refused(operation) == "AWSOrganizationsNotInUseException"


def test_the_text_of_a_refusal(cli: Cli, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    assert cli.refused("DisableAWSServiceAccess", "--service-principal", SECURITY_HUB) == "ConstraintViolationException"
    done = cli.run("RegisterDelegatedAdministrator", "--account-id", MANAGEMENT_ACCOUNT, "--service-principal", CONFIG)
    assert "You cannot register management account/yourself as delegated administrator" in done.stderr
    emulator.reset()
    emulator.organization(feature_set="CONSOLIDATED_BILLING")
    done = cli.run("ListAWSServiceAccessForOrganization")
    assert "Please enable all features in your organization and then retry." in done.stderr
