# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import logging
import os
import signal
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

from ansible_collections.orgops.aws.plugins.plugin_utils._forks import action as _in_process
from ansible_collections.orgops.aws.plugins.plugin_utils._forks.action import (
    NOT_BEGUN,
    Circumstances,
    InProcess,
    Loaded,
    connection_name,
    load,
    run_in_fork,
    run_main,
    shell_name,
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
        ({"shell": "/bin/with-credentials"}, "the shell is /bin/with-credentials"),
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
    assert _in_process.shared_loader() is _in_process.loaded().data
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
    assert run_in_fork(die) == (137, "", "Killed\n")


def test_a_fork_changes_nothing_in_the_worker() -> None:
    folder = os.getcwd()  # noqa: PTH109
    assert run_in_fork(change_the_process)[0] == 0
    assert "CHANGED" not in os.environ
    assert os.getcwd() == folder  # noqa: PTH109


class Action(InProcess, NormalAction):
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
    """The calls of ActionBase._execute_module on the way to a module."""
    built, path = self._configure_module(module_name="m", module_args=module_args)
    files = not self._is_pipelining_enabled(built.module_style)
    return {"path": path, "files": files, **self._low_level_execute_command("command")}


@pytest.fixture
def _ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was forked after the imports, and an Ansible that runs modules as processes."""
    monkeypatch.setattr(ActionBase, "_execute_module", as_ansible_does)
    ordinary = SimpleNamespace(module_style="new")
    monkeypatch.setattr(ActionBase, "_configure_module", lambda *_given, **_options: (ordinary, "archive"))
    monkeypatch.setattr(ActionBase, "_is_pipelining_enabled", lambda *_given: False)
    monkeypatch.setattr(ActionBase, "_low_level_execute_command", lambda *_given: {"stdout": "a process"})
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    module = SimpleNamespace(main=print_arguments, __file__="module.py")
    monkeypatch.setattr(_in_process, "loaded", lambda: Loaded(os.getpid() - 1, {NAMES[0]: module}))  # type: ignore[dict-item]


def print_arguments() -> None:
    """A module that shows its arguments, and whether it believes to be on a controller."""
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
    monkeypatch.setattr(_in_process, "loaded", lambda: found)
    action = Action()
    assert action._execute_module(task_vars=HERE)["stdout"] == "a process"
    assert ("which is slower: gone" in action.said[0]) is found.is_defect


@pytest.mark.usefixtures("_ansible")
def test_a_module_that_could_not_begin_is_run_by_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_in_process, "controller_flag", fail)
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


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1), ("message", 1)])
def test_the_exit_status_of_a_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, status: int | str, expected: int
) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    monkeypatch.setattr(_in_process, "detach_from_ansible", lambda: None)  # this is the process of the tests
    monkeypatch.chdir(tmp_path)
    assert run_main(lambda: sys.exit(status), {}, str(tmp_path)) == expected
    assert run_main(lambda: None, {}, str(tmp_path / "none")) == NOT_BEGUN


def log_and_read() -> None:
    logging.getLogger("elsewhere").warning("a secret")
    sys.stdout.write(f"{logging.root.level} {sys.stdin.read()!r} {os.read(0, 1)!r}")
    sys.exit(0)


def test_a_module_has_neither_ansibles_log_nor_its_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    log = logging.FileHandler(tmp_path / "log")
    monkeypatch.setattr(logging.root, "handlers", [log])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    monkeypatch.setattr(sys, "stdin", None)
    assert run_in_fork(lambda: run_main(log_and_read, {}, str(tmp_path))) == (0, "30 '' b''", "a secret\n")
    assert (tmp_path / "log").read_text() == ""
    assert logging.root.handlers == [log]


@pytest.mark.parametrize("main", [fail, lambda: None], ids=["raises", "returns"])
def test_an_exception_of_a_module_is_its_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str], main: Any
) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    monkeypatch.setattr(_in_process, "detach_from_ansible", lambda: None)  # this is the process of the tests
    monkeypatch.chdir(tmp_path)
    assert run_main(main, {}, str(tmp_path)) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["failed"] is True
    assert ("broken" if main is fail else "did not exit") in str(result["exception"])


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

    monkeypatch.setattr(_in_process, "run_in_fork", lose)
    with pytest.raises(OSError, match="the pipe broke"):
        Action()._execute_module(task_vars=HERE)


def test_only_ansibles_own_local_connection_and_shell() -> None:
    class Wrapper(LocalConnection):
        """A plugin that starts processes in its own way."""

    own, wrapper = LocalConnection.__new__(LocalConnection), Wrapper.__new__(Wrapper)
    own._shell = SimpleNamespace(SHELL_FAMILY="sh")
    assert connection_name(own) == "local"
    assert connection_name(wrapper).endswith("Wrapper")
    assert [shell_name(own, executable) for executable in (None, "/bin/sh", "/bin/x")] == [
        "/bin/sh",
        "/bin/sh",
        "/bin/x",
    ]
    own._shell = SimpleNamespace(SHELL_FAMILY="fish")
    assert shell_name(own, None) == "fish"


def test_no_profile_is_read_before_the_fork(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(f"[default]\ndata_path = {tmp_path}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    found = load(NAMES)
    assert found.problem == ""
    assert str(tmp_path) not in found.data.search_paths
