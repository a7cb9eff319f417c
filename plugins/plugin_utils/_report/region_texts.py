# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The sentences of the report about Regions. A service here is one that an account administers, with its Regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._summary.subjects import enumerated, few_regions
from .states import WANTED
from .working_administrators import lacking

Fields = Mapping[str, Any]


def service_of(account: Fields, principal: str) -> Fields:
    """Return a service that an account administers, or is to administer."""
    return next(service for service in account["services"] if service["service_principal"] == principal)


def describe_regions(service: Fields) -> str:
    """Return where the account administers the service, and where it does not: "in 16 Regions, not in eu-west-2"."""
    regions = service["regions"]
    if regions is None:
        return ""
    if not (regions["administered"] or regions["unread"]):
        return "in no Region"
    parts = []
    if regions["administered"]:
        parts.append(f"in {few_regions(regions['administered'])}")
    if regions["lacking"]:
        parts.append(f"not in {enumerated(regions['lacking'])}")
    if regions["unread"]:
        parts.append(f"unknown in {enumerated(regions['unread'])}")
    return ", ".join(parts)


def describe_administered(service: Fields) -> str:
    """Return the service with its state and its Regions, for an account."""
    where = describe_regions(service)
    return f"{service['service_principal']} ({service['state']}{where and f'; {where}'})"


def region_notes(principal: str, organization: Fields) -> list[str]:
    """Return what to know about the Regions of a service in an organization."""
    notes = []
    for account in organization["accounts"]:
        for service in account["services"]:
            if service["service_principal"] == principal:
                notes += _account_notes(account["account_id"], service)
    for one in organization["unregistered_administrators"]:
        if one["service_principal"] == principal:
            where = enumerated(one["regions"])
            notes.append(
                f"{one['account_id']} administers it in {where}, and is not registered with AWS Organizations."
            )
    return notes


def _account_notes(account_id: str, service: Fields) -> list[str]:
    notes = []
    if regions := lacking(service):
        remedy = " Apply the variables to designate it there." if service["state"] == WANTED else ""
        notes.append(
            f"{account_id} is registered, but not working yet: the service does not list it as its administrator in "
            f"{enumerated(regions)}.{remedy}"
        )
    if service["regions"] and service["regions"]["unread"]:
        unread = enumerated(service["regions"]["unread"])
        notes.append(f"Whether {account_id} administers it could not be read in {unread}.")
    return notes


__all__ = ["describe_administered", "describe_regions", "region_notes", "service_of"]
