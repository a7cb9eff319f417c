# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which account may call what, and what an organization without all features allows."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.session
import pytest
from botocore import xform_name

from ansible_collections.orgops.aws.tests.emulator.backend import REGIONS
from ansible_collections.orgops.aws.tests.emulator.callers import DELEGATED_ADMINISTRATORS
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import aws_client

from .helpers import ADMINISTRATOR, CONFIG, GUARDDUTY, MEMBER, STRANGER, client_of, message_of, refused

READS = {
    "describe_account": {"AccountId": MEMBER},
    "list_accounts": {},
    "list_aws_service_access_for_organization": {},
    "list_delegated_administrators": {"ServicePrincipal": CONFIG},
    "list_delegated_services_for_account": {"AccountId": ADMINISTRATOR},
    "list_roots": {},
}
WRITES = {
    "deregister_delegated_administrator": {"AccountId": ADMINISTRATOR, "ServicePrincipal": CONFIG},
    "disable_aws_service_access": {"ServicePrincipal": CONFIG},
    "enable_aws_service_access": {"ServicePrincipal": GUARDDUTY},
    "register_delegated_administrator": {"AccountId": MEMBER, "ServicePrincipal": CONFIG},
    "remove_account_from_organization": {"AccountId": MEMBER},
}


def make_organization(emulator: EmulatorControl, **arguments: Any) -> None:
    emulator.organization(
        enabled=[CONFIG],
        members={ADMINISTRATOR: "security", MEMBER: "plain"},
        delegated_administrators={CONFIG: [ADMINISTRATOR]},
        **arguments,
    )


def calls(client: Any) -> list[tuple[str, Any, dict[str, str]]]:
    root = {"RootId": "r-aaaa", "PolicyType": "TAG_POLICY"}
    writes = {**WRITES, "enable_policy_type": root, "disable_policy_type": root}
    return [(name, getattr(client, name), arguments) for name, arguments in {**READS, **writes}.items()]


def test_the_management_account_may_call_everything(botocore_client: Any, emulator: EmulatorControl) -> None:
    for name, arguments in {**READS, **WRITES}.items():
        emulator.reset()
        make_organization(emulator)
        getattr(botocore_client, name)(**arguments)
    root = botocore_client.list_roots()["Roots"][0]["Id"]
    botocore_client.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")


def test_a_delegated_administrator_reads_the_whole_organization(emulator: EmulatorControl) -> None:
    make_organization(emulator)
    administrator = client_of(emulator, ADMINISTRATOR)
    for name, call, arguments in calls(administrator):
        if name in READS:
            call(**arguments)
        else:
            assert refused(call, **arguments) == ("AccessDeniedException", None), name
    assert administrator.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT_ACCOUNT
    accounts = [account["Id"] for account in administrator.list_accounts()["Accounts"]]
    assert accounts == [MANAGEMENT_ACCOUNT, ADMINISTRATOR, MEMBER]
    (entry,) = administrator.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert entry["ServicePrincipal"] == CONFIG


def test_it_loses_this_permission_with_its_last_service(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator)
    botocore_client.deregister_delegated_administrator(AccountId=ADMINISTRATOR, ServicePrincipal=CONFIG)
    assert refused(client_of(emulator, ADMINISTRATOR).list_accounts)[0] == "AccessDeniedException"


def test_a_member_may_describe_the_organization_only(emulator: EmulatorControl) -> None:
    make_organization(emulator)
    member = client_of(emulator, MEMBER)
    for name, call, arguments in calls(member):
        assert refused(call, **arguments) == ("AccessDeniedException", None), name
    assert message_of(member.list_accounts) == "You don't have permissions to access this resource."
    assert member.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT_ACCOUNT


def test_an_account_outside_the_organization(emulator: EmulatorControl) -> None:
    make_organization(emulator)
    stranger = client_of(emulator, STRANGER)
    for name, call, arguments in [*calls(stranger), ("describe_organization", stranger.describe_organization, {})]:
        assert refused(call, **arguments) == ("AWSOrganizationsNotInUseException", None), name
    assert message_of(stranger.list_roots) == "Your account is not a member of an organization."


@pytest.mark.parametrize(
    "operation",
    [
        "deregister_delegated_administrator",
        "disable_aws_service_access",
        "enable_aws_service_access",
        "list_aws_service_access_for_organization",
        "list_delegated_administrators",
        "list_delegated_services_for_account",
        "register_delegated_administrator",
    ],
)
def test_without_all_features(botocore_client: Any, emulator: EmulatorControl, operation: str) -> None:
    make_organization(emulator, feature_set="CONSOLIDATED_BILLING")
    arguments = {**READS, **WRITES}[operation]
    reason = "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"
    assert refused(getattr(botocore_client, operation), **arguments) == ("ConstraintViolationException", reason)
    assert message_of(getattr(botocore_client, operation), **arguments) == (
        "The request failed because the organization does not have all features enabled. "
        "Please enable all features in your organization and then retry."
    )
    assert refused(getattr(client_of(emulator, MEMBER), operation), **arguments)[0] == "AccessDeniedException"


def test_without_all_features_accounts_can_be_read(botocore_client: Any, emulator: EmulatorControl) -> None:
    make_organization(emulator, feature_set="CONSOLIDATED_BILLING")
    assert len(botocore_client.list_accounts()["Accounts"]) == 3
    assert botocore_client.describe_account(AccountId=MEMBER)["Account"]["Name"] == "plain"
    root = botocore_client.list_roots()["Roots"][0]["Id"]
    code, reason = refused(botocore_client.enable_policy_type, RootId=root, PolicyType="TAG_POLICY")
    assert (code, reason) == ("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")


def test_the_table_names_operations_of_the_api() -> None:
    model = botocore.session.get_session().get_service_model("organizations")
    assert set(model.operation_names) >= DELEGATED_ADMINISTRATORS
    for operation in DELEGATED_ADMINISTRATORS:
        assert xform_name(operation).startswith(("describe_", "list_"))


@pytest.mark.parametrize(("partition", "region"), REGIONS.items())
def test_partitions(emulator: EmulatorControl, partition: str, region: str) -> None:
    emulator.organization(partition=partition, enabled=[CONFIG], members={MEMBER: "plain"})

    def client_in(region: str) -> Any:
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI"}
        return boto3.client("organizations", endpoint_url=emulator.url, region_name=region, **keys)

    client = client_in(region)
    assert client.describe_organization()["Organization"]["Arn"].startswith(f"arn:{partition}:organizations::")
    assert client.describe_account(AccountId=MEMBER)["Account"]["Arn"].startswith(f"arn:{partition}:")
    assert len(client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 1
    cloudformation = aws_client(emulator, "cloudformation", region_name=region)
    cloudformation.activate_organizations_access()
    assert cloudformation.describe_organizations_access()["Status"] == "ENABLED"
    assert len(client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 2
    other = client_in("us-east-1" if partition != "aws" else "cn-northwest-1")
    assert refused(other.list_aws_service_access_for_organization)[0] == "AWSOrganizationsNotInUseException"
    member = client_of(emulator, MEMBER)  # whose region is of the partition aws
    if partition != "aws":
        assert refused(member.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    else:
        assert member.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT_ACCOUNT


@pytest.mark.parametrize(
    ("partition", "suffix"),
    [("aws", "com"), ("aws-cn", "com.cn"), ("aws-us-gov", "com"), ("aws-eusc", "eu")],
)
def test_the_sdk_has_an_endpoint_in_the_region_of_each_partition(partition: str, suffix: str) -> None:
    region = REGIONS[partition]
    host = f"https://organizations.{region}.amazonaws.{suffix}"
    assert boto3.client("organizations", region_name=region).meta.endpoint_url == host
