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
notes:
  - Works with the credentials of the organization's management account or of a delegated administrator account.
  - Makes one call for each delegated administrator account. AWS allows one such call per second.
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

- name: Fail if another account than expected administers anything
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
