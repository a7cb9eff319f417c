#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_report
short_description: Write one report about every organization of the play
version_added: 0.1.0
description:
  - Reads the variable C(service_access_report_organization) of every host of the play, or the JSON files of earlier
    reports, and writes files on the controller. Without C(run_once), one host of each batch writes them.
author:
  - Contributors to the orgops.aws collection (@orgops)
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: none
extends_documentation_fragment:
  - orgops.aws._private
  - orgops.aws._attributes
seealso:
  - module: orgops.aws.organizations_service_access
    description: Manages service access.
"""

EXAMPLES = r"""
- name: Write one report about all organizations
  orgops.aws.role_report:
  run_once: true
"""

RETURN = r"""
msg:
  description: The headline of the report, what changed since an older one, and the files that were written, or would
    be written in check mode.
  returned: always
  type: list
  elements: str
  sample: ["No drift: 1 organization matches.", "/srv/service-access-report/service-access.html"]
"""
