# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.module_utils import _internal as module_utils_internal
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.connection.local import Connection as LocalConnection

from ansible_collections.orgops.aws.plugins.plugin_utils._forks import action as action_module
from ansible_collections.orgops.aws.plugins.plugin_utils._forks import fork
from ansible_collections.orgops.aws.plugins.plugin_utils._forks.action import ForkingAction
from ansible_collections.orgops.aws.plugins.plugin_utils._forks.choice import Loaded

NAMES = ("organizations_service_access_info",)


def fail() -> int:
    raise ValueError("broken")


class Action(ForkingAction, NormalAction):
    """An action of a task on the controller, without Ansible around it."""

    def __init__(self, **task: Any) -> None:
        defaults = {"action": f"orgops.aws.{NAMES[0]}", "args": {"page_size": 1}, "become": False, "async_val": 0}
        self._task = SimpleNamespace(**{**defaults, "environment": [], "delegate_to": None, **task})
        self._connection = LocalConnection.__new__(LocalConnection)
        self._connection.become = None
        self._connection._shell = SimpleNamespace(SHELL_FAMILY="sh", tmpdir=None)
        self._play_context = SimpleNamespace(executable=None)
        self._loader = SimpleNamespace(get_basedir=lambda: "/")
        self._templar = SimpleNamespace(template=lambda value: value)
        self.said: list[str] = []
        self._display = SimpleNamespace(vvv=self.said.append, warning=self.said.append)


def as_ansible_does(self: Any, module_args: Any = None, **_given: Any) -> dict[str, Any]:
    """Return the calls of ActionBase._execute_module on the way to a module."""
    built, path = self._configure_module(module_name="m", module_args=module_args)
    files = not self._is_pipelining_enabled(built.module_style)
    return {"path": path, "files": files, **self._low_level_execute_command("command")}


@pytest.fixture
def _ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for a worker forked after the imports, and an Ansible that runs modules as processes."""
    monkeypatch.setattr(ActionBase, "_execute_module", as_ansible_does)
    ordinary = SimpleNamespace(module_style="new")
    monkeypatch.setattr(ActionBase, "_configure_module", lambda *_given, **_options: (ordinary, "archive"))
    monkeypatch.setattr(ActionBase, "_is_pipelining_enabled", lambda *_given: False)
    monkeypatch.setattr(ActionBase, "_low_level_execute_command", lambda *_given: {"stdout": "a process"})
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    module = SimpleNamespace(main=print_arguments, __file__="module.py")
    monkeypatch.setattr(action_module, "loaded", lambda: Loaded(os.getpid() - 1, {NAMES[0]: module}))  # type: ignore[dict-item]


def print_arguments() -> None:
    """Show the arguments, as a module would, and whether it believes to be on a controller."""
    from ansible.module_utils import basic  # noqa: PLC0415 - as a module that runs later

    sys.stdout.write(f"{basic._ANSIBLE_ARGS.decode()} {module_utils_internal.is_controller} {Path.cwd()}")
    sys.exit(0)


HERE = {"ansible_python_interpreter": sys.executable}


@pytest.mark.usefixtures("_ansible")
def test_a_module_gets_its_arguments_in_a_fork() -> None:
    action = Action()
    result = action._execute_module(task_vars=HERE)
    assert result["stdout"] == '{"ANSIBLE_MODULE_ARGS": {"page_size": 1}} False /'
    assert (result["rc"], result["files"], result["path"]) == (0, False, "module.py")
    assert action.said == [f"orgops.aws.{NAMES[0]}: run in a fork of the worker."]
    assert action._execute_module(module_name="orgops.aws.other", task_vars=HERE)["stdout"] == "a process"
    assert "orgops.aws.other is unknown" in action.said[-1]


@pytest.mark.usefixtures("_ansible")
def test_otherwise_ansible_runs_the_module() -> None:
    action = Action(become=True)
    result = action._execute_module(task_vars=HERE)
    assert (result["stdout"], result["files"], result["path"]) == ("a process", True, "archive")
    assert "because the task uses become" in action.said[0]


@pytest.mark.usefixtures("_ansible")
@pytest.mark.parametrize("found", [Loaded(1, {}, problem="gone", is_defect=True), None], ids=["defect", "too late"])
def test_without_imports_before_the_fork_ansible_runs_the_module(
    monkeypatch: pytest.MonkeyPatch, found: Loaded | None
) -> None:
    found = found or Loaded(os.getpid(), {})
    monkeypatch.setattr(action_module, "loaded", lambda: found)
    action = Action()
    assert action._execute_module(task_vars=HERE)["stdout"] == "a process"
    assert ("which is slower: gone" in action.said[0]) is found.is_defect


@pytest.mark.usefixtures("_ansible")
def test_a_module_that_could_not_begin_is_run_by_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "controller_flag", fail)
    action = Action()
    assert action._execute_module(task_vars=HERE)["stdout"] == "a process"
    assert "which is slower: RuntimeError: ValueError: broken" in action.said[-1]


@pytest.mark.usefixtures("_ansible")
@pytest.mark.parametrize("error", [AnsibleError("of the task"), ValueError("after the module began")], ids=str)
def test_a_module_never_runs_twice(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def then_fail(self: Any, **given: Any) -> None:
        if not isinstance(error, AnsibleError):
            as_ansible_does(self, **given)
        raise error

    monkeypatch.setattr(ActionBase, "_execute_module", then_fail)
    with pytest.raises(type(error), match=str(error)):
        Action()._execute_module(task_vars=HERE)


@pytest.mark.usefixtures("_ansible")
def test_without_a_fork_ansible_runs_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, "fork", refuse)
    action = Action()
    assert action._execute_module(task_vars=HERE)["stdout"] == "a process"
    assert "no process could be forked: no more processes" in action.said[-1]


@pytest.mark.usefixtures("_ansible")
def test_a_response_that_is_lost_leads_to_no_second_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(_function: Any) -> tuple[int, str, str]:
        raise OSError("the pipe broke")

    monkeypatch.setattr(action_module, "run_in_fork", lose)
    with pytest.raises(OSError, match="the pipe broke"):
        Action()._execute_module(task_vars=HERE)
