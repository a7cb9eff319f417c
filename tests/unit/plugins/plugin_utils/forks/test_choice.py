# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.connection.local import Connection as LocalConnection

from ansible_collections.orgops.aws.plugins.plugin_utils._forks.choice import (
    VARIABLE,
    connection_name,
    shell_name,
    why_a_process,
)


def why(
    variables: dict[str, Any],
    *,
    transport: str = "local",
    becomes: Any = None,
    executable: str | None = None,
    options: dict[str, Any] | None = None,
    **task: Any,
) -> str:
    """Return why the module of a task needs a process."""
    connection = LocalConnection.__new__(LocalConnection)
    connection.transport, connection.become, connection._shell = transport, becomes, SimpleNamespace(SHELL_FAMILY="sh")
    usual = {"become": False, "async_val": 0, "environment": [], "delegate_to": None}
    action = SimpleNamespace(
        _task=SimpleNamespace(**{**usual, **task}),
        _connection=connection,
        _play_context=SimpleNamespace(executable=executable),
        _templar=SimpleNamespace(template=lambda value: value),
    )
    return why_a_process(action, {"ansible_python_interpreter": sys.executable, **variables}, options or {})


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, ""),
        ({VARIABLE: "yes"}, ""),
        ({VARIABLE: False}, "orgops_aws_in_process is false"),
        ({VARIABLE: "no"}, "orgops_aws_in_process is false"),
        ({VARIABLE: "perhaps"}, "orgops_aws_in_process is 'perhaps'"),
        ({VARIABLE: None}, "orgops_aws_in_process is None"),
        ({"ansible_python_interpreter": "/usr/bin/other"}, "the interpreter is not that of ansible-playbook"),
        ({"ansible_python_interpreter": "auto"}, "the interpreter is not that of ansible-playbook"),
    ],
    ids=str,
)
def test_variables_decide_whether_a_module_is_a_process(variables: dict[str, Any], reason: str) -> None:
    assert why(variables) == reason


@pytest.mark.parametrize(
    ("different", "reason"),
    [
        ({"transport": "ssh"}, "the connection is ssh"),
        ({"executable": "/bin/with-credentials"}, "the shell is /bin/with-credentials"),
        ({"become": True}, "the task uses become"),
        ({"becomes": "sudo"}, "the task uses become"),
        ({"options": {"wrap_async": True}}, "the task is asynchronous"),
        ({"async_val": 1}, "the task is asynchronous"),
        ({"environment": [{"A": "b"}]}, "the task has an environment"),
        ({"delegate_to": "localhost"}, "the task is delegated"),
    ],
    ids=str,
)
def test_in_doubt_a_module_is_a_process(different: dict[str, Any], reason: str) -> None:
    assert why({}, **different) == reason


def test_a_module_that_somebody_looks_at_is_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ANSIBALLZ_COVERAGE_CONFIG", "{}")
    assert why({}) == "the coverage of modules is measured, or they are debugged"
    monkeypatch.setattr("ansible.constants.DEFAULT_KEEP_REMOTE_FILES", True)
    assert why({}) == "Ansible keeps the files of modules"


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
