# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The data of a report about the service access of many organizations: desired state x enabled x catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.names import matches_any
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    API_OF,
    DISABLED,
    FAILED,
    PENDING,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import (
    BY_PRINCIPAL,
    explain_unknown,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.plan import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import (
    ARGUMENT_SPEC,
    ServiceAccessOptions,
    make_plan,
    option_problems,
    plan_problems,
)
from ansible_collections.orgops.aws.plugins.module_utils._version import COLLECTION_NAME, COLLECTION_VERSION
from ansible_collections.orgops.aws.plugins.plugin_utils._control_facts import control_facts
from ansible_collections.orgops.aws.plugins.plugin_utils._role.administrators import (
    administrators_in,
    delegation_options,
    describe_accounts,
    is_managed,
    registration_states,
    registrations,
    without_administrator,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._role.states import EXTRA, MISSING, STATES, WANTED, states_of

# States of an organization, most important first.
UNREADABLE = "unreadable"
INVALID = "invalid"  # read, but its variables cannot be applied
DIFFERS = "differs"
UNDECLARED = "undeclared"  # no variable defines the desired state
AS_WANTED = "as_wanted"
ORGANIZATION_STATES = (UNREADABLE, INVALID, DIFFERS, UNDECLARED, AS_WANTED)

DAY = len("2024-01-31")
MONTH = len("2024-01")


def make_report(
    organizations: Mapping[str, Mapping[str, Any]], generated_at: str, title: str = "AWS Organizations service access"
) -> dict[str, Any]:
    """The report. Pure: the same organizations give the same report, except for ``generated_at``.

    ``organizations``: {name: the result of organizations_service_access_info, with ``wanted``, the defined variables of
    the desired state}. If it failed or is missing, ``msg`` says why.
    """
    described = [_organization(name, result) for name, result in organizations.items()]
    described.sort(key=lambda entry: (ORGANIZATION_STATES.index(entry["state"]), entry["name"]))
    services = _services(described)
    counts = _counts(described, services)
    return {
        "title": title,
        "generated_at": generated_at,
        "generated_by": f"{COLLECTION_NAME} {COLLECTION_VERSION}",
        "anything_off": bool(counts[UNREADABLE] or counts[INVALID] or counts[DIFFERS]),
        "headline": _headline(counts),
        "counts": counts,
        "organizations": described,
        "services": services,
        "timeline": _timeline(described),
    }


def wanted_options(wanted: Mapping[str, Any], enabled: Iterable[str] = ()) -> ServiceAccessOptions | None:
    """The desired state, parsed as organizations_service_access parses it; None if there is none.

    ``enabled``: the service principals with which it is compared, because a plan can be refused too.

    Raises ValueError with the message that the module would fail with.
    """
    if wanted.get("service_principals") is None:
        return None
    given = plain({name: value for name, value in wanted.items() if name in ARGUMENT_SPEC})
    validated = ArgumentSpecValidator(ARGUMENT_SPEC).validate(given)
    problems = validated.error_messages or option_problems(validated.validated_parameters)
    if problems:
        raise ValueError(" ".join(problems))
    options = ServiceAccessOptions.from_params(validated.validated_parameters)
    if problems := plan_problems(make_plan(enabled, options), options):
        raise ValueError(" ".join(problems))
    return options


def plain(value: Any) -> Any:
    """The value without Ansible's tags, whose types would show in messages."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return next((kind(value) for kind in (str, bool, int, float) if isinstance(value, kind)), value)


def _organization(name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """{name, state, error, exact, to_complete, administrators_managed, delegated_administrators_unread, counts,
    administrator_counts, accounts, services, control_facts}.

    ``to_complete``: how many wanted services are enabled, but do not work until they are applied with their own API.
    ``accounts``: those that administer services, as describe_accounts. The counts are {state: number}.
    ``control_facts``: None if the organization was not read.
    """
    described: dict[str, Any] = {
        "name": name,
        "exact": False,
        "error": None,
        "delegated_administrators_unread": result.get("delegated_administrators_unread"),
        "administrators_managed": is_managed(result.get("wanted") or {}),
        "to_complete": 0,
        "accounts": [],
        "services": [],
        "control_facts": None,
    }
    unread = described["delegated_administrators_unread"] if described["administrators_managed"] else None
    if result.get("failed") or "enabled_service_principals" not in result:
        described |= {"state": UNREADABLE, "error": result.get("msg") or "Failed without a message."}
    elif unread:
        described |= {
            "state": UNREADABLE,
            "error": f"The variables list delegated administrators, but these could not be read. {unread}",
        }
    else:
        described |= _compare(result)
    found = Counter(service["state"] for service in described["services"])
    described["counts"] = {state: found[state] for state in STATES}
    found = Counter(service["state"] for account in described["accounts"] for service in account["services"])
    described["administrator_counts"] = {state: found[state] for state in STATES}
    return described


def _compare(result: Mapping[str, Any]) -> dict[str, Any]:
    """{state, error, exact, to_complete, accounts, services, control_facts} of an organization that was read."""
    entries = {entry["service_principal"]: entry for entry in result["enabled_service_principals"]}
    wanted, error = result.get("wanted") or {}, result.get("wanted_error")
    options, states = None, service_states(entries, None)
    accounts = result.get("delegated_administrators")
    registered = registrations(accounts or [])
    administrators = registration_states(registered, None)
    if not error:
        try:
            options = wanted_options(wanted, entries)
            states = service_states(entries, options)
            administrators = registration_states(registered, delegation_options(plain(wanted)))
        except ValueError as problem:
            error = str(problem)
    to_complete = [
        name for name in entries if states[name] == WANTED and _own_state(entries[name]) in (DISABLED, FAILED)
    ]
    differs = to_complete or {MISSING, EXTRA} & {*states.values(), *administrators.values()}
    return {
        "state": INVALID if error else DIFFERS if differs else UNDECLARED if options is None else AS_WANTED,
        "error": error,
        "exact": options is not None and options.purge,
        "to_complete": len(to_complete),
        "accounts": describe_accounts(accounts or [], administrators),
        "services": _services_here(states, entries, None if accounts is None else administrators),
        "control_facts": control_facts(
            None if options is None else states,
            entries,
            None if accounts is None else administrators,
            {account["account_id"]: account["name"] for account in accounts or []},
            administrators_expected=not error and is_managed(wanted),
        ),
    }


def service_states(enabled: Iterable[str], options: ServiceAccessOptions | None) -> dict[str, str]:
    """{service principal: state}. Applying the options would change those that are missing or extra."""
    options = options or ServiceAccessOptions(frozenset())
    plan = make_plan(enabled, options)

    def is_kept(principal: str) -> bool:
        return options.purge and matches_any(principal, options.keep)

    return states_of(plan.before, options.service_principals, plan.to_enable, plan.to_disable, is_kept)


def _services_here(
    states: Mapping[str, str],
    entries: Mapping[str, Mapping[str, Any]],
    administrators: Mapping[Registration, str] | None,
) -> list[dict[str, Any]]:
    """[the service, missing_administrators, extra_administrators, without_administrator], most important first."""
    without = [] if administrators is None else without_administrator(entries, administrators)
    return [
        {
            **_service_here(principal, states[principal], entries),
            "missing_administrators": administrators_in(MISSING, principal, administrators or {}),
            "extra_administrators": administrators_in(EXTRA, principal, administrators or {}),
            "without_administrator": principal in without,
        }
        for principal in sorted(states, key=lambda principal: (STATES.index(states[principal]), principal))
    ]


def _service_here(principal: str, state: str, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """{service_principal, state, date_enabled, service_api_state, not_working_yet, delegated_administrators}.

    The others are None if it is not enabled or that was not read.
    """
    entry = entries.get(principal, {})
    return {
        "service_principal": principal,
        "state": state,
        "date_enabled": entry.get("date_enabled"),
        "service_api_state": _own_state(entry),
        "not_working_yet": _not_working_yet(principal, _own_state(entry)),
        "delegated_administrators": entry.get("delegated_administrators"),
    }


def _own_state(entry: Mapping[str, Any]) -> str | None:
    """enabled, disabled, pending, failed or "not read"; None if the service has none, or nobody asked for it."""
    return str(entry["service_api_state"] or "not read") if "service_api_state" in entry else None


def _not_working_yet(principal: str, own_state: str | None) -> str | None:
    """Why an enabled service does not work with AWS Organizations yet, and what to do."""
    if own_state == PENDING:
        return "The service is still making the change. Write the report again later."
    if own_state not in (DISABLED, FAILED):
        return None
    return (
        f"The own state of the service is {own_state}. Apply with service_access_prefer_service_api=true, which calls "
        f"{API_OF[principal].enable}."
    )


def _services(organizations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All services that are enabled or wanted in an organization, with their catalog entries, sorted."""
    found: dict[str, Counter[str]] = {}
    for organization in organizations:
        for service in organization["services"]:
            found.setdefault(service["service_principal"], Counter())[service["state"]] += 1
    return [
        {**_catalog_entry(principal), "counts": {state: counts[state] for state in STATES}}
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
        **{state: of_services[state] for state in STATES},
        **{
            f"administrators_{state}": sum(one["administrator_counts"][state] for one in organizations)
            for state in STATES
        },
        "accounts_not_wanted": sum(
            not account["wanted"]
            for organization in organizations
            if organization["administrators_managed"]
            for account in organization["accounts"]
        ),
        "to_complete": sum(organization["to_complete"] for organization in organizations),
        "not_working_yet": sum(
            service["not_working_yet"] is not None
            for organization in organizations
            for service in organization["services"]
        ),
        "unknown": sum(1 for service in services if service["unknown"]),
        "disrupts_people": sum(1 for service in services if service["disable_disrupts"]),
    }


def _headline(counts: Mapping[str, int]) -> str:
    """One sentence that says whether there is drift."""
    total = _number(counts["organizations"], "organization")
    parts = []
    if counts[DIFFERS]:
        details = [f"{counts[state]} {state}" for state in (MISSING, EXTRA) if counts[state]]
        details += [
            f"{_number(counts[f'administrators_{state}'], 'delegated administrator')} {state}"
            for state in (MISSING, EXTRA)
            if counts[f"administrators_{state}"]
        ]
        if counts["to_complete"]:
            details.append(f"{counts['to_complete']} enabled, but not working yet")
        parts.append(
            f"{counts[DIFFERS]} differ{'s' * (counts[DIFFERS] == 1)} from the desired state ({', '.join(details)})"
        )
    if counts[INVALID]:
        parts.append(f"{counts[INVALID]} ha{'s' if counts[INVALID] == 1 else 've'} invalid variables")
    if counts[UNREADABLE]:
        parts.append(f"{counts[UNREADABLE]} could not be read")
    if parts:
        return f"Of {total}, {', '.join(parts[:-1])}{' and ' * (len(parts) > 1)}{parts[-1]}."
    if not counts["organizations"]:
        return "The report contains no organization."
    if not counts[AS_WANTED]:
        return f"No desired state is defined for {total}, so there is nothing to compare."
    more = counts[UNDECLARED]
    undeclared = f" {more} more {'has' if more == 1 else 'have'} no desired state." if more else ""
    return f"No drift: {_number(counts[AS_WANTED], 'organization')} match{'es' * (counts[AS_WANTED] == 1)}.{undeclared}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _timeline(organizations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """[{month, events: [{date, organization, service_principal}]}], oldest first; only known dates."""
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


__all__ = ["make_report", "plain", "service_states", "wanted_options"]
