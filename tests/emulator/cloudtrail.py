# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudTrail's event history, as far as it concerns Organizations: its write calls, failed ones included.

API = CloudTrail API reference, LookupEvents; GUIDE = CloudTrail user guide, "CloudTrail record contents" and
"userIdentity element". On AWS an event appears after some minutes; here at once.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from moto.sts.models import sts_backends

from .control import is_write
from .protocols import JSON, REQUEST_ID, Answer, error_answer

EVENT_SOURCE = "organizations.amazonaws.com"
REGION = "us-east-1"  # Organizations user guide: all of its events are recorded there
MAX_RESULTS = 50  # API: the default and the maximum
# API, LookupAttribute: the keys. Events of Organizations have no resource; the others are also the names in an event.
ATTRIBUTES = (
    "AccessKeyId",
    "EventId",
    "EventName",
    "EventSource",
    "ReadOnly",
    "ResourceName",
    "ResourceType",
    "Username",
)


class EventHistory:
    """The events of all accounts, oldest first."""

    def __init__(self) -> None:
        self._events: list[tuple[str, dict[str, Any]]] = []  # each with its account

    def clear(self) -> None:
        """Forget all events."""
        self._events.clear()

    def record(self, entry: Mapping[str, Any]) -> None:
        """Keep a request of the log, after its response, if it is a write call to Organizations."""
        if (
            entry["service"] != "organizations"
            or not is_write(entry["operation"])
            or not isinstance(entry["status"], int)
        ):
            return
        identity = user_identity(entry["account_id"], entry["access_key_id"])
        record = {
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": datetime.fromtimestamp(int(entry["time"]), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": EVENT_SOURCE,
            "eventName": entry["operation"],
            "awsRegion": REGION,
            "sourceIPAddress": "127.0.0.1",
            "userAgent": entry["user_agent"],
            **({"errorCode": entry["error"]} if entry["error"] else {}),
            "requestParameters": {name[:1].lower() + name[1:]: value for name, value in entry["parameters"].items()},
            "responseElements": None,
            "requestID": entry["request_id"],
            "eventID": str(uuid.uuid4()),
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": entry["account_id"],
            "eventCategory": "Management",
        }
        event = {
            "EventId": record["eventID"],
            "EventName": record["eventName"],
            "ReadOnly": "false",
            "AccessKeyId": entry["access_key_id"],
            "EventTime": int(entry["time"]),  # GUIDE: in seconds
            "EventSource": EVENT_SOURCE,
            "Username": identity["arn"].rpartition("/")[2],
            "Resources": [],
            "CloudTrailEvent": json.dumps(record),
        }
        self._events.append((entry["account_id"], event))

    def answer(
        self, service: str, operation: str, account_id: str, region: str, parameters: Mapping[str, Any]
    ) -> Answer | None:
        """Return the response to LookupEvents, newest events of the caller's account first; None for any other call."""
        if (service, operation) != ("cloudtrail", "LookupEvents"):
            return None
        attributes = parameters.get("LookupAttributes", [])
        if len(attributes) > 1 or any(attribute["AttributeKey"] not in ATTRIBUTES for attribute in attributes):
            # API: "Currently the list can contain only one item."
            return error_answer(JSON, 400, "InvalidLookupAttributesException", "Specify one known attribute.")
        wanted = {attribute["AttributeKey"]: attribute["AttributeValue"] for attribute in attributes}
        start, end = (parameters.get(name) for name in ("StartTime", "EndTime"))
        found = [
            event
            for of_account, event in reversed(self._events)
            if region == REGION
            and of_account == account_id
            and all(event.get(name) == value for name, value in wanted.items())
            and (start is None or event["EventTime"] >= int(start))
            and (end is None or event["EventTime"] <= int(end))
        ]
        first = int(parameters.get("NextToken") or 0)
        last = first + parameters.get("MaxResults", MAX_RESULTS)
        page = {"Events": found[first:last], **({"NextToken": str(last)} if last < len(found) else {})}
        return 200, {"Content-Type": JSON, REQUEST_ID: str(uuid.uuid4())}, json.dumps(page).encode()


def user_identity(account_id: str, access_key_id: str) -> dict[str, Any]:
    """Return who made a call: a session of a role, or a user named after its access key."""
    session = sts_backends[account_id]["aws"].get_assumed_role_from_access_key(access_key_id)
    common = {"accountId": account_id, "accessKeyId": access_key_id}
    if session is None:
        name = access_key_id.lower()
        return {"type": "IAMUser", "arn": f"arn:aws:iam::{account_id}:user/{name}", "userName": name, **common}
    issuer = {
        "type": "Role",
        "arn": session.role_arn,
        "accountId": account_id,
        "userName": session.role_arn.rpartition("/")[2],
    }
    return {"type": "AssumedRole", "arn": session.arn, "sessionContext": {"sessionIssuer": issuer}, **common}


def eventbridge_message(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what EventBridge sends for an event (user guide, "AWS service events delivered via AWS CloudTrail")."""
    record = json.loads(event["CloudTrailEvent"])
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.organizations",
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }
