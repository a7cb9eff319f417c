#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: organizations_delegated_administrator
short_description: Manage delegated administrators of an AWS organization
version_added: 0.2.0
description:
  - Registers and deregisters member accounts as delegated administrators of AWS services. A delegated administrator
    administers a service for the whole organization, and may read most of AWS Organizations.
  - Some services also need a call to their API, several of them in every Region. O(prefer_service_api=true) makes
    these calls.
  - Registers the listed accounts that are missing. Deregisters what is not listed only if
    O(purge_delegated_administrators=true), in the whole organization or, with O(purge_scope=services), for the listed
    services.
  - Reads the registrations once, writes only what differs, and then waits until AWS lists the changes.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  delegated_administrators:
    description:
      - The accounts to register or deregister, each with the services it administers.
      - An account that is listed twice is merged. The order does not matter.
      - An empty list is refused, because an empty variable is the most likely cause, unless
        O(purge_delegated_administrators=true), O(purge_scope=organization) and O(force=true).
    type: list
    elements: dict
    required: true
    suboptions:
      account_id:
        description:
          - The ID of the member account.
          - Quote the 12 digits. YAML reads an unquoted account ID as a number, and drops its leading zeros.
          - The management account administers every service without being registered. AWS does not register it.
        type: str
        required: true
      service_principals:
        description:
          - The service principals of the services, for example V(guardduty.amazonaws.com).
          - An empty list is refused.
        type: list
        elements: str
        required: true
  state:
    description:
      - V(present) registers the accounts that are not registered yet.
      - V(absent) deregisters those that are registered.
    type: str
    choices: [present, absent]
    default: present
  purge_delegated_administrators:
    description:
      - Also deregister every registration that is not listed (exact mode). Requires O(state=present).
      - O(purge_scope) says whether this is about the whole organization or about the listed services.
      - Registrations for services that match O(keep_service_principals) stay.
      - Replaces the administrator of a service that can have only one.
      - Run with C(--check --diff) first, and read the diff.
    type: bool
    default: false
  purge_scope:
    description:
      - What O(purge_delegated_administrators=true) is about.
      - With V(organization), every registration of the organization that is not listed is deregistered. The task reads
        all registrations, with one call for each delegated administrator account. AWS allows one such call per second.
      - With V(services), only the services that O(delegated_administrators) names are read, with one listing for each,
        and an account that is not listed for one of them is deregistered for it. Registrations for other services stay.
        This moves a service to another account in one task.
      - V(services) is refused without O(purge_delegated_administrators=true), because nothing would be deregistered.
    type: str
    choices: [organization, services]
    default: organization
    version_added: 0.3.0
  keep_service_principals:
    description:
      - The services whose registrations O(purge_delegated_administrators=true) must not end, because they are managed
        elsewhere.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed. A pattern must match the whole name, and is
        case-sensitive.
      - Has no effect without O(purge_delegated_administrators=true).
    type: list
    elements: str
    default: []
  prefer_service_api:
    description:
      - Designate and remove administrators with the service's API, for the services in which a registration with AWS
        Organizations alone makes no account an administrator. All other services are registered and deregistered
        with AWS Organizations.
      - Amazon Detective, Amazon GuardDuty, Amazon Inspector, Amazon Macie and AWS Security Hub CSPM have an
        administrator in each Region. The task designates the account in every Region, or in those that O(regions) and
        O(exclude_regions) leave.
      - AWS CloudTrail, Amazon Security Lake and Amazon VPC IPAM need one call for all Regions. The task does not remove
        the administrator of Security Lake, not even with O(force=true), because this deletes the data lake.
      - An account then administers a service if it is registered with AWS Organizations, and if every Region lists it.
        A registration without Regions, or with some Regions missing, is completed once.
      - A Region that lists another account makes the task fail before it changes anything, unless
        O(purge_delegated_administrators=true) allows it to replace the account.
      - With V(false), the task uses AWS Organizations only.
    type: bool
    default: false
    version_added: 0.3.0
  regions:
    description:
      - The Regions in which the accounts administer their services. If omitted, every Region that is enabled for the
        management account, and in which the service exists.
      - Other Regions are left alone. The administrator of a Region that is not listed is never removed, except by a
        deregistration with O(force=true), which concerns all Regions.
      - A Region that the installed AWS SDK does not know is tried. If none of the services answers there either, its
        name may be misspelled, and the task fails for that Region.
      - Requires O(prefer_service_api=true).
    type: list
    elements: str
    version_added: 0.3.0
  exclude_regions:
    description:
      - Regions that are left alone. No administrator is designated or removed there, except by a deregistration with
        O(force=true), which concerns all Regions.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(ap-*).
      - Requires O(prefer_service_api=true).
    type: list
    elements: str
    default: []
    version_added: 0.3.0
  force:
    description:
      - Deregister accounts even if a safeguard blocks it. The task then warns instead of failing.
      - A safeguard blocks a deregistration that deletes data or settings, or after which something stops working. The
        guide on delegated administrators lists what AWS documents.
      - A task with a blocked deregistration fails, in check mode too. It names everything that is blocked and changes
        nothing.
      - With O(regions) or O(exclude_regions), a safeguard also blocks a deregistration, and with it the replacement of
        an account, because it concerns all Regions. With V(true), the administrator is removed in the Regions of the
        task and then deregistered, and a warning names the excluded Regions.
      - With O(prefer_service_api=true), a safeguard also blocks the replacement of an account that administers a Region
        without being registered with AWS Organizations.
    type: bool
    default: false
  wait:
    description:
      - After a change, wait until AWS lists it.
      - With V(false), RV(delegated_administrators) and RV(service_administrators) are the expected state.
      - With O(prefer_service_api=true), the task always waits for the first Region of a service before it designates
        the others, and before it replaces or deregisters an account that it has removed.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait for AWS to list the changes, at most 86400 (a day). This counts once for everything
        that the task waits for.
      - On timeout the task fails and reports what was written and what is not listed yet.
      - With O(prefer_service_api=true) and several services, the task waits for each of them in turn. Set a higher
        value if a Region takes long to list its first administrator.
    type: int
    default: 60
notes:
  - Requires credentials of the organization's management account, and an organization with all features enabled.
  - Enable service access for the services first, with M(orgops.aws.organizations_service_access). If it is not enabled,
    the task fails before it changes anything. In check mode it warns, because an earlier task may enable it.
  - Registers before it deregisters, one account and service at a time. Where a service already has as many delegated
    administrators as AWS documents as its limit, the task deregisters one and registers its replacement right after.
    Before it changes anything, it reads each replacing account, and fails if AWS would not register it.
  - Refuses, before it changes anything, to register more delegated administrators than AWS documents for a service.
  - If a registration fails, nothing more is deregistered. An error about one registration does not stop the others. Any
    other error stops the task immediately.
  - Some services need more than a registration with AWS Organizations. The task warns, and names the service's
    operation, unless O(prefer_service_api=true) calls it. The APIs of AWS Audit Manager and AWS Firewall Manager are
    not used. The warning says why.
  - With O(prefer_service_api=true), the task lists the administrator of each service in each Region, up to eight at the
    same time. It lists the Regions with C(account:ListRegions) or, if that is denied, with C(ec2:DescribeRegions),
    unless O(regions) is set.
  - It designates the account in one Region, waits until the service lists it there, and then designates it in the other
    Regions one after the other. The first call also registers the account with AWS Organizations, and for some services
    fails if it is made in several Regions at once. The task registers the account itself only if it is still missing.
  - An error in one Region does not stop the others. A list that cannot be read makes its Region fail before any change
    there, and the service's administrators are then neither deregistered nor replaced.
  - After a refusal the task reads the Region's list again. The list decides whether the Region failed.
  - To replace an account, the task removes it in every Region, waits until no Region lists it, deregisters it, and
    designates the new one. To remove an account, it does the first three. Another account is never removed.
  - Services begin to charge for the administrator account in each Region. The task warns when it is about to designate
    one. It does not enable a service for member accounts, which needs credentials of the administrator account.
    RV(next_steps) names these calls.
  - Session tokens from the global endpoint of AWS STS are not valid in Regions that have to be enabled first. Assume
    roles at a regional endpoint, as O(assume_role_arn) does.
  - With O(prefer_service_api=true), the credentials need the service's actions, for example
    C(guardduty:ListOrganizationAdminAccounts), C(guardduty:EnableOrganizationAdminAccount) and
    C(guardduty:DisableOrganizationAdminAccount), besides those of AWS Organizations. The action of Detective's list is
    C(detective:ListOrganizationAdminAccount), in the singular. Most services need
    C(organizations:EnableAWSServiceAccess) and C(organizations:RegisterDelegatedAdministrator) for their call, and
    some C(iam:CreateServiceLinkedRole). An error about a missing permission names the actions.
  - An account that somebody else registers or deregisters at the same moment is neither a change nor a failure.
  - In check mode, the task makes no call that changes anything. If there is something to change, check mode also
    verifies that the credentials belong to the organization's management account, and that the accounts to register are
    member accounts that are neither suspended nor closed. If one of these reads is denied, or if the state of an
    account is unknown or pending, it warns. It cannot tell whether a service's API would refuse a change, for
    example because a permission is missing or because of central configuration of Security Hub CSPM.
  - Security Hub CSPM with central configuration designates its administrator in the home Region and the linked Regions
    itself, and does not let its own API change or remove it. Remove it with O(prefer_service_api=false), which
    deregisters it for all Regions.
seealso:
  - module: orgops.aws.organizations_delegated_administrator_info
    description: Lists the delegated administrators.
  - module: orgops.aws.organizations_service_access
    description: Enables and disables service access.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - orgops.aws._organizations
  - orgops.aws._attributes
  - orgops.aws._attributes.action_group
attributes:
  diff_mode:
    support: full
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Let the security account administer GuardDuty and Config, in the right organization only
  orgops.aws.organizations_delegated_administrator:
    management_account_id: "123456789012"
    delegated_administrators:
      - account_id: "222222222222"
        service_principals:
          - config.amazonaws.com
          - guardduty.amazonaws.com

- name: Deregister the old administrator of CloudFormation StackSets
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "333333333333"
        service_principals:
          - member.org.stacksets.cloudformation.amazonaws.com
    state: absent

- name: Move IAM Identity Center to another account, whatever the other services have
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "333333333333"
        service_principals:
          - sso.amazonaws.com
    purge_delegated_administrators: true
    purge_scope: services

- name: Have exactly these delegated administrators, except for AWS Backup, which another team manages
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "222222222222"
        service_principals:
          - config.amazonaws.com
          - guardduty.amazonaws.com
      - account_id: "333333333333"
        service_principals:
          - sso.amazonaws.com
    purge_delegated_administrators: true
    keep_service_principals:
      - backup.amazonaws.com

- name: Let the security account administer GuardDuty and Security Hub in every Region
  orgops.aws.organizations_delegated_administrator:
    management_account_id: "123456789012"
    delegated_administrators:
      - account_id: "222222222222"
        service_principals:
          - guardduty.amazonaws.com
          - securityhub.amazonaws.com
    prefer_service_api: true
  register: administrators

- name: Show what remains to be done in the security account
  ansible.builtin.debug:
    var: administrators.next_steps

- name: Let it administer Macie in two Regions only
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "222222222222"
        service_principals:
          - macie.amazonaws.com
    prefer_service_api: true
    regions:
      - eu-central-1
      - us-east-1

- name: Move GuardDuty to another account in every Region, after disassociating its members
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "333333333333"
        service_principals:
          - guardduty.amazonaws.com
    prefer_service_api: true
    purge_delegated_administrators: true
    purge_scope: services
    force: true

- name: Deregister an administrator although AWS removes shares, after notifying its users
  orgops.aws.organizations_delegated_administrator:
    delegated_administrators:
      - account_id: "333333333333"
        service_principals:
          - servicecatalog.amazonaws.com
    state: absent
    force: true
"""

RETURN = r"""
check_mode:
  description: Whether the task ran in check mode, so that the changes it returns were not made.
  returned: always
  type: bool
  sample: false
registered:
  description:
    - What this task registered, or would register in check mode, sorted.
    - With O(prefer_service_api=true), also what a service registered with AWS Organizations because of a call of this
      task. A registration that was only completed in some Regions is not listed.
  returned: success, and failure after the registrations were read
  type: list
  elements: dict
  contains: &registration
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
deregistered:
  description: What this task deregistered, or would deregister in check mode, sorted.
  returned: success, and failure after the registrations were read
  type: list
  elements: dict
  contains: *registration
designated:
  description:
    - Where this task designated an account with the service's API, or would in check mode, sorted.
    - Also for registrations that exist already and are completed in these Regions.
  returned: O(prefer_service_api=true), success, and failure after the registrations were read
  type: list
  elements: dict
  version_added: 0.3.0
  contains: &designation
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    region:
      description: The Region.
      returned: for a service that has an administrator in each Region
      type: str
      sample: eu-central-1
removed:
  description: Where this task removed an account with the service's API, or would in check mode, sorted.
  returned: O(prefer_service_api=true), success, and failure after the registrations were read
  type: list
  elements: dict
  version_added: 0.3.0
  contains: *designation
delegated_administrators:
  description:
    - The delegated administrators after the task, or expected in check mode, sorted by account ID.
    - With O(purge_delegated_administrators=true) and O(purge_scope=organization), those of the organization. Otherwise,
      those of the listed services.
  returned: success
  type: list
  elements: dict
  contains:
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    name:
      description: The account's name. V(null) if it was not read.
      returned: always
      type: str
      sample: security
    email:
      description: The account's email address. V(null) if it was not read.
      returned: always
      type: str
      sample: security@example.com
    status:
      description:
        - The account's status in the organization. V(null) if it was not read.
        - AWS is replacing it with RV(delegated_administrators[].state).
      returned: always
      type: str
      sample: ACTIVE
    state:
      description:
        - The account's state, for example V(ACTIVE), V(PENDING_CLOSURE), V(SUSPENDED) or V(CLOSED).
        - V(null) if the account was not read, or if AWS or the installed botocore does not return it.
      returned: always
      type: str
      sample: ACTIVE
      version_added: 0.2.1
    service_principals:
      description: The services that the account administers, of those that were read, sorted.
      returned: always
      type: list
      elements: str
      sample: [config.amazonaws.com, guardduty.amazonaws.com]
service_administrators:
  description:
    - The administrators of the listed services that have one in each Region, after the task, or expected in check mode.
      Service principals, each with its Regions.
    - A Region without an administrator is an empty dictionary. V(null) is a Region for which it is not known.
  returned: O(prefer_service_api=true), success, and failure after the registrations were read
  type: dict
  sample:
    guardduty.amazonaws.com:
      eu-central-1: {account_id: "222222222222", status: ENABLED}
      us-east-1: {}
  version_added: 0.3.0
skipped_regions:
  description: The Regions in which a service does not exist.
  returned: O(prefer_service_api=true), success, and failure after the registrations were read
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: detective.amazonaws.com
    region:
      description: The Region.
      returned: always
      type: str
      sample: ap-southeast-6
    reason:
      description: Why it is skipped.
      returned: always
      type: str
      sample: The service does not exist in this Region.
  version_added: 0.3.0
next_steps:
  description:
    - The operations that remain to be called in the administrator account, with its own credentials, for what this task
      designated, or would designate in check mode.
  returned: O(prefer_service_api=true), success, and failure after the registrations were read
  type: list
  elements: dict
  contains:
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    regions:
      description: The Regions to call. Empty for a service whose administrator is the same in all Regions.
      returned: always
      type: list
      elements: str
      sample: [eu-central-1, us-east-1]
    operation:
      description: The operation, as C(service:Operation) with the AWS SDK's name of the service.
      returned: always
      type: str
      sample: guardduty:UpdateOrganizationConfiguration
    arguments:
      description: The operation's arguments. Replace values in capital letters such as C(DETECTOR_ID).
      returned: always
      type: dict
      sample: {DetectorId: DETECTOR_ID, AutoEnableOrganizationMembers: ALL}
    purpose:
      description: What the call is for.
      returned: always
      type: str
      sample: Enable GuardDuty for all member accounts.
  version_added: 0.3.0
held_back:
  description: The registrations that safeguards block from being ended.
  returned: when a safeguard blocks a deregistration
  type: list
  elements: dict
  contains:
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "333333333333"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: servicecatalog.amazonaws.com
    regions:
      description: The Regions in which the administrator would be removed.
      returned: for services with an administrator in each Region, with O(prefer_service_api=true)
      type: list
      elements: str
      sample: [eu-central-1, us-east-1]
      version_added: 0.3.0
    reasons:
      description: Why it is blocked, and what to do.
      returned: always
      type: list
      elements: str
      sample: ["Portfolio shares that the account made are removed."]
failed_registrations:
  description:
    - The registrations that could not be made or ended, each with its error. With O(prefer_service_api=true), also
      those of single Regions.
  returned: when a change failed
  type: list
  elements: dict
  contains:
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    region: &region
      description: The Region. Not there for a change that does not concern one Region.
      returned: for a change in one Region
      type: str
      sample: eu-central-1
      version_added: 0.3.0
    code:
      description: The error code.
      returned: always
      type: str
      sample: AccountNotFoundException
    reason:
      description: AWS's machine-readable reason. V(null) if AWS returns none.
      returned: always
      type: str
      sample: null
    message:
      description: The error message. In check mode, why AWS would refuse the change.
      returned: always
      type: str
      sample: You specified an account that doesn't exist.
not_attempted:
  description: The planned changes that were not attempted, in the order of the plan.
  returned: when a change failed, or when nothing was changed because a change would fail or is blocked
  type: list
  elements: dict
  contains: &change
    account_id:
      description: The account's ID.
      returned: always
      type: str
      sample: "222222222222"
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    region: *region
outcome_unknown:
  description:
    - The failed changes for which it is unknown whether AWS applied them, because an attempt had no valid response or a
      server error, whatever the response to a retry was. The next run shows it.
  returned: when a failed change may have been applied
  type: list
  elements: dict
  contains: *change
not_visible_yet:
  description: The changes that AWS's listing does not show correctly yet.
  returned: when O(wait_timeout) was exceeded
  type: list
  elements: dict
  contains: *change
error:
  description: The error of AWS, of the AWS SDK, or of this module.
  returned: when a call failed
  type: dict
  contains:
    code:
      description: The error code of AWS, or the class of the SDK's error.
      returned: always
      type: str
      sample: AWSOrganizationsNotInUseException
    message:
      description: The error message.
      returned: always
      type: str
      sample: Your account is not a member of an organization.
request_id:
  description: The ID of the failed request, for AWS Support.
  returned: when a call failed and AWS returned an ID
  type: str
  sample: a2b4c6d8-1234-5678-9abc-def012345678
reason:
  description: AWS's machine-readable reason.
  returned: when a call failed and AWS returned a reason
  type: str
  sample: SERVICE_ACCESS_NOT_ENABLED
"""

from ansible_collections.orgops.aws.plugins.module_utils._organizations.startup import defer_garbage_collection

if __name__ == "__main__":
    defer_garbage_collection()  # before the imports below

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.state import (
    ARGUMENT_SPEC,
    ensure_delegated_administrators,
    parse_options,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.module import run


def main() -> None:
    run(ARGUMENT_SPEC, parse_options, ensure_delegated_administrators)


if __name__ == "__main__":
    main()
