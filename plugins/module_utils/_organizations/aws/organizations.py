# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The calls to AWS Organizations: one method each, every page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypedDict

from ..catalog.names import is_valid_name
from ..catalog.option_values import ACCOUNT_ID
from .connection import Connection
from .errors import AnsibleOrganizationsError, MalformedResponseError, common_error_handler
from .responses import check_lists, check_write

WRITES = (
    "EnableAWSServiceAccess",
    "DisableAWSServiceAccess",
    "RegisterDelegatedAdministrator",
    "DeregisterDelegatedAdministrator",
)

# AWS has about sixty service principals, and pages can be empty. A listing with more pages than this is endless.
MAX_PAGES = 1000
ROOT_ID = re.compile(r"r-[0-9a-z]{4,32}")  # API reference of DisablePolicyType


class Account(TypedDict):
    """An account of the organization; None for what AWS, or for ``state`` an older botocore, omits."""

    account_id: str
    name: str | None
    email: str | None
    arn: str | None
    status: str | None
    state: str | None


class DelegatedAdministrator(Account):
    """An account that administers a service for the organization; dates in ISO 8601, None for what AWS omits."""

    joined_method: str | None
    joined_timestamp: str | None
    delegation_enabled_date: str | None


class PolicyType(NamedTuple):
    """The status of a policy type in a root: ENABLED, PENDING_ENABLE or PENDING_DISABLE."""

    status: str
    root_id: str


def _iso_date(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _principal_name(entry: Any, listing: str) -> str:
    name = entry.get("ServicePrincipal")
    if not is_valid_name(name):
        raise MalformedResponseError(
            f"The listing of {listing} contains {str(name)[:40]!r}, which cannot be a service principal."
        )
    return str(name)


def _dates(entries: Iterable[Any], listing: str, date_key: str) -> dict[str, str | None]:
    """Return {service principal: its date of this key}, sorted. ``listing``: what lists them, for messages."""
    dates = {_principal_name(entry, listing): _iso_date(entry.get(date_key)) for entry in entries}
    return dict(sorted(dates.items()))


def _id(value: Any, pattern: re.Pattern[str], meaning: str) -> str:
    text = str(value)
    if not pattern.fullmatch(text):
        raise MalformedResponseError(f"The response contains {text[:40]!r}, which cannot be {meaning}.")
    return text


def _account(entry: Any) -> Account:
    return Account(
        account_id=_id(entry.get("Id"), ACCOUNT_ID, "an account ID"),
        name=entry.get("Name"),
        email=entry.get("Email"),
        arn=entry.get("Arn"),
        status=entry.get("Status"),
        state=entry.get("State"),
    )


class OrganizationsClient:
    """AWS Organizations as this collection uses it. Every method raises AnsibleOrganizationsError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._client = connection.client("organizations")
        for write in WRITES:
            self._client.meta.events.register(f"after-call.organizations.{write}", check_write)
        self._client.meta.events.register("after-call.organizations", check_lists)

    @property
    def partition(self) -> str:
        """The partition of the endpoint: "aws", "aws-cn", ..."""
        return str(self._client.meta.partition)

    @common_error_handler("list service access")
    def list_service_access(self, page_size: int | None = None) -> dict[str, str | None]:
        """Return {enabled service principal: date in ISO 8601}, sorted, never incomplete.

        The date is None if AWS does not return it.

        Raises MalformedResponseError for a page without its key, for an invalid name, and for an endless listing.
        """
        entries = self._all_pages("list_aws_service_access_for_organization", "EnabledServicePrincipals", {}, page_size)
        return _dates(entries, "service access", "DateEnabled")

    def enable_service_access(self, service_principal: str) -> None:
        """Call EnableAWSServiceAccess."""
        enable = self._client.enable_aws_service_access
        self.connection.write("enable service access", lambda: enable(ServicePrincipal=service_principal))

    def disable_service_access(self, service_principal: str) -> None:
        """Call DisableAWSServiceAccess."""
        disable = self._client.disable_aws_service_access
        self.connection.write("disable service access", lambda: disable(ServicePrincipal=service_principal))

    def list_delegated_administrators(self, service_principal: str | None = None) -> list[DelegatedAdministrator]:
        """Return the delegated administrators of one service, or of any, sorted by account ID."""
        of_service = f" of {service_principal}" if service_principal else ""
        parameters = {"ServicePrincipal": service_principal} if service_principal else {}
        with common_error_handler(f"list the delegated administrators{of_service}"):
            entries = self._all_pages("list_delegated_administrators", "DelegatedAdministrators", parameters)
            administrators = [
                DelegatedAdministrator(
                    **_account(entry),
                    joined_method=entry.get("JoinedMethod"),
                    joined_timestamp=_iso_date(entry.get("JoinedTimestamp")),
                    delegation_enabled_date=_iso_date(entry.get("DelegationEnabledDate")),
                )
                for entry in entries
            ]
        return sorted(administrators, key=lambda administrator: administrator["account_id"])

    def list_delegated_services(self, account_id: str) -> dict[str, str | None]:
        """Return {service principal: date in ISO 8601, or None} of what an account administers, sorted.

        Empty if the account is not registered, for example because it was deregistered a moment ago.
        """
        parameters = {"AccountId": account_id}
        try:
            with common_error_handler(f"list the services that account {account_id} administers"):
                entries = self._all_pages("list_delegated_services_for_account", "DelegatedServices", parameters)
                return _dates(entries, "delegated services", "DelegationEnabledDate")
        except AnsibleOrganizationsError as error:
            if error.details()["code"] == "AccountNotRegisteredException":
                return {}
            raise

    def register_delegated_administrator(self, account_id: str, service_principal: str) -> bool:
        """Call RegisterDelegatedAdministrator. Return False if somebody else had registered the account already."""
        return self._change_registration("register", "AccountAlreadyRegisteredException", account_id, service_principal)

    def deregister_delegated_administrator(self, account_id: str, service_principal: str) -> bool:
        """Call DeregisterDelegatedAdministrator. Return False if somebody else had deregistered the account."""
        return self._change_registration("deregister", "AccountNotRegisteredException", account_id, service_principal)

    def _change_registration(self, verb: str, already: str, account_id: str, service_principal: str) -> bool:
        """Return whether this call changed it. If AWS says "already", an earlier attempt that may be applied did."""
        operation = getattr(self._client, f"{verb}_delegated_administrator")
        parameters = {"AccountId": account_id, "ServicePrincipal": service_principal}
        try:
            self.connection.write(f"{verb} the delegated administrator", lambda: operation(**parameters))
        except AnsibleOrganizationsError as error:
            if error.details()["code"] != already:
                raise
            return error.leaves_outcome_unknown
        return True

    @common_error_handler("list the policy types of the organization's root")
    def policy_types(self) -> dict[str, PolicyType]:
        """Call ListRoots. Return {policy type: its status and root}, without disabled policy types."""
        found = {}
        for root in self._all_pages("list_roots", "Roots", {}):
            root_id = _id(root.get("Id"), ROOT_ID, "the ID of a root")
            for policy_type in root["PolicyTypes"]:
                found[str(policy_type["Type"])] = PolicyType(str(policy_type["Status"]), root_id)
        return found

    def describe_account(self, account_id: str) -> Account:
        """Call DescribeAccount."""
        with common_error_handler(f"describe account {account_id}"):
            return _account(self._client.describe_account(AccountId=account_id)["Account"])

    @functools.cached_property
    @common_error_handler("describe the organization")
    def management_account_id(self) -> str:
        """The organization's management account: one DescribeOrganization, which every account of it may call."""
        organization = self._client.describe_organization()["Organization"]
        return _id(organization["MasterAccountId"], ACCOUNT_ID, "an account ID")

    def caller_account_id(self) -> str:
        """Return the account of the credentials (sts:GetCallerIdentity)."""
        return self.connection.caller_account_id()

    def _all_pages(
        self, operation: str, key: str, parameters: Mapping[str, str], page_size: int | None = None
    ) -> Iterable[dict[str, Any]]:
        """Yield the entries of all pages. botocore's paginator follows the tokens and refuses a repeated one."""
        pages = self._client.get_paginator(operation).paginate(**parameters, PaginationConfig={"PageSize": page_size})
        for number, page in enumerate(pages, start=1):
            if key not in page:
                raise MalformedResponseError(f"Page {number} of the response to {operation} has no {key}.")
            if not isinstance(page.get("NextToken", ""), str):  # {} or 0 would look like the end of the listing
                raise MalformedResponseError(f"Page {number} of the response to {operation} has an invalid NextToken.")
            if number > MAX_PAGES:
                raise MalformedResponseError(f"The response to {operation} does not end: {MAX_PAGES} pages were read.")
            yield from page[key]


__all__ = ["Account", "DelegatedAdministrator", "OrganizationsClient", "PolicyType"]
