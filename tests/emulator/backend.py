# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto's Organizations backend, corrected where it is more permissive than AWS.

API = AWS Organizations API reference, GUIDE = AWS Organizations user guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from moto.core.utils import unix_time
from moto.organizations import models, utils
from moto.organizations.exceptions import (
    AccountAlreadyRegisteredException,
    AccountNotRegisteredException,
    AWSOrganizationsNotInUseException,
)
from moto.organizations.models import FakeDelegatedAdministrator, OrganizationsBackend, organizations_backends

from . import names
from .accounts import EmulatedAccount
from .callers import STRANGERS, Role, check_caller
from .errors import ReasonedError, constraint_violation, invalid_input
from .regional_administrators import RegionalAdministrators
from .settings import SETTINGS

# The region of the endpoint (botocore, endpoint-rule-set-1 of organizations).
REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-us-gov": "us-gov-west-1",
}
# The listings that can lag behind a write, and what they show.
SERVICE_ACCESS, DELEGATIONS = "service access", "delegations"
SHOWS = {
    "ListAWSServiceAccessForOrganization": SERVICE_ACCESS,
    "ListDelegatedAdministrators": DELEGATIONS,
    "ListDelegatedServicesForAccount": DELEGATIONS,
}


def check_recognized(principal: str) -> str:
    """API, UNRECOGNIZED_SERVICE_PRINCIPAL; the form of the name has been checked before."""
    if not names.is_recognized(principal):
        raise invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL")
    return principal


class EmulatedOrganizations(OrganizationsBackend):
    """The backend of one account; that of a management account has its organization's state."""

    def _reset(self) -> None:
        super()._reset()
        self.services: list[dict[str, Any]] = []
        # What listings that lag behind still show: [state before the write, complete listings left].
        self.stale: dict[str, list[tuple[Any, int]]] = {SERVICE_ACCESS: [], DELEGATIONS: []}
        self.own_states: dict[str, Any] = {}  # of the services with an API of their own, see services.py
        self.regional_administrators = RegionalAdministrators()  # see service_administrators.py

    def membership(self) -> tuple[EmulatedOrganizations, Role] | None:
        """Return the account's organization, and its role there; None for an account in no organization."""
        if self.org:
            return self, Role.MANAGEMENT
        management = organizations_backends.master_accounts.get(self.account_id)
        if management is None or management[1] != self.partition:
            return None
        organization = organizations_backends[management[0]][management[1]]
        assert isinstance(organization, EmulatedOrganizations)
        delegated = any(admin.account.id == self.account_id for admin in organization.admins)
        return organization, Role.DELEGATED_ADMINISTRATOR if delegated else Role.MEMBER

    def authorize(self, operation: str) -> EmulatedOrganizations:
        """Return the caller's organization, which answers the operation (API, each operation's callers)."""
        if operation in STRANGERS:
            return self
        membership = self.membership()
        if membership is None:
            raise AWSOrganizationsNotInUseException
        organization, role = membership
        assert organization.org
        check_caller(operation, role, organization.org.feature_set)
        return organization

    # Eventual consistency: AWS documents it in general, not how long a listing lags behind.

    @contextmanager
    def _visible_later(self, what: str) -> Iterator[None]:
        """Keep the state before a write for the listings that lag behind it; a failed write changes nothing."""
        before = self._enabled() if what == SERVICE_ACCESS else self._delegations()
        yield
        if SETTINGS.stale_listings:
            self.stale[what].append((before, SETTINGS.stale_listings))

    def _shown(self, what: str) -> Any:
        if SETTINGS.stale_listings and self.stale[what]:
            return self.stale[what][0][0]
        return self._enabled() if what == SERVICE_ACCESS else self._delegations()

    def listed(self, operation: str) -> None:
        """Called after the last page of a listing: a stale one was shown once more."""
        if operation in SHOWS:
            what = SHOWS[operation]
            self.stale[what] = [(state, left - 1) for state, left in self.stale[what] if left > 1]

    # Service access

    def _enabled(self) -> dict[str, float]:
        return {service["ServicePrincipal"]: service["DateEnabled"] for service in self.services}

    def enable_aws_service_access(self, **kwargs: Any) -> None:
        """Enabling twice changes nothing, not even the date."""
        principal = check_recognized(kwargs["ServicePrincipal"])
        with self._visible_later(SERVICE_ACCESS):
            if principal not in self._enabled():
                self.services.append({"ServicePrincipal": principal, "DateEnabled": unix_time()})

    def disable_aws_service_access(self, **kwargs: Any) -> None:
        """API, ConstraintViolationException: policy types and delegated administrators come first."""
        principal = check_recognized(kwargs["ServicePrincipal"])
        if names.policy_type_of(principal) in self._enabled_policy_types():
            raise constraint_violation("POLICY_TYPE_ENABLED_FOR_THIS_SERVICE")
        when = SETTINGS.refuse_disable_with_delegated_administrators
        refused = when == "always" or (when == "documented" and names.must_deregister_before_disabling(principal))
        if refused and self._administrators_of(principal):
            raise constraint_violation("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE")
        with self._visible_later(SERVICE_ACCESS):
            self.services = [kept for kept in self.services if kept["ServicePrincipal"] != principal]

    def list_aws_service_access_for_organization(self, **_kwargs: Any) -> dict[str, Any]:
        """Return every enabled principal; the response has the page."""
        shown = self._shown(SERVICE_ACCESS)
        return {
            "EnabledServicePrincipals": [
                {"ServicePrincipal": name, "DateEnabled": enabled} for name, enabled in shown.items()
            ]
        }

    # Delegated administrators

    def _administrators_of(self, principal: str) -> list[FakeDelegatedAdministrator]:
        return [admin for admin in self.admins if principal in admin.services]

    def _delegations(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Return {account id: (what the listing shows of it, {service principal: what the listing shows of that})}."""
        return {admin.account.id: (admin.describe(), dict(admin.services)) for admin in self.admins}

    def register_delegated_administrator(self, **kwargs: Any) -> None:
        """API, RegisterDelegatedAdministrator and ConstraintViolationException."""
        account_id, principal = kwargs["AccountId"], check_recognized(kwargs["ServicePrincipal"])
        if not names.supports_delegated_administrators(principal):
            raise invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL")  # as moto, pull request 3200
        account = self.get_account_by_id(account_id)
        if account_id == self.account_id:
            raise constraint_violation("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
        if account.state != "ACTIVE":  # GUIDE names suspended accounts; that the pending states count is a guess
            raise constraint_violation("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR")
        if principal not in self._enabled():
            raise constraint_violation("SERVICE_ACCESS_NOT_ENABLED")
        registered = self._administrators_of(principal)
        if any(admin.account.id == account_id for admin in registered):
            raise AccountAlreadyRegisteredException
        limit = names.most_delegated_administrators(principal)
        if limit is not None and len(registered) >= limit:
            raise constraint_violation("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED")
        with self._visible_later(DELEGATIONS):
            super().register_delegated_administrator(**kwargs)

    def deregister_delegated_administrator(self, **kwargs: Any) -> None:
        """API, DeregisterDelegatedAdministrator: AccountNotRegisteredException, also for another service's account."""
        account_id, principal = kwargs["AccountId"], check_recognized(kwargs["ServicePrincipal"])
        self.get_account_by_id(account_id)
        if account_id == self.account_id:
            raise constraint_violation("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")  # as moto
        if not any(admin.account.id == account_id for admin in self._administrators_of(principal)):
            raise AccountNotRegisteredException
        with self._visible_later(DELEGATIONS):
            super().deregister_delegated_administrator(**kwargs)
        if principal in SETTINGS.deregistering_ends:
            self.regional_administrators.end_everywhere(principal, account_id)

    def list_delegated_administrators(self, **kwargs: Any) -> dict[str, Any]:
        """Return those of one service, or of all."""
        principal = kwargs.get("ServicePrincipal")
        shown = self._shown(DELEGATIONS)
        if principal is not None:
            check_recognized(principal)
            supported = names.supports_delegated_administrators(principal)
            if SETTINGS.refuse_listing_without_delegated_administrators and not supported:
                raise invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL")
        return {
            "DelegatedAdministrators": [
                account for account, services in shown.values() if principal is None or principal in services
            ]
        }

    def list_delegated_services_for_account(self, **kwargs: Any) -> dict[str, Any]:
        """API: AccountNotFoundException, AccountNotRegisteredException."""
        account_id = kwargs["AccountId"]
        self.get_account_by_id(account_id)
        shown = self._shown(DELEGATIONS)
        if account_id not in shown:
            raise AccountNotRegisteredException
        _account, services = shown[account_id]
        return {"DelegatedServices": list(services.values())}

    def remove_account_from_organization(self, **kwargs: Any) -> None:
        """API, RemoveAccountFromOrganization: neither the management account nor a delegated administrator."""
        account_id = kwargs["AccountId"]
        self.get_account_by_id(account_id)
        if account_id == self.account_id:
            raise ReasonedError(
                "MasterCannotLeaveOrganizationException",
                "You can't remove a management account from an organization.",
            )
        if any(admin.account.id == account_id for admin in self.admins):
            raise constraint_violation("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
        super().remove_account_from_organization(**kwargs)

    # Policy types

    def _enabled_policy_types(self) -> set[str]:
        root = next(ou for ou in self.ou if isinstance(ou, models.FakeRoot))
        return {entry["Type"] for entry in root.policy_types if entry["Status"] == "ENABLED"}

    # The initial state

    def add_member(self, account_id: str, name: str) -> None:
        """Create a member account with this account id, where moto would choose a random one."""
        with mock.patch.object(utils, "make_random_account_id", return_value=account_id):
            self.create_account(AccountName=name, Email=f"{name}@example.com")

    def seed(
        self,
        feature_set: str = "ALL",
        enabled: list[str] | dict[str, str] | None = None,
        members: dict[str, str] | None = None,
        suspended: list[str] | None = None,
        account_states: dict[str, str] | None = None,
        delegated_administrators: dict[str, list[str]] | None = None,
        policy_types: list[str] | None = None,
    ) -> None:
        """Create an organization with this account as its management account, without logging a request.

        ``enabled``: service principals, or {service principal: date enabled in ISO 8601}.
        ``members``: {account id: name}; ``suspended``: account ids of those that are closed, which suspends them;
        ``account_states``: {account id: state} of others that are not ACTIVE.
        ``delegated_administrators``: {service principal: [account id]}. What AWS would refuse today can still be there,
        for example an account that was closed later, so limits and service access are not asked for.
        ``policy_types``: those that are enabled in the root.
        """
        self.create_organization(region=REGIONS[self.partition], FeatureSet=feature_set)
        for account_id, name in (members or {}).items():
            self.add_member(account_id, name)
        dates = enabled if isinstance(enabled, dict) else dict.fromkeys(enabled or [])
        self.services = [
            {"ServicePrincipal": name, "DateEnabled": unix_time(datetime.fromisoformat(date) if date else None)}
            for name, date in dates.items()
        ]
        for principal, account_ids in (delegated_administrators or {}).items():
            for account_id in account_ids:
                super().register_delegated_administrator(AccountId=account_id, ServicePrincipal=principal)
        for account_id, state in {**dict.fromkeys(suspended or [], "CLOSED"), **(account_states or {})}.items():
            account = self.get_account_by_id(account_id)
            assert isinstance(account, EmulatedAccount)
            account.set_state(state)
        root = next(ou for ou in self.ou if isinstance(ou, models.FakeRoot))
        for policy_type in policy_types or []:
            root.add_policy_type(policy_type)
