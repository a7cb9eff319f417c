# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event filter: what it recognizes, and what it lets through to rules."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.orgops.aws.extensions.eda.plugins.event_filter.organizations_change import main

RECORD = {
    "eventSource": "organizations.amazonaws.com",
    "eventName": "RegisterDelegatedAdministrator",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111111111111:assumed-role/operations/alice",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111111111111:role/ops/operations"}},
    },
    "requestParameters": {"accountId": "222222222222", "servicePrincipal": "config.amazonaws.com"},
    "recipientAccountId": "111111111111",
}
CHANGE = {
    "event_name": "RegisterDelegatedAdministrator",
    "management_account_id": "111111111111",
    "changed_by": "role/ops/operations",
    "service_principal": "config.amazonaws.com",
    "account_id": "222222222222",
}
TEMPLATE = "{{ 1 }}"


def change_in(**members: Any) -> Any:
    """Return what the filter makes of the record with other members."""
    return main({"CloudTrailEvent": {**RECORD, **members}}).get("organizations_change")


@pytest.mark.parametrize(
    "event", [{"CloudTrailEvent": RECORD, "EventId": "1"}, {"body": {"detail": RECORD}, "meta": {}}]
)
def test_the_events_of_both_sources(event: dict[str, Any]) -> None:
    before = copy.deepcopy(event)
    assert main(event) == {"organizations_change": CHANGE}, (
        "what is left of the event becomes variables of the playbook"
    )
    assert event == before


@pytest.mark.parametrize(
    "name",
    [
        "DeregisterDelegatedAdministrator",
        "DisableAWSServiceAccess",
        "EnableAWSServiceAccess",
        "RegisterDelegatedAdministrator",
    ],
)
def test_changes(name: str) -> None:
    assert change_in(eventName=name)["event_name"] == name


@pytest.mark.parametrize(
    "members",
    [
        {"eventSource": "guardduty.amazonaws.com"},
        {"eventName": "CreateAccount"},
        {"eventName": ["EnableAWSServiceAccess"]},
        {"errorCode": "AccessDeniedException"},
        {"recipientAccountId": None},
        {"recipientAccountId": 111111111111},
        {"recipientAccountId": "11111111111"},
        {"recipientAccountId": "111111111111\n"},
        {"recipientAccountId": "\u0661" * 12},
        {"recipientAccountId": "all"},
        {"recipientAccountId": TEMPLATE},
    ],
)
def test_no_changes(members: dict[str, Any]) -> None:
    assert change_in(**members) is None


@pytest.mark.parametrize(
    "event",
    [{}, {"i": 1}, {"body": "text"}, {"body": ["list"]}, {"body": {"detail": "text"}}, {"CloudTrailEvent": None}],
)
def test_other_events_stay_as_they_are(event: dict[str, Any]) -> None:
    assert main(event) == event


@pytest.mark.parametrize(
    ("identity", "changed_by"),
    [
        ({"type": "IAMUser", "arn": "arn:aws:iam::111111111111:user/alice"}, "user/alice"),
        ({"type": "Root", "arn": "arn:aws:iam::111111111111:root"}, "root"),
        ({"type": "AWSService", "invokedBy": "ram.amazonaws.com"}, "unknown"),
        ({"arn": f"arn:aws:iam::111111111111:user/{TEMPLATE}"}, "unknown"),
        ({"type": "IAMUser", "arn": "arn:aws:iam::999999999999:user/alice"}, "unknown"),
        ({"type": "IAMUser", "arn": "arn:aws-us-gov:iam::111111111111:user/alice"}, "user/alice"),
        ({"arn": 5}, "unknown"),
        ({"sessionContext": None}, "unknown"),
        (None, "unknown"),
        ("alice", "unknown"),
    ],
)
def test_who_made_the_change(identity: Any, changed_by: str) -> None:
    assert change_in(userIdentity=identity)["changed_by"] == changed_by


@pytest.mark.parametrize("parameters", [None, [], {}, {"servicePrincipal": TEMPLATE, "accountId": TEMPLATE}])
def test_parameters_of_another_form_are_left_out(parameters: Any) -> None:
    change = change_in(requestParameters=parameters)
    assert (change["service_principal"], change["account_id"]) == ("", "")


@pytest.mark.parametrize("event", [{}, {"CloudTrailEvent": {**RECORD, "errorCode": "AccessDenied"}}, {"body": "x"}])
def test_a_change_that_the_event_claims_itself_is_dropped(event: dict[str, Any]) -> None:
    claimed = {**event, "organizations_change": {**CHANGE, "changed_by": TEMPLATE}, "meta": {"a": 1}}
    assert main(claimed) == {**event, "meta": {"a": 1}}
    assert "organizations_change" in claimed
