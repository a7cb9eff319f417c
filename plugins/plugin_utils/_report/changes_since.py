# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What changed since an older report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._summary.subjects import number
from .compare import UNREADABLE
from .states import MISSING

Organization = Mapping[str, Any]

CAME, WENT = "came", "went"
ENABLED, DISABLED, REGISTERED, DEREGISTERED = "enabled", "disabled", "registered", "deregistered"
KINDS = {  # {kind of a change: what it happens to}
    CAME: "organization",
    WENT: "organization",
    ENABLED: "service",
    DISABLED: "service",
    REGISTERED: "delegated administrator",
    DEREGISTERED: "delegated administrator",
}


def changes_since(older: Mapping[str, Any], organizations: Iterable[Organization]) -> dict[str, Any]:
    """Return {since, headline, entries, not_compared}.

    ``entries``: [{organization, kind, service_principal, account_id, text}], ``kind`` one of KINDS. ``not_compared``:
    [{organization, text}], what could not be read then or now, so that nothing is known about its changes.
    """
    before = {organization["name"]: organization for organization in older["organizations"]}
    now = {organization["name"]: organization for organization in organizations}
    entries = [_entry(name, CAME, f"{name} is new in the report") for name in sorted(set(now) - set(before))]
    entries += [_entry(name, WENT, f"{name} is no longer in the report") for name in sorted(set(before) - set(now))]
    not_compared = []
    for name in sorted(set(before) & set(now)):
        reason = _why_not_compared(before[name], now[name])
        if reason:
            not_compared.append({"organization": name, "text": reason})
        if UNREADABLE not in (before[name]["state"], now[name]["state"]):
            entries += _compare(name, before[name], now[name])
    return {
        "since": older["generated_at"],
        "headline": _headline(older["generated_at"], entries, not_compared),
        "entries": entries,
        "not_compared": not_compared,
    }


def _compare(name: str, before: Organization, now: Organization) -> list[dict[str, Any]]:
    entries = []
    for kind, one, other in ((ENABLED, now, before), (DISABLED, before, now)):
        for principal in sorted(_enabled(one) - _enabled(other)):
            entries.append(_entry(name, kind, f"{principal} {kind}", principal))
    if not (_administrators_read(before) and _administrators_read(now)):
        return entries
    for kind, one, other in ((REGISTERED, now, before), (DEREGISTERED, before, now)):
        for account_id, principal in sorted(_registered(one) - _registered(other)):
            entries.append(_entry(name, kind, f"{account_id} {kind} for {principal}", principal, account_id))
    return entries


def _enabled(organization: Organization) -> set[str]:
    return {one["service_principal"] for one in organization["services"] if one["state"] != MISSING}


def _registered(organization: Organization) -> set[tuple[str, str]]:
    return {
        (account["account_id"], service["service_principal"])
        for account in organization["accounts"]
        for service in account["services"]
        if service["state"] != MISSING
    }


def _administrators_read(organization: Organization) -> bool:
    return (organization["control_facts"] or {}).get("accounts") is not None


def _why_not_compared(before: Organization, now: Organization) -> str | None:
    if now["state"] == UNREADABLE:
        return "It could not be read."
    if before["state"] == UNREADABLE:
        return "It could not be read then."
    if not _administrators_read(now):
        return "Its delegated administrators were not read."
    if not _administrators_read(before):
        return "Its delegated administrators were not read then."
    return None


def _entry(
    organization: str, kind: str, text: str, principal: str | None = None, account_id: str | None = None
) -> dict[str, Any]:
    return {
        "organization": organization,
        "kind": kind,
        "service_principal": principal,
        "account_id": account_id,
        "text": text,
    }


def _headline(since: str, entries: list[dict[str, Any]], not_compared: list[dict[str, str]]) -> str:
    kinds = [entry["kind"] for entry in entries]
    counts = ", ".join(f"{number(kinds.count(kind), noun)} {kind}" for kind, noun in KINDS.items() if kind in kinds)
    moment = since.replace("T", " ").replace("Z", " UTC")
    headline = f"Since {moment}: {counts}." if counts else f"No change since {moment}."
    if not_compared:
        headline += f" {number(len(not_compared), 'organization')} could not be compared completely."
    return headline


__all__ = ["changes_since"]
