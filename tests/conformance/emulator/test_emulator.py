# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator: faults, connections, the request log, several organizations."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import aws_client
from ansible_collections.orgops.aws.tests.paths import ROOT

from .helpers import CONFIG, client_of, refused

LIST = "ListAWSServiceAccessForOrganization"
GUARDDUTY = "guardduty.amazonaws.com"


def test_enabling_and_disabling_twice(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    for principal in ("notifications.amazon.com", GUARDDUTY, GUARDDUTY):
        botocore_client.enable_aws_service_access(ServicePrincipal=principal)
    for _attempt in range(2):
        botocore_client.disable_aws_service_access(ServicePrincipal=GUARDDUTY)
    (entry,) = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert entry["ServicePrincipal"] == "notifications.amazon.com"


def test_organizations_are_separated_by_account(emulator: EmulatorControl) -> None:
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


def test_faults_occur_as_scripted(botocore_client: Any, emulator: EmulatorControl) -> None:
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
    botocore_client.list_aws_service_access_for_organization()  # botocore retries
    aws_client(emulator, "organizations").list_aws_service_access_for_organization()
    connections = [entry["connection"] for entry in emulator.requests()]
    first, again, other = connections[0], connections[3], connections[4]
    assert connections == [first, first, first, again, other]
    assert len({first, again, other}) == 3


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize(
    "lost",
    [
        {"reset": True},
        {"reset": True, "delay": 0.3},
        {"code": "ServiceException", "status": 500},
        {"code": "ServiceException", "status": 400},
        {"body": "<html>", "status": 502},
    ],
)
def test_a_fault_can_follow_or_prevent_a_write(
    botocore_client: Any, emulator: EmulatorControl, lost: dict[str, Any], applied: bool
) -> None:
    emulator.organization()
    emulator.fault("EnableAWSServiceAccess", apply=applied, **lost)
    impatient = Config(read_timeout=0.1, retries={"total_max_attempts": 1})
    client = aws_client(emulator, "organizations", config=impatient)
    with pytest.raises((BotoCoreError, ClientError)):
        client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    assert emulator.applied() == ([("EnableAWSServiceAccess", GUARDDUTY)] if applied else [])
    assert len(botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == applied


def test_the_log_shows_which_writes_were_applied(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault("EnableAWSServiceAccess", code="TooManyRequestsException")
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)  # botocore retries
    assert refused(botocore_client.enable_aws_service_access, ServicePrincipal="gaurdduty.amazonaws.com")
    botocore_client.list_aws_service_access_for_organization()
    assert [entry["applied"] for entry in emulator.requests()] == [False, True, False, False]
    assert emulator.applied() == [("EnableAWSServiceAccess", GUARDDUTY)]


def test_a_truncated_response(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY])
    role = {"RoleArn": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:role/test", "RoleSessionName": "test"}
    for operation, truncate in (("AssumeRole", 300), (LIST, 20), ("EnableAWSServiceAccess", 1)):
        emulator.fault(operation, truncate=truncate)
    sts = aws_client(emulator, "sts")
    with pytest.raises(ResponseParserError, match="<AssumeRoleResponse"):
        sts.assume_role(**role)
    assert sts.assume_role(**role)["Credentials"]
    # botocore takes what is no JSON for a text.
    assert "EnabledServicePrincipals" not in botocore_client.list_aws_service_access_for_organization()
    botocore_client.enable_aws_service_access(ServicePrincipal=CONFIG)
    assert emulator.applied() == [("EnableAWSServiceAccess", CONFIG)]


def test_the_log_never_contains_a_secret(emulator: EmulatorControl) -> None:
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


def test_every_call_that_could_change_something_is_a_write(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY], members={"222222222222": "security"})
    registration = {"AccountId": "222222222222", "ServicePrincipal": GUARDDUTY}
    botocore_client.describe_organization()
    botocore_client.list_roots()
    aws_client(emulator, "sts").get_caller_identity()
    client_of(emulator, "222222222222")  # AssumeRole
    assert emulator.writes() == []
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    botocore_client.register_delegated_administrator(**registration)
    botocore_client.tag_resource(ResourceId="222222222222", Tags=[])
    assert refused(botocore_client.enable_all_features)[0] == "UnknownOperationException"
    assert emulator.writes() == [
        ("EnableAWSServiceAccess", GUARDDUTY),
        ("RegisterDelegatedAdministrator", registration),
        ("TagResource", {"ResourceId": "222222222222", "Tags": []}),
        ("EnableAllFeatures", {}),
    ]


def test_a_misspelled_setting_is_an_error(emulator: EmulatorControl) -> None:
    with pytest.raises(ValueError, match="unknown settings"):
        emulator.settings(rate_limit=True)
    with pytest.raises(ValueError, match="cannot be 'allways'"):
        emulator.settings(refuse_disable_with_delegated_administrators="allways")
    with pytest.raises(ValueError, match=r"cannot have \['Stat'\]"):
        emulator.settings(account_state_members=["Stat"])
    with pytest.raises(ValueError, match="AccountNotFoundException"):
        emulator.organization(suspended=["222222222222"])
    with pytest.raises(ValueError, match="unexpected keyword"):
        emulator.fault(LIST, nonsense=1)


def test_the_process_is_local_and_ends_with_its_input() -> None:
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
