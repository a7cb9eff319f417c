# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What controls on AWS Organizations ask of one organization, as facts for an audit; no verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ...module_utils._organizations.catalog.services import BY_PRINCIPAL
from .states import EXPECTED, PRESENT

Accounts = Collection[Mapping[str, Any]]


def control_facts(
    services: Mapping[str, str] | None,
    enabled: Mapping[str, Mapping[str, Any]],
    accounts: Accounts | None,
    *,
    administrators_expected: bool,
) -> dict[str, Any]:
    """Return {services, accounts}: those that support a delegated administrator, and those that are one.

    ``services``: the state of each service, None without a desired state. ``enabled``: the enabled ones, by name.
    ``accounts``: what describe_accounts returns, None if delegated administrators were not read.
    ``administrators_expected``: whether the variables say who should administer what.

    services: [{service_principal, service_name, enabled, enabled_expected, delegated_administrators,
    delegated_administrators_expected}]; accounts: [{account_id, name, service_principals,
    service_principals_expected}], None if they were not read. None stands for what is not known.
    """
    expected = accounts if administrators_expected else None
    described = [
        {
            "service_principal": principal,
            "service_name": service.name,
            "enabled": principal in enabled,
            "enabled_expected": None if services is None else services.get(principal) in EXPECTED,
            "delegated_administrators": _administrators(principal, accounts, PRESENT),
            "delegated_administrators_expected": _administrators(principal, expected, EXPECTED),
        }
        for principal, service in sorted(BY_PRINCIPAL.items())
        if service.delegated_administrator
    ]
    return {"services": described, "accounts": _describe(accounts, expected=administrators_expected)}


def _administrators(principal: str, accounts: Accounts | None, states: Collection[str]) -> list[str] | None:
    if accounts is None:
        return None
    return [account["account_id"] for account in accounts if principal in _services(account, states)]


def _services(account: Mapping[str, Any], states: Collection[str]) -> list[str]:
    return [service["service_principal"] for service in account["services"] if service["state"] in states]


def _describe(accounts: Accounts | None, *, expected: bool) -> list[dict[str, Any]] | None:
    if accounts is None:
        return None
    return [
        {
            "account_id": account["account_id"],
            "name": account["name"],
            "service_principals": _services(account, PRESENT),
            "service_principals_expected": _services(account, EXPECTED) if expected else None,
        }
        for account in accounts
        if _services(account, PRESENT)
    ]


__all__ = ["control_facts"]
