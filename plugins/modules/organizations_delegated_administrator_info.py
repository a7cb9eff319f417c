#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: organizations_delegated_administrator_info
short_description: List the delegated administrators of an AWS organization
version_added: 0.2.0
description:
  - Lists the member accounts that are registered as delegated administrators, and the services that each administers.
  - Reads every page, and fails rather than return an incomplete list.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  account_ids:
    description:
      - Return only these accounts. Quote the 12 digits of each.
      - If the option is omitted or empty, all are returned.
    type: list
    elements: str
  service_principals:
    description:
      - Return only accounts that administer one of these services, and only these services.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(*.ssm.amazonaws.com).
        A pattern must match the whole name, and is case-sensitive.
      - If the option is omitted or empty, all are returned.
    type: list
    elements: str
  include_service_api_state:
    description:
      - Also return who administers GuardDuty, Security Hub, Macie, Inspector and Detective in each Region, as these
        services list it. An account that is registered with AWS Organizations administers one of them only in the
        Regions in which the service lists it.
      - Requires the permission to list them, for example C(guardduty:ListOrganizationAdminAccounts). The permission of
        Detective is C(detective:ListOrganizationAdminAccount), in the singular.
    type: bool
    default: false
    version_added: 0.3.0
  regions:
    description:
      - The Regions in which to list administrators.
      - If the option is omitted, these are the Regions that are enabled for the account of the credentials, which
        requires C(account:ListRegions) or C(ec2:DescribeRegions).
      - Requires O(include_service_api_state=true).
    type: list
    elements: str
    version_added: 0.3.0
  exclude_regions:
    description:
      - Regions in which no administrators are listed. Shell-style patterns are allowed, for example V(ap-*).
      - Requires O(include_service_api_state=true).
    type: list
    elements: str
    default: []
    version_added: 0.3.0
notes:
  - Works with the credentials of the organization's management account or of a delegated administrator account.
  - Makes one call for each delegated administrator account. AWS allows one such call per second.
  - With O(include_service_api_state=true), makes one more call for each service and Region, up to eight at the same
    time, and one to list the Regions.
seealso:
  - module: orgops.aws.organizations_delegated_administrator
    description: Registers and deregisters delegated administrators.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - orgops.aws._organizations
  - orgops.aws._attributes
  - orgops.aws._attributes.action_group
  - orgops.aws._attributes.info_module
"""

EXAMPLES = r"""
- name: List all delegated administrators
  orgops.aws.organizations_delegated_administrator_info:
  register: delegation

- name: Show which account administers which services
  ansible.builtin.debug:
    msg: "{{ item.account_id }} ({{ item.name }}): {{ item.service_principals | map(attribute='service_principal') }}"
  loop: "{{ delegation.delegated_administrators }}"
  loop_control:
    label: "{{ item.account_id }}"

- name: Find the administrators of GuardDuty
  orgops.aws.organizations_delegated_administrator_info:
    service_principals:
      - guardduty.amazonaws.com
  register: guardduty

- name: Show in which Regions an account administers GuardDuty
  orgops.aws.organizations_delegated_administrator_info:
    service_principals:
      - guardduty.amazonaws.com
    include_service_api_state: true
    exclude_regions:
      - ap-*
  register: guardduty

- name: Fail if a Region has no administrator of GuardDuty
  ansible.builtin.assert:
    that: regions.values() | rejectattr('account_id', 'defined') | length == 0
  vars:
    regions: "{{ guardduty.service_administrators['guardduty.amazonaws.com'] }}"

- name: Fail if an unexpected account administers anything
  ansible.builtin.assert:
    that: delegation.delegated_administrators | map(attribute='account_id') | difference(['222222222222']) | length == 0
    fail_msg: An account administers a service for the organization that should not.
"""

RETURN = r"""
check_mode:
  description: Whether the task ran in check mode.
  returned: always
  type: bool
  sample: false
delegated_administrators:
  description: The delegated administrators that were requested, sorted by account ID.
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
      description: The account's name.
      returned: always
      type: str
      sample: security
    email:
      description: The account's email address.
      returned: always
      type: str
      sample: security@example.com
    arn:
      description: The account's ARN.
      returned: always
      type: str
      sample: arn:aws:organizations::111111111111:account/o-exampleorgid/222222222222
    status:
      description:
        - The account's status in the organization. V(null) if AWS does not return it.
        - AWS is replacing it with RV(delegated_administrators[].state).
      returned: always
      type: str
      sample: ACTIVE
    state:
      description:
        - The account's state, for example V(ACTIVE), V(PENDING_CLOSURE), V(SUSPENDED) or V(CLOSED).
        - V(null) if AWS or the installed botocore does not return it.
      returned: always
      type: str
      sample: ACTIVE
      version_added: 0.2.1
    joined_method:
      description: How the account joined the organization, V(CREATED) or V(INVITED).
      returned: always
      type: str
      sample: CREATED
    joined_timestamp:
      description: When the account joined the organization, in ISO 8601 format.
      returned: always
      type: str
      sample: "2025-06-01T08:00:00+00:00"
    delegation_enabled_date:
      description: When the account became a delegated administrator, in ISO 8601 format.
      returned: always
      type: str
      sample: "2026-01-15T09:30:00+00:00"
    service_principals:
      description: The services that the account administers, sorted by service principal.
      returned: always
      type: list
      elements: dict
      contains:
        service_principal:
          description: The service principal.
          returned: always
          type: str
          sample: guardduty.amazonaws.com
        service_name:
          description: The name of the service. V(null) if the catalog does not contain it.
          returned: always
          type: str
          sample: Amazon GuardDuty
        delegation_enabled_date:
          description: When the account became delegated administrator of the service, in ISO 8601 format.
          returned: always
          type: str
          sample: "2026-01-15T09:30:00+00:00"
service_administrators:
  description:
    - Who administers each requested service in each Region, by service principal and Region.
    - An administrator is a dictionary with C(account_id) and C(status), which is V(ENABLED), or V(DISABLING) while the
      service removes it. It is empty where there is none, and V(null) where the service's list cannot be read, which is
      a warning.
    - O(account_ids) does not limit it.
  returned: success, with O(include_service_api_state=true)
  type: dict
  sample:
    guardduty.amazonaws.com:
      eu-central-1: {}
      eu-west-1:
        account_id: "222222222222"
        status: ENABLED
  version_added: 0.3.0
skipped_regions:
  description: The Regions in which a service does not exist.
  returned: success, with O(include_service_api_state=true)
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: macie.amazonaws.com
    region:
      description: The Region.
      returned: always
      type: str
      sample: ap-southeast-6
    reason:
      description: Why it is skipped.
      returned: always
      type: str
      sample: The AWS SDK does not list macie2 in ap-southeast-6, and nothing answers there.
  version_added: 0.3.0
error:
  description: The error of AWS, of the AWS SDK, or of this module.
  returned: when a call failed
  type: dict
  contains:
    code:
      description: The error code of AWS, or the class of the SDK's error.
      returned: always
      type: str
      sample: AccessDeniedException
    message:
      description: The error message.
      returned: always
      type: str
      sample: You don't have permissions to access this resource.
request_id:
  description: The ID of the failed request, for AWS Support.
  returned: when a call failed and AWS returned an ID
  type: str
  sample: a2b4c6d8-1234-5678-9abc-def012345678
reason:
  description: AWS's machine-readable reason.
  returned: when a call failed and AWS returned a reason
  type: str
  sample: INVALID_NEXT_TOKEN
"""

from ansible_collections.orgops.aws.plugins.module_utils._organizations.startup import defer_garbage_collection

if __name__ == "__main__":
    defer_garbage_collection()  # before the imports below

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.info import (
    ARGUMENT_SPEC,
    DelegatedAdministratorQuery,
    read_delegated_administrators,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.module import run


def main() -> None:
    run(ARGUMENT_SPEC, DelegatedAdministratorQuery.from_params, read_delegated_administrators)


if __name__ == "__main__":
    main()
