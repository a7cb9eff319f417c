# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Compares delegated administrators with the desired state, for the report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ...module_utils._organizations.catalog.names import matches_any
from ...module_utils._organizations.delegated_administrators.options import DelegatedAdministratorOptions, Registration
from ...module_utils._organizations.delegated_administrators.plan import make_plan, plan_problems
from .states import EXPECTED, states_of
from .working_administrators import Regions, regions_of

Accounts = Iterable[Mapping[str, Any]]


def registrations(accounts: Accounts) -> set[Registration]:
    """Return what organizations_delegated_administrator_info listed."""
    return {
        Registration(account["account_id"], service["service_principal"])
        for account in accounts
        for service in account["service_principals"]
    }


def registration_states(
    registered: set[Registration], options: DelegatedAdministratorOptions | None
) -> dict[Registration, str]:
    """Return {registration: state}. Applying the options would change those that are missing or extra.

    Raises ValueError with the message that the module would fail with.
    """
    options = options or DelegatedAdministratorOptions(frozenset())
    plan = make_plan(registered, options)
    if problems := plan_problems(plan, options):
        raise ValueError(" ".join(problems))
    kept = {one for one in registered if options.purge and matches_any(one.service_principal, options.keep)}
    return states_of(sorted(registered), options.wanted, plan.to_register, plan.to_deregister, kept)


def describe_accounts(accounts: Accounts, states: Mapping[Registration, str], regions: Regions) -> list[dict[str, Any]]:
    """Return [{account_id, name, email, status, state, wanted, services}], sorted.

    ``wanted``: whether the account is wanted as the administrator of any service. Accounts that are wanted, but
    administer nothing yet, have no name and no email address. ``services``: [{service_principal, state, regions}].
    """
    listed = {account["account_id"]: account for account in accounts}
    found: dict[str, list[dict[str, Any]]] = {}
    for one, state in sorted(states.items()):
        service = {"service_principal": one.service_principal, "state": state, "regions": regions_of(one, regions)}
        found.setdefault(one.account_id, []).append(service)
    described = []
    for account_id, services in found.items():
        details = {key: listed.get(account_id, {}).get(key) for key in ("name", "email", "status", "state")}
        wanted = any(service["state"] in EXPECTED for service in services)
        described.append({"account_id": account_id, **details, "wanted": wanted, "services": services})
    return described


def administrators_in(wanted: Collection[str], principal: str, states: Mapping[Registration, str]) -> list[str]:
    """Return the account IDs whose registration for a service is in one of the wanted states, sorted."""
    return sorted(
        one.account_id for one, state in states.items() if one.service_principal == principal and state in wanted
    )


__all__ = ["administrators_in", "describe_accounts", "registration_states", "registrations"]
