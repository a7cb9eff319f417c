#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_export
short_description: Write the service access of an organization as variables of the role orgops.aws.service_access
version_added: 0.1.0
description:
  - Lists what is enabled, and writes it to a file on the controller. The file contains variables of the role, and
    applying them changes nothing, unless other variables of the host say so.
  - Never replaces a file that contains more than an export, unless C(service_access_export_force=true).
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
- name: Write service access as variables
  orgops.aws.role_export:
  register: service_access_result
"""

RETURN = r"""
check_mode:
  description: Whether the action ran in check mode.
  returned: always
  type: bool
  sample: false
dest:
  description:
    - The file that was written, or would be written in check mode.
    - All other results are those of M(orgops.aws.organizations_service_access_info).
  returned: success
  type: str
  sample: /srv/organizations/host_vars/production/service_access.yml
backup_file:
  description: The copy of the file that was replaced.
  returned: when a file that contained more than an export was replaced
  type: str
  sample: /srv/organizations/host_vars/production/service_access.yml.4711.2026-11-28@12:00:00~
"""
