#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_list
short_description: List the service access of an organization with the variables of the role orgops.aws.service_access
version_added: 0.1.0
description:
  - Runs M(orgops.aws.organizations_service_access_info) with the variables of the role C(orgops.aws.service_access).
    Each variable is named C(service_access_) and the option.
author:
  - Contributors to the orgops.aws collection (@orgops)
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
extends_documentation_fragment:
  - orgops.aws._private
  - orgops.aws._attributes
  - orgops.aws._attributes.action_group
seealso:
  - module: orgops.aws.organizations_service_access
    description: Does the same for a task of your own.
"""

EXAMPLES = r"""
- name: List service access
  orgops.aws.role_list:
  register: service_access_result
"""

RETURN = r"""
check_mode:
  description: Whether the action ran in check mode.
  returned: always
  type: bool
  sample: false
read_at:
  description: When the organization was read, in UTC.
  returned: when the variables can be used
  type: str
  sample: "2026-01-31T08:00:00Z"
wanted:
  description: The defined variables that describe the desired state, by option.
  returned: always
  type: dict
  sample: {service_principals: [config.amazonaws.com]}
wanted_error:
  description: Why the variables that describe the desired state cannot be used.
  returned: when they cannot be templated, or one that must be a boolean is not
  type: str
  sample: "service_access_service_principals cannot be templated: 'services' is undefined"
delegated_administrators_unread:
  description:
    - Why the delegated administrators are missing.
    - All other results are those of M(orgops.aws.organizations_service_access_info).
  returned: when the delegated administrators, and nothing else, could not be read
  type: str
  sample: "Failed to list delegated administrators: AccessDeniedException"
"""
