# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Administrators, the services' own way: what each call does, refuses, and changes in Organizations.

BC = botocore's models; the services' user guides are named with their pages. Each guess has a switch in ``Settings``.
"""

from __future__ import annotations

from typing import NoReturn

from moto.organizations.exceptions import OrganizationsClientError
from moto.organizations.models import organizations_backends
from moto.utilities.utils import get_partition

from .administrator_services import MADE_UP, MESSAGES, Service
from .backend import EmulatedOrganizations
from .callers import Role
from .regional_administrators import Administrator
from .services import ServiceError
from .settings import SETTINGS


class ServiceAdministrators:
    """The administrators of one service in the caller's organization, seen from one Region."""

    def __init__(self, service: Service, account_id: str, region: str) -> None:
        self._service, self._principal, self._region = service, service.principal, region
        caller = organizations_backends[account_id][get_partition(region)]
        assert isinstance(caller, EmulatedOrganizations)
        membership = caller.membership()
        if membership is None:
            self._refuse("stranger")
        self._organization, self._role = membership
        self._caller = account_id
        self._state = self._organization.regional_administrators

    def _refuse(self, case: str) -> NoReturn:
        name = self._service.name
        status, code = self._service.refusals.get(case, self._service.default)
        status, code = SETTINGS.administrator_errors.get(f"{name} {case}", (status, code))
        raise ServiceError(status, code, MESSAGES.get((name, case), MADE_UP.get(case, "")))

    def check_caller(self) -> None:
        """BC, each operation: the management account calls it."""
        if self._role is not Role.MANAGEMENT:
            listing_itself = self._service.name == "inspector2" and self._caller in self._registered()
            self._refuse("itself" if listing_itself else "caller")

    def _registered(self) -> list[str]:
        return [admin.account.id for admin in self._organization._administrators_of(self._principal)]

    def list(self, *, again: bool) -> Administrator | None:
        """Return the administrator that one more list shows; ``again``: a further page of the same list."""
        shown = self._state.listed(self._principal, self._region, again=again)
        # terraform-provider-aws reads this as no administrator; in which accounts it comes is not documented.
        if self._service.name == "macie2" and SETTINGS.macie_not_enabled and shown is None:
            self._refuse("not enabled")
        return shown

    def enable(self, account_id: str) -> None:
        """Designate the account in this Region, or once for all."""
        assert self._organization.org
        if self._organization.org.feature_set != "ALL":  # callers.py, NEED_ALL_FEATURES
            self._refuse("features")
        self._check_account(account_id)
        self._check_trusted_access()
        if self._service.regional:
            first = self._check_region(account_id)
            self._register(account_id)
            self._state.begin(self._principal, self._region, account_id, first=first)
        else:
            self._check_once(account_id)
            self._register(account_id)

    def _check_account(self, account_id: str) -> None:
        if self._service.name == "securityhub" and SETTINGS.security_hub_central_configuration:
            self._refuse("central")  # designate-orgs-admin-account.html: the own API can neither change nor remove it
        account = next((known for known in self._organization.accounts if known.id == account_id), None)
        if account is None:
            self._refuse("not a member")
        if account.state != "ACTIVE":  # a guess, as in backend.py
            self._refuse("suspended")
        if account_id == self._organization.account_id and self._principal not in SETTINGS.management_administrates:
            self._refuse("management")

    def _check_trusted_access(self) -> None:
        """services-that-can-integrate-inspector2.html; BC, CloudTrailAccessNotEnabledException: it comes first."""
        if self._principal in self._organization._enabled():
            return
        if self._principal in SETTINGS.administrators_need_trusted_access:
            self._refuse("access")

    def _check_once(self, account_id: str) -> None:
        registered = self._registered()
        if account_id in registered and (self._service.name == "cloudtrail" or SETTINGS.refuse_repeated_designation):
            self._refuse("repeated")  # BC, AccountRegisteredException of CloudTrail; a guess for the others
        most = 3 if self._service.name == "cloudtrail" else 1  # cloudtrail-delegated-administrator.html; the guides
        if account_id not in registered and len(registered) >= most:
            self._refuse("limit" if most > 1 else "other")

    def _check_region(self, account_id: str) -> bool:
        """Refuse what another designation prevents; return whether this is the first one of the service."""
        regions = self._state.of(self._principal)
        present = regions.get(self._region)
        # The guides: the same account in every Region. An administrator in Organizations counts even where no Region
        # lists it: terraform-provider-aws#23215, a live test of landing-zone-accelerator-on-aws.
        others = {entry.account_id for entry in regions.values()} | set(self._registered())
        if self._principal == "detective.amazonaws.com" and account_id == self._organization.account_id:
            others = {present.account_id} if present else set()  # BC: the management account in any Region
        elif self._principal == "detective.amazonaws.com":
            others -= {self._organization.account_id} - {present.account_id if present else ""}
        if others - {account_id}:
            self._refuse("other")
        if present and present.ending:  # a guess; BC has only the statuses
            self._refuse("pending")
        # terraform-provider-aws, of Inspector; a guess for the others
        if present and (self._service.name == "inspector2" or SETTINGS.refuse_repeated_designation):
            self._refuse("repeated")
        return self._check_first(account_id)

    def _check_first(self, account_id: str) -> bool:
        """aws-secure-environment-accelerator#778: of many Regions at once, one succeeds; how long is a guess."""
        if SETTINGS.first_administrator_conflicts == "never":
            return False
        if self._state.unlisted_first(self._principal, self._region):
            self._refuse("conflict")
        if SETTINGS.first_administrator_conflicts == "always":
            return not self._state.of(self._principal)
        return account_id not in self._registered() and account_id != self._organization.account_id

    def _register(self, account_id: str) -> None:
        """The guides: designating enables trusted access and registers with Organizations, where it did not come first.

        The management account administers without a registration (BC, Detective; a guess for the others).
        """
        try:
            self._organization.enable_aws_service_access(ServicePrincipal=self._principal)
            if account_id not in [self._organization.account_id, *self._registered()]:
                self._organization.register_delegated_administrator(
                    AccountId=account_id, ServicePrincipal=self._principal
                )
        except OrganizationsClientError as error:
            status, code = self._service.default
            raise ServiceError(status, code, error.message) from error

    def disable(self, account_id: str | None) -> None:
        """Remove the account; where the operation names none (BC: Detective, Security Lake), whoever it is."""
        if self._service.name == "securityhub" and SETTINGS.security_hub_central_configuration:
            self._refuse("central")
        if self._service.name == "macie2" and SETTINGS.macie_not_enabled and self._nobody():
            self._refuse("not enabled")
        if self._service.regional:
            present = self._state.of(self._principal).get(self._region)
            if present is None or account_id not in (None, present.account_id):
                self._refuse("absent")
            if present.ending:
                self._refuse("pending")
            self._state.end(self._principal, self._region)  # the registration stays: the guides
            return
        registered = self._registered()
        if not registered or account_id not in (None, *registered):
            self._refuse("absent")
        # enable-integ-ipam.html, cloudtrail-delegated-administrator.html, multi-account-management.html
        self._organization.deregister_delegated_administrator(
            AccountId=account_id or registered[0], ServicePrincipal=self._principal
        )

    def _nobody(self) -> bool:
        return self._region not in self._state.of(self._principal)
