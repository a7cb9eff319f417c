# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Compares one organization with its variables: states only, no sentences for readers except errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._organizations.catalog.names import matches_any
from ...module_utils._organizations.catalog.service_apis import DISABLED, FAILED
from ...module_utils._organizations.catalog.services import supports_administrator
from ...module_utils._organizations.delegated_administrators.options import Registration
from ...module_utils._organizations.service_access.options import ARGUMENT_SPEC, ServiceAccessOptions, option_problems
from ...module_utils._organizations.service_access.plan import make_plan, plan_problems
from .._role.administrators import delegation_options, is_managed
from .administrators import administrators_in, describe_accounts, registration_states, registrations
from .control_facts import control_facts
from .states import EXTRA, MISSING, PRESENT, STATES, WANTED, states_of
from .working_administrators import Regions, administrators_to_complete, any_unread, unregistered_administrators

# States of an organization, most important first.
UNREADABLE = "unreadable"
INVALID = "invalid"  # read, but its variables cannot be applied
DIFFERS = "differs"
UNVERIFIED = "unverified"  # nothing differs, but something was not read
UNDECLARED = "undeclared"  # no variable defines the desired state
AS_WANTED = "as_wanted"
ORGANIZATION_STATES = (UNREADABLE, INVALID, DIFFERS, UNVERIFIED, UNDECLARED, AS_WANTED)

NOT_READ = "not read"

Entries = Mapping[str, Mapping[str, Any]]


class Comparison(NamedTuple):
    """An organization compared with its variables. ``options`` is None without a desired state."""

    options: ServiceAccessOptions | None
    services: dict[str, str]
    administrators: dict[Registration, str]
    error: str | None


def compare_organization(name: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return {name, state, error, exact, management_account_id, administrators_managed,
    delegated_administrators_unread, policy_types, policy_types_unread, counts, administrator_counts, to_complete,
    administrators_to_complete, unregistered_administrators, skipped_regions, services, accounts, control_facts}.

    ``result``: the results of organizations_service_access_info and organizations_delegated_administrator_info, with
    ``wanted``, the defined variables of the desired state. If it failed or is missing, ``msg`` says why.
    ``to_complete``: how many wanted services are enabled, but do not work until they are applied with their API.
    ``administrators_to_complete``: how many wanted administrators are registered, but not in every Region.
    ``policy_types``: [{policy_type, status}], None if they were not read.
    The counts are {state: number}. ``control_facts`` is None if the organization was not read.
    """
    unread = result.get("delegated_administrators_unread")
    found: dict[str, Any] = {
        "name": name,
        "state": UNREADABLE,
        "error": None,
        "exact": False,
        "management_account_id": _management_account_id(result.get("wanted") or {}),
        "administrators_managed": is_managed(result.get("wanted") or {}),
        "delegated_administrators_unread": unread,
        "policy_types": result.get("policy_types"),
        "policy_types_unread": result.get("policy_types_unread"),
        "to_complete": 0,
        "administrators_to_complete": 0,
        "unregistered_administrators": [],
        "skipped_regions": result.get("skipped_regions", []),
        "services": [],
        "accounts": [],
        "control_facts": None,
    }
    if result.get("failed") or "enabled_service_principals" not in result:
        found["error"] = str(result.get("msg") or "Failed without a message.")
    elif unread and found["administrators_managed"]:
        found["error"] = f"The variables list delegated administrators, but these could not be read. {unread}"
    else:
        found |= _compare_read(result)
    found["counts"] = _count(found["services"])
    found["administrator_counts"] = _count(service for account in found["accounts"] for service in account["services"])
    return found


def _management_account_id(wanted: Mapping[str, Any]) -> str | None:
    """Return what the variables say; None if they say nothing. Reading fails if it is another organization."""
    value = plain(wanted.get("management_account_id"))
    return None if value is None else str(value)


def _count(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = Counter(entry["state"] for entry in entries)
    return {state: counts[state] for state in STATES}


def _compare_read(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what compare_organization returns of an organization that was read."""
    entries = {entry["service_principal"]: entry for entry in result["enabled_service_principals"]}
    accounts = result.get("delegated_administrators")
    registered = registrations(accounts or [])
    compared = _compare_variables(result, entries, registered)
    regions: Regions = result.get("service_administrators") or {}
    described = describe_accounts(accounts or [], compared.administrators, regions)
    unregistered = unregistered_administrators(registered, regions)
    incomplete = {
        "to_complete": _count_in_api_states(compared, entries, DISABLED, FAILED),
        "administrators_to_complete": administrators_to_complete(described),
    }
    unread = any_unread(described) or _count_in_api_states(compared, entries, NOT_READ) > 0
    facts = control_facts(
        None if compared.options is None else compared.services,
        entries,
        None if accounts is None else described,
        administrators_expected=not compared.error and is_managed(result.get("wanted") or {}),
    )
    return {
        "state": _organization_state(compared, any(incomplete.values()), unread),
        "error": compared.error,
        "exact": compared.options is not None and compared.options.purge,
        **incomplete,
        "unregistered_administrators": unregistered,
        "services": _services(compared, entries, unregistered, accounts_read=accounts is not None),
        "accounts": described,
        "control_facts": {
            **facts,
            "policy_types": result.get("policy_types"),
            "service_administrators": result.get("service_administrators"),
        },
    }


def _compare_variables(result: Mapping[str, Any], entries: Entries, registered: set[Registration]) -> Comparison:
    """Compare with the variables. Where they cannot be applied, everything that is there is unlisted."""
    wanted = result.get("wanted") or {}
    found = Comparison(
        None, service_states(entries, None), registration_states(registered, None), result.get("wanted_error")
    )
    if found.error:
        return found
    try:
        options = _wanted_options(wanted, entries)
        found = found._replace(options=options, services=service_states(entries, options))
        return found._replace(administrators=registration_states(registered, delegation_options(plain(wanted))))
    except ValueError as error:
        return found._replace(error=str(error))


def _wanted_options(wanted: Mapping[str, Any], enabled: Iterable[str]) -> ServiceAccessOptions | None:
    """Return the desired state, parsed as organizations_service_access parses it; None if there is none.

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
    """Return the value without Ansible's tags, whose types would show in messages."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return next((kind(value) for kind in (str, bool, int, float) if isinstance(value, kind)), value)


def service_states(enabled: Iterable[str], options: ServiceAccessOptions | None) -> dict[str, str]:
    """Return {service principal: state}. Applying the options would change those that are missing or extra."""
    options = options or ServiceAccessOptions(frozenset())
    plan = make_plan(enabled, options)
    kept = {name for name in plan.before if options.purge and matches_any(name, options.keep)}
    return states_of(plan.before, options.service_principals, plan.to_enable, plan.to_disable, kept)


def _count_in_api_states(compared: Comparison, entries: Entries, *api_states: str) -> int:
    """Return how many wanted services are enabled, and have one of these states in their API."""
    return sum(compared.services[name] == WANTED and _api_state(entry) in api_states for name, entry in entries.items())


def _organization_state(compared: Comparison, incomplete: bool, unread: bool) -> str:
    if compared.error:
        return INVALID
    if incomplete or {MISSING, EXTRA} & {*compared.services.values(), *compared.administrators.values()}:
        return DIFFERS
    if unread:
        return UNVERIFIED
    return UNDECLARED if compared.options is None else AS_WANTED


def _services(
    compared: Comparison, entries: Entries, unregistered: Iterable[Mapping[str, Any]], *, accounts_read: bool
) -> list[dict[str, Any]]:
    """Return [{service_principal, state, date_enabled, service_api_state, delegated_administrators,
    missing_administrators, extra_administrators, without_administrator}], most important first.

    ``delegated_administrators``: the account IDs, None if they were not read. ``without_administrator``: whether it is
    enabled and supports a delegated administrator, and neither has nor awaits one.
    """
    administered = {one.service_principal for one in compared.administrators}
    administered |= {one["service_principal"] for one in unregistered}

    def describe(principal: str) -> dict[str, Any]:
        entry = entries.get(principal, {})
        registered = administrators_in(PRESENT, principal, compared.administrators)
        may_lack = accounts_read and principal in entries and supports_administrator(principal) is True
        return {
            "service_principal": principal,
            "state": compared.services[principal],
            "date_enabled": entry.get("date_enabled"),
            "service_api_state": _api_state(entry),
            "delegated_administrators": registered if accounts_read else None,
            "missing_administrators": administrators_in([MISSING], principal, compared.administrators),
            "extra_administrators": administrators_in([EXTRA], principal, compared.administrators),
            "without_administrator": may_lack and principal not in administered,
        }

    ordered = sorted(compared.services, key=lambda name: (STATES.index(compared.services[name]), name))
    return [describe(principal) for principal in ordered]


def _api_state(entry: Mapping[str, Any]) -> str | None:
    """Return enabled, disabled, pending, failed or "not read"; None if it reports none, or nobody asked for it."""
    return str(entry["service_api_state"] or NOT_READ) if "service_api_state" in entry else None


__all__ = [
    "AS_WANTED",
    "DIFFERS",
    "INVALID",
    "NOT_READ",
    "ORGANIZATION_STATES",
    "UNDECLARED",
    "UNREADABLE",
    "UNVERIFIED",
    "compare_organization",
    "plain",
]
