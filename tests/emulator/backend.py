# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto's Organizations backend, corrected where it is kinder than AWS.

API = AWS Organizations API reference, GUIDE = AWS Organizations user guide.
"""

from __future__ import annotations

import itertools
import json
import re
from datetime import datetime
from typing import Any
from unittest import mock

from botocore.paginate import TokenDecoder, TokenEncoder
from moto.core.base_backend import BackendDict
from moto.core.utils import unix_time
from moto.organizations import models, urls, utils
from moto.organizations.exceptions import AWSOrganizationsNotInUseException, OrganizationsClientError
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.organizations.responses import OrganizationsResponse

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import BY_PRINCIPAL

from .settings import PAGE_LIMIT, SETTINGS

# Names that moto accepts and AWS does not: a trailing dot by mistake; StackSets (cdk-organizations issue 1718).
REJECTED_PRINCIPALS = {"license-manager.member-account.amazonaws.com.", "stacksets.cloudformation.amazonaws.com"}
RECOGNIZED = {*models.FakeServiceAccess.TRUSTED_SERVICES, *BY_PRINCIPAL} - REJECTED_PRINCIPALS
# Invented names for tests that need more principals than AWS has, e.g. svc-001.emulated.amazonaws.com.
INVENTED_SUFFIX = ".emulated.amazonaws.com"


class ReasonedError(OrganizationsClientError):
    """An error with the member ``Reason``, which moto leaves out (API, InvalidInputException)."""

    def __init__(self, code: str, reason: str | None, message: str) -> None:
        super().__init__(code, message)
        if reason:
            self.Reason = reason


def invalid_input(reason: str, message: str) -> ReasonedError:
    return ReasonedError("InvalidInputException", reason, message)


def constraint_violation(reason: str, message: str) -> ReasonedError:
    return ReasonedError("ConstraintViolationException", reason, message)


def check_service_principal(principal: str | None) -> str:
    """API, ServicePrincipal: 1 to 128 characters of a fixed set; then AWS must know the name."""
    if not principal:
        raise invalid_input("INPUT_REQUIRED", "You must specify a service principal.")
    if len(principal) > 128:
        raise invalid_input("MAX_LENGTH_EXCEEDED", "You specified a value that is too long.")
    if not re.fullmatch(r"[\w+=,.@-]*", principal, re.ASCII):
        raise invalid_input("INVALID_PATTERN", "You provided a value that does not match the required pattern.")
    if principal not in RECOGNIZED and not principal.endswith(INVENTED_SUFFIX):
        raise invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")
    return principal


_page_number = itertools.count()


def paginate(names: list[str], max_results: int | None, next_token: str | None) -> tuple[list[str], str | None]:
    """One page of the sorted names: at most MaxResults of them, and an opaque token while there is more.

    A token holds the last name given out, so that a listing goes on rightly while others write, and a number, so
    that no two tokens are alike, even after an empty page.
    """
    if max_results is not None and not 1 <= max_results <= PAGE_LIMIT:
        raise invalid_input("MAX_VALUE_EXCEEDED", "You specified a value that is out of range for MaxResults.")
    after = ""
    if next_token:
        try:
            after = TokenDecoder().decode(next_token)["after"]
        except (ValueError, KeyError, TypeError) as error:
            raise invalid_input("INVALID_NEXT_TOKEN", "You provided an invalid value for NextToken.") from error
    size = min(max_results or PAGE_LIMIT, SETTINGS.page_sizes.pop(0) if SETTINGS.page_sizes else PAGE_LIMIT)
    remaining = sorted(name for name in names if name > after)
    page = remaining[:size]
    if len(remaining) <= size:
        return page, None
    return page, TokenEncoder().encode({"after": page[-1] if page else after, "page": next(_page_number)})


class EmulatedOrganizations(OrganizationsBackend):
    """The backend of one account; that of a management account holds its organization's state."""

    def _reset(self) -> None:
        super()._reset()
        # What listings that lag behind still show: [state before the write, complete listings left].
        self.stale: list[tuple[dict[str, float], int]] = []

    def organization(self, delegated_administrators_too: bool = False) -> EmulatedOrganizations:
        """The organization of the caller, who must be its management account (API, each operation's first lines)."""
        if self.org:
            return self
        management = organizations_backends.master_accounts.get(self.account_id)
        if management is None:
            raise AWSOrganizationsNotInUseException
        organization = organizations_backends[management[0]][management[1]]
        assert isinstance(organization, EmulatedOrganizations)
        if delegated_administrators_too and any(admin.account.id == self.account_id for admin in organization.admins):
            return organization
        raise ReasonedError("AccessDeniedException", None, "You don't have permissions to access this resource.")

    def _enabled(self) -> dict[str, float]:
        return {service["ServicePrincipal"]: service["DateEnabled"] for service in self.services}

    def _write_service_access(self, principal: str | None) -> str:
        """What enable and disable have in common: API, EnableAWSServiceAccess: all features must be enabled."""
        assert self.org
        principal = check_service_principal(principal)
        if self.org.feature_set != "ALL":
            raise constraint_violation(
                "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
                "You can't perform this operation because the organization does not have all features enabled.",
            )
        if SETTINGS.stale_listings:
            self.stale.append((self._enabled(), SETTINGS.stale_listings))
        return principal

    def enable_aws_service_access(self, **kwargs: Any) -> None:
        organization = self.organization()
        principal = organization._write_service_access(kwargs.get("ServicePrincipal"))
        if principal not in organization._enabled():
            organization.services.append({"ServicePrincipal": principal, "DateEnabled": unix_time()})

    def disable_aws_service_access(self, **kwargs: Any) -> None:
        organization = self.organization()
        principal = organization._write_service_access(kwargs.get("ServicePrincipal"))
        if SETTINGS.refuse_disable_with_delegated_administrators and organization._administrators_of(principal):
            raise ReasonedError(
                "ConstraintViolationException",
                None,
                "You must deregister all delegated administrators for this service before you disable access.",
            )
        organization.services = [kept for kept in organization.services if kept["ServicePrincipal"] != principal]

    def list_aws_service_access_for_organization(self, **kwargs: Any) -> dict[str, Any]:
        """GUIDE, "Delegated administrator": also a delegated administrator may list."""
        organization = self.organization(delegated_administrators_too=True)
        stale = organization.stale if SETTINGS.stale_listings else []
        shown = stale[0][0] if stale else organization._enabled()
        page, token = paginate(list(shown), kwargs.get("MaxResults"), kwargs.get("NextToken"))
        if stale and not token:
            organization.stale = [(state, left - 1) for state, left in stale if left > 1]
        answer: dict[str, Any] = {
            "EnabledServicePrincipals": [{"ServicePrincipal": name, "DateEnabled": shown[name]} for name in page]
        }
        return {**answer, "NextToken": token} if token else answer

    def _administrators_of(self, principal: str) -> list[Any]:
        return [admin for admin in self.admins if principal in admin.services]

    def register_delegated_administrator(self, **kwargs: Any) -> None:
        """API, ConstraintViolationException, SERVICE_ACCESS_NOT_ENABLED: service access comes first."""
        organization = self.organization()
        principal = check_service_principal(kwargs.get("ServicePrincipal"))
        if principal not in organization._enabled():
            raise constraint_violation(
                "SERVICE_ACCESS_NOT_ENABLED",
                "You must enable service access before you delegate an administrator for this service. "
                "Call the AWS API EnableAWSServiceAccess first.",
            )
        super(EmulatedOrganizations, organization).register_delegated_administrator(**kwargs)

    def list_delegated_administrators(self, **kwargs: Any) -> dict[str, Any]:
        organization = self.organization(delegated_administrators_too=True)
        admins = organization.admins
        if "ServicePrincipal" in kwargs:
            admins = organization._administrators_of(check_service_principal(kwargs["ServicePrincipal"]))
        by_id = {admin.account.id: admin.describe() for admin in admins}
        page, token = paginate(list(by_id), kwargs.get("MaxResults"), kwargs.get("NextToken"))
        answer: dict[str, Any] = {"DelegatedAdministrators": [by_id[account_id] for account_id in page]}
        return {**answer, "NextToken": token} if token else answer

    def add_member(self, account_id: str, name: str) -> None:
        """Create a member account with a chosen account id, where moto would draw one."""
        with mock.patch.object(utils, "make_random_account_id", return_value=account_id):
            self.create_account(AccountName=name, Email=f"{name}@example.com")

    def seed(
        self,
        feature_set: str = "ALL",
        enabled: list[str] | dict[str, str] | None = None,
        members: dict[str, str] | None = None,
        delegated_administrators: dict[str, list[str]] | None = None,
    ) -> None:
        """Make an organization with this account as its management account, without a request being logged.

        ``enabled``: service principals, or {service principal: date enabled in ISO 8601}.
        ``members``: {account id: name}.
        ``delegated_administrators``: {service principal: [account id]}.
        """
        self.create_organization(region="us-east-1", FeatureSet=feature_set)
        for account_id, name in (members or {}).items():
            self.add_member(account_id, name)
        dates = enabled if isinstance(enabled, dict) else dict.fromkeys(enabled or [])
        self.services = [
            {"ServicePrincipal": name, "DateEnabled": unix_time(datetime.fromisoformat(date) if date else None)}
            for name, date in dates.items()
        ]
        for principal, account_ids in (delegated_administrators or {}).items():
            for account_id in account_ids:
                self.register_delegated_administrator(AccountId=account_id, ServicePrincipal=principal)


class EmulatedResponse(OrganizationsResponse):
    """moto's request handlers, with the listing's parameters passed on."""

    def list_aws_service_access_for_organization(self) -> str:
        return json.dumps(self.organizations_backend.list_aws_service_access_for_organization(**self.request_params))


def install() -> None:
    """Put the corrected backend into this process's moto, before its server makes an application."""
    EmulatedOrganizations.__module__ = models.__name__  # moto finds a backend's URLs beside its module
    organizations_backends.backend = EmulatedOrganizations
    urls.url_paths["{0}/$"] = EmulatedResponse.dispatch
    # GUIDE: most services support a delegated administrator; moto names six.
    models.FakeDelegatedAdministrator.supported_service = staticmethod(lambda _principal: True)


def reset() -> None:
    """Forget every account and organization."""
    BackendDict.reset()
    organizations_backends.master_accounts.clear()
