# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils import _internal as module_utils_internal

from ansible_collections.orgops.aws.plugins.plugin_utils._forks.loading import MODULES, load, loaded, shared_loader

NAMES = ("organizations_service_access_info",)


def test_modules_are_imported_once() -> None:
    found = load(NAMES)
    assert (found.problem, found.process_id) == ("", os.getpid())
    assert found.modules[NAMES[0]] is sys.modules[f"{MODULES}{NAMES[0]}"]


def test_without_boto3_a_module_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    found = load(NAMES)
    assert (found.problem, found.is_defect) == ("boto3 is not installed for ansible-playbook", False)


def test_other_platforms_fork_no_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert load(NAMES).problem == "the platform is darwin"


@pytest.mark.parametrize("broken", ["is_controller", "a module", "boto3"])
def test_what_a_release_breaks_is_a_defect(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    if broken == "is_controller":
        monkeypatch.delattr(module_utils_internal, "is_controller")
    if broken == "boto3":  # half installed, or replaced by something else
        monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(__spec__=None))
    found = load(("no_such_module",) if broken == "a module" else NAMES)
    assert found.is_defect
    assert found.problem


def test_users_service_models_are_read(tmp_path: Any) -> None:
    assert shared_loader() is loaded().data
    assert str(tmp_path) in shared_loader(str(tmp_path)).search_paths


def test_no_profile_is_read_before_the_fork(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(f"[default]\ndata_path = {tmp_path}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    found = load(NAMES)
    assert found.problem == ""
    assert str(tmp_path) not in found.data.search_paths
