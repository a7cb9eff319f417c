#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: organizations_service_access_info
short_description: List service access (trusted access) of an AWS organization
version_added: 0.1.0
description:
  - Lists the service principals for which service access, also called trusted access, is enabled, and since when.
  - Reads every page, and fails rather than return a listing that is short.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  service_principals:
    description:
      - Return only these service principals.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(*.ssm.amazonaws.com).
        They match the whole name, and upper and lower case differ.
      - All are returned when the option is omitted or empty.
    type: list
    elements: str
  page_size:
    description:
      - How many entries to ask for in each call, from V(1) to V(20). Every page is read all the same.
      - AWS's own default applies when the option is omitted.
    type: int
  include_delegated_administrators:
    description:
      - Also return the delegated administrators of each service principal.
      - Makes at least one further call for each of them, and fails when one of the calls is not allowed.
    type: bool
    default: false
  include_available:
    description:
      - Also return RV(available_services), the services that this collection's catalog knows and the organization has
        not enabled, whatever O(service_principals) says.
      - Makes no further call.
    type: bool
    default: false
notes:
  - Works with the credentials of the organization's management account or of a delegated administrator account.
seealso:
  - module: orgops.aws.organizations_service_access
    description: Enables and disables service access.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - orgops.aws._organizations
  - orgops.aws._attributes
  - orgops.aws._attributes.info_module
"""

EXAMPLES = r"""
- name: List every service that is enabled
  orgops.aws.organizations_service_access_info:
  register: service_access

- name: Show the names and since when
  ansible.builtin.debug:
    msg: "{{ item.service_principal }} since {{ item.date_enabled }}"
  loop: "{{ service_access.enabled_service_principals }}"
  loop_control:
    label: "{{ item.service_principal }}"

- name: Read who administers GuardDuty and its companions
  orgops.aws.organizations_service_access_info:
    service_principals:
      - guardduty.amazonaws.com
      - "*.guardduty.amazonaws.com"
    include_delegated_administrators: true
  register: guardduty

- name: Read what could be enabled, and how AWS wants it enabled
  orgops.aws.organizations_service_access_info:
    include_available: true
  register: catalog

- name: Show what AWS Organizations alone can enable
  ansible.builtin.debug:
    msg: >-
      {{ catalog.available_services | rejectattr('organizations_enable_insufficient')
      | map(attribute='service_principal') }}

- name: Stop where IAM Identity Center is not enabled
  ansible.builtin.assert:
    that: "'sso.amazonaws.com' in service_access.enabled_service_principals | map(attribute='service_principal')"
    fail_msg: People could not sign in to the accounts of this organization.
"""

RETURN = r"""
enabled_service_principals:
  description: What is enabled and asked for, sorted by service principal.
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
      description: When it was enabled, in ISO 8601 format. V(null) where AWS does not tell.
      returned: always
      type: str
      sample: "2026-01-15T09:30:00+00:00"
    service_name:
      description: The name of the service. V(null) where it is not known.
      returned: always
      type: str
      sample: Amazon GuardDuty
    delegated_administrators:
      description: The accounts registered as delegated administrators of the service, sorted by account ID.
      returned: when O(include_delegated_administrators=true)
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
          description: The account's status in the organization.
          returned: always
          type: str
          sample: ACTIVE
        delegation_enabled_date:
          description: When the account became a delegated administrator, in ISO 8601 format.
          returned: always
          type: str
          sample: "2026-01-15T09:30:00+00:00"
available_services:
  description: The known service principals that are not enabled, sorted by service principal.
  returned: when O(include_available=true)
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: ram.amazonaws.com
    service_name:
      description: The name of the service.
      returned: always
      type: str
      sample: AWS Resource Access Manager
    delegated_administrator:
      description: Whether the service supports a delegated administrator.
      returned: always
      type: bool
      sample: false
    enable_with:
      description:
        - How AWS wants it enabled.
        - V(only_organizations) with AWS Organizations, V(service_recommended) best with the service itself,
          V(only_service) with the service itself only, V(either) with either, V(not_stated) where AWS does not say.
      returned: always
      type: str
      sample: service_recommended
    native_enable_api:
      description: Operations of the service's own API that enable it.
      returned: always
      type: list
      elements: str
      sample: ["ram:EnableSharingWithAwsOrganization"]
    organizations_enable_insufficient:
      description: Whether enabling it with AWS Organizations alone leaves the service not working.
      returned: always
      type: bool
      sample: true
    note:
      description: What else is needed or good to know. Empty where there is nothing.
      returned: always
      type: str
      sample: Sharing within the organization needs EnableSharingWithAwsOrganization of AWS RAM.
    documentation_url:
      description: AWS's page on the service and AWS Organizations.
      returned: always
      type: str
      sample: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-ram.html
error:
  description: The error of AWS or of the AWS SDK.
  returned: when a call failed
  type: dict
  contains:
    code:
      description: AWS's error code, or the class of the SDK's error.
      returned: always
      type: str
      sample: AccessDeniedException
    message:
      description: The words of AWS or of the SDK.
      returned: always
      type: str
      sample: You don't have permissions to access this resource.
request_id:
  description: AWS's ID of the failed request, for AWS Support.
  returned: when a call failed and AWS gives an ID
  type: str
  sample: a2b4c6d8-1234-5678-9abc-def012345678
reason:
  description: AWS's machine-readable reason.
  returned: when a call failed and AWS gives a reason
  type: str
  sample: INVALID_NEXT_TOKEN
"""

import atexit
import gc

if __name__ == "__main__":
    # The imports below make hundreds of thousands of objects, which last until the process ends, soon. To look through
    # them for garbage again and again, and once more at the end, would take a fifth of its time.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    OrganizationsClient,
    secrets_in_urls,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import (
    ServiceAccessQuery,
    read_service_access,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "service_principals": {"type": "list", "elements": "str"},
            "page_size": {"type": "int"},
            "include_delegated_administrators": {"type": "bool", "default": False},
            "include_available": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    module.no_log_values.update(secrets_in_urls(module.params))
    try:
        query = ServiceAccessQuery.from_params(module.params)
        client = OrganizationsClient.connect(module.client, module.params)
        result = read_service_access(client, query)
    except AnsibleOrganizationsError as error:
        module.fail_json(**error.result())
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
