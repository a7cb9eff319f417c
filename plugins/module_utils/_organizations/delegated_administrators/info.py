# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The work of organizations_delegated_administrator_info."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.names import matches_any, require_valid_names
from ..catalog.option_values import account_id_problems
from ..catalog.services import service_name
from ..task.context import Warn

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "account_ids": {"type": "list", "elements": "str"},
    "service_principals": {"type": "list", "elements": "str"},
}


@dataclass(frozen=True)
class DelegatedAdministratorQuery:
    """The validated options of organizations_delegated_administrator_info; empty means all."""

    account_ids: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> DelegatedAdministratorQuery:
        """Return validated options; AnsibleOrganizationsError names all problems in one message."""
        account_ids: list[str] = params["account_ids"] or []
        patterns: list[str] = params["service_principals"] or []
        option = "Each entry of account_ids"
        problems = [problem for account_id in account_ids for problem in account_id_problems(account_id, option)]
        AnsibleOrganizationsError.refuse(problems + require_valid_names("service_principals", patterns, patterns=True))
        return cls(frozenset(account_ids), tuple(patterns))


def read_delegated_administrators(
    client: OrganizationsClient, query: DelegatedAdministratorQuery, _check_mode: bool, _warn: Warn
) -> dict[str, Any]:
    """Return the results of the info module: the accounts that administer a requested service."""
    entries = []
    for account in client.list_delegated_administrators():
        if query.account_ids and account["account_id"] not in query.account_ids:
            continue
        services = [
            {"service_principal": principal, "service_name": service_name(principal), "delegation_enabled_date": date}
            for principal, date in client.list_delegated_services(account["account_id"]).items()
            if not query.patterns or matches_any(principal, query.patterns)
        ]
        if services:
            entries.append({**account, "service_principals": services})
    return {"changed": False, "delegated_administrators": entries}


__all__ = ["ARGUMENT_SPEC", "DelegatedAdministratorQuery", "read_delegated_administrators"]
