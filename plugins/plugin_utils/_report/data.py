# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The data of a report about the service access of many organizations, which all formats print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._organizations.catalog.services import BY_PRINCIPAL, explain_unknown
from ...module_utils._version import COLLECTION_NAME, COLLECTION_VERSION
from .age import describe_age, is_stale
from .changes_since import changes_since
from .compare import DIFFERS, INVALID, ORGANIZATION_STATES, UNREADABLE, UNVERIFIED, compare_organization
from .states import EXTRA, MISSING, STATES
from .texts import (
    FILTERS,
    LEGEND,
    catalog_notes,
    differences,
    explain_mode,
    headline,
    not_working_yet,
    problems,
    service_notes,
    summarize,
)
from .working_administrators import lacking

SCHEMA_VERSION = 1  # of report.schema.json
TITLE = "AWS Organizations service access"
STALE = "stale"
# {mark of the legend: the key of a catalog entry that it stands for}
SERVICE_MARKS = {"disrupts": "disable_disrupts", "insufficient": "insufficient", "unknown": "unknown"}

Organization = dict[str, Any]


def make_report(
    organizations: Mapping[str, Mapping[str, Any]],
    generated_at: str,
    title: str = TITLE,
    older: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report. Pure: the same organizations give the same report, except for ``generated_at``.

    ``organizations``: {name: result as compare_organization takes it, with ``read_at``, by default ``generated_at``}.
    ``older``: the report with which it is compared.
    """
    described = [
        {**describe_organization(name, result), "read_at": result.get("read_at", generated_at)}
        for name, result in organizations.items()
    ]
    return assemble_report(described, generated_at, title, older)


def assemble_report(
    organizations: Iterable[Organization],
    generated_at: str,
    title: str = TITLE,
    older: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report about organizations that are described already, as describe_organization returns them."""
    described = [{**organization, **_age(organization, generated_at)} for organization in organizations]
    described.sort(key=lambda entry: (ORGANIZATION_STATES.index(entry["state"]), entry["name"]))
    services = _describe_services(described)
    counts = _count_all(described, services)
    return {
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "generated_at": generated_at,
        "generated_by": f"{COLLECTION_NAME} {COLLECTION_VERSION}",
        "anything_off": bool(counts[UNREADABLE] or counts[INVALID] or counts[DIFFERS] or counts[UNVERIFIED]),
        "headline": headline(counts),
        "counts": counts,
        "legend": LEGEND,
        "filters": _describe_filters(described),
        "organizations": described,
        "services": services,
        "changes": changes_since(older, described) if older else None,
    }


def _age(organization: Organization, generated_at: str) -> dict[str, Any]:
    """Return {age, stale, marks} of the organization in a report of this time."""
    read_at = organization["read_at"]
    stale = is_stale(read_at, generated_at)
    marks = [mark for mark in organization["marks"] if mark != STALE]
    return {"age": describe_age(read_at, generated_at), "stale": stale, "marks": [*marks, *[STALE] * stale]}


def describe_organization(name: str, result: Mapping[str, Any]) -> Organization:
    """Return the organization as compare_organization compares it, with what the reader is told about it.

    Added: ``problems``, ``mode``, ``summary``, ``differences``, ``marks`` (keys of FILTERS); to each service
    ``not_working_yet`` (None if it works) and ``notes``.
    """
    organization = compare_organization(name, result)
    for service in organization["services"]:
        principal = service["service_principal"]
        service["not_working_yet"] = not_working_yet(principal, service["service_api_state"])
        service["notes"] = service_notes(service, catalog_entry(principal), organization)
    return {
        **organization,
        "problems": problems(organization),
        "mode": explain_mode(organization),
        "summary": summarize(organization),
        "differences": differences(organization),
        "marks": _find_marks(organization),
    }


def _find_marks(organization: Organization) -> list[str]:
    """Return the filters that show the organization."""
    services = organization["services"]
    administered = [service for account in organization["accounts"] for service in account["services"]]
    marks = {
        MISSING: organization["counts"][MISSING],
        EXTRA: organization["counts"][EXTRA],
        "administrators": any(organization["administrator_counts"][state] for state in (MISSING, EXTRA)),
        "not_working_yet": any(one["not_working_yet"] for one in services) or any(map(lacking, administered)),
        "unknown": any(one["service_principal"] not in BY_PRINCIPAL for one in services),
        organization["state"]: True,
    }
    return [mark for mark in FILTERS if marks.get(mark)]


def _describe_filters(organizations: Iterable[Organization]) -> list[dict[str, Any]]:
    """Return [{mark, text, count}] of the filters that show any organization."""
    counts = Counter(mark for organization in organizations for mark in organization["marks"])
    return [{"mark": mark, "text": text, "count": counts[mark]} for mark, text in FILTERS.items() if counts[mark]]


def _describe_services(organizations: Iterable[Organization]) -> list[dict[str, Any]]:
    """Return all services that are enabled or wanted in an organization, with their catalog entries, sorted."""
    found: dict[str, Counter[str]] = {}
    for organization in organizations:
        for service in organization["services"]:
            found.setdefault(service["service_principal"], Counter())[service["state"]] += 1
    described = []
    for principal, counts in sorted(found.items()):
        entry = catalog_entry(principal)
        of_states = {state: counts[state] for state in STATES}
        summary = [{"state": state, "text": f"{state} in {count}"} for state, count in of_states.items() if count]
        marks = [mark for mark, known in SERVICE_MARKS.items() if entry[known]]
        described.append(
            {**entry, "counts": of_states, "summary": summary, "notes": catalog_notes(entry), "marks": marks}
        )
    return described


def catalog_entry(principal: str) -> dict[str, Any]:
    """Return what the catalog knows about a service; None for what it does not know."""
    service = BY_PRINCIPAL.get(principal)
    return {
        "service_principal": principal,
        "service_name": service.name if service else None,
        "unknown": explain_unknown(principal),
        "insufficient": (service and service.insufficient) or None,
        "disable_disrupts": (service and service.disable_disrupts) or None,
        "note": (service and service.note) or None,
        "disable_note": (service and service.disable_note) or None,
        "documentation_url": service.documentation_url if service else None,
    }


def _count_all(organizations: Sequence[Organization], services: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    states = Counter(one["state"] for one in organizations)
    managed = [one for one in organizations if one["administrators_managed"]]
    of_administrators = {
        f"administrators_{state}": sum(one["administrator_counts"][state] for one in organizations) for state in STATES
    }
    return {
        "organizations": len(organizations),
        "services": len(services),
        **{state: states[state] for state in ORGANIZATION_STATES},
        STALE: sum(one["stale"] for one in organizations),
        **{state: sum(one["counts"][state] for one in organizations) for state in STATES},
        **of_administrators,
        "accounts_not_wanted": sum(not account["wanted"] for one in managed for account in one["accounts"]),
        "to_complete": sum(one["to_complete"] for one in organizations),
        "administrators_to_complete": sum(one["administrators_to_complete"] for one in organizations),
        "not_working_yet": sum(
            bool(service["not_working_yet"]) for one in organizations for service in one["services"]
        ),
        "unknown": sum(bool(service["unknown"]) for service in services),
        "disrupts_people": sum(bool(service["disable_disrupts"]) for service in services),
    }


__all__ = ["SCHEMA_VERSION", "TITLE", "Organization", "assemble_report", "make_report"]
