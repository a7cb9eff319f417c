# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: render_html
short_description: Render a Jinja template with every value escaped for HTML
version_added: 0.1.0
author:
  - Contributors to the orgops.aws collection (@orgops)
description:
  - Renders a template with Jinja's autoescape, which Ansible's own templates do not have, so that no value can become
    markup.
  - The template sees the variables that are given to the filter, and Jinja's own filters and tests, not Ansible's.
options:
  _input:
    description: The text of the template.
    type: str
    required: true
  variables:
    description: The variables that the template sees.
    type: dict
    required: true
positional: variables
extends_documentation_fragment:
  - orgops.aws._private
"""

EXAMPLES = r"""
- name: Show a value that is not trusted
  ansible.builtin.debug:
    msg: "{{ '<b>{{ name }}</b>' | orgops.aws.render_html({'name': '<script>'}) }}"
"""

RETURN = r"""
_value:
  description: The HTML.
  type: str
  sample: "<b>&lt;script&gt;</b>"
"""

from collections.abc import Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment


def render_html(template: str, variables: Mapping[str, Any]) -> str:
    """The template with the variables, each value escaped; AnsibleFilterError where it cannot be rendered."""
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    try:
        return environment.from_string(template).render(variables)
    except TemplateError as error:
        raise AnsibleFilterError(f"The template could not be rendered: {error}") from error


class FilterModule:
    """The filter orgops.aws.render_html."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"render_html": render_html}
