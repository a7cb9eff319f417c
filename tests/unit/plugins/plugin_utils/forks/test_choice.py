# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.connection.local import Connection as LocalConnection

from ansible_collections.orgops.aws.plugins.plugin_utils._forks.choice import (
    Conditions,
    connection_name,
    shell_name,
    why_a_process,
)


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
    usual = Conditions(interpreter="/venv/bin/python", own_interpreter="/venv/bin/python")
    assert why_a_process(usual._replace(**different)) == reason


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
