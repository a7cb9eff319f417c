#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

# Documentation of the action plugin of the same name. Nothing here runs.

DOCUMENTATION = r"""
module: role_summary
short_description: Print the result of every organization of the play
version_added: 0.1.0
description:
  - Reads the variable C(service_access_result) of every host of the play, and prints one line for each,
    failed ones first.
author:
  - Contributors to the orgops.aws collection (@orgops)
options:
  artifacts:
    description: Set the results of the last summary as M(ansible.builtin.set_stats) does, instead of a summary.
    type: bool
    default: false
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
- name: Summarize the organizations
  orgops.aws.role_summary:
  run_once: true
  register: service_access_summarized
"""

RETURN = r"""
msg:
  description: The lines of the summary.
  returned: without O(artifacts)
  type: list
  elements: str
  sample: ["1 organization: 0 failed, 1 changed, 0 unchanged.", "changed    production: enabled: config.amazonaws.com."]
ansible_stats:
  description: The counts, and the names of the organizations in each state, as M(ansible.builtin.set_stats) returns.
  returned: with O(artifacts), after a summary
  type: dict
  sample: {"data": {"orgops_aws_results": {"counts": {"failed": 0}}}, "per_host": false, "aggregate": true}
failing:
  description: The hosts that fail after the summary of a playbook of the collection, as keys, each with the reason.
  returned: with O(artifacts), after a summary
  type: dict
  sample: {"production": "Desired state not reached; see the summary."}
hosts:
  description: A pattern of these hosts. V(null) if a name could be a pattern.
  returned: with O(artifacts), after a summary
  type: list
  elements: str
  sample: [production]
"""
