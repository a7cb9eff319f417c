# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services that designate administrators, through boto3, for the tests of the emulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import assume_role, aws_client

from .helpers import ADMINISTRATOR, MEMBER

FIRST, SECOND, OPT_IN = "us-east-1", "eu-west-1", "me-south-1"
NEED_TRUSTED_ACCESS = ["cloudtrail.amazonaws.com", "inspector2.amazonaws.com"]


@dataclass(frozen=True)
class Api:
    """A service: boto3's names of its methods, parameters and members."""

    client: str
    principal: str
    enable: str
    enable_account: str
    disable: str
    disable_account: str | None
    listing: str = ""
    accounts: str = ""
    account_id: str = ""
    status: str = ""
    page_size: tuple[str, int] = ("MaxResults", 0)

    def at(self, emulator: EmulatorControl, region: str = FIRST, caller: str | None = None) -> Caller:
        """Calls in a Region, of the management account or with a role in another account."""
        options: dict[str, Any] = {"region_name": region}
        if caller:
            role = assume_role(emulator, caller)
            options["aws_access_key_id"] = role["access_key"]
            options["aws_secret_access_key"] = role["secret_key"]
            options["aws_session_token"] = role["session_token"]
        return Caller(self, aws_client(emulator, self.client, **options))


class Caller:
    """A boto3 client of such a service."""

    def __init__(self, api: Api, client: Any) -> None:
        self._api, self.client = api, client

    def enable(self, account_id: str = ADMINISTRATOR) -> None:
        """Designate the account."""
        getattr(self.client, self._api.enable)(**{self._api.enable_account: account_id})

    def disable(self, account_id: str = ADMINISTRATOR) -> None:
        """Remove the account, or whoever is the administrator."""
        names = {self._api.disable_account: account_id} if self._api.disable_account else {}
        getattr(self.client, self._api.disable)(**names)

    def list(self, **arguments: Any) -> list[tuple[str, str | None]]:
        """(account id, status or None) of one page."""
        return [self.entry(entry) for entry in self.page(**arguments)[self._api.accounts]]

    def page(self, **arguments: Any) -> dict[str, Any]:
        """Return a response of the list."""
        response: dict[str, Any] = getattr(self.client, self._api.listing)(**arguments)
        return response

    def entry(self, entry: dict[str, Any]) -> tuple[str, str | None]:
        """(account id, status or None)."""
        return entry[self._api.account_id], entry.get(self._api.status)


_ORGANIZATION_ADMIN = ("enable_organization_admin_account", "disable_organization_admin_account")


def _regional(client: str, principal: str, member: str, *names: Any, disable_account: str | None) -> Api:
    enable, disable = _ORGANIZATION_ADMIN
    listing = "list_organization_admin_accounts"
    return Api(client, principal, enable, member, disable, disable_account, listing, *names)


GUARDDUTY = _regional(
    "guardduty",
    "guardduty.amazonaws.com",
    "AdminAccountId",
    "AdminAccounts",
    "AdminAccountId",
    "AdminStatus",
    ("MaxResults", 50),
    disable_account="AdminAccountId",
)
SECURITY_HUB = _regional(
    "securityhub",
    "securityhub.amazonaws.com",
    "AdminAccountId",
    "AdminAccounts",
    "AccountId",
    "Status",
    ("MaxResults", 10),
    disable_account="AdminAccountId",
)
MACIE = _regional(
    "macie2",
    "macie.amazonaws.com",
    "adminAccountId",
    "adminAccounts",
    "accountId",
    "status",
    ("maxResults", 25),
    disable_account="adminAccountId",
)
INSPECTOR = Api(
    "inspector2",
    "inspector2.amazonaws.com",
    "enable_delegated_admin_account",
    "delegatedAdminAccountId",
    "disable_delegated_admin_account",
    "delegatedAdminAccountId",
    "list_delegated_admin_accounts",
    "delegatedAdminAccounts",
    "accountId",
    "status",
    ("maxResults", 5),
)
DETECTIVE = _regional(
    "detective",
    "detective.amazonaws.com",
    "AccountId",
    "Administrators",
    "AccountId",
    "",
    ("MaxResults", 200),
    disable_account=None,
)
IPAM = Api(
    "ec2",
    "ipam.amazonaws.com",
    "enable_ipam_organization_admin_account",
    "DelegatedAdminAccountId",
    "disable_ipam_organization_admin_account",
    "DelegatedAdminAccountId",
)
CLOUDTRAIL = Api(
    "cloudtrail",
    "cloudtrail.amazonaws.com",
    "register_organization_delegated_admin",
    "MemberAccountId",
    "deregister_organization_delegated_admin",
    "DelegatedAdminAccountId",
)
SECURITY_LAKE = Api(
    "securitylake",
    "securitylake.amazonaws.com",
    "register_data_lake_delegated_administrator",
    "accountId",
    "deregister_data_lake_delegated_administrator",
    None,
)
REGIONAL = (GUARDDUTY, SECURITY_HUB, MACIE, INSPECTOR, DETECTIVE)
ONCE = (IPAM, CLOUDTRAIL, SECURITY_LAKE)


def organization(emulator: EmulatorControl, **seed: Any) -> None:
    """An organization with two members, and trusted access where a service requires it first."""
    members = {ADMINISTRATOR: "security", MEMBER: "member"}
    emulator.organization(**{"members": members, "enabled": NEED_TRUSTED_ACCESS, **seed})


def registered(botocore_client: Any, api: Api) -> list[str]:
    """Return the accounts that Organizations lists as the service's administrators."""
    listed = botocore_client.list_delegated_administrators(ServicePrincipal=api.principal)
    return [entry["Id"] for entry in listed["DelegatedAdministrators"]]
