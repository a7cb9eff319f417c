# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles' variables are the options of the modules, with the same types and defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import (
    CONNECTION_ARGUMENT_SPEC,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.combined import ARGUMENT_SPEC
from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import (
    ALIASES,
    APPLY,
    CONNECTION,
    KNOWN,
    PREFIX,
    ROLE,
)
from ansible_collections.orgops.aws.tests.paths import ROOT

ROLES = sorted(path for path in (ROOT / "roles").iterdir())
OPTIONS = {**aws_argument_spec(), **CONNECTION_ARGUMENT_SPEC, **ARGUMENT_SPEC}


def entry_points(role: Path) -> dict[str, Any]:
    specs: dict[str, Any] = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return specs


def test_variables_have_the_documentation_of_the_options() -> None:
    documented = entry_points(ROOT / "roles" / "service_access")["main"]["options"]
    assert set(documented) == {f"{PREFIX}{name}" for name in (*APPLY, *CONNECTION, *ROLE)}
    for name in (*APPLY, *CONNECTION):
        variable, option = documented[f"{PREFIX}{name}"], OPTIONS[name]
        assert variable["type"] == option.get("type", "str"), name
        assert variable.get("default") == option.get("default"), name
        assert variable.get("no_log", False) == option.get("no_log", False), name


def test_the_aliases_are_those_of_the_modules_options() -> None:
    known = (*APPLY, *CONNECTION)
    assert {alias: name for name in known for alias in OPTIONS[name].get("aliases", [])} == ALIASES


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_entry_points_have_tasks_and_known_variables(role: Path) -> None:
    for name, entry_point in entry_points(role).items():
        assert (role / "tasks" / f"{name}.yml").is_file()
        own = [variable.removeprefix(PREFIX) for variable in entry_point["options"]]
        assert set(own) <= set(KNOWN)


@pytest.mark.parametrize("playbook", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.stem)
def test_a_playbook_first_requires_an_organization(playbook: Path) -> None:
    """Without a host, it would succeed without having done anything."""
    first = yaml.safe_load(playbook.read_text())[0]
    assert first["ansible.builtin.import_playbook"] == "includes/require_organization.yml"
