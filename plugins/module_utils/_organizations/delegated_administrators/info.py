# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The work of organizations_delegated_administrator_info."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..aws.administrator_apis import AdministratorApiClient
from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.administrator_apis import ADMINISTRATOR_APIS
from ..catalog.names import matches_any, require_valid_names
from ..catalog.option_values import account_id_problems
from ..catalog.services import service_name
from ..task.context import Warn
from .administrator_lists import AdministratorLists
from .chosen_regions import REGION_ARGUMENTS, region_option_problems
from .regional_plan import administrators_by_region
from .results import by_region, skipped_regions

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "account_ids": {"type": "list", "elements": "str"},
    "service_principals": {"type": "list", "elements": "str"},
    "include_service_api_state": {"type": "bool", "default": False},
    **REGION_ARGUMENTS,
}


@dataclass(frozen=True)
class DelegatedAdministratorQuery:
    """The validated options of organizations_delegated_administrator_info, by their names; empty means all."""

    account_ids: Sequence[str] = ()
    service_principals: Sequence[str] = ()
    include_service_api_state: bool = False
    regions: Sequence[str] = ()
    exclude_regions: Sequence[str] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> DelegatedAdministratorQuery:
        """Return validated options; AnsibleOrganizationsError names all problems in one message."""
        problems = []
        for account_id in params["account_ids"] or []:
            problems += account_id_problems(account_id, "Each entry of account_ids")
        problems += require_valid_names("service_principals", params["service_principals"] or [], patterns=True)
        AnsibleOrganizationsError.refuse(problems + region_option_problems(params, "include_service_api_state"))
        return cls(**{field.name: params[field.name] for field in fields(cls) if params[field.name]})

    def asks_for(self, service_principal: str) -> bool:
        """Return whether a service was requested."""
        return not self.service_principals or matches_any(service_principal, self.service_principals)


def read_delegated_administrators(
    client: OrganizationsClient, query: DelegatedAdministratorQuery, _check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """Return the results of the info module: the accounts that administer a requested service."""
    entries = []
    for account in client.list_delegated_administrators():
        if query.account_ids and account["account_id"] not in query.account_ids:
            continue
        services = [
            {"service_principal": principal, "service_name": service_name(principal), "delegation_enabled_date": date}
            for principal, date in client.list_delegated_services(account["account_id"]).items()
            if query.asks_for(principal)
        ]
        if services:
            entries.append({**account, "service_principals": services})
    result = {"changed": False, "delegated_administrators": entries}
    return {**result, **_read_services(client, query, warn)} if query.include_service_api_state else result


def _read_services(client: OrganizationsClient, query: DelegatedAdministratorQuery, warn: Warn) -> dict[str, Any]:
    """Return {service_administrators, skipped_regions}. A Region that cannot be read is None, and a warning."""
    principals = [api.principal for api in ADMINISTRATOR_APIS if api.by_region and query.asks_for(api.principal)]
    lists = AdministratorLists(AdministratorApiClient(client), sorted(set(query.regions)), query.exclude_regions)
    lists.read_again(itertools.product(principals, lists.regions() if principals else ()))
    unknown: dict[tuple[str, str], dict[str, AnsibleOrganizationsError]] = {}  # by service and problem, by Region
    for (principal, region), error in lists.errors.items():
        unknown.setdefault((principal, error.in_sentence().replace(region, "")), {})[region] = error
    for (principal, _problem), errors in unknown.items():
        first = next(iter(errors.values()))
        warn(f"The administrator of {principal} is not known in {', '.join(errors)}. {first.in_sentence()}")
    regions = administrators_by_region(lists.lists, lists.errors)
    return {
        "service_administrators": by_region(regions, lists.errors, principals),
        "skipped_regions": skipped_regions(lists.skipped),
    }


__all__ = ["ARGUMENT_SPEC", "DelegatedAdministratorQuery", "read_delegated_administrators"]
