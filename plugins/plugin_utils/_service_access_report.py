# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What a report on the service access of many organizations tells: wanted x enabled x catalog, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import BY_PRINCIPAL, explain_unknown
from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    COLLECTION_NAME,
    COLLECTION_VERSION,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import (
    ServiceAccessOptions,
    make_plan,
    matches_any,
)

# States of a service in an organization.
WANTED = "wanted"  # enabled, and listed
MISSING = "missing"  # listed, not enabled
EXTRA = "extra"  # enabled, not listed, and exact mode would disable it
KEPT = "kept"  # enabled, not listed, and exact mode is told to leave it alone
UNLISTED = "unlisted"  # enabled, not listed, and left alone, because there is no exact mode
SERVICE_STATES = (MISSING, EXTRA, WANTED, KEPT, UNLISTED)  # what somebody has to look at comes first

# States of an organization, in the order in which somebody has to look at them.
UNREADABLE = "unreadable"
DIFFERS = "differs"
UNDECLARED = "undeclared"  # no variable says what is wanted
AS_WANTED = "as_wanted"
ORGANIZATION_STATES = (UNREADABLE, DIFFERS, UNDECLARED, AS_WANTED)

NOT_READ = "It failed before it was read: see the output of the playbook."
DAY = len("2024-01-31")
MONTH = len("2024-01")


def make_report(
    organizations: Mapping[str, Mapping[str, Any]], generated_at: str, title: str = "AWS Organizations service access"
) -> dict[str, Any]:
    """The report. Pure: the same organizations give the same report, but for ``generated_at``.

    ``organizations``: {name: {result, service_principals, purge_service_principals, keep_service_principals}}, where
    ``result`` is that of organizations_service_access_info, with ``failed`` and ``msg`` where it failed.
    """
    described = [_organization(name, known) for name, known in organizations.items()]
    described.sort(key=lambda entry: (ORGANIZATION_STATES.index(entry["state"]), entry["name"]))
    services = _services(described)
    counts = _counts(described, services)
    return {
        "title": title,
        "generated_at": generated_at,
        "generated_by": f"{COLLECTION_NAME} {COLLECTION_VERSION}",
        "anything_off": bool(counts[UNREADABLE] or counts[DIFFERS]),
        "headline": _headline(counts),
        "counts": counts,
        "organizations": described,
        "services": services,
        "timeline": _timeline(described),
    }


def _organization(name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """{name, state, error, exact, delegated_administrators_unread, counts: {state: number}, services: [...]}."""
    result = known.get("result") or {"failed": True, "msg": NOT_READ}
    exact = bool(known.get("purge_service_principals"))
    described: dict[str, Any] = {
        "name": name,
        "exact": exact,
        "error": None,
        "delegated_administrators_unread": result.get("delegated_administrators_unread"),
        "services": [],
    }
    if result.get("failed") or "enabled_service_principals" not in result:
        described |= {"state": UNREADABLE, "error": result.get("msg") or NOT_READ}
    else:
        entries = {entry["service_principal"]: entry for entry in result["enabled_service_principals"]}
        wanted = _names(known.get("service_principals"))
        keep = tuple(_names(known.get("keep_service_principals")) or ())
        if not wanted and not exact:
            wanted = None  # the module takes that for a mistake, so it declares nothing
        states = service_states(entries, wanted, exact, keep)
        ordered = sorted(states, key=lambda principal: (SERVICE_STATES.index(states[principal]), principal))
        described["services"] = [_service_here(principal, states[principal], entries) for principal in ordered]
        differs = {MISSING, EXTRA} & set(states.values())
        described["state"] = DIFFERS if differs else UNDECLARED if wanted is None else AS_WANTED
    found = Counter(service["state"] for service in described["services"])
    described["counts"] = {state: found[state] for state in SERVICE_STATES}
    return described


def _names(given: Iterable[str] | str | None) -> list[str] | None:
    """A list as Ansible makes one of an option: a string has commas between its elements."""
    if given is None:
        return None
    return [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)


def service_states(
    enabled: Iterable[str], wanted: Iterable[str] | None, exact: bool, keep: tuple[str, ...]
) -> dict[str, str]:
    """{service principal: state}; what applying the same variables would change is missing or extra."""
    options = ServiceAccessOptions(frozenset(wanted or ()), purge=exact and wanted is not None, keep=keep)
    plan = make_plan(enabled, options)
    states = dict.fromkeys(plan.to_enable, MISSING) | dict.fromkeys(plan.to_disable, EXTRA)
    for principal in plan.before:
        if principal in options.service_principals:
            states[principal] = WANTED
        elif principal not in states:
            states[principal] = KEPT if options.purge and matches_any(principal, keep) else UNLISTED
    return states


def _service_here(principal: str, state: str, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """{service_principal, state, date_enabled, delegated_administrators}: None where not enabled or not read."""
    entry = entries.get(principal, {})
    return {
        "service_principal": principal,
        "state": state,
        "date_enabled": entry.get("date_enabled"),
        "delegated_administrators": entry.get("delegated_administrators"),
    }


def _services(organizations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every service that is enabled or wanted anywhere, with what the catalog knows of it, sorted."""
    found: dict[str, Counter[str]] = {}
    for organization in organizations:
        for service in organization["services"]:
            found.setdefault(service["service_principal"], Counter())[service["state"]] += 1
    return [
        {**_catalog_entry(principal), "counts": {state: counts[state] for state in SERVICE_STATES}}
        for principal, counts in sorted(found.items())
    ]


def _catalog_entry(principal: str) -> dict[str, Any]:
    service = BY_PRINCIPAL.get(principal)
    if not service:
        return {
            "service_principal": principal,
            "service_name": None,
            "unknown": explain_unknown(principal),
            "insufficient": None,
            "disable_disrupts": None,
            "note": None,
            "disable_note": None,
            "documentation_url": None,
        }
    return {
        "service_principal": principal,
        "service_name": service.name,
        "unknown": None,
        "insufficient": service.insufficient or None,
        "disable_disrupts": service.disable_disrupts or None,
        "note": service.note or None,
        "disable_note": service.disable_note or None,
        "documentation_url": service.documentation_url,
    }


def _counts(organizations: list[dict[str, Any]], services: list[dict[str, Any]]) -> dict[str, int]:
    of_organizations = Counter(organization["state"] for organization in organizations)
    of_services: Counter[str] = Counter()
    for organization in organizations:
        of_services.update(organization["counts"])
    return {
        "organizations": len(organizations),
        "services": len(services),
        **{state: of_organizations[state] for state in ORGANIZATION_STATES},
        **{state: of_services[state] for state in SERVICE_STATES},
        "unknown": sum(1 for service in services if service["unknown"]),
        "disrupts_people": sum(1 for service in services if service["disable_disrupts"]),
    }


def _headline(counts: Mapping[str, int]) -> str:
    """One sentence that answers: is anything off?"""
    total = _number(counts["organizations"], "organization")
    parts = []
    if counts[DIFFERS]:
        details = [f"{counts[state]} {state}" for state in (MISSING, EXTRA) if counts[state]]
        parts.append(
            f"{counts[DIFFERS]} differ{'s' * (counts[DIFFERS] == 1)} from what is wanted ({', '.join(details)})"
        )
    if counts[UNREADABLE]:
        parts.append(f"{counts[UNREADABLE]} could not be read")
    if parts:
        return f"Of {total}, {' and '.join(parts)}."
    if not counts["organizations"]:
        return "There is no organization in the report."
    if not counts[AS_WANTED]:
        return f"Nothing is declared as wanted for {total}, so nothing can be off."
    more = counts[UNDECLARED]
    undeclared = f" {more} more {'has' if more == 1 else 'have'} nothing declared as wanted." if more else ""
    return f"Nothing is off: {_number(counts[AS_WANTED], 'organization')} as wanted.{undeclared}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _timeline(organizations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """[{month, events: [{date, organization, service_principal}]}], oldest first; only dates that are known."""
    events = sorted(
        (service["date_enabled"][:DAY], organization["name"], service["service_principal"])
        for organization in organizations
        for service in organization["services"]
        if service["date_enabled"]
    )
    return [
        {
            "month": month,
            "events": [
                {"date": date, "organization": name, "service_principal": principal} for date, name, principal in group
            ],
        }
        for month, group in groupby(events, key=lambda event: event[0][:MONTH])
    ]


__all__ = ["make_report", "service_states"]
