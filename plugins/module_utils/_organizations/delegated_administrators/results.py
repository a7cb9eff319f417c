# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What the results tell about administrators by Region. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..catalog.administrator_apis import AdministratorApi
from .options import Registration
from .order import registration_of
from .regional_plan import Designation, Pair, Regions


def by_region(regions: Regions, unknown: Collection[Pair], principals: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return {service principal: {Region: {account_id, status}}} of these services.

    A Region is empty if it has no administrator, and None if its administrator is not known.
    """
    shown: dict[str, dict[str, Any]] = {}
    for principal in principals:
        of_service: dict[str, Any] = {region: None for name, region in unknown if name == principal}
        for region, found in regions.get(principal, {}).items():
            of_service.setdefault(region, found._asdict() if found else {})
        shown[principal] = dict(sorted(of_service.items()))
    return shown


def accounts(regions: Regions) -> dict[str, dict[str, str | None]]:
    """Return {service principal: {Region: account ID, or None}}, as the diff has it."""
    found: dict[str, dict[str, str | None]] = {}
    for principal, of_service in regions.items():
        found[principal] = {}
        for region, administrator in sorted(of_service.items()):
            found[principal][region] = administrator.account_id if administrator else None
    return found


def skipped_regions(skipped: Mapping[Pair, str]) -> list[dict[str, str]]:
    """Return the Regions without a service, and why they are skipped, sorted."""
    return [
        {"service_principal": principal, "region": region, "reason": reason}
        for (principal, region), reason in sorted(skipped.items())
    ]


def next_steps(designated: Iterable[Any], apis: Mapping[str, AdministratorApi]) -> list[dict[str, Any]]:
    """Return what remains to be called in the administrator accounts.

    ``designated``: designations, and registrations of services without Regions.
    """
    regions: dict[Registration, list[str]] = {}
    for subject in sorted(designated):
        found = regions.setdefault(registration_of(subject), [])
        if isinstance(subject, Designation):
            found.append(subject.region)
    return [
        {
            **one.result(),
            "regions": found,
            "operation": f"{apis[one.service_principal].client}:{step.operation}",
            "arguments": dict(step.arguments),
            "purpose": step.purpose,
        }
        for one, found in regions.items()
        for step in apis[one.service_principal].next_steps
    ]


__all__ = ["accounts", "by_region", "next_steps", "skipped_regions"]
