# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudTrail's event history through boto3: what it contains, for whom, and how it pages."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import assume_role, aws_client, numbered

from .helpers import CONFIG, GUARDDUTY, MEMBER, refused


def look_up(emulator: EmulatorControl, **arguments: Any) -> list[dict[str, Any]]:
    """Return the records, newest first."""
    pages = aws_client(emulator, "cloudtrail").get_paginator("lookup_events").paginate(**arguments)
    return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]


def attribute(key: str, value: str) -> list[dict[str, str]]:
    return [{"AttributeKey": key, "AttributeValue": value}]


def test_only_write_calls_failed_ones_included(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[])
    client = aws_client(emulator, "organizations")
    client.list_aws_service_access_for_organization()
    client.enable_aws_service_access(ServicePrincipal=CONFIG)
    refused(client.enable_aws_service_access, ServicePrincipal="no.such.service")
    failed, succeeded = look_up(emulator)
    assert failed["errorCode"] == "InvalidInputException"
    assert "errorCode" not in succeeded
    assert succeeded["requestParameters"] == {"servicePrincipal": CONFIG}
    assert succeeded["recipientAccountId"] == MANAGEMENT_ACCOUNT
    assert succeeded["userIdentity"]["arn"] == f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:user/akidexample"
    assert succeeded["requestID"] in {entry["request_id"] for entry in emulator.requests()}


def test_a_session_shows_its_role_to_its_account_only(emulator: EmulatorControl) -> None:
    emulator.organization(MEMBER, enabled=[])
    role = assume_role(emulator, MEMBER)
    credentials = {
        "aws_access_key_id": role["access_key"],
        "aws_secret_access_key": role["secret_key"],
        "aws_session_token": role["session_token"],
    }
    aws_client(emulator, "organizations", **credentials).enable_aws_service_access(ServicePrincipal=CONFIG)
    (event,) = aws_client(emulator, "cloudtrail", **credentials).lookup_events()["Events"]
    identity = json.loads(event["CloudTrailEvent"])["userIdentity"]
    assert identity["arn"] == f"arn:aws:sts::{MEMBER}:assumed-role/test/test"
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == f"arn:aws:iam::{MEMBER}:role/test"
    assert not look_up(emulator)


def test_pages_attributes_and_times(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[])
    client = aws_client(emulator, "organizations")
    names = numbered(60)
    for name in names:
        client.enable_aws_service_access(ServicePrincipal=name)
    client.disable_aws_service_access(ServicePrincipal=names[0])
    assert len(aws_client(emulator, "cloudtrail").lookup_events()["Events"]) == 50
    found = look_up(emulator, LookupAttributes=attribute("EventName", "EnableAWSServiceAccess"), MaxResults=7)
    assert [record["requestParameters"]["servicePrincipal"] for record in found] == names[::-1]
    now = datetime.now(timezone.utc)
    assert len(look_up(emulator, StartTime=now - timedelta(minutes=5))) == 61
    assert not look_up(emulator, StartTime=now + timedelta(minutes=5))
    assert not look_up(emulator, EndTime=now - timedelta(minutes=5))
    assert not look_up(emulator, LookupAttributes=attribute("EventSource", "ec2.amazonaws.com"))
    assert not look_up(emulator, LookupAttributes=attribute("ResourceName", names[0]))


@pytest.mark.parametrize(
    "attributes",
    [
        [*attribute("EventName", "x"), *attribute("EventSource", "x")],
        attribute("Service", GUARDDUTY),
    ],
)
def test_attributes_that_are_refused(emulator: EmulatorControl, attributes: list[dict[str, str]]) -> None:
    client = aws_client(emulator, "cloudtrail")
    assert refused(client.lookup_events, LookupAttributes=attributes)[0] == "InvalidLookupAttributesException"


def test_other_regions_have_no_events_of_organizations(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[])
    aws_client(emulator, "organizations").enable_aws_service_access(ServicePrincipal=CONFIG)
    assert look_up(emulator)
    assert not aws_client(emulator, "cloudtrail", region_name="eu-west-1").lookup_events()["Events"]
