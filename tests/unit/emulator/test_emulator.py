# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator differs from moto where AWS does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

from ...fixtures import assume_role, aws_client, numbered

LIST = "ListAWSServiceAccessForOrganization"
GUARDDUTY = "guardduty.amazonaws.com"


def refused(call: Any, **arguments: Any) -> tuple[str, str | None]:
    """Code and reason of the error that a call ends with."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"], error.value.response.get("Reason")


def client_of(emulator: EmulatorControl, account_id: str) -> Any:
    """A client with the credentials that sts:AssumeRole gives for a role in the account."""
    role = assume_role(emulator, account_id)
    return aws_client(
        emulator,
        "organizations",
        aws_access_key_id=role["access_key"],
        aws_secret_access_key=role["secret_key"],
        aws_session_token=role["session_token"],
    )


def test_no_organization(botocore_client: Any) -> None:
    expected = ("AWSOrganizationsNotInUseException", None)
    assert refused(botocore_client.list_aws_service_access_for_organization) == expected
    assert refused(botocore_client.enable_aws_service_access, ServicePrincipal=GUARDDUTY) == expected
    assert refused(botocore_client.disable_aws_service_access, ServicePrincipal=GUARDDUTY) == expected


def test_member_account(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY], members={"222222222222": "plain"})
    member = client_of(emulator, "222222222222")
    expected = ("AccessDeniedException", None)
    assert refused(member.list_aws_service_access_for_organization) == expected
    assert refused(member.enable_aws_service_access, ServicePrincipal=GUARDDUTY) == expected
    assert refused(member.list_delegated_administrators) == expected


def test_delegated_administrator_may_list_and_not_write(emulator: EmulatorControl) -> None:
    emulator.organization(
        enabled=[GUARDDUTY],
        members={"222222222222": "security"},
        delegated_administrators={GUARDDUTY: ["222222222222"]},
    )
    member = client_of(emulator, "222222222222")
    (entry,) = member.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert entry["ServicePrincipal"] == GUARDDUTY
    assert refused(member.disable_aws_service_access, ServicePrincipal=GUARDDUTY)[0] == "AccessDeniedException"


def test_consolidated_billing(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(feature_set="CONSOLIDATED_BILLING")
    assert refused(botocore_client.enable_aws_service_access, ServicePrincipal=GUARDDUTY) == (
        "ConstraintViolationException",
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
    )


@pytest.mark.parametrize(
    ("principal", "reason"),
    [
        ("gaurdduty.amazonaws.com", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        ("stacksets.cloudformation.amazonaws.com", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        ("license-manager.member-account.amazonaws.com.", "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        ("a b", "INVALID_PATTERN"),
        ("a" * 129, "MAX_LENGTH_EXCEEDED"),
    ],
)
def test_refused_principals(botocore_client: Any, emulator: EmulatorControl, principal: str, reason: str) -> None:
    emulator.organization()
    assert refused(botocore_client.enable_aws_service_access, ServicePrincipal=principal) == (
        "InvalidInputException",
        reason,
    )


def test_enabling_and_disabling_twice(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    for principal in ("notifications.amazon.com", GUARDDUTY, GUARDDUTY):
        botocore_client.enable_aws_service_access(ServicePrincipal=principal)
    for _attempt in range(2):
        botocore_client.disable_aws_service_access(ServicePrincipal=GUARDDUTY)
    (entry,) = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert entry["ServicePrincipal"] == "notifications.amazon.com"


def test_pages(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(21))
    first = botocore_client.list_aws_service_access_for_organization()
    assert len(first["EnabledServicePrincipals"]) == 20
    last = botocore_client.list_aws_service_access_for_organization(NextToken=first["NextToken"])
    assert len(last["EnabledServicePrincipals"]) == 1
    assert "NextToken" not in last
    for arguments, reason in (
        ({"MaxResults": 21}, "MAX_VALUE_EXCEEDED"),
        ({"NextToken": "nonsense"}, "INVALID_NEXT_TOKEN"),
    ):
        assert refused(botocore_client.list_aws_service_access_for_organization, **arguments) == (
            "InvalidInputException",
            reason,
        )


def test_a_listing_goes_on_while_others_write(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(22))
    first = botocore_client.list_aws_service_access_for_organization()
    for principal in (numbered(1)[0], numbered(21)[20]):
        botocore_client.disable_aws_service_access(ServicePrincipal=principal)
    last = botocore_client.list_aws_service_access_for_organization(NextToken=first["NextToken"])
    assert [entry["ServicePrincipal"] for entry in last["EnabledServicePrincipals"]] == numbered(1, first=21)


def test_delegated_administrators_need_service_access_first(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(members={"222222222222": "security"})
    register = {"AccountId": "222222222222", "ServicePrincipal": GUARDDUTY}
    assert refused(botocore_client.register_delegated_administrator, **register) == (
        "ConstraintViolationException",
        "SERVICE_ACCESS_NOT_ENABLED",
    )
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    botocore_client.register_delegated_administrator(**register)
    (listed,) = botocore_client.list_delegated_administrators(ServicePrincipal=GUARDDUTY)["DelegatedAdministrators"]
    assert listed["Id"] == "222222222222"
    botocore_client.deregister_delegated_administrator(**register)
    assert botocore_client.list_delegated_administrators()["DelegatedAdministrators"] == []


@pytest.mark.parametrize("switch", [True, False])
def test_disable_with_delegated_administrators(botocore_client: Any, emulator: EmulatorControl, switch: bool) -> None:
    emulator.organization(
        enabled=[GUARDDUTY],
        members={"222222222222": "security"},
        delegated_administrators={GUARDDUTY: ["222222222222"]},
    )
    emulator.settings(refuse_disable_with_delegated_administrators=switch)
    if switch:
        code, _message = refused(botocore_client.disable_aws_service_access, ServicePrincipal=GUARDDUTY)
        assert code == "ConstraintViolationException"
    else:
        botocore_client.disable_aws_service_access(ServicePrincipal=GUARDDUTY)


def test_organizations_are_told_apart_by_account(emulator: EmulatorControl) -> None:
    emulator.organization(account_id="111111111111", enabled=[GUARDDUTY])
    emulator.organization(account_id="999999999999", enabled=["config.amazonaws.com"])
    for account_id, principal in (("111111111111", GUARDDUTY), ("999999999999", "config.amazonaws.com")):
        client = client_of(emulator, account_id)
        (entry,) = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
        assert entry["ServicePrincipal"] == principal
        assert client.describe_organization()["Organization"]["MasterAccountId"] == account_id
    assert [entry["account_id"] for entry in emulator.requests() if entry["operation"] == LIST] == [
        "111111111111",
        "999999999999",
    ]


def test_rate_limits(emulator: EmulatorControl) -> None:
    emulator.organization()
    client = aws_client(emulator, "organizations", config=Config(retries={"total_max_attempts": 1, "mode": "standard"}))
    for _member in range(4):
        client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)  # off by default
    emulator.settings(rate_limits=True)
    for _attempt in range(2):
        client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    assert refused(client.enable_aws_service_access, ServicePrincipal=GUARDDUTY)[0] == "TooManyRequestsException"
    client.disable_aws_service_access(ServicePrincipal=GUARDDUTY)  # a bucket of its own
    assert emulator.requests()[-2]["error"] == "TooManyRequestsException"


def test_stale_listings(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.settings(stale_listings=2)
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    shown = [
        len(botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"])
        for _listing in range(3)
    ]
    assert shown == [0, 0, 1]


def test_faults_strike_as_scripted(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    listing = botocore_client.list_aws_service_access_for_organization
    emulator.fault(LIST, after=1, count=2, code="InvalidInputException", reason="WHY", status=403)
    assert "EnabledServicePrincipals" in listing()
    assert refused(listing) == refused(listing) == ("InvalidInputException", "WHY")
    assert "EnabledServicePrincipals" in listing()
    emulator.fault(LIST, delay=0.2)
    started = time.monotonic()
    listing()
    assert time.monotonic() - started >= 0.2
    emulator.fault("GetCallerIdentity", code="ExpiredToken", message="expired", status=403)
    sts = aws_client(emulator, "sts")
    assert refused(sts.get_caller_identity)[0] == "ExpiredToken"
    assert sts.get_caller_identity()["Account"] == MANAGEMENT_ACCOUNT


def test_connections_stay_open_until_a_reset(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault(LIST, after=2, reset=True)
    for _call in range(2):
        botocore_client.list_aws_service_access_for_organization()
    botocore_client.list_aws_service_access_for_organization()  # botocore attempts it again
    aws_client(emulator, "organizations").list_aws_service_access_for_organization()
    connections = [entry["connection"] for entry in emulator.requests()]
    first, again, other = connections[0], connections[3], connections[4]
    assert connections == [first, first, first, again, other]
    assert len({first, again, other}) == 3


def test_a_reset_can_lose_the_answer_of_a_write_that_happened(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault("EnableAWSServiceAccess", count=9, reset=True, apply=True)
    with pytest.raises(ConnectionClosedError):
        botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    assert len(botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 1


def test_the_log_never_holds_a_secret(emulator: EmulatorControl) -> None:
    emulator.organization()
    client = aws_client(
        emulator,
        "organizations",
        aws_access_key_id="AKVISIBLE",
        aws_secret_access_key="SECRET-KEY",
        aws_session_token="SECRET-TOKEN",
    )
    client.list_aws_service_access_for_organization()
    (entry,) = emulator.requests()
    assert entry["access_key_id"] == "AKVISIBLE"
    assert "SECRET" not in str(entry)
    assert "Signature" not in str(entry)


def test_a_misspelt_setting_is_an_error(emulator: EmulatorControl) -> None:
    with pytest.raises(ValueError, match="unknown settings"):
        emulator.settings(rate_limit=True)
    with pytest.raises(ValueError, match="unexpected keyword"):
        emulator.fault(LIST, nonsense=1)


def test_the_process_listens_on_loopback_only_and_ends_with_its_input() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.emulator", "--until-eof"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    url = process.stdout.readline().strip()
    EmulatorControl(url).wait_until_ready()
    port = int(url.rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # free: the emulator did not bind every address
    process.stdin.close()
    assert process.wait(timeout=10) == 0
