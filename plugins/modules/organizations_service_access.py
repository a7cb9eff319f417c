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
  - Enables and disables service access, also called trusted access, which lets an AWS service work across the accounts
    of an organization.
  - States the wanted service principals, adds what is missing, and, only when told so, disables what is not listed.
  - Reads the organization once, writes only what differs, and then waits until AWS's listing shows it.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  service_principals:
    description:
      - The service principals to enable or disable, for example V(guardduty.amazonaws.com).
      - Duplicates count once, and the order does not matter.
      - Each is 1 to 128 ASCII letters, digits and characters of C(_+=,.@-).
        All invalid names are reported, before any call.
      - An empty list is refused, because an empty variable is its likeliest cause. Only
        O(purge_service_principals=true) together with O(force=true) takes it to mean none at all.
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
      - With O(state=present), also disable every enabled service principal that is not listed (exact mode).
      - What O(keep_service_principals) matches stays.
      - What does harm is held back unless O(force=true).
      - Run with C(--check --diff) first, and read the diff.
      - Refused together with O(state=absent).
    type: bool
    default: false
  keep_service_principals:
    description:
      - Service principals that O(purge_service_principals=true) leaves alone because they are managed elsewhere.
      - Shell-style patterns with V(*), V(?) and V([...]) are allowed, for example V(*.guardduty.amazonaws.com).
        They match the whole name, and upper and lower case differ.
      - Has no effect without O(purge_service_principals=true).
    type: list
    elements: str
    default: []
  force:
    description:
      - Disable even what the safeguards hold back, and warn instead.
      - They hold back a service principal when delegated administrators are registered for it, when these cannot be
        read, and when people depend on it. Without IAM Identity Center, for example, nobody can sign in.
      - A task that would disable what is held back fails, in check mode too. It names all of it and changes nothing.
    type: bool
    default: false
  unknown_service_principals:
    description:
      - What to do with a service principal that this collection's catalog of AWS services does not know.
        AWS adds services faster than any list, so unknown is not wrong. The nearest known names are suggested.
      - V(warn) enables it, with a warning.
      - V(fail) refuses every such name that is listed, enabled already or not, before any call.
      - V(ignore) enables it without a word.
      - Only AWS knows whether it recognizes a name, so check mode cannot foresee that it refuses one; it warns.
      - Counts only with O(state=present).
    type: str
    choices: [warn, fail, ignore]
    default: warn
  wait:
    description:
      - After a change, wait until AWS's listing shows it.
      - With V(false), RV(enabled_service_principals) is what the change should lead to, and new entries have no date.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait for the listing, up to a day.
      - When they are over, the task fails, and tells what was written and what does not show yet.
    type: int
    default: 60
notes:
  - AWS recommends to enable and disable service access with the console or API of the service itself where it offers
    that, so that the service can create, or clean up, the resources that it needs.
  - Changing service access needs the credentials of the organization's management account, and an organization with all
    features enabled.
  - Enables before it disables, one service principal at a time, in sorted order. AWS allows one such call a second.
  - An error about one service principal does not stop the others. Any other error stops the task at once. When enabling
    fails, nothing is disabled.
  - Makes no calls that change anything in check mode, whether the task succeeds or fails. Where there is something to
    change, check mode also reads whether the organization has all features and whether the credentials are of its
    management account, and fails as the task would. Where one of these reads is not allowed, it warns.
  - Each service principal to be disabled costs one further listing, of its delegated administrators.
  - Warns where enabling service access alone leaves a service not working, and names what else is needed.
seealso:
  - module: orgops.aws.organizations_service_access_info
    description: Lists what is enabled, since when, and who administers it.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - orgops.aws._organizations
  - orgops.aws._attributes
attributes:
  diff_mode:
    support: full
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Let GuardDuty and Config work across the organization
  orgops.aws.organizations_service_access:
    service_principals:
      - guardduty.amazonaws.com
      - config.amazonaws.com

- name: Disable service access for a service that is no longer used
  orgops.aws.organizations_service_access:
    service_principal: devops-guru.amazonaws.com
    state: absent

- name: Enable exactly these, and leave alone what other teams manage
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

- name: Refuse names that are not in the catalog, such as misspelt ones
  orgops.aws.organizations_service_access:
    service_principals:
      - macie.amazonaws.com
    unknown_service_principals: fail

- name: Disable what the safeguards hold back, after people were told
  orgops.aws.organizations_service_access:
    service_principal: ram.amazonaws.com
    state: absent
    force: true

- name: Enable without waiting for AWS's listing to show it
  orgops.aws.organizations_service_access:
    service_principals:
      - account.amazonaws.com
    wait: false

- name: Say what failed, and go on with the next organization
  block:
    - name: Enable a set of services
      orgops.aws.organizations_service_access:
        service_principals:
          - inspector2.amazonaws.com
          - macie.amazonaws.com
      register: service_access
  rescue:
    - name: Show each failed service principal with AWS's reason
      ansible.builtin.debug:
        var: service_access.failed_service_principals
"""

RETURN = r"""
enabled:
  description: The service principals that this task enabled, or would enable in check mode, sorted.
  returned: success, and failure after the organization was read
  type: list
  elements: str
  sample: [config.amazonaws.com, guardduty.amazonaws.com]
disabled:
  description: The service principals that this task disabled, or would disable in check mode, sorted.
  returned: success, and failure after the organization was read
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
        - V(null) where it is not known, that is in check mode or with O(wait=false) for what is just enabled.
      returned: always
      type: str
      sample: "2026-01-15T09:30:00+00:00"
    service_name:
      description: The name of the service. V(null) where it is not known.
      returned: always
      type: str
      sample: Amazon GuardDuty
held_back:
  description: The service principals that the safeguards do not let the task disable.
  returned: when the safeguards hold something back
  type: list
  elements: dict
  contains:
    service_principal:
      description: The service principal.
      returned: always
      type: str
      sample: guardduty.amazonaws.com
    reasons:
      description: Why, and what to do about it.
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
  description: The service principals that could not be changed, as keys, each with the error of AWS.
  returned: when a change failed
  type: dict
  contains:
    code:
      description: The error code.
      returned: always
      type: str
      sample: InvalidInputException
    reason:
      description: AWS's machine-readable reason. V(null) where AWS gives none.
      returned: always
      type: str
      sample: UNRECOGNIZED_SERVICE_PRINCIPAL
    message:
      description: AWS's own words.
      returned: always
      type: str
      sample: You specified an unrecognized service principal.
not_attempted:
  description: The service principals to be changed that the task did not come to, in the order of the plan.
  returned: when a change failed or is held back
  type: list
  elements: str
  sample: [macie.amazonaws.com]
outcome_unknown:
  description:
    - The failed service principals of which nobody knows whether AWS carried out the change, because its answer was
      lost. The next run shows it.
  returned: when a change failed without an answer of AWS
  type: list
  elements: str
  sample: [macie.amazonaws.com]
not_visible_yet:
  description: The changed service principals that AWS's listing does not show rightly yet.
  returned: when O(wait_timeout) is over
  type: list
  elements: str
  sample: [guardduty.amazonaws.com]
error:
  description: The error of AWS or of the AWS SDK.
  returned: when a call failed
  type: dict
  contains:
    code:
      description: AWS's error code, or the class of the SDK's error.
      returned: always
      type: str
      sample: AWSOrganizationsNotInUseException
    message:
      description: The words of AWS or of the SDK.
      returned: always
      type: str
      sample: Your account is not a member of an organization.
request_id:
  description: AWS's ID of the failed request, for AWS Support.
  returned: when a call failed and AWS gives an ID
  type: str
  sample: a2b4c6d8-1234-5678-9abc-def012345678
reason:
  description: AWS's machine-readable reason.
  returned: when a call failed and AWS gives a reason
  type: str
  sample: ORGANIZATION_NOT_IN_ALL_FEATURES_MODE
"""

import atexit
import gc

if __name__ == "__main__":
    # The imports below make hundreds of thousands of objects, which last until the process ends, soon. To look through
    # them for garbage again and again, and once more at the end, would take a fifth of its time.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)

from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.warnings import warn

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    OrganizationsClient,
    secrets_in_urls,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import (
    ServiceAccessOptions,
    ensure_service_access,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "service_principals": {
                "type": "list",
                "elements": "str",
                "required": True,
                "aliases": ["service_principal"],
            },
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "purge_service_principals": {"type": "bool", "default": False},
            "keep_service_principals": {"type": "list", "elements": "str", "default": []},
            "force": {"type": "bool", "default": False},
            "unknown_service_principals": {
                "type": "str",
                "choices": ["warn", "fail", "ignore"],
                "default": "warn",
            },
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    module.no_log_values.update(secrets_in_urls(module.params))

    def warn_without_secrets(text: str) -> None:
        warn(remove_values(text, module.no_log_values))  # Ansible masks secrets in results, not in warnings

    fail = False
    try:
        options = ServiceAccessOptions.from_params(module.params)
        client = OrganizationsClient.connect(module.client, module.params)
        result = ensure_service_access(client, options, check_mode=module.check_mode, warn=warn_without_secrets)
    except AnsibleOrganizationsError as error:
        fail, result = True, error.result()
    if not module._diff:
        result.pop("diff", None)
    if fail:
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
