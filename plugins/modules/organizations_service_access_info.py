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
  - Reads every page, and fails rather than return an incomplete list.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  service_principals:
    description:
      - Return only these service principals.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(*.ssm.amazonaws.com).
        A pattern must match the whole name, and is case-sensitive.
      - If the option is omitted or empty, all are returned.
    type: list
    elements: str
  page_size:
    description:
      - How many entries to request per call, from V(1) to V(20). Every page is read anyway.
      - If the option is omitted, AWS's default applies.
    type: int
  include_delegated_administrators:
    description:
      - Also return the delegated administrators of each service principal.
      - Makes at least one further call for each service principal, and fails if one of these calls is denied.
      - If AWS rejects a single service principal, the task warns, and the delegated administrators of that one are
        V(null).
    type: bool
    default: false
  include_service_api_state:
    description:
      - Also return RV(enabled_service_principals[].service_api_state), what the service itself reports, for services
        whose API does so. A service that is enabled with AWS Organizations alone can be V(disabled) there, and not
        work.
      - Makes one further call for each of these services that is enabled, and two calls that verify that the
        credentials are those of the management account. Other accounts do not see the states.
      - If a state cannot be read, it is V(null), and the task warns. Expired or missing credentials fail the task.
    type: bool
    default: false
    version_added: 0.2.0
  include_policy_types:
    description:
      - Also return RV(policy_types), the policy types that are enabled in the root of the organization. AWS refuses to
        disable some services while a policy type of theirs is enabled.
      - Makes one further call, ListRoots. If it fails, RV(policy_types) is V(null), and the task warns.
    type: bool
    default: false
    version_added: 0.3.0
  include_available:
    description:
      - Also return RV(available_services), the services that this collection's catalog contains and the organization
        has not enabled, regardless of O(service_principals).
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
  - orgops.aws._attributes.action_group
  - orgops.aws._attributes.info_module
"""

EXAMPLES = r"""
- name: List all services that are enabled
  orgops.aws.organizations_service_access_info:
  register: service_access

- name: Show each service principal and when it was enabled
  ansible.builtin.debug:
    msg: "{{ item.service_principal }} since {{ item.date_enabled }}"
  loop: "{{ service_access.enabled_service_principals }}"
  loop_control:
    label: "{{ item.service_principal }}"

- name: List the delegated administrators of GuardDuty and its features
  orgops.aws.organizations_service_access_info:
    service_principals:
      - guardduty.amazonaws.com
      - "*.guardduty.amazonaws.com"
    include_delegated_administrators: true
  register: guardduty

- name: List the enabled services with their delegated administrators
  orgops.aws.organizations_service_access_info:
    include_delegated_administrators: true
  register: administered

- name: Show those that support a delegated administrator and have none
  ansible.builtin.debug:
    msg: >-
      {{ administered.enabled_service_principals | selectattr('delegated_administrator')
      | selectattr('delegated_administrators', 'equalto', []) | map(attribute='service_principal') }}

- name: Find services that are enabled with AWS Organizations only, and do not work yet
  orgops.aws.organizations_service_access_info:
    include_service_api_state: true
  register: service_access

- name: Show them
  ansible.builtin.debug:
    msg: >-
      {{ service_access.enabled_service_principals | selectattr('service_api_state', 'defined')
      | selectattr('service_api_state', 'in', ['disabled', 'failed']) | map(attribute='service_principal') }}

- name: List what could be enabled, and how AWS recommends enabling it
  orgops.aws.organizations_service_access_info:
    include_available: true
  register: catalog

- name: Show what can be enabled with AWS Organizations alone
  ansible.builtin.debug:
    msg: >-
      {{ catalog.available_services | rejectattr('organizations_enable_insufficient')
      | map(attribute='service_principal') }}

- name: Fail if IAM Identity Center is not enabled
  ansible.builtin.assert:
    that: "'sso.amazonaws.com' in service_access.enabled_service_principals | map(attribute='service_principal')"
    fail_msg: Users cannot sign in to the accounts of this organization.
"""

RETURN = r"""
check_mode:
  description: Whether the task ran in check mode.
  returned: always
  type: bool
  sample: false
enabled_service_principals:
  description: The enabled service principals that were requested, sorted by service principal.
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
      description: When it was enabled, in ISO 8601 format. V(null) if AWS does not return it.
      returned: always
      type: str
      sample: "2026-01-15T09:30:00+00:00"
    service_name:
      description: The name of the service. V(null) if the catalog does not contain it.
      returned: always
      type: str
      sample: Amazon GuardDuty
    delegated_administrator:
      description: Whether the service supports a delegated administrator. V(null) if the catalog does not contain it.
      returned: always
      type: bool
      sample: true
      version_added: 0.3.0
    delegated_administrators:
      description:
        - The accounts registered as delegated administrators of the service, sorted by account ID.
        - V(null), with a warning, if AWS rejected the request for this service principal.
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
          description:
            - The account's status in the organization. V(null) if AWS does not return it.
            - AWS is replacing it with RV(enabled_service_principals[].delegated_administrators[].state).
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
        delegation_enabled_date:
          description: When the account became a delegated administrator, in ISO 8601 format.
          returned: always
          type: str
          sample: "2026-01-15T09:30:00+00:00"
    service_api_state:
      description:
        - What the service itself reports, V(enabled), V(disabled), V(pending) or V(failed).
        - V(null), with a warning, if it could not be read.
      returned: when O(include_service_api_state=true), for services that report a state
      type: str
      sample: enabled
      version_added: 0.2.0
policy_types:
  description:
    - The policy types of the organization's root that are not disabled, sorted by policy type.
    - V(null), with a warning, if they could not be read.
  returned: when O(include_policy_types=true)
  type: list
  elements: dict
  version_added: 0.3.0
  contains:
    policy_type:
      description: The policy type.
      returned: always
      type: str
      sample: SERVICE_CONTROL_POLICY
    status:
      description: The status, V(ENABLED), V(PENDING_ENABLE) or V(PENDING_DISABLE).
      returned: always
      type: str
      sample: ENABLED
policy_types_unread:
  description: Why the policy types could not be read.
  returned: when O(include_policy_types=true) and they could not be read
  type: str
  sample: "Failed to list the policy types of the organization's root: AccessDeniedException"
  version_added: 0.3.0
available_services:
  description: The service principals in the catalog that are not enabled, sorted by service principal.
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
        - How AWS documents enabling it.
        - V(only_organizations) with AWS Organizations only; V(service_recommended) with either, preferably with the
          service itself; V(only_service) with the service itself only; V(either) with either; V(not_stated) if AWS does
          not say.
      returned: always
      type: str
      sample: service_recommended
    native_enable_api:
      description: The operations of the service's API that enable it.
      returned: always
      type: list
      elements: str
      sample: ["ram:EnableSharingWithAwsOrganization"]
    organizations_enable_insufficient:
      description: Whether the service needs more than being enabled with AWS Organizations.
      returned: always
      type: bool
      sample: true
    note:
      description: What else is needed or good to know. Empty if there is nothing.
      returned: always
      type: str
      sample: Sharing within the organization needs EnableSharingWithAwsOrganization of AWS RAM.
    documentation_url:
      description: AWS's page about the service and AWS Organizations.
      returned: always
      type: str
      sample: https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-ram.html
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

from ansible_collections.orgops.aws.plugins.module_utils._organizations.module import run
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.info import (
    ARGUMENT_SPEC,
    ServiceAccessQuery,
    read_service_access,
)


def main() -> None:
    run(ARGUMENT_SPEC, ServiceAccessQuery.from_params, read_service_access)


if __name__ == "__main__":
    main()
