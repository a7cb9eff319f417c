# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: service_access_summary
short_description: Sum up what was done in many organizations
version_added: 0.1.0
author:
  - Contributors to the orgops.aws collection (@orgops)
description:
  - Makes lines to read of the results of M(orgops.aws.organizations_service_access) in many organizations. The first
    line has the counts, then there is one line for each organization, failed ones first.
options:
  _input:
    description: The result for each organization by its name, an empty dictionary where there is none.
    type: dict
    required: true
  check_mode:
    description: Whether the results were foreseen in check mode.
    type: bool
    default: false
positional: check_mode
extends_documentation_fragment:
  - orgops.aws._private
seealso:
  - plugin: orgops.aws.service_access
    plugin_type: role
    description: Prints this summary.
"""

EXAMPLES = r"""
- name: Sum up what was done
  ansible.builtin.debug:
    msg: "{{ results | orgops.aws.service_access_summary }}"
  vars:
    results:
      production: {failed: true, msg: "Failed to list service access: access denied."}
      sandbox: {changed: true, enabled: [config.amazonaws.com], disabled: []}
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "2 organizations: 1 failed, 1 changed, 0 unchanged."
    - "failed     production: Failed to list service access: access denied."
    - "changed    sandbox: enabled: config.amazonaws.com."
"""

from typing import Any, Callable

from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_summary import summarize


class FilterModule:
    """The filter orgops.aws.service_access_summary."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"service_access_summary": summarize}
