# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The defaults of the roles are those that their argument_specs tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.process import ROOT

ROLES = sorted(path for path in (ROOT / "roles").iterdir())


def options(role: Path) -> dict[str, dict[str, Any]]:
    """Every option of every entry point."""
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return {name: option for spec in specs.values() for name, option in spec["options"].items()}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_defaults_are_those_of_the_argument_specs(role: Path) -> None:
    defaults = yaml.safe_load((role / "defaults" / "main.yml").read_text())
    documented = options(role)
    assert set(defaults) <= set(documented)
    computed = {name for name, value in defaults.items() if "{{" in str(value)}
    assert {name: documented[name].get("default") for name in defaults if name not in computed} == {
        name: value for name, value in defaults.items() if name not in computed
    }
    own = {name for name in documented if name.startswith(role.name)}
    assert {name for name in own if "default" in documented[name]} <= set(defaults) | inherited(role)


def inherited(role: Path) -> set[str]:
    """Options that are the other role's, which has their defaults."""
    return set() if role.name == "service_access" else set(options(role.parent / "service_access"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_option_is_in_use_and_every_entry_point_there(role: Path) -> None:
    folders = [role, *([] if role.name == "service_access" else [role.parent / "service_access"])]
    files = [path for folder in folders for kind in ("tasks", "vars") for path in (folder / kind).iterdir()]
    text = "".join(path.read_text() for path in files)
    for name in options(role):
        assert re.search(rf"\b{name}\b", text), name
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    for entry_point in specs:
        assert (role / "tasks" / f"{entry_point}.yml").is_file()
