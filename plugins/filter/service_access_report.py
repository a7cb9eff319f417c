# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: service_access_report
short_description: Compare the service access of many organizations with what is wanted
version_added: 0.1.0
author:
  - Contributors to the orgops.aws collection (@orgops)
description:
  - Makes one dictionary of what M(orgops.aws.organizations_service_access_info) found in many organizations, of what is
    wanted there, and of what AWS documents of the services.
  - The same input gives the same report.
options:
  _input:
    description:
      - A dictionary for each organization by its name, with C(result), the result of
        M(orgops.aws.organizations_service_access_info), and, where they are known, C(service_principals),
        C(purge_service_principals) and C(keep_service_principals) as in M(orgops.aws.organizations_service_access).
      - An organization without a result, or with one that failed, could not be read.
    type: dict
    required: true
  generated_at:
    description: When the organizations were read.
    type: str
    required: true
  title:
    description: The title of the report.
    type: str
    default: AWS Organizations service access
positional: generated_at, title
extends_documentation_fragment:
  - orgops.aws._private
seealso:
  - plugin: orgops.aws.service_access_report
    plugin_type: role
    description: Writes the report as a page, as Markdown, as CSV and as JSON.
"""

EXAMPLES = r"""
- name: Answer whether anything is off
  ansible.builtin.debug:
    msg: "{{ (organizations | orgops.aws.service_access_report('2026-01-31')).headline }}"
  vars:
    organizations:
      sandbox:
        service_principals: [config.amazonaws.com]
        result:
          enabled_service_principals:
            - service_principal: config.amazonaws.com
              date_enabled: "2024-05-01T08:00:00+00:00"
"""

RETURN = r"""
_value:
  description:
    - The report, with C(headline), C(anything_off), C(counts), C(organizations), those first that somebody has to look
      at, C(services), sorted by service principal, and C(timeline), by month.
    - The C(state) of an organization is V(unreadable), V(differs), V(undeclared) where nothing says what is wanted, or
      V(as_wanted).
    - The C(state) of a service in an organization is V(wanted), V(missing), V(extra), that is, exact mode would disable
      it, V(kept), that is, exact mode is told to leave it alone, or V(unlisted) without exact mode.
  type: dict
"""

from typing import Any, Callable

from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_report import make_report


class FilterModule:
    """The filter orgops.aws.service_access_report."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"service_access_report": make_report}
