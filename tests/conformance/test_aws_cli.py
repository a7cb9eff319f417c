# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS CLI on the emulator: every operation, and its paging options. `make aws-cli`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import Shape

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.rulebook import AWS_CLI
from ansible_collections.orgops.aws.tests.fixtures import assume_role, numbered

MODEL = botocore.session.get_session().get_service_model("organizations")
CONFIG = "config.amazonaws.com"
GUARDDUTY = "guardduty.amazonaws.com"
SECURITY_HUB = "securityhub.amazonaws.com"
ADMINISTRATOR, MEMBER, STRANGER = "222222222222", "333333333333", "999999999999"
# The operations that the emulator implements; it does not know the model's others.
KNOWN = {
    "AttachPolicy",
    "CloseAccount",
    "CreateAccount",
    "CreateOrganization",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DeregisterDelegatedAdministrator",
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "DescribeOrganization",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "DetachPolicy",
    "DisableAWSServiceAccess",
    "DisablePolicyType",
    "EnableAWSServiceAccess",
    "EnablePolicyType",
    "ListAWSServiceAccessForOrganization",
    "ListAccounts",
    "ListAccountsForParent",
    "ListChildren",
    "ListCreateAccountStatus",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
    "MoveAccount",
    "RegisterDelegatedAdministrator",
    "RemoveAccountFromOrganization",
    "TagResource",
    "UntagResource",
    "UpdateOrganizationalUnit",
    "UpdatePolicy",
}


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


def test_every_operation(cli: Cli, emulator: EmulatorControl) -> None:
    organization = cli("CreateOrganization", "--feature-set", "ALL")["Organization"]
    assert organization["MasterAccountId"] == MANAGEMENT_ACCOUNT
    assert cli("DescribeOrganization")["Organization"] == organization
    _accounts_and_units(cli)
    _policies(cli)
    _service_access_and_delegated_administrators(cli)
    assert set(emulator.calls()) == KNOWN
    unanswered = [
        entry for entry in emulator.requests() if not re.fullmatch("[0-9a-f-]{36}", entry["request_id"] or "")
    ]
    assert unanswered == []


def _accounts_and_units(cli: Cli) -> None:
    root = cli("ListRoots")["Roots"][0]["Id"]
    status = cli("CreateAccount", "--email", "a@example.com", "--account-name", "leaves")["CreateAccountStatus"]
    account = status["AccountId"]
    described = cli("DescribeCreateAccountStatus", "--create-account-request-id", status["Id"])
    assert described["CreateAccountStatus"]["State"] == "SUCCEEDED"
    listed = cli("ListCreateAccountStatus", "--states", "SUCCEEDED")["CreateAccountStatuses"]
    assert status["Id"] in [entry["Id"] for entry in listed]
    assert cli("DescribeAccount", "--account-id", account)["Account"]["Name"] == "leaves"
    unit = cli("CreateOrganizationalUnit", "--parent-id", root, "--name", "unit")["OrganizationalUnit"]["Id"]
    cli("UpdateOrganizationalUnit", "--organizational-unit-id", unit, "--name", "renamed")
    described = cli("DescribeOrganizationalUnit", "--organizational-unit-id", unit)["OrganizationalUnit"]
    assert described["Name"] == "renamed"
    cli("MoveAccount", "--account-id", account, "--source-parent-id", root, "--destination-parent-id", unit)
    assert cli("ListParents", "--child-id", account)["Parents"] == [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}]
    assert cli("ListChildren", "--parent-id", unit, "--child-type", "ACCOUNT")["Children"][0]["Id"] == account
    assert cli("ListAccountsForParent", "--parent-id", unit)["Accounts"][0]["Id"] == account
    assert cli("ListOrganizationalUnitsForParent", "--parent-id", root)["OrganizationalUnits"][0]["Id"] == unit
    cli("TagResource", "--resource-id", account, "--tags", "Key=a,Value=b")
    assert cli("ListTagsForResource", "--resource-id", account)["Tags"] == [{"Key": "a", "Value": "b"}]
    cli("UntagResource", "--resource-id", account, "--tag-keys", "a")
    assert cli("ListTagsForResource", "--resource-id", account)["Tags"] == []
    cli("RemoveAccountFromOrganization", "--account-id", account)
    assert cli("ListAccounts", "--query", "Accounts[].Id") == [MANAGEMENT_ACCOUNT]
    cli("DeleteOrganizationalUnit", "--organizational-unit-id", unit)
    cli("DeleteOrganization")
    assert cli.refused("DescribeOrganization") == "AWSOrganizationsNotInUseException"
    cli("CreateOrganization")


def _policies(cli: Cli) -> None:
    root = cli("ListRoots")["Roots"][0]["Id"]
    policy_type = ("--root-id", root, "--policy-type", "SERVICE_CONTROL_POLICY")
    assert cli("EnablePolicyType", *policy_type)["Root"]["PolicyTypes"][0]["Status"] == "ENABLED"
    assert cli.refused("EnablePolicyType", *policy_type) == "PolicyTypeAlreadyEnabledException"
    content = ("--content", "{}", "--description", "d", "--name", "policy", "--type", "SERVICE_CONTROL_POLICY")
    policy = cli("CreatePolicy", *content)["Policy"]["PolicySummary"]["Id"]
    cli("UpdatePolicy", "--policy-id", policy, "--name", "renamed")
    assert cli("DescribePolicy", "--policy-id", policy)["Policy"]["PolicySummary"]["Name"] == "renamed"
    cli("AttachPolicy", "--policy-id", policy, "--target-id", root)
    assert cli("ListTargetsForPolicy", "--policy-id", policy)["Targets"][0]["TargetId"] == root
    wanted = ("--filter", "SERVICE_CONTROL_POLICY", "--query", "Policies[].Name")
    assert "renamed" in cli("ListPolicies", *wanted)
    assert "renamed" in cli("ListPoliciesForTarget", "--target-id", root, *wanted)
    cli("DetachPolicy", "--policy-id", policy, "--target-id", root)
    cli("DeletePolicy", "--policy-id", policy)
    assert cli("DisablePolicyType", *policy_type)["Root"]["PolicyTypes"] == []


def _service_access_and_delegated_administrators(cli: Cli) -> None:
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


def least(shape: Shape) -> Any:
    """Return the smallest value that the CLI sends for a shape."""
    if shape.type_name == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [least(shape.member)]
    if shape.type_name == "string":
        return (shape.metadata.get("enum") or ["x" * max(1, shape.metadata.get("min", 1))])[0]
    return 0


@pytest.mark.parametrize("operation", sorted(set(MODEL.operation_names) - KNOWN))
def test_operations_that_the_emulator_does_not_know(cli: Cli, emulator: EmulatorControl, operation: str) -> None:
    emulator.organization()
    shape = MODEL.operation_model(operation).input_shape
    done = cli.run(operation, "--cli-input-json", json.dumps(least(shape) if shape else {}))
    if "Invalid choice" in done.stderr or "invalid choice" in done.stderr:
        pytest.skip("the AWS CLI of this version does not have it")
    assert f"(UnknownOperationException) when calling the {operation} operation" in done.stderr
    assert emulator.calls()[-1] == operation


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
