# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Reading which account is registered as delegated administrator of which service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import Account, OrganizationsClient
from ..catalog.names import explain_unknown_names
from .options import Registration


class RegistrationReader:
    """Reads registrations, and remembers the accounts that it met."""

    def __init__(self, client: OrganizationsClient) -> None:
        self._client = client
        self._accounts: dict[str, Account] = {}

    def everything(self) -> set[Registration]:
        """Return every registration of the organization: one listing of accounts, and one of services for each."""
        return {
            Registration(account_id, principal)
            for account_id in self._remembered(self._client.list_delegated_administrators())
            for principal in self._client.list_delegated_services(account_id)
        }

    def of(self, service_principals: Iterable[str]) -> set[Registration]:
        """Return the registrations of these services: one listing each.

        An error about a name that AWS does not recognize says what is known about the names.
        """
        principals = list(service_principals)
        try:
            return {
                Registration(account_id, principal)
                for principal in principals
                for account_id in self._remembered(self._client.list_delegated_administrators(principal))
            }
        except AnsibleOrganizationsError as error:
            if error.details()["code"] != "InvalidInputException":
                raise
            message = " ".join([*explain_unknown_names(principals, refused=True), error.message])
            raise AnsibleOrganizationsError(message, error.exception, **error.kwargs) from error

    def remember(self, accounts: Mapping[str, Account]) -> None:
        """Remember accounts read elsewhere, by account ID."""
        self._accounts = {**self._accounts, **accounts}

    def _remembered(self, accounts: Iterable[Account]) -> list[str]:
        found = {account["account_id"]: account for account in accounts}
        self.remember(found)
        return list(found)

    def entries(self, registrations: Iterable[Registration]) -> list[dict[str, Any]]:
        """Return [{account_id, name, email, status, state, service_principals}], sorted; None for what was not read."""
        entries = []
        for account_id, principals in by_account(registrations).items():
            account: Mapping[str, Any] = self._accounts.get(account_id, {})
            read = {key: account.get(key) for key in ("name", "email", "status", "state")}
            entries.append({"account_id": account_id, **read, "service_principals": principals})
        return entries


def by_account(registrations: Iterable[Registration]) -> dict[str, list[str]]:
    """Return {account ID: service principals}, both sorted."""
    services: dict[str, list[str]] = {}
    for account_id, principal in sorted(registrations):
        services.setdefault(account_id, []).append(principal)
    return services


__all__ = ["RegistrationReader", "by_account"]
