# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that designate administrators the services' own way, in their protocols (BC = botocore's models)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from moto.organizations.exceptions import OrganizationsClientError

from .administrator_services import OF_NAME, Service
from .paging import page
from .regional_administrators import Administrator
from .service_administrators import ServiceAdministrators
from .services import ServiceError

ENABLE, DISABLE, LIST = "enable", "disable", "list"
_COMMON = {
    "EnableOrganizationAdminAccount": ENABLE,
    "DisableOrganizationAdminAccount": DISABLE,
    "ListOrganizationAdminAccounts": LIST,
}
# BC: {service: {operation: what it does}}.
OPERATIONS = {
    **dict.fromkeys(("guardduty", "securityhub", "macie2", "detective"), _COMMON),
    "inspector2": {
        "EnableDelegatedAdminAccount": ENABLE,
        "DisableDelegatedAdminAccount": DISABLE,
        "ListDelegatedAdminAccounts": LIST,
    },
    "ec2": {"EnableIpamOrganizationAdminAccount": ENABLE, "DisableIpamOrganizationAdminAccount": DISABLE},
    "cloudtrail": {"RegisterOrganizationDelegatedAdmin": ENABLE, "DeregisterOrganizationDelegatedAdmin": DISABLE},
    "securitylake": {
        "RegisterDataLakeDelegatedAdministrator": ENABLE,
        "DeregisterDataLakeDelegatedAdministrator": DISABLE,
    },
}
CREATED = datetime(2026, 1, 1, tzinfo=timezone.utc)


def handle(
    service_name: str, operation: str, account_id: str, region: str, parameters: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the result of a call, as BC names its members; None for a call of something else."""
    action = OPERATIONS.get(service_name, {}).get(operation)
    if action is None:
        return None
    service = OF_NAME[service_name]
    administrators = ServiceAdministrators(service, account_id, region)
    administrators.check_caller()
    if action == LIST:
        again = not {"NextToken", "nextToken"}.isdisjoint(parameters)
        return _page(service, administrators.list(again=again), operation, region, account_id, parameters)
    if str(parameters.get("DryRun")).lower() == "true":  # EC2 API reference, "Error codes"
        raise ServiceError(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
    named = next((parameters[name] for name in service.account_in if name in parameters), None)
    if action == ENABLE:
        administrators.enable(str(named))
    else:
        administrators.disable(named)
    if service.result:
        return {service.result: named}
    return {"Success": True} if service.name == "ec2" else {}


def _page(
    service: Service,
    shown: Administrator | None,
    operation: str,
    region: str,
    account_id: str,
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    """Return one page, at most as long as BC says, with a token as opaque as those of Organizations."""
    given = {name[:1].upper() + name[1:]: value for name, value in parameters.items()}
    size = int(given.get("MaxResults", service.page_size))
    if not 0 < size <= service.page_size:
        raise ServiceError(*service.default, "The page size is out of range.")
    asked: dict[str, Any] = {"Service": service.name, "Region": region, "MaxResults": size}
    if "NextToken" in given:
        asked["NextToken"] = given["NextToken"]
    entries = [{"Id": shown.account_id, "entry": _entry(service, shown, region, account_id)}] if shown else []
    try:
        answer = page({"Accounts": entries}, operation, asked)
    except OrganizationsClientError as error:
        raise ServiceError(*service.default, error.message) from error
    token = "NextToken" if service.accounts[0].isupper() else "nextToken"
    result: dict[str, Any] = {service.accounts: [entry["entry"] for entry in answer["Accounts"]]}
    if "NextToken" in answer:
        result[token] = answer["NextToken"]
    return result


def _entry(service: Service, administrator: Administrator, region: str, account_id: str) -> dict[str, Any]:
    entry: dict[str, Any] = {service.account_id: administrator.account_id}
    if service.status:
        entry[service.status] = service.ending if administrator.ending else "ENABLED"
        return entry
    graph = f"arn:aws:detective:{region}:{administrator.account_id}:graph:{account_id}"  # BC, GraphArn; made up
    return {**entry, "GraphArn": graph, "DelegationTime": CREATED}
