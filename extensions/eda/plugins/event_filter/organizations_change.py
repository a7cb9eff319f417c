# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event filter of ansible-rulebook: recognize a change of service access or of delegated administrators."""

from __future__ import annotations

import re
from typing import Any

DOCUMENTATION = r"""
---
short_description: Recognize changes of service access and of delegated administrators
description:
  - Replaces an event that says that somebody enabled or disabled the service access of an organization in AWS
    Organizations, or registered or deregistered a delegated administrator, by C(organizations_change). Failed calls are
    ignored. Every other event stays as it is, without an C(organizations_change) of its own.
  - It understands the events of P(amazon.aws.aws_sqs_queue#event_source), if Amazon EventBridge fills the queue, and of
    P(amazon.aws.aws_cloudtrail#event_source).
  - C(organizations_change) contains only values of a checked form, and nothing else of the event is left, because
    ansible-rulebook passes events to playbooks as variables, in which Ansible evaluates templates.
    C(event_name) is the operation. C(management_account_id) is the account of the organization.
    C(changed_by) is the identity that made the call, the part of its ARN after the account, for example
    V(role/service-access), V(user/alice) or V(root). A session of a role counts as the role. It is V(unknown) if the
    event does not say it, or if the identity belongs to another account.
    C(service_principal) and C(account_id) are the parameters of the call, and empty where it has none.
"""

EXAMPLES = r"""
- amazon.aws.aws_sqs_queue:
    region: us-east-1
    name: service-access-events
  filters:
    - orgops.aws.organizations_change:
"""

# The pattern of the EventBridge rule in docs/docsite/rst/guide_events.rst has the same names.
EVENT_NAMES = (
    "DeregisterDelegatedAdministrator",
    "DisableAWSServiceAccess",
    "EnableAWSServiceAccess",
    "RegisterDelegatedAdministrator",
)
# API references of Organizations and IAM. Values of any other form are left out, because rules pass them on.
ACCOUNT_ID = r"[0-9]{12}"
SERVICE_PRINCIPAL = r"[A-Za-z0-9_+=,.@-]{1,128}"
IDENTITY = r"[A-Za-z0-9_+=,.@/-]{1,1100}"


def main(event: dict[str, Any]) -> dict[str, Any]:
    """Return ``organizations_change`` alone if it is such a change, else the event without it; see DOCUMENTATION.

    The record is that of CloudTrail (CloudTrail user guide, "CloudTrail record contents").
    """
    record = _record(event)
    management_account_id = _valid(ACCOUNT_ID, record.get("recipientAccountId"))
    if (
        record.get("eventSource") != "organizations.amazonaws.com"
        or record.get("eventName") not in EVENT_NAMES
        or record.get("errorCode")
        or not management_account_id
    ):
        return {name: value for name, value in event.items() if name != "organizations_change"}
    parameters = _dictionary(record.get("requestParameters"))
    change = {
        "event_name": record["eventName"],
        "management_account_id": management_account_id,
        "changed_by": _changed_by(_dictionary(record.get("userIdentity")), management_account_id),
        "service_principal": _valid(SERVICE_PRINCIPAL, parameters.get("servicePrincipal")),
        "account_id": _valid(ACCOUNT_ID, parameters.get("accountId")),
    }
    return {"organizations_change": change}


def _record(event: dict[str, Any]) -> dict[str, Any]:
    """Return CloudTrail's record in an event of either source; empty if it has none."""
    if "CloudTrailEvent" in event:
        return _dictionary(event["CloudTrailEvent"])
    return _dictionary(_dictionary(event.get("body")).get("detail"))


def _changed_by(identity: dict[str, Any], account_id: str) -> str:
    """Return the role, without the name of its session, which whoever assumes it chooses."""
    issuer = _dictionary(_dictionary(identity.get("sessionContext")).get("sessionIssuer"))
    arn = issuer.get("arn") or identity.get("arn")
    _prefix, found, name = arn.partition(f"::{account_id}:") if isinstance(arn, str) else ("", "", "")
    return (found and _valid(IDENTITY, name)) or "unknown"


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _valid(pattern: str, value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(pattern, value) else ""
