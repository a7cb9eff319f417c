# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The services that switch their access to an organization with an operation of their API. Pure data.

Only switches without arguments, or with constant ones. To add a service, add one entry to SERVICE_APIS. Sources: the
service models of botocore 1.44, and the AWS page of each service in the catalog. Names of services and operations are
botocore's; the IAM action of an operation has the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NONE: Mapping[str, str] = MappingProxyType({})

ENABLED, DISABLED, PENDING, FAILED = "enabled", "disabled", "pending", "failed"


class Operation(NamedTuple):
    """An operation and its arguments. ``confirms``: the member of the response that is true if it succeeded."""

    service: str
    name: str
    arguments: Mapping[str, str] = NONE
    confirms: str = ""

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


class ServiceState(NamedTuple):
    """How to read a service's state.

    ``member``: the path to the value in the response. ``values``: {AWS's value: state}. ``without_member``: the state
    if a valid response lacks the member; None if that is an error. ``not_found``: the error code that means disabled.
    ``doubts``: {AWS's value: why enabling may fail}, a sentence each.
    """

    operation: Operation
    member: str
    values: Mapping[str, str]
    without_member: str | None = None
    not_found: str = ""
    doubts: Mapping[str, str] = NONE


class ServiceApi(NamedTuple):
    """A service's switch. None for ``disable`` and ``read`` where AWS has no such operation.

    ``outlives_disabling``: the service's state stays after service access is disabled, so it tells nothing without it.
    ``boto3``: the release that has the operations, if boto3 1.35.0 lacks them.
    ``region``: the Region of the endpoint in AWS's commercial partition; empty for the Region of the task.
    ``also_needs``, ``may_need``: further IAM actions, those that AWS documents and those that it probably needs.
    ``enabling``, ``disabling``: what else it does, for a warning. ``unverified``: what AWS does not document.
    """

    principal: str
    enable: Operation
    disable: Operation | None = None
    read: ServiceState | None = None
    outlives_disabling: bool = False
    boto3: str = ""
    region: str = ""
    also_needs: tuple[str, ...] = ()
    may_need: tuple[str, ...] = ()
    enabling: str = ""
    disabling: str = ""
    unverified: str = ""

    @property
    def is_asynchronous(self) -> bool:
        """Whether the service's state can be pending after a switch."""
        return bool(self.read and PENDING in self.read.values.values())

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Enable, disable, read, as far as there are such operations."""
        read = self.read.operation if self.read else None
        return tuple(operation for operation in (self.enable, self.disable, read) if operation)


_CREATE_ROLE = "iam:CreateServiceLinkedRole"
_ENABLED_OR_DISABLED = {"ENABLED": ENABLED, "DISABLED": DISABLED}
_WHICH_REGION = "Whether the setting applies to one Region or to all is not documented. Always use the same Region."

SERVICE_APIS: tuple[ServiceApi, ...] = (
    ServiceApi(
        principal="health.amazonaws.com",
        enable=Operation("health", "EnableHealthServiceAccessForOrganization"),
        disable=Operation("health", "DisableHealthServiceAccessForOrganization"),
        read=ServiceState(
            Operation("health", "DescribeHealthServiceStatusForOrganization"),
            "healthServiceAccessStatusForOrganization",
            {**_ENABLED_OR_DISABLED, "PENDING": PENDING},
        ),
        region="us-east-1",
        also_needs=(_CREATE_ROLE,),
    ),
    ServiceApi(
        principal="member.org.stacksets.cloudformation.amazonaws.com",
        enable=Operation("cloudformation", "ActivateOrganizationsAccess"),
        disable=Operation("cloudformation", "DeactivateOrganizationsAccess"),
        read=ServiceState(
            Operation("cloudformation", "DescribeOrganizationsAccess"),
            "Status",
            {**_ENABLED_OR_DISABLED, "DISABLED_PERMANENTLY": DISABLED},
            doubts={
                "DISABLED_PERMANENTLY": (
                    "CloudFormation reports DISABLED_PERMANENTLY. Whether it can be enabled again is not documented."
                )
            },
        ),
        may_need=(_CREATE_ROLE,),
        unverified=_WHICH_REGION,
    ),
    ServiceApi(
        principal="networkmanager.amazonaws.com",
        enable=Operation("networkmanager", "StartOrganizationServiceAccessUpdate", {"Action": "ENABLE"}),
        disable=Operation("networkmanager", "StartOrganizationServiceAccessUpdate", {"Action": "DISABLE"}),
        read=ServiceState(
            Operation("networkmanager", "ListOrganizationServiceAccessStatus"),
            "OrganizationStatus.OrganizationAwsServiceAccessStatus",
            _ENABLED_OR_DISABLED,
            without_member=DISABLED,
        ),
        may_need=(_CREATE_ROLE,),
        enabling=(
            "It creates service-linked roles in the member accounts. AWS strongly recommends the Network Manager "
            "console, which also enables StackSets and deploys IAM roles; this operation does not."
        ),
        disabling="Roles and stack sets that the Network Manager console created can remain.",
        unverified="What its status is before it is enabled for the first time is not documented.",
    ),
    ServiceApi(
        principal="notifications.amazon.com",
        enable=Operation("notifications", "EnableNotificationsAccessForOrganization"),
        disable=Operation("notifications", "DisableNotificationsAccessForOrganization"),
        read=ServiceState(
            Operation("notifications", "GetNotificationsAccessForOrganization"),
            "notificationsAccessForOrganization.accessStatus",
            {**_ENABLED_OR_DISABLED, "PENDING": PENDING, "FAILED": FAILED},
        ),
        boto3="1.36.2",
        may_need=(_CREATE_ROLE,),
        unverified=_WHICH_REGION,
    ),
    ServiceApi(
        principal="ram.amazonaws.com",
        enable=Operation("ram", "EnableSharingWithAwsOrganization", confirms="returnValue"),
        read=ServiceState(
            Operation("iam", "GetRole", {"RoleName": "AWSServiceRoleForResourceAccessManager"}),
            "Role.RoleName",
            {"AWSServiceRoleForResourceAccessManager": ENABLED},
            not_found="NoSuchEntity",
        ),
        outlives_disabling=True,
        also_needs=(_CREATE_ROLE, "organizations:DescribeOrganization"),
    ),
    ServiceApi(
        principal="reachabilityanalyzer.networkinsights.amazonaws.com",
        enable=Operation("ec2", "EnableReachabilityAnalyzerOrganizationSharing", confirms="ReturnValue"),
        also_needs=(
            "cloudformation:ActivateOrganizationsAccess",
            _CREATE_ROLE,
            "iam:GetRole",
            "organizations:DescribeOrganization",
            "organizations:ListRoots",
        ),
        enabling=(
            "Reachability Analyzer deploys its service-linked role and cross-account IAM roles in every account of the "
            "organization, which can take several minutes. It probably also activates StackSets."
        ),
        unverified=(
            "That it activates StackSets is inferred from the permissions that AWS documents. " + _WHICH_REGION
        ),
    ),
    ServiceApi(
        principal="servicecatalog.amazonaws.com",
        enable=Operation("servicecatalog", "EnableAWSOrganizationsAccess"),
        disable=Operation("servicecatalog", "DisableAWSOrganizationsAccess"),
        read=ServiceState(
            Operation("servicecatalog", "GetAWSOrganizationsAccessStatus"),
            "AccessStatus",
            {**_ENABLED_OR_DISABLED, "UNDER_CHANGE": PENDING},
        ),
        may_need=("organizations:DescribeOrganization",),
        enabling=(
            "If its access was disabled before, accounts that have left the organization since then can retain access "
            "to portfolios that were shared with them."
        ),
        disabling="Existing portfolio shares are kept, but no longer follow changes of the organization.",
        unverified=_WHICH_REGION,
    ),
    ServiceApi(
        principal="wellarchitected.amazonaws.com",
        enable=Operation("wellarchitected", "UpdateGlobalSettings", {"OrganizationSharingStatus": "ENABLED"}),
        disable=Operation("wellarchitected", "UpdateGlobalSettings", {"OrganizationSharingStatus": "DISABLED"}),
        read=ServiceState(
            Operation("wellarchitected", "GetGlobalSettings"),
            "OrganizationSharingStatus",
            _ENABLED_OR_DISABLED,
            without_member=DISABLED,
        ),
        may_need=(_CREATE_ROLE,),
        unverified=(
            "AWS documents the console and the AWS CLI for it, in one place the console only. What its status is "
            "before it is enabled for the first time is not documented. " + _WHICH_REGION
        ),
    ),
)

API_OF: dict[str, ServiceApi] = {api.principal: api for api in SERVICE_APIS}

__all__ = ["API_OF", "DISABLED", "ENABLED", "FAILED", "PENDING", "Operation", "ServiceState", "ServiceApi"]
