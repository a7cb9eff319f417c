#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_apply
short_description: Apply the variables of the role orgops.aws.service_access to an organization
version_added: 0.1.0
description:
  - Runs M(orgops.aws.organizations_service_access) with the variables of the role C(orgops.aws.service_access), or
    M(orgops.aws.role_organization) if they say who administers services. Each variable is named
    C(service_access_) and the option.
author:
  - Contributors to the orgops.aws collection (@orgops)
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
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
- name: Enable and disable service access
  orgops.aws.role_apply:
  register: service_access_result
"""

RETURN = r"""
check_mode:
  description:
    - Whether the action ran in check mode.
    - All other results are those of M(orgops.aws.organizations_service_access).
  returned: always
  type: bool
  sample: false
"""
