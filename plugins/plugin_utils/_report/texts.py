# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The sentences of the report. The formats print them and add none about an organization or a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._organizations.catalog.policy_types import POLICY_TYPES
from ...module_utils._organizations.catalog.service_apis import API_OF, DISABLED, FAILED, PENDING
from .._summary.subjects import enumerated, few_regions, number
from .compare import AS_WANTED, DIFFERS, INVALID, NOT_READ, UNDECLARED, UNREADABLE, UNVERIFIED
from .region_texts import describe_regions, region_notes, service_of
from .states import EXTRA, KEPT, MISSING, STATES, UNLISTED, WANTED
from .working_administrators import lacking

Fields = Mapping[str, Any]

LEGEND = {
    "organizations": {
        UNREADABLE: "could not be read",
        INVALID: "invalid variables",
        DIFFERS: "differs from the desired state",
        UNVERIFIED: "not read completely; what was read matches the desired state",
        UNDECLARED: "no desired state",
        AS_WANTED: "matches the desired state",
    },
    "services": {
        MISSING: "wanted, but not enabled",
        EXTRA: "enabled, but not wanted: applying disables it, unless a safeguard blocks it",
        WANTED: "wanted and enabled",
        KEPT: "enabled and not listed, but kept by service_access_keep_service_principals",
        UNLISTED: "enabled and not listed; not disabled, because there is no exact mode or no desired state",
    },
    "marks": {
        "disrupts": "disabling it affects users",
        "insufficient": "needs more than service access to work",
        "unknown": "not in the catalog of the collection",
    },
}
FILTERS = {
    UNREADABLE: "could not be read",
    INVALID: "invalid variables",
    DIFFERS: "differ from the desired state",
    MISSING: "missing services",
    EXTRA: "extra services",
    "administrators": "missing or extra administrators",
    "not_working_yet": "services or administrators not working yet",
    "unknown": "unknown services",
    UNVERIFIED: "not read completely",
    UNDECLARED: "no desired state",
    AS_WANTED: "no drift",
    "stale": "read more than a day before",
}


def headline(counts: Mapping[str, int]) -> str:
    """Return whether there is drift, and how many organizations were read long before the report."""
    stale = number(counts["stale"], "was", "were")
    more = f" {stale} read more than a day before this report." if counts["stale"] else ""
    return f"{_drift_sentence(counts)}{more}"


def _drift_sentence(counts: Mapping[str, int]) -> str:
    words = {
        DIFFERS: ("differs", "differ", f"from the desired state ({', '.join(_drift(counts))})"),
        INVALID: ("has", "have", "invalid variables"),
        UNREADABLE: ("could", "could", "not be read"),
        UNVERIFIED: ("was", "were", "not read completely"),
    }
    parts = [f"{number(counts[state], one, many)} {end}" for state, (one, many, end) in words.items() if counts[state]]
    if not parts:
        return _no_drift(counts)
    return f"Of {number(counts['organizations'], 'organization')}, {enumerated(parts)}."


def _drift(counts: Mapping[str, int]) -> list[str]:
    details = [f"{counts[state]} {state}" for state in (MISSING, EXTRA) if counts[state]]
    for state in (MISSING, EXTRA):
        if count := counts[f"administrators_{state}"]:
            details.append(f"{number(count, 'delegated administrator')} {state}")
    if counts["to_complete"]:
        details.append(f"{counts['to_complete']} enabled, but not working yet")
    if count := counts["administrators_to_complete"]:
        details.append(f"{number(count, 'delegated administrator')} registered, but not working yet")
    return details


def _no_drift(counts: Mapping[str, int]) -> str:
    if not counts["organizations"]:
        return "The report contains no organization."
    if not counts[AS_WANTED]:
        total = number(counts["organizations"], "organization")
        return f"No desired state is defined for {total}, so there is nothing to compare."
    more = f" {number(counts[UNDECLARED], 'more has', 'more have')} no desired state." if counts[UNDECLARED] else ""
    return f"No drift: {number(counts[AS_WANTED], 'organization matches', 'organizations match')}.{more}"


def problems(organization: Fields) -> list[str]:
    """Return what went wrong with an organization as a whole."""
    if organization["state"] == UNREADABLE:
        return [organization["error"]]
    found = []
    if organization["error"]:
        found.append(f"The variables of this organization cannot be applied: {organization['error']}")
    if organization["delegated_administrators_unread"]:
        found.append(f"Delegated administrators could not be read: {organization['delegated_administrators_unread']}")
    return found


def explain_mode(organization: Fields) -> str:
    """Return what happens to services that the variables do not list; empty if that is unknown."""
    if organization["state"] in (UNREADABLE, INVALID):
        return ""
    if organization["state"] == UNDECLARED:
        return "No variable defines the desired state."
    if organization["exact"]:
        return "Exact mode: services that are not listed are disabled."
    return "Services that are not listed stay enabled."


def explain_reading(organization: Fields) -> str:
    """Return when an organization was read, or when that failed."""
    verb = "Tried" if organization["state"] == UNREADABLE else "Read"
    moment = organization["read_at"].replace("T", " ").replace("Z", " UTC")
    age = f", {organization['age']} before this report" if organization["stale"] else ""
    return f"{verb} {moment}{age}"


def summarize(organization: Fields) -> str:
    """Return the numbers of an organization's services and administrators: "1 missing, 12 wanted"."""
    parts = [f"{organization['counts'][state]} {state}" for state in STATES if organization["counts"][state]]
    for state in (MISSING, EXTRA):
        if count := organization["administrator_counts"][state]:
            parts.append(f"{number(count, 'delegated administrator')} {state}")
    if organization["to_complete"]:
        parts.append(f"{organization['to_complete']} not working yet")
    if count := organization["administrators_to_complete"]:
        parts.append(f"{number(count, 'delegated administrator')} not working yet")
    return ", ".join(parts)


def not_working_yet(principal: str, reported: str | None) -> str | None:
    """Return why an enabled service does not work with AWS Organizations yet, and what to do; None if it works."""
    if reported == PENDING:
        return "The service is still making the change. Write the report again later."
    if reported not in (DISABLED, FAILED):
        return None
    return (
        f"The service reports the state {reported}. Apply with service_access_prefer_service_api=true, which calls "
        f"{API_OF[principal].enable}."
    )


def service_notes(service: Fields, entry: Fields, organization: Fields) -> list[str]:
    """Return what to know about a service in an organization. ``entry``: the service in the catalog."""
    notes = []
    if service["not_working_yet"]:
        notes.append(f"Enabled, but not working yet. {service['not_working_yet']}")
    if service["service_api_state"] == NOT_READ:
        notes.append("The service's state could not be read.")
    notes += [*region_notes(service["service_principal"], organization), entry["unknown"]]
    if service["state"] == MISSING:
        notes += [_insufficient(entry), entry["note"]]
    if service["state"] == EXTRA:
        notes += [_disrupts(entry), entry["disable_note"]]
        notes += _policy_type_notes(service["service_principal"], organization["policy_types"] or [])
        if service["delegated_administrators"]:
            notes.append("Deregister its delegated administrators before it is disabled.")
    return [note for note in notes if note]


def _policy_type_notes(principal: str, policy_types: Iterable[Fields]) -> list[str]:
    enabled = {one["policy_type"] for one in policy_types if one["status"] == "ENABLED"}
    refusing = sorted(enabled & POLICY_TYPES.get(principal, frozenset()))
    return [f"The policy type {name} is enabled, so AWS refuses to disable the service." for name in refusing]


def catalog_notes(entry: Fields) -> list[str]:
    """Return all that AWS documents about a service."""
    notes = [entry["unknown"], _insufficient(entry), _disrupts(entry), entry["note"], entry["disable_note"]]
    return [note for note in notes if note]


def _insufficient(entry: Fields) -> str:
    return f"Service access alone is not enough. {entry['insufficient']}" if entry["insufficient"] else ""


def _disrupts(entry: Fields) -> str:
    return f"Disabling it affects users. {entry['disable_disrupts']}" if entry["disable_disrupts"] else ""


def describe_administrators(service: Fields, accounts: Mapping[str, Fields]) -> list[str]:
    """Return who administers a service, and who should. ``accounts``: those of the organization, by ID."""
    if service["delegated_administrators"] is None:
        return [NOT_READ]
    found = []
    for account_id in service["delegated_administrators"]:
        account = accounts[account_id]
        extra = f", {EXTRA}" if account_id in service["extra_administrators"] else ""
        where = describe_regions(service_of(account, service["service_principal"]))
        found.append(f"{account['name'] or 'name unknown'} ({account_id}{extra}{where and f'; {where}'})")
    found += [f"{account_id}, {MISSING}" for account_id in service["missing_administrators"]]
    if service["without_administrator"]:
        return ["none: administered from the management account"]
    return found


def describe_policy_types(organization: Fields) -> list[str]:
    """Return the policy types of an organization that are not disabled, or that or why they were not read."""
    if organization["policy_types_unread"]:
        return [f"{NOT_READ}: {organization['policy_types_unread']}"]
    if organization["policy_types"] is None:
        return [NOT_READ]
    found = []
    for policy_type in organization["policy_types"]:
        pending = "" if policy_type["status"] == "ENABLED" else f" ({policy_type['status']})"
        found.append(f"{policy_type['policy_type']}{pending}")
    return found or ["none enabled"]


def differences(organization: Fields) -> list[dict[str, Any]]:
    """Return [{service_principal, state, account_id, text}]: what applying the variables would change.

    ``account_id``: None if it is about the service itself, not about an administrator.
    """
    found = []
    for service in organization["services"]:
        principal = service["service_principal"]
        if service["state"] in (MISSING, EXTRA):
            found.append(_difference(principal, service["state"], None, f"{service['state']}: {principal}"))
        elif service["state"] == WANTED and service["service_api_state"] in (DISABLED, FAILED):
            found.append(_difference(principal, "not_working_yet", None, f"not working yet: {principal}"))
    for account in organization["accounts"]:
        for service in account["services"]:
            if service["state"] in (MISSING, EXTRA):
                principal, state = service["service_principal"], service["state"]
                text = f"administrator {state}: {account['account_id']} for {principal}"
                found.append(_difference(principal, state, account["account_id"], text))
            elif service["state"] == WANTED and lacking(service):
                found.append(_incomplete(account["account_id"], service))
    return found


def _incomplete(account_id: str, service: Fields) -> dict[str, Any]:
    principal = service["service_principal"]
    text = f"administrator not working yet: {account_id} for {principal} in {few_regions(lacking(service))}"
    return _difference(principal, "not_working_yet", account_id, text)


def _difference(principal: str, state: str, account_id: str | None, text: str) -> dict[str, Any]:
    return {"service_principal": principal, "state": state, "account_id": account_id, "text": text}


__all__ = [
    "FILTERS",
    "LEGEND",
    "catalog_notes",
    "describe_administrators",
    "describe_policy_types",
    "differences",
    "explain_mode",
    "explain_reading",
    "headline",
    "not_working_yet",
    "problems",
    "service_notes",
    "summarize",
]
