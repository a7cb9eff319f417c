# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What AWS documents of every service with trusted access.

Source: the AWS Organizations user guide, "AWS services that you can use with AWS Organizations" (2026-09), the page of
each service below it, and the services' own guides. Adding a service is adding one entry to SERVICES. AWS adds services
faster than any list: a name that is missing here is unknown, not wrong.
"""

from __future__ import annotations

from typing import NamedTuple

# How AWS documents the way to enable or disable.
WAYS = ("only_organizations", "service_recommended", "only_service", "either", "not_stated")

GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide/"


class Service(NamedTuple):
    """A service with trusted access.

    ``enable`` and ``disable`` are each one of WAYS.
    ``page``: the part of the user guide's page that differs, or the whole address of another page.
    ``native_*_api``: operations of the service's own API, as "botocore service:Operation".
    ``insufficient``: what else is needed where enabling with AWS Organizations alone leaves the service not working.
    ``disable_disrupts``: what stops working for people when it is disabled.
    ``legacy_principals``: older names; ``rejected_principals``: names that AWS is known to have refused;
    ``role_principals``: principals of service-linked roles that are easily taken for the name to enable.
    """

    name: str
    principals: tuple[str, ...]
    page: str
    enable: str
    disable: str
    delegated_administrator: bool = True
    native_enable_api: tuple[str, ...] = ()
    native_disable_api: tuple[str, ...] = ()
    native_delegated_administrator_api: tuple[str, ...] = ()
    insufficient: str = ""
    disable_disrupts: str = ""
    note: str = ""
    disable_note: str = ""
    legacy_principals: tuple[str, ...] = ()
    rejected_principals: tuple[str, ...] = ()
    role_principals: tuple[str, ...] = ()

    @property
    def documentation_url(self) -> str:
        """AWS's page on the integration."""
        return self.page if "/" in self.page else f"{GUIDE}services-that-can-integrate-{self.page}.html"


_DELEGATION_ENABLES = "Designating a delegated administrator in the service's console enables it too."
_DELEGATION_AFTERWARDS = (
    "Designating a delegated administrator in the service's console enables it; "
    "with the API, service access comes first and the delegated administrator second."
)
_ADMINISTRATORS_FIRST = "Deregister every delegated administrator first."

SERVICES: tuple[Service, ...] = (
    Service(
        name="AWS Account Management",
        principals=("account.amazonaws.com",),
        page="account",
        enable="only_organizations",
        disable="only_organizations",
        note="Comes before its delegated administrator, of which there can be one.",
    ),
    Service(
        name="AWS Agent Registry",
        principals=("agent-registry.amazonaws.com",),
        page="agent-registry",
        enable="service_recommended",
        disable="either",
        disable_note=_ADMINISTRATORS_FIRST,
    ),
    Service(
        name="AWS Artifact",
        principals=("artifact.amazonaws.com",),
        page="artifact",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        note="Until 2022 AWS documented another name; which of the two the API takes today is not verified.",
        disable_note="Agreements of the organization stay, but cannot be opened until it is enabled again.",
        legacy_principals=("aws-artifact-account-sync.amazonaws.com",),
    ),
    Service(
        name="AWS Audit Manager",
        principals=("auditmanager.amazonaws.com",),
        page="audit-manager",
        enable="service_recommended",
        disable="only_organizations",
        native_delegated_administrator_api=("auditmanager:RegisterAccount",),
        note=_DELEGATION_AFTERWARDS,
    ),
    Service(
        name="AWS Backup",
        principals=("backup.amazonaws.com",),
        page="backup",
        enable="service_recommended",
        disable="only_organizations",
        note="The setting for cross-account monitoring in the console of AWS Backup is this service access.",
        disable_note="Backup jobs of other accounts are no longer shown.",
    ),
    Service(
        name="AWS Billing and Cost Management",
        principals=("billing-cost-management.amazonaws.com",),
        page="awsaccountbilling",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        note="For split cost allocation data.",
    ),
    Service(
        name="AWS CloudFormation StackSets",
        principals=("member.org.stacksets.cloudformation.amazonaws.com",),
        page="cloudformation",
        enable="only_service",
        disable="either",
        native_enable_api=("cloudformation:ActivateOrganizationsAccess",),
        native_disable_api=("cloudformation:DeactivateOrganizationsAccess",),
        insufficient=(
            "Stack sets with service-managed permissions need ActivateOrganizationsAccess of CloudFormation: "
            "aws cloudformation activate-organizations-access."
        ),
        note="aws cloudformation describe-organizations-access shows whether it is active.",
        disable_note=_ADMINISTRATORS_FIRST + " Stack instances stay.",
        rejected_principals=("stacksets.cloudformation.amazonaws.com",),
    ),
    Service(
        name="AWS CloudTrail",
        principals=("cloudtrail.amazonaws.com",),
        page="cloudtrail",
        enable="service_recommended",
        disable="only_organizations",
        native_delegated_administrator_api=("cloudtrail:RegisterOrganizationDelegatedAdmin",),
        disable_disrupts=(
            "The organization trails of all member accounts are deleted, and enabling again does not bring them back."
        ),
        note="Creating an organization trail in the console enables it; with the API, service access comes first.",
    ),
    Service(
        name="Amazon CloudWatch",
        principals=("observabilityadmin.amazonaws.com",),
        page="cloudwatch",
        enable="service_recommended",
        disable="either",
        disable_note="Telemetry auditing and Network Flow Monitor across accounts stop.",
        role_principals=("networkflowmonitor.amazonaws.com", "topology.networkflowmonitor.amazonaws.com"),
    ),
    Service(
        name="AWS Compute Optimizer",
        principals=("compute-optimizer.amazonaws.com",),
        page="compute-optimizer",
        enable="service_recommended",
        disable="not_stated",
        note="Opting in for the whole organization in its console enables it.",
    ),
    Service(
        name="AWS Config",
        principals=("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
        page="config",
        enable="service_recommended",
        disable="only_organizations",
        native_enable_api=(
            "config:PutConfigurationAggregator",
            "config:PutOrganizationConfigRule",
            "config:PutOrganizationConformancePack",
        ),
        note="An aggregator of the organization, an organization rule or a conformance pack enables what it needs.",
    ),
    Service(
        name="AWS Control Tower",
        principals=("controltower.amazonaws.com",),
        page="CTower",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        disable_disrupts="The landing zone drifts, and only repairing the landing zone mends it, not enabling again.",
    ),
    Service(
        name="AWS Cost Optimization Hub",
        principals=("cost-optimization-hub.bcm.amazonaws.com",),
        page="coh",
        enable="either",
        disable="only_organizations",
        note="Opting in with all member accounts from the management account enables it too.",
        disable_note="The recommendations of the member accounts are no longer shown.",
    ),
    Service(
        name="Amazon Detective",
        principals=("detective.amazonaws.com",),
        page="detective",
        enable="only_organizations",
        disable="only_organizations",
        native_enable_api=("detective:EnableOrganizationAdminAccount",),
        native_delegated_administrator_api=("detective:EnableOrganizationAdminAccount",),
        note=_DELEGATION_ENABLES,
    ),
    Service(
        name="Amazon DevOps Guru",
        principals=("devops-guru.amazonaws.com",),
        page="devops",
        enable="service_recommended",
        disable="only_organizations",
        note=_DELEGATION_ENABLES,
    ),
    Service(
        name="AWS Directory Service",
        principals=("ds.amazonaws.com",),
        page="directory-service",
        enable="service_recommended",
        disable="only_organizations",
        delegated_administrator=False,
        note="AWS's page names no principal; this one is used in public guides. Sharing a directory enables it too.",
        disable_note="Directories that are shared stay shared; no new ones can be shared.",
    ),
    Service(
        name="Amazon EC2 (account status report of declarative policies)",
        principals=("ec2.amazonaws.com",),
        page="ec2",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
    ),
    Service(
        name="EC2 Capacity Manager",
        principals=("ec2.capacitymanager.amazonaws.com",),
        page="ec2-capacity-manager",
        enable="service_recommended",
        disable="either",
        disable_note=_ADMINISTRATORS_FIRST,
    ),
    Service(
        name="Amazon EKS (dashboard)",
        principals=("eks.amazonaws.com",),
        page="eks",
        enable="either",
        disable="either",
        insufficient=(
            "The dashboard needs its service-linked role, best created first: "
            "aws iam create-service-linked-role --aws-service-name dashboard.eks.amazonaws.com."
        ),
        role_principals=("dashboard.eks.amazonaws.com",),
    ),
    Service(
        name="AWS Firewall Manager",
        principals=("fms.amazonaws.com",),
        page="fms",
        enable="service_recommended",
        disable="either",
        native_delegated_administrator_api=("fms:AssociateAdminAccount", "fms:PutAdminAccount"),
        note="Setting its administrator account enables it, and creates a role in every member account.",
        disable_note="The service's own way is to change or revoke its administrator account.",
    ),
    Service(
        name="Amazon GuardDuty",
        principals=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        page="guardduty",
        enable="only_service",
        disable="only_organizations",
        native_delegated_administrator_api=("guardduty:EnableOrganizationAdminAccount",),
        note=_DELEGATION_AFTERWARDS,
    ),
    Service(
        name="AWS Health",
        principals=("health.amazonaws.com",),
        page="health",
        enable="service_recommended",
        disable="either",
        native_enable_api=("health:EnableHealthServiceAccessForOrganization",),
        native_disable_api=("health:DisableHealthServiceAccessForOrganization",),
        note=(
            "Only EnableHealthServiceAccessForOrganization, which needs a Business support plan or a higher one, "
            "creates the service-linked role."
        ),
        disable_note="The service-linked role stays.",
    ),
    Service(
        name="IAM Access Analyzer",
        principals=("access-analyzer.amazonaws.com",),
        page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator-add.html",
        enable="either",
        disable="not_stated",
        note=_DELEGATION_AFTERWARDS,
        disable_note="Analyzers of the organization are switched off.",
    ),
    Service(
        name="AWS IAM Identity Center",
        principals=("sso.amazonaws.com",),
        page="sso",
        enable="service_recommended",
        disable="only_organizations",
        disable_disrupts="IAM Identity Center stops working, and people can no longer sign in to the accounts.",
        note="Setting up IAM Identity Center enables it.",
    ),
    Service(
        name="AWS Identity and Access Management (centralized root access)",
        principals=("iam.amazonaws.com",),
        page="iam",
        enable="not_stated",
        disable="only_organizations",
        note="Comes before EnableOrganizationsRootCredentialsManagement and EnableOrganizationsRootSessions of IAM.",
    ),
    Service(
        name="Amazon Inspector",
        principals=("inspector2.amazonaws.com",),
        page="inspector2",
        enable="either",
        disable="only_organizations",
        native_delegated_administrator_api=("inspector2:EnableDelegatedAdminAccount",),
        note=_DELEGATION_AFTERWARDS + " The delegated administrator is enabled in each Region.",
    ),
    Service(
        name="AWS License Manager",
        principals=(
            "license-manager.amazonaws.com",
            "license-manager.member-account.amazonaws.com",
            "license-manager-linux-subscriptions.amazonaws.com",
        ),
        page="license-manager",
        enable="only_service",
        disable="only_organizations",
        native_enable_api=("license-manager:UpdateServiceSettings",),
        note="The API's counterpart of the console setting is OrganizationConfiguration.EnableIntegration.",
    ),
    Service(
        name="Amazon Macie",
        principals=("macie.amazonaws.com",),
        page="macie",
        enable="service_recommended",
        disable="not_stated",
        native_delegated_administrator_api=("macie2:EnableOrganizationAdminAccount",),
        note=_DELEGATION_AFTERWARDS + " Not recognized in partitions that have no Macie.",
    ),
    Service(
        name="AWS Managed Services (self-service reporting)",
        principals=("selfservicereporting.managedservices.amazonaws.com",),
        page="managed-services",
        enable="not_stated",
        disable="only_organizations",
    ),
    Service(
        name="AWS Marketplace (license management)",
        principals=("license-management.marketplace.amazonaws.com",),
        page="marketplace",
        enable="service_recommended",
        disable="only_organizations",
        delegated_administrator=False,
    ),
    Service(
        name="AWS Marketplace Private Marketplace",
        principals=("private-marketplace.marketplace.amazonaws.com",),
        page="private-marketplace",
        enable="service_recommended",
        disable="only_organizations",
        insufficient=(
            "The service-linked role AWSServiceRoleForPrivateMarketplaceAdmin is not created this way: enable it in "
            "the console of Private Marketplace, or run aws iam create-service-linked-role --aws-service-name "
            "private-marketplace.marketplace.amazonaws.com."
        ),
    ),
    Service(
        name="AWS Marketplace procurement insights dashboard",
        principals=("procurement-insights.marketplace.amazonaws.com",),
        page="procurement-insights",
        enable="service_recommended",
        disable="only_organizations",
    ),
    Service(
        name="AWS Network Manager",
        principals=("networkmanager.amazonaws.com",),
        page="network-manager",
        enable="service_recommended",
        disable="service_recommended",
        native_enable_api=("networkmanager:StartOrganizationServiceAccessUpdate",),
        native_disable_api=("networkmanager:StartOrganizationServiceAccessUpdate",),
        note="Its own way also enables StackSets and deploys the roles that it needs.",
        disable_note="Stack sets and roles can be left behind when it is disabled elsewhere.",
    ),
    Service(
        name="Amazon Q Developer",
        principals=("q.amazonaws.com",),
        page="amazon-q-dev",
        enable="only_service",
        disable="only_service",
        delegated_administrator=False,
        note="AWS documents its settings page only; whether AWS Organizations takes the name is not verified.",
    ),
    Service(
        name="AWS Resilience Hub",
        principals=("resiliencehub.amazonaws.com",),
        page="resilience-hub",
        enable="only_service",
        disable="only_organizations",
        note="AWS's page asks for its own console, and shows the command of AWS Organizations too.",
    ),
    Service(
        name="AWS Resource Access Manager",
        principals=("ram.amazonaws.com",),
        page="ram",
        enable="service_recommended",
        disable="either",
        delegated_administrator=False,
        native_enable_api=("ram:EnableSharingWithAwsOrganization",),
        insufficient=(
            "Sharing within the organization needs EnableSharingWithAwsOrganization of AWS RAM, which creates its "
            "service-linked role: aws ram enable-sharing-with-aws-organization."
        ),
        disable_disrupts="Accounts of the organization lose access to every resource that is shared with them.",
        disable_note="Delete the service-linked role afterwards; AWS RAM has no operation to disable it.",
    ),
    Service(
        name="AWS Resource Explorer",
        principals=("resource-explorer-2.amazonaws.com",),
        page="resource-explorer",
        enable="service_recommended",
        disable="either",
        note=_DELEGATION_ENABLES,
    ),
    Service(
        name="Amazon S3 Storage Lens",
        principals=("storage-lens.s3.amazonaws.com",),
        page="s3lens",
        enable="service_recommended",
        disable="only_service",
        note="Up to five delegated administrators.",
        disable_note=_ADMINISTRATORS_FIRST,
    ),
    Service(
        name="AWS Security Hub",
        principals=("securityhub.amazonaws.com",),
        page="securityhub",
        enable="not_stated",
        disable="only_organizations",
        native_enable_api=("securityhub:EnableOrganizationAdminAccount",),
        native_delegated_administrator_api=("securityhub:EnableOrganizationAdminAccount",),
        note=_DELEGATION_ENABLES,
        disable_note="Disable the policy type SECURITYHUB_POLICY first.",
    ),
    Service(
        name="AWS Security Incident Response",
        principals=("security-ir.amazonaws.com",),
        page="security-ir",
        enable="service_recommended",
        disable="only_organizations",
        disable_note="Cancel the membership first.",
    ),
    Service(
        name="Amazon Security Lake",
        principals=("securitylake.amazonaws.com",),
        page="sl",
        enable="only_organizations",
        disable="only_organizations",
        native_enable_api=("securitylake:RegisterDataLakeDelegatedAdministrator",),
        native_delegated_administrator_api=("securitylake:RegisterDataLakeDelegatedAdministrator",),
        note="AWS also recommends RegisterDataLakeDelegatedAdministrator, which creates the service's role.",
    ),
    Service(
        name="AWS Service Catalog",
        principals=("servicecatalog.amazonaws.com",),
        page="servicecatalog",
        enable="service_recommended",
        disable="either",
        native_enable_api=("servicecatalog:EnableAWSOrganizationsAccess",),
        native_disable_api=("servicecatalog:DisableAWSOrganizationsAccess",),
        note="EnableAWSOrganizationsAccess makes the call to AWS Organizations itself.",
        disable_note=_ADMINISTRATORS_FIRST + " Shares stay, and are no longer kept in step.",
    ),
    Service(
        name="Service Quotas",
        principals=("servicequotas.amazonaws.com",),
        page="servicequotas",
        enable="only_service",
        disable="not_stated",
        delegated_administrator=False,
        native_enable_api=("service-quotas:AssociateServiceQuotaTemplate",),
    ),
    Service(
        name="AWS Systems Manager",
        principals=("ssm.amazonaws.com", "opsdatasync.ssm.amazonaws.com", "ssm-quicksetup.amazonaws.com"),
        page="ssm",
        enable="only_organizations",
        disable="only_organizations",
        disable_note="Explorer can no longer synchronize operations data.",
    ),
    Service(
        name="Tag policies",
        principals=("tagpolicies.tag.amazonaws.com",),
        page="tag-policies",
        enable="service_recommended",
        disable="not_stated",
        delegated_administrator=False,
        native_enable_api=("organizations:EnablePolicyType",),
        native_disable_api=("organizations:DisablePolicyType",),
        note="Enabling the policy type TAG_POLICY in the console enables it too.",
    ),
    Service(
        name="AWS Transform MGN (formerly Application Migration Service)",
        principals=("mgn.amazonaws.com",),
        page="application-migration",
        enable="service_recommended",
        disable="either",
    ),
    Service(
        name="AWS Trusted Advisor",
        principals=("reporting.trustedadvisor.amazonaws.com",),
        page="ta",
        enable="only_service",
        disable="either",
        note="AWS documents its console only (organizational view).",
    ),
    Service(
        name="AWS User Notifications",
        principals=("notifications.amazon.com",),
        page="uno",
        enable="only_service",
        disable="only_service",
        native_enable_api=("notifications:EnableNotificationsAccessForOrganization",),
        native_disable_api=("notifications:DisableNotificationsAccessForOrganization",),
        note="The name ends in amazon.com, not amazonaws.com.",
    ),
    Service(
        name="Amazon VPC IP Address Manager (IPAM)",
        principals=("ipam.amazonaws.com",),
        page="ipam",
        enable="only_service",
        disable="only_organizations",
        native_enable_api=("ec2:EnableIpamOrganizationAdminAccount",),
        native_delegated_administrator_api=("ec2:EnableIpamOrganizationAdminAccount",),
        insufficient=(
            "IPAM is enabled by EnableIpamOrganizationAdminAccount of Amazon EC2 only: "
            "aws ec2 enable-ipam-organization-admin-account."
        ),
        disable_note="DisableIpamOrganizationAdminAccount of Amazon EC2 removes the delegated administrator.",
    ),
    Service(
        name="Amazon VPC Reachability Analyzer",
        principals=("reachabilityanalyzer.networkinsights.amazonaws.com",),
        page="ra",
        enable="service_recommended",
        disable="either",
        native_enable_api=("ec2:EnableReachabilityAnalyzerOrganizationSharing",),
        note=_DELEGATION_ENABLES,
    ),
    Service(
        name="AWS Well-Architected Tool",
        principals=("wellarchitected.amazonaws.com",),
        page="wat",
        enable="service_recommended",
        disable="either",
        delegated_administrator=False,
        native_enable_api=("wellarchitected:UpdateGlobalSettings",),
        insufficient=(
            "Sharing within the organization needs UpdateGlobalSettings of the AWS WA Tool, which creates its "
            "service-linked role: aws wellarchitected update-global-settings --organization-sharing-status ENABLED."
        ),
    ),
)

BY_PRINCIPAL: dict[str, Service] = {principal: service for service in SERVICES for principal in service.principals}
_SUFFIXES = (".amazonaws.com", ".amazon.com")


def service_name(principal: str) -> str | None:
    """The name of the service, None where the catalog does not know it."""
    service = BY_PRINCIPAL.get(principal)
    return service.name if service else None


def _bare(principal: str) -> str:
    """The name without AWS's domain, in lower case: "guardduty"."""
    name = principal.lower().rstrip(".")
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name[: -len(suffix)]
    return name


def suggest(principal: str) -> list[str]:
    """The known principals nearest to an unknown name, best first, at most three."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an unknown name is worth its import time

    by_bare_name = {_bare(known): known for known in BY_PRINCIPAL}
    return [by_bare_name[bare] for bare in get_close_matches(_bare(principal), by_bare_name, n=3, cutoff=0.75)]


def explain_unknown(principal: str) -> str | None:
    """What to know of a name that is not in the catalog: successor, replacement or suggestion. None if it is."""
    if principal in BY_PRINCIPAL:
        return None
    for service in SERVICES:
        names = " or ".join(service.principals)
        if principal in service.legacy_principals:
            return f"{principal} is an older name of {service.name}, for which AWS now documents {names}."
        if principal in service.rejected_principals:
            return f"{principal} was refused by AWS when it was tried (2024); the name of {service.name} is {names}."
        if principal in service.role_principals:
            return (
                f"{principal} is documented for a service-linked role of {service.name}, "
                f"whose name for service access is {names}."
            )
    nearest = " or ".join(suggest(principal))
    question = f": did you mean {nearest}?" if nearest else "."
    return (
        f"{principal} is not in the catalog of this collection{question} "
        "AWS adds services faster than any list, so the name may be valid all the same."
    )


__all__ = ["BY_PRINCIPAL", "SERVICES", "WAYS", "Service", "explain_unknown", "service_name", "suggest"]
