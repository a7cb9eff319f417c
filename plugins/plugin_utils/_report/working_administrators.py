# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Where accounts administer the services that have an administrator in each Region."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Optional

from ...module_utils._organizations.catalog.administrator_apis import ENABLED
from ...module_utils._organizations.delegated_administrators.options import Registration
from .states import EXPECTED, MISSING, WANTED

Administrator = Mapping[str, Optional[str]]
# {service principal: {Region: its administrator}}. None: it could not be read; without an account_id, there is none.
Regions = Mapping[str, Mapping[str, Optional[Administrator]]]


def regions_of(one: Registration, regions: Regions) -> dict[str, list[str]] | None:
    """Return {administered, lacking, unread}: the Regions of an account and a service, sorted.

    Each Region in which the account is to administer the service is in one of the lists. None if the service does not
    have an administrator in each Region, or was not asked.
    """
    by_region = regions.get(one.service_principal)
    if by_region is None:
        return None
    found: dict[str, list[str]] = {"administered": [], "lacking": [], "unread": []}
    for region, administrator in sorted(by_region.items()):
        if administrator is None:
            found["unread"].append(region)
        elif _administers(one.account_id, administrator):
            found["administered"].append(region)
        else:
            found["lacking"].append(region)
    return found


def _administers(account_id: str, administrator: Administrator) -> bool:
    return administrator.get("account_id") == account_id and administrator.get("status") == ENABLED


def unregistered_administrators(registered: Collection[Registration], regions: Regions) -> list[dict[str, Any]]:
    """Return [{account_id, service_principal, regions}]: who administers a service without a registration, sorted."""
    found: dict[Registration, list[str]] = {}
    for principal, by_region in regions.items():
        for region, administrator in sorted(by_region.items()):
            account_id = (administrator or {}).get("account_id")
            if account_id and (account_id, principal) not in registered:
                found.setdefault(Registration(account_id, principal), []).append(region)
    return [{**one.result(), "regions": of_account} for one, of_account in sorted(found.items())]


def administrators_to_complete(accounts: Iterable[Mapping[str, Any]]) -> int:
    """Return how many wanted administrators are registered, but do not administer their service in every Region."""
    services = [service for account in accounts for service in account["services"]]
    return sum(1 for service in services if service["state"] == WANTED and lacking(service))


def lacking(service: Mapping[str, Any]) -> list[str]:
    """Return the Regions in which an account that is registered for a service does not administer it."""
    if service["state"] == MISSING or service["regions"] is None:
        return []
    return list(service["regions"]["lacking"])


def any_unread(accounts: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether it is not known of a wanted administrator and a Region if it administers its service there."""
    services = [service for account in accounts for service in account["services"]]
    wanted = [service["regions"] for service in services if service["state"] in EXPECTED]
    return any(regions and regions["unread"] for regions in wanted)


__all__ = [
    "Regions",
    "administrators_to_complete",
    "any_unread",
    "lacking",
    "regions_of",
    "unregistered_administrators",
]
