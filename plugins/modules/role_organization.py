#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: role_organization
short_description: Manage service access and delegated administrators of an AWS organization together
version_added: 0.2.0
description:
  - Enables service access, registers delegated administrators, deregisters delegated administrators, and disables
    service access, in this order.
  - This module is private to the roles and playbooks of this collection. It can change in any release, without notice.
    Use M(orgops.aws.organizations_service_access) and M(orgops.aws.organizations_delegated_administrator).
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  service_principals:
    description: As in M(orgops.aws.organizations_service_access).
    type: list
    elements: str
    required: true
    aliases: [service_principal]
  state:
    description: As in M(orgops.aws.organizations_service_access).
    type: str
    choices: [present, absent]
    default: present
  purge_service_principals:
    description: As in M(orgops.aws.organizations_service_access).
    type: bool
    default: false
  keep_service_principals:
    description:
      - Service principals that O(purge_service_principals=true) must not disable, and whose registrations
        O(purge_delegated_administrators=true) must not end.
    type: list
    elements: str
    default: []
  delegated_administrators:
    description: Lists of service principals, each with the ID of the account that administers them as its key.
    type: dict
    required: true
  purge_delegated_administrators:
    description: As in M(orgops.aws.organizations_delegated_administrator).
    type: bool
    default: false
  purge_scope:
    description:
      - As in M(orgops.aws.organizations_delegated_administrator). It is about delegated administrators only.
    type: str
    choices: [organization, services]
    default: organization
    version_added: 0.3.0
  force:
    description: Make changes even if a safeguard blocks them.
    type: bool
    default: false
  unknown_service_principals:
    description: As in M(orgops.aws.organizations_service_access).
    type: str
    choices: [warn, fail, ignore]
    default: warn
  prefer_service_api:
    description:
      - As in M(orgops.aws.organizations_service_access) and M(orgops.aws.organizations_delegated_administrator).
    type: bool
    default: false
  regions:
    description: As in M(orgops.aws.organizations_delegated_administrator).
    type: list
    elements: str
    version_added: 0.3.0
  exclude_regions:
    description: As in M(orgops.aws.organizations_delegated_administrator).
    type: list
    elements: str
    default: []
    version_added: 0.3.0
  wait:
    description: After a change, wait until AWS lists it.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait for AWS to list the changes of each kind.
    type: int
    default: 60
seealso:
  - module: orgops.aws.organizations_service_access
    description: Enables and disables service access.
  - module: orgops.aws.organizations_delegated_administrator
    description: Registers and deregisters delegated administrators.
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
- name: Enable two services, and let the security account administer one of them
  orgops.aws.role_organization:
    management_account_id: "123456789012"
    service_principals:
      - config.amazonaws.com
      - guardduty.amazonaws.com
    delegated_administrators:
      "222222222222":
        - config.amazonaws.com
"""

RETURN = r"""
check_mode:
  description:
    - Whether the task ran in check mode.
    - All other results are those of M(orgops.aws.organizations_service_access) and
      M(orgops.aws.organizations_delegated_administrator).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.orgops.aws.plugins.module_utils._organizations.startup import defer_garbage_collection

if __name__ == "__main__":
    defer_garbage_collection()  # before the imports below

from ansible_collections.orgops.aws.plugins.module_utils._organizations.combined import (
    ARGUMENT_SPEC,
    ensure_organization,
    parse_options,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.module import run


def main() -> None:
    run(ARGUMENT_SPEC, parse_options, ensure_organization)


if __name__ == "__main__":
    main()
