# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.orgops.aws.plugins.filter.render_html import render_html


def test_every_value_is_escaped_in_text_attributes_and_macros() -> None:
    template = '{% macro m(v) %}<i title="{{ v }}">{{ v | upper }}</i>{% endmacro %}{{ m(name) }}{{ name }}'
    rendered = render_html(template, {"name": '"><script>'})
    assert "<script>" not in rendered.lower()
    assert rendered.count("&lt;") == 3


@pytest.mark.parametrize("template", ["{{ missing }}", "{% if %}", "{{ ''.__class__.__mro__ }}"])
def test_what_cannot_be_rendered_is_an_error_of_the_filter(template: str) -> None:
    with pytest.raises(AnsibleFilterError, match="could not be rendered"):
        render_html(template, {})
