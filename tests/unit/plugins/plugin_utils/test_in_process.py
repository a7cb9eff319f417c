# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import pytest
from ansible.module_utils import _internal as module_utils_internal

from ansible_collections.orgops.aws.plugins.plugin_utils import _in_process
from ansible_collections.orgops.aws.plugins.plugin_utils._in_process import (
    Circumstances,
    load,
    run_in_fork,
    why_a_process,
)

NAMES = ("organizations_service_access_info",)


@pytest.mark.parametrize(
    ("different", "reason"),
    [
        ({}, ""),
        ({"variable": "yes"}, ""),
        ({"variable": False}, "orgops_aws_in_process is false"),
        ({"variable": "no"}, "orgops_aws_in_process is false"),
        ({"variable": "perhaps"}, "orgops_aws_in_process is 'perhaps'"),
        ({"variable": None}, "orgops_aws_in_process is None"),
        ({"connection": "ssh"}, "the connection is ssh"),
        ({"interpreter": "/usr/bin/python3"}, "the interpreter is not that of ansible-playbook"),
        ({"interpreter": "auto"}, "the interpreter is not that of ansible-playbook"),
        ({"become": True}, "the task uses become"),
        ({"is_async": True}, "the task is asynchronous"),
        ({"environment": True}, "the task has an environment"),
        ({"delegated": True}, "the task is delegated"),
        ({"keep_files": True}, "Ansible keeps the files of modules"),
        ({"instrumented": True}, "the coverage of modules is measured, or they are debugged"),
    ],
    ids=str,
)
def test_in_doubt_a_module_is_a_process(different: dict[str, Any], reason: str) -> None:
    usual = Circumstances(interpreter="/venv/bin/python", own_interpreter="/venv/bin/python")
    assert why_a_process(usual._replace(**different)) == reason


def test_modules_are_imported_once() -> None:
    found = load(NAMES)
    assert (found.problem, found.process_id) == ("", os.getpid())
    assert found.modules[NAMES[0]] is sys.modules[f"{_in_process.MODULES}{NAMES[0]}"]


def test_without_boto3_a_module_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    found = load(NAMES)
    assert (found.problem, found.is_defect) == ("boto3 is not installed for ansible-playbook", False)


def test_other_platforms_fork_no_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert load(NAMES).problem == "the platform is darwin"


@pytest.mark.parametrize("broken", ["is_controller", "a module"])
def test_what_a_release_breaks_is_a_defect(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    if broken == "is_controller":
        monkeypatch.delattr(module_utils_internal, "is_controller")
    found = load(("no_such_module",) if broken == "a module" else NAMES)
    assert found.is_defect
    assert found.problem


def test_users_service_models_are_read(tmp_path: Any) -> None:
    assert _in_process.shared_loader() is _in_process.SHARED_LOADERS[0]
    assert str(tmp_path) in _in_process.shared_loader(str(tmp_path)).search_paths


def print_much() -> int:
    sys.stdout.write("x" * 1_000_000 + "\n")
    sys.stderr.write("é\n")
    return 3


def change_the_process() -> int:
    os.environ["CHANGED"] = "yes"
    os.chdir("/")
    return 0


def fail() -> int:
    raise ValueError("broken")


def die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_what_a_fork_prints_and_returns() -> None:
    assert run_in_fork(print_much) == (3, "x" * 1_000_000 + "\n", "é\n")
    status, out, err = run_in_fork(fail)
    assert (status, out) == (1, "")
    assert "ValueError: broken" in err
    assert run_in_fork(die) == (-signal.SIGKILL, "", "")


def test_a_fork_changes_nothing_in_the_worker() -> None:
    folder = os.getcwd()  # noqa: PTH109
    assert run_in_fork(change_the_process)[0] == 0
    assert "CHANGED" not in os.environ
    assert os.getcwd() == folder  # noqa: PTH109
