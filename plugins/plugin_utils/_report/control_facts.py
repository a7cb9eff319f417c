# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What controls on AWS Organizations ask of one organization, as facts for an audit; no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._report.states import MISSING, WANTED

EXPECTED = (WANTED, MISSING)

Registrations = Mapping[Registration, str]


def control_facts(
    services: Mapping[str, str] | None,
    enabled: Mapping[str, Mapping[str, Any]],
    administrators: Registrations | None,
    names: Mapping[str, str],
    *,
    administrators_expected: bool,
) -> dict[str, Any]:
    """Return {services, accounts}: those that support a delegated administrator, and those that are one.

    ``services``: the state of each service, None without a desired state. ``enabled``: the enabled ones, by name.
    ``administrators``: the state of each registration, None if they were not read. ``names``: of accounts, by id.
    ``administrators_expected``: whether the variables say who should administer what.

    services: [{service_principal, service_name, enabled, enabled_expected, delegated_administrators,
    delegated_administrators_expected}]; accounts: [{account_id, name, service_principals,
    service_principals_expected}], None if they were not read. None stands for what is not known.
    """
    registered = wanted = accounts = None
    if administrators is not None:
        registered = [one for one, state in administrators.items() if state != MISSING]
        accounts = _describe(administrators, names, expected=administrators_expected)
        if administrators_expected:
            wanted = [one for one, state in administrators.items() if state in EXPECTED]
    described = []
    for principal, service in sorted(BY_PRINCIPAL.items()):
        if service.delegated_administrator:
            described.append(
                {
                    "service_principal": principal,
                    "service_name": service.name,
                    "enabled": principal in enabled,
                    "enabled_expected": None if services is None else services.get(principal) in EXPECTED,
                    "delegated_administrators": _accounts(registered, principal),
                    "delegated_administrators_expected": _accounts(wanted, principal),
                }
            )
    return {"services": described, "accounts": accounts}


def _accounts(registrations: Iterable[Registration] | None, principal: str) -> list[str] | None:
    if registrations is None:
        return None
    return sorted(one.account_id for one in registrations if one.service_principal == principal)


def _describe(states: Registrations, names: Mapping[str, str], *, expected: bool) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (account_id, principal), state in sorted(states.items()):
        account = found.setdefault(
            account_id,
            {
                "account_id": account_id,
                "name": names.get(account_id),
                "service_principals": [],
                "service_principals_expected": [] if expected else None,
            },
        )
        if state != MISSING:
            account["service_principals"].append(principal)
        if expected and state in EXPECTED:
            account["service_principals_expected"].append(principal)
    return [account for account in found.values() if account["service_principals"]]


__all__ = ["control_facts"]
