# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The work of organizations_service_access_info."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.names import matches_any, require_valid_names
from ..catalog.service_apis import API_OF
from ..catalog.services import BY_PRINCIPAL, supports_administrator
from ..task.context import Warn
from .service_api_states import ServiceApiStates
from .state import entry

MAX_PAGE_SIZE = 20  # API reference, MaxResults
ADMINISTRATOR_KEYS = ("account_id", "name", "email", "arn", "status", "state", "delegation_enabled_date")

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "service_principals": {"type": "list", "elements": "str"},
    "page_size": {"type": "int"},
    "include_delegated_administrators": {"type": "bool", "default": False},
    "include_service_api_state": {"type": "bool", "default": False},
    "include_policy_types": {"type": "bool", "default": False},
    "include_available": {"type": "bool", "default": False},
}


_READABLE = frozenset(api.principal for api in API_OF.values() if api.read)


@dataclass(frozen=True)
class ServiceAccessQuery:
    """The validated options of organizations_service_access_info, by their names."""

    service_principals: Sequence[str] = ()
    page_size: int | None = None
    include_delegated_administrators: bool = False
    include_available: bool = False
    include_service_api_state: bool = False
    include_policy_types: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ServiceAccessQuery:
        """Return validated options; AnsibleOrganizationsError names all problems in one message."""
        page_size: int | None = params["page_size"]
        problems = require_valid_names("service_principals", params["service_principals"] or [], patterns=True)
        if page_size is not None and not 1 <= page_size <= MAX_PAGE_SIZE:
            problems.append(f"page_size must be 1 to {MAX_PAGE_SIZE}, not {page_size}.")
        AnsibleOrganizationsError.refuse(problems)
        return cls(**{field.name: params[field.name] for field in fields(cls) if params[field.name]})


def read_service_access(
    client: OrganizationsClient, query: ServiceAccessQuery, _check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """Return the results of the info module: enabled_service_principals, and what else is requested."""
    enabled = client.list_service_access(query.page_size)
    entries: list[dict[str, Any]] = [
        {**entry(name, date), "delegated_administrator": supports_administrator(name)}
        for name, date in enabled.items()
        if not query.service_principals or matches_any(name, query.service_principals)
    ]
    if query.include_delegated_administrators:
        for listed in entries:
            listed["delegated_administrators"] = _administrators(client, listed["service_principal"], warn)
    if query.include_service_api_state:
        _add_service_api_states(client, entries, warn)
    available = {"available_services": available_services(enabled)} if query.include_available else {}
    types = _policy_types(client, warn) if query.include_policy_types else {}
    return {"changed": False, "enabled_service_principals": entries, **available, **types}


def _add_service_api_states(client: OrganizationsClient, entries: Iterable[dict[str, Any]], warn: Warn) -> None:
    """Add service_api_state to the entries of services that report a state; None and a warning if it is unknown.

    Any account other than the management account would read its own roles and settings.
    """
    concerned = [listed for listed in entries if listed["service_principal"] in _READABLE]
    if not concerned:
        return
    services = ServiceApiStates(client)
    try:
        is_management_account = client.caller_account_id() == client.management_account_id
        problem = "These credentials are those of another account."
    except AnsibleOrganizationsError as error:
        is_management_account, problem = False, str(error.result()["msg"])
    if is_management_account:
        services.read(listed["service_principal"] for listed in concerned)
    else:
        warn(f"The states of the services can be read with credentials of the management account only. {problem}")
    for principal, failure in services.errors.items():
        warn(f"The state of {principal} could not be read from its API. {failure.result()['msg']}")
    for listed in concerned:
        listed["service_api_state"] = services.states.get(listed["service_principal"])


def _administrators(client: OrganizationsClient, principal: str, warn: Warn) -> list[Any] | None:
    """Return delegated administrators; None and a warning if AWS rejects this service principal only."""
    try:
        administrators: Sequence[Mapping[str, Any]] = client.list_delegated_administrators(principal)
        return [{key: administrator[key] for key in ADMINISTRATOR_KEYS} for administrator in administrators]
    except AnsibleOrganizationsError as error:
        if not error.concerns_one_subject:
            raise
        warn(f"The delegated administrators of {principal} could not be read. {error.result()['msg']}")
        return None


def _policy_types(client: OrganizationsClient, warn: Warn) -> dict[str, Any]:
    """Return {policy_types: [{policy_type, status}]}; with None, a warning and policy_types_unread if it is unknown."""
    try:
        found = client.policy_types()
    except AnsibleOrganizationsError as error:
        why = str(error.result()["msg"])
        warn(f"The policy types could not be read. {why}")
        return {"policy_types": None, "policy_types_unread": why}
    return {"policy_types": [{"policy_type": name, "status": found[name].status} for name in sorted(found)]}


def available_services(enabled: Collection[str]) -> list[dict[str, Any]]:
    """Return the services of the catalog that are not enabled, sorted by service principal."""
    available = [item for item in sorted(BY_PRINCIPAL.items()) if item[0] not in enabled]
    return [
        {
            "service_principal": principal,
            "service_name": service.name,
            "delegated_administrator": service.delegated_administrator,
            "enable_with": service.enable,
            "native_enable_api": list(service.native_enable_api),
            "organizations_enable_insufficient": bool(service.insufficient),
            "note": f"{service.insufficient} {service.note}".strip(),
            "documentation_url": service.documentation_url,
        }
        for principal, service in available
    ]


__all__ = ["ARGUMENT_SPEC", "ServiceAccessQuery", "read_service_access"]
