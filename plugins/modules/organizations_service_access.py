#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: organizations_service_access
short_description: Manage service access (trusted access) of an AWS organization
version_added: 0.1.0
description:
  - Enables and disables service access, also called trusted access, which allows an AWS service to work across the
    accounts of an organization.
  - Enables the listed service principals that are missing. Disables service principals that are not listed only if
    O(purge_service_principals=true).
  - Lists service access once, writes only what differs, and then waits until AWS lists the changes.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  service_principals:
    description:
      - The service principals to enable or disable, for example V(guardduty.amazonaws.com).
      - Duplicates count once. The order does not matter.
      - Each is 1 to 128 ASCII letters, digits and characters of C(_+=,.@-).
        All invalid names are reported in one message, before any call to AWS.
      - Names that differ only in case are refused.
      - An empty list is refused, because an empty variable is the most likely cause. With
        O(purge_service_principals=true), an empty list is accepted if there is nothing to disable. Otherwise it is
        refused unless O(force=true).
    type: list
    elements: str
    required: true
    aliases: [service_principal]
  state:
    description:
      - V(present) enables the service principals that are not enabled yet.
      - V(absent) disables those that are enabled.
    type: str
    choices: [present, absent]
    default: present
  purge_service_principals:
    description:
      - Also disable every enabled service principal that is not listed (exact mode). Requires O(state=present).
      - Service principals that match O(keep_service_principals) stay enabled.
      - Fails if a safeguard blocks a service, unless O(force=true).
      - Run with C(--check --diff) first, and read the diff.
    type: bool
    default: false
  keep_service_principals:
    description:
      - Service principals that O(purge_service_principals=true) must not disable, because they are managed elsewhere.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(*.guardduty.amazonaws.com).
        A pattern must match the whole name, and is case-sensitive.
      - Has no effect without O(purge_service_principals=true).
    type: list
    elements: str
    default: []
  force:
    description:
      - Disable services even if a safeguard blocks them. The task then warns instead of failing.
      - A safeguard blocks a service principal that has delegated administrators, whose delegated administrators could
        not be read, or that users depend on. Without IAM Identity Center, for example, nobody can sign in.
      - Some services cannot be disabled while they have delegated administrators, because AWS refuses it, for example
        AWS CloudFormation StackSets. For these, the task fails anyway.
      - A task that would disable a blocked service fails, in check mode too. It names every blocked service and changes
        nothing.
    type: bool
    default: false
  unknown_service_principals:
    description:
      - What to do with a service principal that this collection's catalog of AWS services does not contain.
        AWS adds services continually, so an unknown name can be correct. The message suggests similar known names.
      - V(warn) enables it, with a warning.
      - V(fail) refuses every unknown name in the list, enabled already or not, before any call to AWS.
      - V(ignore) enables it without a warning.
      - Check mode cannot tell whether AWS recognizes a name.
      - Has no effect with O(state=absent).
    type: str
    choices: [warn, fail, ignore]
    default: warn
  prefer_service_api:
    description:
      - Enable and disable with the service's API, as AWS recommends, where the service has a switch that needs no
        further arguments. These are AWS CloudFormation StackSets, AWS Health, AWS Network Manager, AWS Resource Access
        Manager (RAM), AWS Service Catalog, AWS User Notifications, AWS Well-Architected Tool, and Amazon VPC
        Reachability Analyzer. All other services are enabled and disabled with AWS Organizations.
      - A service is then present if service access is enabled and the service itself reports that it is enabled, and
        absent if neither is the case. So a service that was enabled with AWS Organizations alone is completed once.
        AWS RAM is reported as enabled if its service-linked role exists, which stays when RAM is disabled. Reachability
        Analyzer reports nothing. For these two, only service access decides whether they are absent.
      - The task calls the service's API first, and then AWS Organizations if service access does not follow.
      - The task waits for a change that the service itself reports as pending, also in check mode, up to
        O(wait_timeout), and does not repeat it. With O(wait=false), such a service is left alone.
      - An error of a service's API, for example a denied read, concerns that service principal alone. Expired or
        missing credentials stop the task.
      - The services' APIs need permissions, a Region, and for AWS Health a support plan. See
        R(the guide, ansible_collections.orgops.aws.docsite.guide_enabling).
      - The task warns about side effects of these APIs, also in check mode.
      - With V(false), the task makes no call to another service.
    type: bool
    default: false
    version_added: 0.2.0
  wait:
    description:
      - After a change, wait until AWS lists it.
      - With V(false), RV(enabled_service_principals) is the expected state, and new entries have no date.
      - With O(prefer_service_api=true), also wait until the service itself reports the change.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait for AWS to list the changes, at most 86400 (a day). This counts once for everything
        that the task waits for.
      - On timeout the task fails and reports what was written and what is not listed yet.
    type: int
    default: 60
notes:
  - Where a service has a console or an API for it, AWS recommends enabling and disabling service access there, so
    that the service can create or clean up the resources that it needs. O(prefer_service_api=true) does that for
    services whose API allows it.
  - Changing service access requires credentials of the organization's management account, and an organization with all
    features enabled.
  - Enables before it disables, one service principal at a time, in sorted order. AWS allows one such call per second.
  - An error about one service principal does not stop the others. Any other error stops the task immediately. If
    enabling fails, nothing is disabled.
  - In check mode, the task makes no call that changes anything. If there is something to change, check mode also
    verifies that the credentials belong to the organization's management account, and fails if they do not. If one of
    these reads is denied, it warns.
  - For each service principal to be disabled, the task also lists its delegated administrators.
  - Warns if enabling service access alone does not make a service work, and names what else is needed.
seealso:
  - module: orgops.aws.organizations_service_access_info
    description: Lists what is enabled, since when, and the delegated administrators.
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
- name: Enable GuardDuty and Config in the right organization only
  orgops.aws.organizations_service_access:
    management_account_id: "123456789012"
    service_principals:
      - guardduty.amazonaws.com
      - config.amazonaws.com

- name: Disable service access for a service that is no longer used
  orgops.aws.organizations_service_access:
    service_principal: devops-guru.amazonaws.com
    state: absent

- name: Enable exactly these services, except for those that other teams manage
  orgops.aws.organizations_service_access:
    service_principals:
      - cloudtrail.amazonaws.com
      - config.amazonaws.com
      - guardduty.amazonaws.com
      - sso.amazonaws.com
    purge_service_principals: true
    keep_service_principals:
      - backup.amazonaws.com
      - "*.guardduty.amazonaws.com"

- name: Refuse names that are not in the catalog, such as misspelled ones
  orgops.aws.organizations_service_access:
    service_principals:
      - macie.amazonaws.com
    unknown_service_principals: fail

- name: Disable a service that a safeguard blocks, after notifying its users
  orgops.aws.organizations_service_access:
    service_principal: ram.amazonaws.com
    state: absent
    force: true

- name: Enable a service without waiting until AWS lists it
  orgops.aws.organizations_service_access:
    service_principals:
      - account.amazonaws.com
    wait: false

- name: Enable services with their APIs, so that they create what they need
  orgops.aws.organizations_service_access:
    service_principals:
      - member.org.stacksets.cloudformation.amazonaws.com
      - ram.amazonaws.com
    prefer_service_api: true

- name: Show what failed, and continue with the next organization
  block:
    - name: Enable a set of services
      orgops.aws.organizations_service_access:
        service_principals:
          - inspector2.amazonaws.com
          - macie.amazonaws.com
      register: service_access
  rescue:
    - name: Show each failed service principal with AWS's error
      ansible.builtin.debug:
        var: service_access.failed_service_principals
"""

RETURN = r"""
check_mode:
  description: Whether the task ran in check mode, so that the changes it returns were not made.
  returned: always
  type: bool
  sample: false
enabled:
  description:
    - The service principals that this task enabled, or would enable in check mode, sorted.
    - They include those whose change was written and could not be confirmed.
  returned: success, and failure after service access was listed
  type: list
  elements: str
  sample: [config.amazonaws.com, guardduty.amazonaws.com]
disabled:
  description:
    - The service principals that this task disabled, or would disable in check mode, sorted.
    - They include those whose change was written and could not be confirmed.
  returned: success, and failure after service access was listed
  type: list
  elements: str
  sample: []
enabled_service_principals:
  description: What is enabled after the task, or would be in check mode, sorted by service principal.
  returned: success
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    date_enabled:
      description:
        - When it was enabled, in ISO 8601 format.
        - V(null) if the date is not known yet, which is the case in check mode and with O(wait=false) for new entries.
      returned: always
      type: str
      sample: "2026-01-15T09:30:00+00:00"
    service_name:
      description: The name of the service. V(null) if the catalog does not contain it.
      returned: always
      type: str
      sample: Amazon GuardDuty
    service_api_state:
      description:
        - What the service itself reports, V(enabled), V(disabled), V(pending) or V(failed).
        - With O(wait=false), V(pending) after a change that the service completes later.
        - V(null) if the service has no API that reports it.
      returned: when O(prefer_service_api=true), for the service principals in O(service_principals)
      type: str
      sample: enabled
      version_added: 0.2.0
completed:
  description:
    - Those of RV(enabled) for which service access was enabled before, but the service itself did not work with AWS
      Organizations yet.
  returned: when O(prefer_service_api=true), on success, and on failure after service access was listed
  type: list
  elements: str
  sample: ["ram.amazonaws.com"]
  version_added: 0.2.0
switched_with:
  description:
    - The service principals that were switched with the service's API, or would be in check mode, as keys, each
      with the operation.
    - One of them is also in RV(failed_service_principals) if a step after this operation failed.
  returned: when O(prefer_service_api=true), on success, and on failure after service access was listed
  type: dict
  sample: {"ram.amazonaws.com": "ram:EnableSharingWithAwsOrganization"}
  version_added: 0.2.0
held_back:
  description: The service principals that safeguards block from being disabled.
  returned: when a safeguard blocks a service
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    reasons:
      description: Why it is blocked, and what to do.
      returned: always
      type: list
      elements: str
      sample: ["delegated administrators are registered: 222222222222 (security)."]
    delegated_administrators:
      description: The accounts registered as delegated administrators.
      returned: always
      type: list
      elements: dict
      contains:
        account_id:
          description: The account's ID.
          returned: always
          type: str
          sample: "222222222222"
        name:
          description: The account's name.
          returned: always
          type: str
          sample: security
failed_service_principals:
  description: The service principals that could not be changed, as keys, each with its error.
  returned: when a change failed
  type: dict
  contains:
    code:
      description: The error code.
      returned: always
      type: str
      sample: InvalidInputException
    reason:
      description: AWS's machine-readable reason. V(null) if AWS returns none.
      returned: always
      type: str
      sample: UNRECOGNIZED_SERVICE_PRINCIPAL
    message:
      description: The error message of AWS.
      returned: always
      type: str
      sample: You specified an unrecognized service principal.
not_attempted:
  description: The planned changes that were not attempted, in the order of the plan.
  returned: when a change failed or a safeguard blocked it
  type: list
  elements: str
  sample: [macie.amazonaws.com]
outcome_unknown:
  description:
    - The failed service principals for which it is unknown whether AWS applied the change, because an attempt had no
      valid response or a server error, whatever the response to a retry was. The next run shows it.
  returned: when a failed change may have been applied
  type: list
  elements: str
  sample: [macie.amazonaws.com]
not_visible_yet:
  description: The changed service principals that AWS's listing, or the service itself, does not show correctly yet.
  returned: when O(wait_timeout) was exceeded
  type: list
  elements: str
  sample: [guardduty.amazonaws.com]
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
  sample: ORGANIZATION_NOT_IN_ALL_FEATURES_MODE
"""

from ansible_collections.orgops.aws.plugins.module_utils._organizations.startup import defer_garbage_collection

if __name__ == "__main__":
    defer_garbage_collection()  # before the imports below

from ansible_collections.orgops.aws.plugins.module_utils._organizations.module import run
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.state import (
    ARGUMENT_SPEC,
    ensure_service_access,
    parse_options,
)


def main() -> None:
    run(ARGUMENT_SPEC, parse_options, ensure_service_access)


if __name__ == "__main__":
    main()
