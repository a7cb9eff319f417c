#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_verdict
short_description: Fail the host of an organization that failed or has drifted
version_added: 0.1.0
description:
  - Reads the variable C(service_access_result) of the host. With C(service_access_fail_on_changes), a change is a
    failure too, and so is a missing result.
  - If a condition skipped M(orgops.aws.role_summary), one host prints the summary.
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
seealso:
  - module: orgops.aws.organizations_service_access
    description: Manages service access.
"""

EXAMPLES = r"""
- name: Fail if the organization failed
  orgops.aws.role_verdict:
"""

RETURN = r"""
msg:
  description: Why the host fails. If a condition skipped the summary, a list with the lines of the summary.
  returned: failure
  type: raw
  sample: Desired state not reached; see the summary.
"""
