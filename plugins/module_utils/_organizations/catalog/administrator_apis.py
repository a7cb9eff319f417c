# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The services that designate their administrator with an operation of their API. Pure data.

To add a service, add one entry to ADMINISTRATOR_APIS. Names of clients, operations and members are botocore's (1.35.0
to 1.44); the IAM action of an operation has its name, except where an entry says otherwise. All operations are called
with the credentials of the management account. Other sources: the pages that each entry names, and for Macie's refusal
of its listing terraform-provider-aws.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# What a listing says of an administrator.
ENABLED, DISABLING = "ENABLED", "DISABLING"

_GUIDE = "https://docs.aws.amazon.com/"
_CREATE_ROLE = "iam:CreateServiceLinkedRole"
_REGISTER = ("organizations:EnableAWSServiceAccess", "organizations:RegisterDelegatedAdministrator")
_LIST_ACCESS = "organizations:ListAWSServiceAccessForOrganization"
_LISTS = (_LIST_ACCESS, "organizations:ListDelegatedAdministrators")
_DESCRIBE = ("organizations:DescribeAccount", "organizations:DescribeOrganization")
_UNIT = "organizations:DescribeOrganizationalUnit"


class AdministratorOperation(NamedTuple):
    """An operation that designates or removes an administrator.

    ``account_member``: the member of the request that names the account; None if the operation names none, and so
    concerns whichever account is the administrator. ``confirms``: the member of the response that is true if it
    succeeded.
    """

    name: str
    account_member: str | None
    confirms: str = ""


class AdministratorListing(NamedTuple):
    """The operation that lists the administrator of a Region.

    ``accounts``: the member of the response with the entries. ``account_id``, ``status``: members of an entry; without
    a status, whoever is listed is ENABLED. ``statuses``: {AWS's value: ENABLED or DISABLING}. ``next_page``: the member
    of the response, and of the next request, with the token of the next page. ``none_when``: refusals that mean that
    there is no administrator, as pairs of AWS's code and a part of its message. ``iam_action``: if its name differs.
    """

    name: str
    accounts: str
    account_id: str
    iam_action: str = ""
    status: str | None = None
    statuses: Mapping[str, str] = MappingProxyType({})
    next_page: str = "NextToken"
    none_when: tuple[tuple[str, str], ...] = ()


class NextStep(NamedTuple):
    """What remains to be done with the administrator account's own credentials: an operation of the same service.

    ``arguments``: those of the request. Values in capital letters stand for what the reader has to insert.
    """

    operation: str
    arguments: Mapping[str, Any]
    purpose: str


class AdministratorApi(NamedTuple):
    """How a service designates its administrator.

    ``client``: botocore's name of the service. ``disable``: None if this collection does not remove an administrator,
    ``removal_refused`` says why and what to do instead. ``listing``: of a Region's administrator, which only services
    with one in each Region have; of the others, there are the delegated administrators of AWS Organizations.
    ``costs``: what begins to cost money when an account is designated. ``removal``: what is lost, or left, when it is
    removed. ``removal_alternative``: what to do where the service may refuse the removal, and AWS Organizations does
    not. ``also_needs``: further IAM actions that AWS documents for designating an account.
    """

    principal: str
    client: str
    enable: AdministratorOperation
    disable: AdministratorOperation | None
    sources: tuple[str, ...]
    listing: AdministratorListing | None = None
    removal_refused: str = ""
    costs: str = ""
    removal: str = ""
    removal_alternative: str = ""
    next_steps: tuple[NextStep, ...] = ()
    also_needs: tuple[str, ...] = ()

    @property
    def by_region(self) -> bool:
        """Whether each Region has an administrator of its own; otherwise the operations are called once."""
        return self.listing is not None

    def action(self, operation: AdministratorOperation | AdministratorListing) -> str:
        """Return the operation with its service, "guardduty:EnableOrganizationAdminAccount"."""
        return f"{self.client}:{operation.name}"

    def permission(self, listing: AdministratorListing) -> str:
        """Return the IAM action that allows a listing."""
        return listing.iam_action or self.action(listing)

    @property
    def actions(self) -> tuple[str, ...]:
        """All IAM actions that AWS documents for this service's operations, sorted."""
        own = [self.action(operation) for operation in (self.enable, self.disable) if operation]
        listing = [self.permission(self.listing)] if self.listing else []
        return tuple(sorted({*own, *listing, *self.also_needs}))

    @property
    def command(self) -> str:
        """The command of the AWS CLI that designates an account. ACCOUNT_ID stands for the account."""
        member = _in_cli(self.enable.account_member or "")
        return f"aws {self.client} {_in_cli(self.enable.name)} --{member} ACCOUNT_ID"


def _in_cli(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


_PROGRESS = {"ENABLED": ENABLED, "DISABLE_IN_PROGRESS": DISABLING}

ADMINISTRATOR_APIS: tuple[AdministratorApi, ...] = (
    AdministratorApi(
        principal="cloudtrail.amazonaws.com",
        client="cloudtrail",
        enable=AdministratorOperation("RegisterOrganizationDelegatedAdmin", "MemberAccountId"),
        disable=AdministratorOperation("DeregisterOrganizationDelegatedAdmin", "DelegatedAdminAccountId"),
        removal="Trails and event data stores of the organization stay with the management account.",
        also_needs=(
            _CREATE_ROLE,
            "iam:GetRole",
            "organizations:DeregisterDelegatedAdministrator",
            _LIST_ACCESS,
            "organizations:RegisterDelegatedAdministrator",
        ),
        sources=(
            f"{_GUIDE}awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html",
            f"{_GUIDE}awscloudtrail/latest/userguide/cloudtrail-add-delegated-administrator.html",
        ),
    ),
    AdministratorApi(
        principal="detective.amazonaws.com",
        client="detective",
        enable=AdministratorOperation("EnableOrganizationAdminAccount", "AccountId"),
        disable=AdministratorOperation("DisableOrganizationAdminAccount", None),
        listing=AdministratorListing(
            name="ListOrganizationAdminAccounts",
            accounts="Administrators",
            account_id="AccountId",
            iam_action="detective:ListOrganizationAdminAccount",  # in the singular
        ),
        costs=(
            "Detective is switched on for the administrator account, with an organization behavior graph, in each "
            "Region. AWS charges for it."
        ),
        removal=(
            "The organization behavior graph of the Region is deleted, with its data, and Detective is switched off "
            "for the administrator account."
        ),
        next_steps=(
            NextStep(
                "UpdateOrganizationConfiguration",
                {"GraphArn": "GRAPH_ARN", "AutoEnable": True},
                "Enable Detective for new member accounts.",
            ),
        ),
        also_needs=(
            _CREATE_ROLE,
            *_REGISTER,
            "organizations:DeregisterDelegatedAdministrator",
            "organizations:ListDelegatedAdministrators",
            *_DESCRIBE,
            "organizations:ListAccounts",
        ),
        sources=(
            f"{_GUIDE}detective/latest/userguide/accounts-designate-admin.html",
            f"{_GUIDE}detective/latest/userguide/accounts-remove-admin-overview.html",
            f"{_GUIDE}aws-managed-policy/latest/reference/AmazonDetectiveOrganizationsAccess.html",
        ),
    ),
    AdministratorApi(
        principal="guardduty.amazonaws.com",
        client="guardduty",
        enable=AdministratorOperation("EnableOrganizationAdminAccount", "AdminAccountId"),
        disable=AdministratorOperation("DisableOrganizationAdminAccount", "AdminAccountId"),
        listing=AdministratorListing(
            name="ListOrganizationAdminAccounts",
            accounts="AdminAccounts",
            account_id="AdminAccountId",
            status="AdminStatus",
            statuses=_PROGRESS,
        ),
        costs="GuardDuty is switched on for the administrator account in each Region. AWS charges for it.",
        removal="Member accounts keep GuardDuty, but lose their administrator in the Region.",
        next_steps=(
            NextStep(
                "UpdateOrganizationConfiguration",
                {"DetectorId": "DETECTOR_ID", "AutoEnableOrganizationMembers": "ALL"},
                "Enable GuardDuty for all member accounts. It can take up to 24 hours.",
            ),
        ),
        also_needs=(*_REGISTER, *_LISTS, _UNIT, *_DESCRIBE, "organizations:ListAccounts"),
        sources=(
            f"{_GUIDE}guardduty/latest/ug/guardduty_organizations.html",
            f"{_GUIDE}guardduty/latest/ug/organizations_permissions.html",
            f"{_GUIDE}guardduty/latest/ug/change-guardduty-delegated-admin.html",
        ),
    ),
    AdministratorApi(
        principal="inspector2.amazonaws.com",
        client="inspector2",
        enable=AdministratorOperation("EnableDelegatedAdminAccount", "delegatedAdminAccountId"),
        disable=AdministratorOperation("DisableDelegatedAdminAccount", "delegatedAdminAccountId"),
        listing=AdministratorListing(
            name="ListDelegatedAdminAccounts",
            accounts="delegatedAdminAccounts",
            account_id="accountId",
            status="status",
            statuses=_PROGRESS,
            next_page="nextToken",
        ),
        costs=(
            "The console of Amazon Inspector activates all scan types for the administrator account in the Region, "
            "for which AWS charges. Whether its API does too is not documented."
        ),
        removal=(
            "The administrator and the member accounts go on scanning as standalone accounts. To be members again, "
            "they have to be associated one by one."
        ),
        next_steps=(
            NextStep("AssociateMember", {"accountId": "MEMBER_ACCOUNT_ID"}, "Associate each existing member account."),
            NextStep(
                "UpdateOrganizationConfiguration",
                {"autoEnable": {"ec2": True, "ecr": True}},
                "Enable scans for new member accounts.",
            ),
        ),
        also_needs=(*_REGISTER, *_LISTS, _UNIT, *_DESCRIBE),
        sources=(
            f"{_GUIDE}inspector/latest/user/designating-admin.html",
            f"{_GUIDE}inspector/latest/user/remove-delegated-admin.html",
        ),
    ),
    AdministratorApi(
        principal="ipam.amazonaws.com",
        client="ec2",
        enable=AdministratorOperation(
            "EnableIpamOrganizationAdminAccount", "DelegatedAdminAccountId", confirms="Success"
        ),
        disable=AdministratorOperation(
            "DisableIpamOrganizationAdminAccount", "DelegatedAdminAccountId", confirms="Success"
        ),
        costs=(
            "IPAM creates its service-linked role in all member accounts, and charges for each active IP address that "
            "it monitors in them."
        ),
        removal="The account can be designated again at any time.",
        also_needs=(_CREATE_ROLE, *_REGISTER, "organizations:ListDelegatedAdministrators"),
        sources=(
            f"{_GUIDE}vpc/latest/ipam/enable-integ-ipam.html",
            f"{_GUIDE}cli/latest/reference/ec2/disable-ipam-organization-admin-account.html",
        ),
    ),
    AdministratorApi(
        principal="macie.amazonaws.com",
        client="macie2",
        enable=AdministratorOperation("EnableOrganizationAdminAccount", "adminAccountId"),
        disable=AdministratorOperation("DisableOrganizationAdminAccount", "adminAccountId"),
        listing=AdministratorListing(
            name="ListOrganizationAdminAccounts",
            accounts="adminAccounts",
            account_id="accountId",
            status="status",
            statuses={"ENABLED": ENABLED, "DISABLING_IN_PROGRESS": DISABLING},
            next_page="nextToken",
            none_when=(("AccessDeniedException", "Macie is not enabled"),),
        ),
        costs="Macie is switched on for the administrator account in each Region. AWS charges for it.",
        removal=(
            "Member accounts become standalone and keep Macie. The administrator loses the data of automated "
            "sensitive data discovery, which a new administrator cannot read."
        ),
        next_steps=(
            NextStep("UpdateOrganizationConfiguration", {"autoEnable": True}, "Enable Macie for new member accounts."),
        ),
        also_needs=("organizations:DescribeOrganization", *_REGISTER, _LIST_ACCESS),
        sources=(
            f"{_GUIDE}macie/latest/user/accounts-mgmt-ao-integrate.html",
            f"{_GUIDE}macie/latest/user/accounts-mgmt-ao-admin-change.html",
        ),
    ),
    AdministratorApi(
        principal="securityhub.amazonaws.com",
        client="securityhub",
        enable=AdministratorOperation("EnableOrganizationAdminAccount", "AdminAccountId"),
        disable=AdministratorOperation("DisableOrganizationAdminAccount", "AdminAccountId"),
        listing=AdministratorListing(
            name="ListOrganizationAdminAccounts",
            accounts="AdminAccounts",
            account_id="AccountId",
            status="Status",
            statuses=_PROGRESS,
        ),
        costs="Security Hub CSPM is switched on for the administrator account in each Region. AWS charges for it.",
        removal_alternative=(
            "If Security Hub uses central configuration, it refuses this to everybody. Then deregister the account "
            "without prefer_service_api, which also deletes the policies of central configuration."
        ),
        removal=(
            "The administrator is removed in the Region. With central configuration, Security Hub refuses this; only "
            "deregistering with AWS Organizations removes it, and deletes the policies of central configuration."
        ),
        next_steps=(
            NextStep(
                "UpdateOrganizationConfiguration",
                {"AutoEnable": True, "AutoEnableStandards": "DEFAULT"},
                "Enable Security Hub for new member accounts, or set up central configuration in one home Region.",
            ),
        ),
        also_needs=(
            *_REGISTER,
            *_LISTS,
            "organizations:DeregisterDelegatedAdministrator",
            "organizations:DescribeOrganization",
            "organizations:ListAccounts",
            "organizations:ListRoots",
        ),
        sources=(
            f"{_GUIDE}securityhub/latest/userguide/designate-orgs-admin-account.html",
            f"{_GUIDE}aws-managed-policy/latest/reference/AWSSecurityHubOrganizationsAccess.html",
        ),
    ),
    AdministratorApi(
        principal="securitylake.amazonaws.com",
        client="securitylake",
        enable=AdministratorOperation("RegisterDataLakeDelegatedAdministrator", "accountId"),
        disable=None,
        removal_refused=(
            "Removing the administrator of Security Lake deletes the data lake of the organization, so this module "
            "does not do it, not even with force=true. Remove it in the Security Lake console of the management "
            "account."
        ),
        costs=(
            "The console of Security Lake enables it for the administrator account in the current Region, for which "
            "AWS charges. Whether its API does too is not documented."
        ),
        removal="The data lake of the organization is deleted, and Security Lake is disabled.",
        next_steps=(
            NextStep(
                "CreateDataLakeOrganizationConfiguration",
                {"autoEnableNewAccount": [{"region": "REGION", "sources": [{"sourceName": "CLOUD_TRAIL_MGMT"}]}]},
                "Collect logs from new member accounts.",
            ),
        ),
        also_needs=(*_REGISTER, *_LISTS, _UNIT, *_DESCRIBE, "organizations:ListAccounts"),
        sources=(f"{_GUIDE}security-lake/latest/userguide/multi-account-management.html",),
    ),
)

ADMINISTRATOR_API_OF: Mapping[str, AdministratorApi] = {api.principal: api for api in ADMINISTRATOR_APIS}

# Services that need a call to their API which this collection does not make, and why.
NOT_SUPPORTED: Mapping[str, str] = {
    # https://docs.aws.amazon.com/audit-manager/latest/userguide/audit-manager-availability-change.html
    "auditmanager.amazonaws.com": (
        "Since April 30, 2026, AWS allows no new setups of Audit Manager, and no new Regions or organizations in "
        "existing ones."
    ),
    # https://docs.aws.amazon.com/waf/latest/developerguide/fms-administrators.html
    "fms.amazonaws.com": (
        "The administrator of Firewall Manager can be removed with the administrator account's own credentials "
        "only, which this module does not have."
    ),
}

__all__ = [
    "ADMINISTRATOR_APIS",
    "ADMINISTRATOR_API_OF",
    "DISABLING",
    "ENABLED",
    "NOT_SUPPORTED",
    "AdministratorApi",
    "AdministratorListing",
    "AdministratorOperation",
]
