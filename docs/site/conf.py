# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx configuration of the documentation site, which docs/site/build.py builds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text())

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
author = "Contributors to the orgops.aws collection"
project_copyright = author
release = GALAXY["version"]

extensions = ["sphinx_antsibull_ext"]
nitpicky = True
highlight_language = "yaml+jinja"

html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["filter.js"]
html_copy_source = False
html_use_index = False
# antsibull's colors for light and dark: its defaults follow the system setting and not furo's switch.
html_theme_options = {
    "top_of_page_buttons": ["edit"],
    "light_css_variables": {
        "sidebar-item-font-size": "0.8em",
        "color-brand-primary": "#0f5f8c",
        "color-brand-content": "#0f5f8c",
        "antsibull-links-background": "#0f5f8c",
        "antsibull-links-background-active": "#0a4567",
        "antsibull-links-text": "#ffffff",
        "antsibull-table-background-header": "#e8eef2",
        "antsibull-table-background-even": "#f8f9fb",
        "antsibull-table-background-odd": "#ffffff",
        "antsibull-table-border": "#d3d8dc",
        "antsibull-option-type": "#7b2d8e",
        "antsibull-option-elements": "#7b2d8e",
        "antsibull-option-required": "#b3261e",
        "antsibull-option-default": "#0f5f8c",
        "antsibull-option-sample": "#0f5f8c",
        "antsibull-attribute-support-full": "#1b6e3a",
    },
    "dark_css_variables": {
        "color-brand-primary": "#6cbfee",
        "color-brand-content": "#6cbfee",
        "antsibull-links-background": "#1d4a66",
        "antsibull-links-background-active": "#28658b",
        "antsibull-links-text": "#ffffff",
        "antsibull-table-background-header": "#2a2d33",
        "antsibull-table-background-even": "#1a1c1e",
        "antsibull-table-background-odd": "#131416",
        "antsibull-table-border": "#4a4d52",
        "antsibull-narrowtable-background": "#2a2d33",
        "antsibull-option-type": "#e09bf0",
        "antsibull-option-elements": "#e09bf0",
        "antsibull-option-required": "#ff9a94",
        "antsibull-option-version-added": "#83d69b",
        "antsibull-option-aliases": "#83d69b",
        "antsibull-option-default": "#9cc7ff",
        "antsibull-option-sample": "#9cc7ff",
        "antsibull-option-sample-header": "#ffffff",
        "antsibull-attribute-support-none": "#ff9a94",
        "antsibull-attribute-support-partial": "#d9c65a",
        "antsibull-attribute-support-full": "#83d69b",
    },
}

# The build does not read Ansible's documentation, so it needs no network, and labels of another project cannot
# break it. antsibull-docs writes these labels into the pages of every collection.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"
ANSIBLE_LABELS = {
    "action_plugins": f"{ANSIBLE}/plugins/action.html#action-plugins",
    "ansible_configuration_settings": f"{ANSIBLE}/reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": f"{ANSIBLE}/reference_appendices/common_return_values.html",
}
PLUGIN = re.compile(r"ansible_collections\.(\w+\.\w+\.\w+_\w+)")
OTHER_COLLECTION = re.compile(r"plugins_in_(\w+\.\w+)")


def link_to_ansible(_app: Sphinx, _env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    """Return a link for a label of Ansible's documentation."""
    label = node["reftarget"]
    url = ANSIBLE_LABELS.get(label)
    plugin, collection = PLUGIN.fullmatch(label), OTHER_COLLECTION.fullmatch(label)
    if plugin and not plugin[1].startswith("orgops.aws."):
        url = f"{ANSIBLE}/collections/{plugin[1].replace('.', '/')}.html"
    if collection and collection[1] != "orgops.aws":
        url = f"{ANSIBLE}/collections/{collection[1].replace('.', '/')}/index.html"
    return nodes.reference("", "", content, internal=False, refuri=url) if url else None


def link_to_source(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Set the file that furo's edit button opens: most pages are copied or generated."""
    module = re.fullmatch(r"(\w+)_module", page)
    role = re.fullmatch(r"(\w+)_role", page)
    source = f"docs/docsite/rst/{page.removeprefix('docsite/')}.rst" if page.startswith("docsite/") else "galaxy.yml"
    if page == "index":
        source = "docs/site/index.rst"
    elif page == "playbooks":
        source = "playbooks"
    elif module:
        source = f"plugins/modules/{module[1]}.py"
    elif role:
        source = f"roles/{role[1]}/meta/argument_specs.yml"
    context["theme_source_edit_link"] = f"https://github.com/orgops/orgops.aws/edit/main/{source}"


def setup(app: Sphinx) -> None:
    """Connect the handlers; Sphinx calls this."""
    app.connect("html-page-context", link_to_source)
    app.connect("missing-reference", link_to_ansible)
