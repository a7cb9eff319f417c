# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions: lists, opt-in, sessions of the global STS endpoint, missing services, faults in one Region."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import aws_client

from .administrators import CLOUDTRAIL, DETECTIVE, FIRST, GUARDDUTY, IPAM, OPT_IN, REGIONAL, SECOND, organization
from .helpers import ADMINISTRATOR, refused

pytestmark = pytest.mark.usefixtures("service_administrators")

REGIONS = {FIRST: "ENABLED_BY_DEFAULT", SECOND: "ENABLED_BY_DEFAULT", OPT_IN: "ENABLED", "af-south-1": "DISABLED"}
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})
IMPATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=0.3)


def session(emulator: EmulatorControl, region: str) -> dict[str, str]:
    """Return a client's credentials from a role that was assumed in a Region."""
    sts = aws_client(emulator, "sts", region_name=region)
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:role/test", RoleSessionName="test")
    return {
        "aws_access_key_id": role["Credentials"]["AccessKeyId"],
        "aws_secret_access_key": role["Credentials"]["SecretAccessKey"],
        "aws_session_token": role["Credentials"]["SessionToken"],
    }


def test_the_account_api_lists_regions(emulator: EmulatorControl) -> None:
    organization(emulator, regions=REGIONS)
    client = aws_client(emulator, "account")
    listed = {entry["RegionName"]: entry["RegionOptStatus"] for entry in client.list_regions()["Regions"]}
    assert listed == REGIONS
    pages = client.get_paginator("list_regions").paginate(
        RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"], PaginationConfig={"PageSize": 2}
    )
    names = [[entry["RegionName"] for entry in page["Regions"]] for page in pages]
    assert names == [[SECOND, OPT_IN], [FIRST]]
    assert refused(client.list_regions, NextToken="made up")[0] == "ValidationException"


def test_ec2_describes_enabled_regions(emulator: EmulatorControl) -> None:
    organization(emulator, regions=REGIONS)
    client = aws_client(emulator, "ec2")
    enabled = {entry["RegionName"]: entry["OptInStatus"] for entry in client.describe_regions()["Regions"]}
    assert enabled == {FIRST: "opt-in-not-required", SECOND: "opt-in-not-required", OPT_IN: "opted-in"}
    every = client.describe_regions(AllRegions=True)["Regions"]
    assert {entry["RegionName"] for entry in every} == set(REGIONS)
    assert [entry["OptInStatus"] for entry in every if entry["RegionName"] == "af-south-1"] == ["not-opted-in"]
    named = client.describe_regions(RegionNames=[SECOND])["Regions"]
    assert [entry["RegionName"] for entry in named] == [SECOND]


@pytest.mark.parametrize(("partition", "region", "count"), [("aws", FIRST, 17), ("aws-us-gov", "us-gov-west-1", 2)])
def test_an_account_has_regions_without_a_seed(
    emulator: EmulatorControl, partition: str, region: str, count: int
) -> None:
    emulator.organization(partition=partition)
    listed = aws_client(emulator, "account", region_name=region).list_regions()["Regions"]
    described = aws_client(emulator, "ec2", region_name=region).describe_regions()["Regions"]
    assert {entry["RegionOptStatus"] for entry in listed} == {"ENABLED_BY_DEFAULT"}
    assert len(listed) == count
    assert {entry["RegionName"] for entry in listed} == {entry["RegionName"] for entry in described}


@pytest.mark.parametrize(
    "seed",
    [
        {"regions": {FIRST: "ON"}},
        {"regional_administrators": {"ipam.amazonaws.com": {FIRST: ADMINISTRATOR}}},
        {"regional_administrators": {"guardduty.amazonaws.com": {FIRST: {"account": ADMINISTRATOR}}}},
    ],
    ids=["status", "service", "member"],
)
def test_a_seed_with_an_unknown_name_fails(emulator: EmulatorControl, seed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="organizations"):
        organization(emulator, **seed)


@pytest.mark.parametrize("status", ["ENABLED", "ENABLING", "DISABLING", "DISABLED"])
def test_only_enabled_regions_accept_the_account(emulator: EmulatorControl, status: str) -> None:
    organization(emulator, regions={**REGIONS, OPT_IN: status})
    caller = GUARDDUTY.at(emulator, OPT_IN)
    if status == "ENABLED":
        caller.enable()
    else:
        assert refused(caller.enable)[0] == "UnrecognizedClientException"
        assert emulator.applied() == []


def test_the_refusal_in_each_protocol(emulator: EmulatorControl) -> None:
    organization(emulator, regions=REGIONS)
    assert refused(CLOUDTRAIL.at(emulator, "af-south-1").enable)[0] == "UnrecognizedClientException"
    assert refused(IPAM.at(emulator, "af-south-1").enable)[0] == "AuthFailure"
    sts = aws_client(emulator, "sts", region_name="af-south-1")
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"


def test_opt_in_regions_refuse_tokens_of_the_global_endpoint(emulator: EmulatorControl) -> None:
    organization(emulator, regions=REGIONS)
    emulator.settings(global_sts_regions=[FIRST])
    for sts_region, accepted in ((FIRST, {FIRST, SECOND}), (SECOND, {FIRST, SECOND, OPT_IN})):
        credentials = session(emulator, sts_region)
        for region in (FIRST, SECOND, OPT_IN):
            client = aws_client(emulator, "detective", region_name=region, **credentials)
            if region in accepted:
                client.list_organization_admin_accounts()
            else:
                assert refused(client.list_organization_admin_accounts)[0] == "UnrecognizedClientException"


def test_a_missing_service_ends_the_connection(emulator: EmulatorControl) -> None:
    organization(emulator)
    emulator.settings(missing_regions={"detective": [SECOND]})
    missing = aws_client(emulator, "detective", region_name=SECOND, config=ONE_ATTEMPT)
    with pytest.raises(ConnectionClosedError):
        missing.list_organization_admin_accounts()
    DETECTIVE.at(emulator).list()
    GUARDDUTY.at(emulator, SECOND).list()


def error_code_of(error: Exception) -> str | None:
    """Return the code of an error that AWS answered; None where it did not answer."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else None


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"code": "ThrottlingException", "status": 429}, "ThrottlingException"),
        ({"code": "AccessDeniedException", "status": 403}, "AccessDeniedException"),
        ({"reset": True}, "ConnectionClosedError"),
        ({"delay": 1, "code": "InternalServerException"}, "ReadTimeoutError"),  # never applied, not even later
        ({"body": "<html>", "status": 502}, "502"),
    ],
    ids=["throttled", "denied", "reset", "timeout", "page"],
)
@pytest.mark.parametrize("api", [*REGIONAL, IPAM, CLOUDTRAIL], ids=lambda api: api.client)
def test_faults_in_one_region(emulator: EmulatorControl, api: Any, fault: dict[str, Any], expected: str) -> None:
    organization(emulator)
    emulator.fault(service=api.client, region=SECOND, count=None, **fault)
    config = IMPATIENT if "delay" in fault else ONE_ATTEMPT
    struck = aws_client(emulator, api.client, region_name=SECOND, config=config)
    with pytest.raises((BotoCoreError, ClientError)) as error:
        getattr(struck, api.enable)(**{api.enable_account: ADMINISTRATOR})
    assert expected in (type(error.value).__name__, error_code_of(error.value))
    assert emulator.applied() == []
    (GUARDDUTY if api is DETECTIVE else DETECTIVE).at(emulator, SECOND).list()
    api.at(emulator).enable()


def test_the_log_tells_regions_apart(emulator: EmulatorControl) -> None:
    organization(emulator)
    for region in (SECOND, FIRST):
        GUARDDUTY.at(emulator, region).list()
    GUARDDUTY.at(emulator).enable()
    assert [
        (entry["service"], entry["operation"], entry["region"], entry["account_id"], entry["applied"])
        for entry in emulator.requests()
    ] == [
        ("guardduty", "ListOrganizationAdminAccounts", SECOND, MANAGEMENT_ACCOUNT, False),
        ("guardduty", "ListOrganizationAdminAccounts", FIRST, MANAGEMENT_ACCOUNT, False),
        ("guardduty", "EnableOrganizationAdminAccount", FIRST, MANAGEMENT_ACCOUNT, True),
    ]


def test_requests_wait_side_by_side(emulator: EmulatorControl) -> None:
    organization(emulator)
    clients = [GUARDDUTY.at(emulator, region) for region in (FIRST, SECOND) * 4]
    emulator.settings(latency=0.5)
    threads = [threading.Thread(target=client.list) for client in clients]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.5 <= time.monotonic() - started < 2
