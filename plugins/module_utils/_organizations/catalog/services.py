# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What AWS documents about every service that can be integrated with AWS Organizations.

Source: the AWS Organizations user guide, "AWS services that you can use with AWS Organizations" (2026-09), the page of
each service in it, the services' guides, and AWS managed policies. To add a service, add one entry to SERVICES, and
its name to the emulator's list, tests/emulator/names.yml; if the service's API enables it too, that API is an entry in
service_apis.py, and if it designates its administrator itself, that is one in administrator_apis.py. AWS adds services
more often than this collection is released: a name that is missing here is unknown, not wrong.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .administrator_apis import ADMINISTRATOR_API_OF

# How AWS documents the way to enable or disable.
WAYS = ("only_organizations", "service_recommended", "only_service", "either", "not_stated")

GUIDE = "https://docs.aws.amazon.com/organizations/latest/userguide/"


class Service(NamedTuple):
    """A service that can be integrated with AWS Organizations.

    ``principals``: the names for service access; none where AWS lists the integration without service access.
    ``enable`` and ``disable`` are each one of WAYS.
    ``page``: the part of the user guide's page that differs, or the whole address of another page. By default, it is
    the first part of the first principal.
    ``most_delegated_administrators``: the documented limit, None where AWS documents none.
    ``native_*_api``: operations of the service's API, as "botocore service:Operation".
    ``insufficient``: what else is needed where enabling with AWS Organizations alone leaves the service not working.
    ``organizations_register_insufficient``: the same for registering a delegated administrator; it names the command of
    the service that designates its administrator.
    ``disable_disrupts``: what stops working for users when it is disabled.
    ``deregister_disrupts``: what is lost when a delegated administrator is deregistered.
    ``administrators_prevent_disabling``: whether AWS is known to refuse to disable it while it has delegated
    administrators. Source: its page of the user guide; for StackSets, the CloudFormation user guide; for Service
    Catalog, the API reference of DisableAWSOrganizationsAccess; for IAM, a public recording (radkawar/stackd, 2026-09).
    ``legacy_principals``: older names; ``rejected_principals``: names that AWS is known to have refused;
    ``role_principals``: principals of service-linked roles that are easily taken for the name to enable.
    """

    name: str
    principals: tuple[str, ...]
    enable: str
    disable: str
    page: str = ""
    delegated_administrator: bool = True
    most_delegated_administrators: int | None = None
    native_enable_api: tuple[str, ...] = ()
    native_disable_api: tuple[str, ...] = ()
    insufficient: str = ""
    organizations_register_insufficient: str = ""
    disable_disrupts: str = ""
    deregister_disrupts: str = ""
    note: str = ""
    disable_note: str = ""
    administrators_prevent_disabling: bool = False
    legacy_principals: tuple[str, ...] = ()
    rejected_principals: tuple[str, ...] = ()
    role_principals: tuple[str, ...] = ()

    @property
    def documentation_url(self) -> str:
        """AWS's page on the integration."""
        page = self.page or self.principals[0].partition(".")[0]
        return page if "/" in page else f"{GUIDE}services-that-can-integrate-{page}.html"


class PolicyPrincipal(NamedTuple):
    """A name that an AWS managed policy has, but no documentation of service access.

    ``policy``: the managed policy. ``documented``: the name that AWS documents instead, if there is one.
    """

    policy: str
    documented: str = ""


_DELEGATION_ENABLES = "Designating a delegated administrator in its console enables it."
_DELEGATION_AFTERWARDS = (
    "Designating a delegated administrator in its console enables it. "
    "With the API, enable it first, then designate the delegated administrator."
)
_ADMINISTRATORS_FIRST = "Deregister all delegated administrators first."


def _named_by_policy(name: str, principal: str, policy: str) -> Service:
    """Return a service that no page about service access names, but an AWS managed policy does."""
    return Service(
        name=name,
        principals=(principal,),
        page=f"https://docs.aws.amazon.com/aws-managed-policy/latest/reference/{policy}.html",
        enable="not_stated",
        disable="not_stated",
        note=(
            f"The AWS Organizations user guide does not name it. The AWS managed policy {policy} allows enabling "
            "service access and registering delegated administrators for it."
        ),
    )


def _command(principal: str) -> str:
    return ADMINISTRATOR_API_OF[principal].command


def _not_in_any_region(name: str, principal: str) -> str:
    return (
        f"AWS Organizations alone does not make the account an administrator of {name}. In every Region, run "
        f"{_command(principal)}."
    )


SERVICES: tuple[Service, ...] = (
    Service(
        name="AWS Account Management",
        principals=("account.amazonaws.com",),
        enable="only_organizations",
        disable="only_organizations",
        most_delegated_administrators=1,
        note="Enable it before you register its delegated administrator.",
    ),
    Service(
        name="AWS account access manager",
        principals=("account-access.amazonaws.com",),
        page="https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction.html",
        enable="only_organizations",
        disable="not_stated",
        note=(
            "Enable it before you call CreateApplication of its API. The resource that this creates cannot be "
            "restored once it is deleted. The AWS Organizations user guide has no page for it."
        ),
    ),
    Service(
        name="AWS Agent Registry",
        principals=("agent-registry.amazonaws.com",),
        enable="service_recommended",
        disable="either",
        disable_note=_ADMINISTRATORS_FIRST,
        administrators_prevent_disabling=True,
    ),
    Service(
        name="AWS Artifact",
        principals=("artifact.amazonaws.com",),
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        note=(
            "Older AWS documentation and the managed policy AWSArtifactAgreementsFullAccess use "
            "aws-artifact-account-sync.amazonaws.com. Which of the two names AWS accepts is not verified."
        ),
        disable_note="Organization agreements are kept, but AWS Artifact cannot access them until you enable it again.",
        legacy_principals=("aws-artifact-account-sync.amazonaws.com",),
    ),
    Service(
        name="AWS Audit Manager",
        principals=("auditmanager.amazonaws.com",),
        page="audit-manager",
        enable="service_recommended",
        disable="only_organizations",
        organizations_register_insufficient=(
            "AWS Organizations alone does not make the account an administrator of Audit Manager. Run aws "
            "auditmanager register-organization-admin-account --admin-account-id ACCOUNT_ID."
        ),
        note=_DELEGATION_AFTERWARDS,
    ),
    Service(
        name="AWS Backup",
        principals=("backup.amazonaws.com",),
        enable="service_recommended",
        disable="only_organizations",
        note="The cross-account monitoring setting in the AWS Backup console turns this service access on and off.",
        disable_note="AWS Backup no longer shows the jobs of other accounts.",
    ),
    Service(
        name="AWS Billing and Cost Management",
        principals=("billing-cost-management.amazonaws.com",),
        page="awsaccountbilling",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        note="Split cost allocation data uses it.",
    ),
    Service(
        name="AWS CloudFormation StackSets",
        principals=("member.org.stacksets.cloudformation.amazonaws.com",),
        page="cloudformation",
        enable="only_service",
        disable="either",
        most_delegated_administrators=5,
        native_enable_api=("cloudformation:ActivateOrganizationsAccess",),
        native_disable_api=("cloudformation:DeactivateOrganizationsAccess",),
        insufficient=(
            "Stack sets with service-managed permissions fail until CloudFormation activates its access too: run "
            "aws cloudformation activate-organizations-access."
        ),
        note="To see whether access is active, run aws cloudformation describe-organizations-access.",
        disable_note=_ADMINISTRATORS_FIRST + " Existing stack instances are kept.",
        administrators_prevent_disabling=True,
        rejected_principals=("stacksets.cloudformation.amazonaws.com",),
    ),
    Service(
        name="AWS CloudTrail",
        principals=("cloudtrail.amazonaws.com",),
        enable="service_recommended",
        disable="only_organizations",
        most_delegated_administrators=3,
        organizations_register_insufficient=(
            "AWS Organizations alone does not create the service-linked roles of CloudTrail. Run "
            f"{_command('cloudtrail.amazonaws.com')}, which also registers the account."
        ),
        disable_disrupts=(
            "The organization trails of all member accounts are deleted, and enabling it again does not restore them."
        ),
        note="Creating an organization trail in the console enables it. With the API, enable it first.",
        disable_note="Organization trails and event data stores of the management account become account-level.",
    ),
    Service(
        name="Amazon CloudWatch",
        principals=("observabilityadmin.amazonaws.com",),
        page="cloudwatch",
        enable="service_recommended",
        disable="either",
        native_enable_api=("observabilityadmin:StartTelemetryEvaluationForOrganization",),
        disable_note=_ADMINISTRATORS_FIRST + " Telemetry auditing and Network Flow Monitor across accounts stop.",
        administrators_prevent_disabling=True,
        role_principals=("networkflowmonitor.amazonaws.com", "topology.networkflowmonitor.amazonaws.com"),
    ),
    Service(
        name="AWS Compute Optimizer",
        principals=("compute-optimizer.amazonaws.com",),
        enable="service_recommended",
        disable="not_stated",
        most_delegated_administrators=1,
        native_enable_api=("compute-optimizer:UpdateEnrollmentStatus",),
        note="Opting in with all member accounts enables it, and opts in every account.",
    ),
    Service(
        name="AWS Config",
        principals=("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
        enable="service_recommended",
        disable="only_organizations",
        most_delegated_administrators=3,
        native_enable_api=(
            "config:PutConfigurationAggregator",
            "config:PutOrganizationConfigRule",
            "config:PutOrganizationConformancePack",
        ),
        note=(
            "Creating an organization aggregator, organization rule, or conformance pack enables the principal "
            "that it needs. The limit of three delegated administrators is documented for rules and conformance "
            "packs."
        ),
    ),
    Service(
        name="AWS Control Tower",
        principals=("controltower.amazonaws.com",),
        page="CTower",
        enable="only_organizations",
        disable="only_organizations",
        delegated_administrator=False,
        disable_disrupts=(
            "The landing zone drifts. Enabling it again does not fix the drift; only a repair of the landing zone does."
        ),
    ),
    Service(
        name="AWS Cost Optimization Hub",
        principals=("cost-optimization-hub.bcm.amazonaws.com",),
        page="coh",
        enable="either",
        disable="only_organizations",
        most_delegated_administrators=1,
        native_enable_api=("cost-optimization-hub:UpdateEnrollmentStatus",),
        note="Opting in from the management account with all member accounts enables it.",
        disable_note="The recommendations of member accounts are no longer available.",
    ),
    Service(
        name="Amazon Detective",
        principals=("detective.amazonaws.com",),
        enable="only_organizations",
        disable="only_organizations",
        most_delegated_administrators=1,
        native_enable_api=("detective:EnableOrganizationAdminAccount",),
        organizations_register_insufficient=_not_in_any_region("Detective", "detective.amazonaws.com"),
        deregister_disrupts="The organization behavior graphs of all Regions are deleted, with their data.",
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
        note=(
            "AWS documents no principal for it; this one is from public guides. Sharing a directory within the "
            "organization enables it."
        ),
        disable_note="Shared directories stay shared. New ones cannot be shared with the organization.",
    ),
    Service(
        name="Amazon EC2 (account status report of declarative policies)",
        principals=("ec2.amazonaws.com",),
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
        insufficient=(
            "Capacity Manager needs its service-linked role and its own access to the organization. Before you "
            "enable it, create the role: aws iam create-service-linked-role --aws-service-name "
            "ec2.capacitymanager.amazonaws.com. Afterwards, run aws ec2 enable-capacity-manager "
            "--organizations-access."
        ),
        disable_note=_ADMINISTRATORS_FIRST,
        administrators_prevent_disabling=True,
    ),
    Service(
        name="Amazon EKS (dashboard)",
        principals=("eks.amazonaws.com",),
        enable="either",
        disable="either",
        insufficient=(
            "The dashboard needs its service-linked role. Create it, ideally first: aws iam "
            "create-service-linked-role --aws-service-name dashboard.eks.amazonaws.com."
        ),
        role_principals=("dashboard.eks.amazonaws.com",),
    ),
    Service(
        name="Amazon EventBridge",
        principals=(),
        page=f"{GUIDE}orgs_integrate_services_list.html",
        enable="not_stated",
        disable="not_stated",
        delegated_administrator=False,
        note="AWS lists it as integrated, but it has no service access to enable.",
    ),
    Service(
        name="AWS Firewall Manager",
        principals=("fms.amazonaws.com",),
        enable="service_recommended",
        disable="either",
        organizations_register_insufficient=(
            "AWS Organizations alone does not make the account a Firewall Manager administrator. For the default "
            "administrator, run aws fms associate-admin-account --admin-account ACCOUNT_ID. For another one, run "
            "aws fms put-admin-account --admin-account ACCOUNT_ID."
        ),
        deregister_disrupts="All Firewall Manager policies of the administrator are deleted.",
        note="Setting an administrator account enables it and creates a role in every member account.",
        disable_note="To disable it with the service, change or revoke its administrator account.",
    ),
    Service(
        name="Amazon GuardDuty",
        principals=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        enable="only_service",
        disable="only_organizations",
        most_delegated_administrators=1,
        organizations_register_insufficient=_not_in_any_region("GuardDuty", "guardduty.amazonaws.com"),
        deregister_disrupts=(
            "Member accounts lose their GuardDuty administrator. AWS recommends disassociating them and disabling"
            " the administrator in every Region first."
        ),
        note=_DELEGATION_AFTERWARDS,
    ),
    Service(
        name="AWS Health",
        principals=("health.amazonaws.com",),
        enable="service_recommended",
        disable="either",
        most_delegated_administrators=5,
        native_enable_api=("health:EnableHealthServiceAccessForOrganization",),
        native_disable_api=("health:DisableHealthServiceAccessForOrganization",),
        note=(
            "Only EnableHealthServiceAccessForOrganization creates the service-linked role. It needs a Business "
            "support plan or higher."
        ),
        disable_note="The service-linked role is kept.",
    ),
    Service(
        name="IAM Access Analyzer",
        principals=("access-analyzer.amazonaws.com",),
        page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-delegated-administrator-add.html",
        enable="either",
        disable="not_stated",
        deregister_disrupts=(
            "The organization analyzers of the account are disabled. Their findings are not accessible until the "
            "account is registered again."
        ),
        note=_DELEGATION_AFTERWARDS,
        disable_note="Organization analyzers are disabled.",
    ),
    Service(
        name="AWS IAM Identity Center",
        principals=("sso.amazonaws.com",),
        enable="service_recommended",
        disable="only_organizations",
        most_delegated_administrators=1,
        disable_disrupts="IAM Identity Center stops working, and users can no longer sign in to their accounts.",
        note="Setting up IAM Identity Center enables it.",
    ),
    Service(
        name="AWS Identity and Access Management (centralized root access)",
        principals=("iam.amazonaws.com",),
        enable="not_stated",
        disable="only_organizations",
        note=(
            "Enable it before you call EnableOrganizationsRootCredentialsManagement or "
            "EnableOrganizationsRootSessions. The IAM console enables it itself."
        ),
        administrators_prevent_disabling=True,
    ),
    Service(
        name="Amazon Inspector",
        principals=("inspector2.amazonaws.com",),
        enable="either",
        disable="only_organizations",
        most_delegated_administrators=1,
        organizations_register_insufficient=_not_in_any_region("Amazon Inspector", "inspector2.amazonaws.com"),
        deregister_disrupts="Member accounts become standalone and have to be associated again one by one.",
        note=_DELEGATION_AFTERWARDS,
    ),
    _named_by_policy(
        "Amazon Inspector (agentless scans)", "agentless.inspector2.amazonaws.com", "AmazonInspector2FullAccess_v2"
    ),
    _named_by_policy(
        "Amazon Inspector (multi-cloud scans)", "thirdparty.inspector2.amazonaws.com", "AmazonInspector2FullAccess_v2"
    ),
    Service(
        name="AWS License Manager",
        principals=(
            "license-manager.amazonaws.com",
            "license-manager.member-account.amazonaws.com",
            "license-manager-linux-subscriptions.amazonaws.com",
        ),
        enable="only_service",
        disable="only_organizations",
        native_enable_api=("license-manager:UpdateServiceSettings",),
        note="In the API, the console setting is OrganizationConfiguration.EnableIntegration.",
    ),
    Service(
        name="Amazon Macie",
        principals=("macie.amazonaws.com",),
        enable="service_recommended",
        disable="not_stated",
        most_delegated_administrators=1,
        organizations_register_insufficient=_not_in_any_region("Macie", "macie.amazonaws.com"),
        deregister_disrupts="Member accounts become standalone, and automated discovery data is lost after 30 days.",
        note=_DELEGATION_AFTERWARDS + " Partitions without Macie do not recognize it.",
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
        enable="service_recommended",
        disable="only_organizations",
        insufficient=(
            "AWS Organizations alone does not create the service-linked role "
            "AWSServiceRoleForPrivateMarketplaceAdmin. Enable it in the Private Marketplace console, or run aws "
            "iam create-service-linked-role --aws-service-name private-marketplace.marketplace.amazonaws.com."
        ),
    ),
    Service(
        name="AWS Marketplace procurement insights dashboard",
        principals=("procurement-insights.marketplace.amazonaws.com",),
        enable="service_recommended",
        disable="only_organizations",
    ),
    Service(
        name="AWS Network Manager",
        principals=("networkmanager.amazonaws.com",),
        page="network-manager",
        enable="service_recommended",
        disable="service_recommended",
        most_delegated_administrators=10,
        native_enable_api=("networkmanager:StartOrganizationServiceAccessUpdate",),
        native_disable_api=("networkmanager:StartOrganizationServiceAccessUpdate",),
        deregister_disrupts="Transit gateways are deregistered from the global network of the account.",
        note="The Network Manager console also enables StackSets and deploys the roles that it needs.",
        disable_note=_ADMINISTRATORS_FIRST
        + " Disabling it with AWS Organizations can leave stack sets and IAM roles behind.",
        administrators_prevent_disabling=True,
    ),
    Service(
        name="AWS Network Security Manager",
        principals=("network-security-manager.amazonaws.com",),
        page="https://docs.aws.amazon.com/network-security-manager/latest/devguide/setting-up.html",
        enable="only_organizations",
        disable="not_stated",
        organizations_register_insufficient=(
            "AWS Organizations alone does not make the account an administrator of Network Security Manager. "
            "Register it first, then run aws network-security-manager put-admin-account --account-id ACCOUNT_ID "
            "--priority PRIORITY."
        ),
        disable_disrupts="Scopes and deployments are set to DISABLED, and protections are removed.",
        deregister_disrupts="Deployments are set to DISABLED, and protections are removed.",
        note="Enable it before you register its delegated administrator.",
    ),
    Service(
        name="Amazon Q Developer",
        principals=("q.amazonaws.com",),
        page="amazon-q-dev",
        enable="only_service",
        disable="only_service",
        delegated_administrator=False,
        note="AWS documents its settings page only. Whether AWS Organizations accepts the principal is not verified.",
    ),
    Service(
        name="AWS Resilience Hub",
        principals=("resiliencehub.amazonaws.com",),
        page="resilience-hub",
        enable="only_service",
        disable="only_organizations",
        note="AWS asks for the Resilience Hub console and also documents the AWS Organizations command.",
    ),
    Service(
        name="AWS Resource Access Manager",
        principals=("ram.amazonaws.com",),
        enable="service_recommended",
        disable="either",
        delegated_administrator=False,
        native_enable_api=("ram:EnableSharingWithAwsOrganization",),
        insufficient=(
            "Sharing within the organization fails without a service-linked role that only AWS RAM creates: run "
            "aws ram enable-sharing-with-aws-organization."
        ),
        disable_disrupts="Accounts of the organization lose access to every resource that is shared with them.",
        disable_note="AWS RAM has no operation to disable it. Delete the service-linked role afterwards.",
    ),
    Service(
        name="AWS Resource Explorer",
        principals=("resource-explorer-2.amazonaws.com",),
        page="resource-explorer",
        enable="service_recommended",
        disable="either",
        most_delegated_administrators=1,
        deregister_disrupts="All multi-account views are deleted.",
        note=_DELEGATION_ENABLES,
    ),
    Service(
        name="Amazon S3 Storage Lens",
        principals=("storage-lens.s3.amazonaws.com",),
        page="s3lens",
        enable="service_recommended",
        disable="only_service",
        most_delegated_administrators=5,
        disable_note=_ADMINISTRATORS_FIRST,
        administrators_prevent_disabling=True,
    ),
    Service(
        name="AWS Security Hub",
        principals=("securityhub.amazonaws.com",),
        enable="not_stated",
        disable="only_organizations",
        most_delegated_administrators=1,
        native_enable_api=("securityhub:EnableOrganizationAdminAccount",),
        organizations_register_insufficient=_not_in_any_region("Security Hub", "securityhub.amazonaws.com"),
        deregister_disrupts=(
            "The administrator is removed in all Regions, and the policies and associations of central "
            "configuration are deleted."
        ),
        note=_DELEGATION_ENABLES,
        disable_note="Disable the policy type SECURITYHUB_POLICY first. Otherwise AWS refuses it.",
    ),
    Service(
        name="AWS Security Incident Response",
        principals=("security-ir.amazonaws.com",),
        enable="service_recommended",
        disable="only_organizations",
        deregister_disrupts="A membership that was created in the account ends.",
        disable_note="Cancel the membership first.",
    ),
    Service(
        name="Amazon Security Lake",
        principals=("securitylake.amazonaws.com",),
        page="sl",
        enable="only_organizations",
        disable="only_organizations",
        most_delegated_administrators=1,  # https://docs.aws.amazon.com/security-lake/latest/userguide/multi-account-management.html
        native_enable_api=("securitylake:RegisterDataLakeDelegatedAdministrator",),
        organizations_register_insufficient=(
            "AWS Organizations alone may not create the roles of Security Lake. Run "
            f"{_command('securitylake.amazonaws.com')}."
        ),
        note="RegisterDataLakeDelegatedAdministrator also grants Security Lake access to the organization.",
    ),
    Service(
        name="AWS Service Catalog",
        principals=("servicecatalog.amazonaws.com",),
        enable="service_recommended",
        disable="either",
        native_enable_api=("servicecatalog:EnableAWSOrganizationsAccess",),
        native_disable_api=("servicecatalog:DisableAWSOrganizationsAccess",),
        deregister_disrupts="Portfolio shares that the account made are removed.",
        note=(
            "EnableAWSOrganizationsAccess enables it in AWS Organizations. Enable it before you register a "
            "delegated administrator."
        ),
        disable_note=_ADMINISTRATORS_FIRST + " Existing shares are kept but no longer synchronized.",
        administrators_prevent_disabling=True,
    ),
    Service(
        name="Service Quotas",
        principals=("servicequotas.amazonaws.com",),
        enable="only_service",
        disable="not_stated",
        delegated_administrator=False,
        native_enable_api=("service-quotas:AssociateServiceQuotaTemplate",),
    ),
    Service(
        name="AWS Systems Manager",
        principals=("ssm.amazonaws.com", "opsdatasync.ssm.amazonaws.com", "ssm-quicksetup.amazonaws.com"),
        enable="only_organizations",
        disable="only_organizations",
        deregister_disrupts="All resource data syncs of Explorer with AWS Organizations as their source are deleted.",
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
        note="Enabling the TAG_POLICY policy type in the console enables it.",
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
        note="AWS documents only the organizational view in its console.",
    ),
    Service(
        name="AWS User Notifications",
        principals=("notifications.amazon.com",),
        page="uno",
        enable="only_service",
        disable="only_service",
        most_delegated_administrators=5,
        native_enable_api=("notifications:EnableNotificationsAccessForOrganization",),
        native_disable_api=("notifications:DisableNotificationsAccessForOrganization",),
        insufficient=(
            "With AWS Organizations alone, settings that User Notifications needs can be missing. Disable it, "
            "then run aws notifications enable-notifications-access-for-organization."
        ),
        note="The principal ends in amazon.com, not amazonaws.com.",
    ),
    Service(
        name="Amazon VPC IP Address Manager (IPAM)",
        principals=("ipam.amazonaws.com",),
        enable="only_service",
        disable="only_organizations",
        most_delegated_administrators=1,
        native_enable_api=("ec2:EnableIpamOrganizationAdminAccount",),
        insufficient=(
            "IPAM does not monitor accounts until Amazon EC2 sets its administrator: run "
            f"{_command('ipam.amazonaws.com')}."
        ),
        organizations_register_insufficient=(
            "AWS Organizations alone does not create the role AWSServiceRoleForIPAM. Run "
            f"{_command('ipam.amazonaws.com')}, which also enables service access and registers the account."
        ),
        disable_note="To remove the delegated administrator, use DisableIpamOrganizationAdminAccount of Amazon EC2.",
    ),
    Service(
        name="Amazon VPC Reachability Analyzer",
        principals=("reachabilityanalyzer.networkinsights.amazonaws.com",),
        page="ra",
        enable="service_recommended",
        disable="either",
        most_delegated_administrators=5,
        native_enable_api=("ec2:EnableReachabilityAnalyzerOrganizationSharing",),
        note=_DELEGATION_ENABLES,
        disable_note=_ADMINISTRATORS_FIRST,
        administrators_prevent_disabling=True,
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
            "Sharing within the organization fails without a service-linked role that only the AWS WA Tool "
            "creates: run aws wellarchitected update-global-settings --organization-sharing-status ENABLED."
        ),
    ),
    _named_by_policy(
        "AWS Well-Architected Tool (agent)", "agent.wellarchitected.amazonaws.com", "WellArchitectedConsoleFullAccess"
    ),
)
# The policies allow listing delegated administrators of these names, but not enabling service access.
POLICY_PRINCIPALS: dict[str, PolicyPrincipal] = {
    "ami.inspector2.amazonaws.com": PolicyPrincipal("AmazonInspector2AmiScanServiceRolePolicy"),
    "network-security-director.amazonaws.com": PolicyPrincipal("NetworkSecurityDirectorServiceLinkedRolePolicy"),
    "notifications.amazonaws.com": PolicyPrincipal(
        "AWSUserNotificationsServiceLinkedRolePolicy", documented="notifications.amazon.com"
    ),
}

BY_PRINCIPAL: dict[str, Service] = {principal: service for service in SERVICES for principal in service.principals}
# ".amazonaws.com" or ".amazon.com", however it is misspelled from its second letter on or cut off.
_DOMAIN = re.compile(r"\.(a|am|ama[a-z]*)(\.[a-z]*)*$")


def service_name(principal: str) -> str | None:
    """Return the name of the service, None where the catalog does not know it."""
    service = BY_PRINCIPAL.get(principal)
    return service.name if service else None


def with_account_id(text: str, account_id: str) -> str:
    """Return a text of the catalog with the account that its commands are about."""
    return text.replace("ACCOUNT_ID", account_id)


def _bare(principal: str) -> str:
    """Return the name without AWS's domain, in lower case: "guardduty"."""
    return _DOMAIN.sub("", principal.lower())


def suggest(principal: str) -> list[str]:
    """Return the known principals nearest to an unknown name, best first, at most three."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an unknown name is worth its import time

    by_bare_name = {_bare(known): known for known in BY_PRINCIPAL}
    return [by_bare_name[bare] for bare in get_close_matches(_bare(principal), by_bare_name, n=3, cutoff=0.75)]


def explain_unknown(principal: str, refused: bool = False) -> str | None:
    """Return the current name for one that the catalog lacks, or a suggestion. None for a known name.

    ``refused``: AWS did not recognize the name, so that it is not said to be possibly valid.
    """
    if principal in BY_PRINCIPAL:
        return None
    for service in SERVICES:
        names = " or ".join(service.principals)
        if principal in service.legacy_principals:
            return f"{principal} is an older name of {service.name}. AWS now documents {names}."
        if principal in service.rejected_principals:
            return f"AWS refused {principal} in a public report (2024). For {service.name}, use {names}."
        if principal in service.role_principals:
            return (
                f"{principal} is documented for a service-linked role of {service.name}. "
                f"For service access, use {names}."
            )
    if principal in POLICY_PRINCIPALS:
        return _explain_policy_principal(principal)
    nearest = " or ".join(suggest(principal))
    question = f": did you mean {nearest}?" if nearest else "."
    if refused:
        doubt = ""
    elif "." in principal:
        doubt = "It may still be valid, because AWS adds services more often than this collection is released."
    else:
        doubt = "Every name that AWS documents ends in .amazonaws.com or .amazon.com."
    return f"{principal} is not in the catalog of this collection{question} {doubt}".rstrip()


def _explain_policy_principal(principal: str) -> str:
    policy, documented = POLICY_PRINCIPALS[principal]
    text = f"The AWS managed policy {policy} names {principal} for service access. AWS does not document it."
    return f"{text} The AWS Organizations user guide names {documented}." if documented else text


def supports_administrator(principal: str) -> bool | None:
    """Return whether the service supports a delegated administrator; None if the catalog does not contain it."""
    service = BY_PRINCIPAL.get(principal)
    return service.delegated_administrator if service else None


__all__ = ["BY_PRINCIPAL", "explain_unknown", "service_name", "supports_administrator", "with_account_id"]
