# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""When a module runs in a fork of Ansible's worker: only where that is the same as a process of its own."""

from __future__ import annotations

import importlib.util
import inspect
from typing import Any, NamedTuple

from ansible.module_utils.parsing.convert_bool import boolean

VARIABLE = "orgops_aws_in_process"


class Conditions(NamedTuple):
    """What decides whether a fork of the worker is the same as a process."""

    variable: Any = True
    connection: str = "local"
    shell: str = "/bin/sh"
    interpreter: str = ""
    own_interpreter: str = ""
    become: bool = False
    is_async: bool = False
    environment: bool = False
    delegated: bool = False
    keep_files: bool = False
    instrumented: bool = False


def why_a_process(conditions: Conditions) -> str:
    """Why the module needs an ordinary process, for -vvv; empty if it does not. In doubt, it does."""
    try:
        wanted = boolean(conditions.variable)
    except TypeError:
        return f"{VARIABLE} is {conditions.variable!r}"
    reasons = {
        f"{VARIABLE} is false": not wanted,
        f"the connection is {conditions.connection}": conditions.connection != "local",
        f"the shell is {conditions.shell}": conditions.shell != "/bin/sh",
        "the interpreter is not that of ansible-playbook": conditions.interpreter != conditions.own_interpreter,
        "the task uses become": conditions.become,
        "the task is asynchronous": conditions.is_async,
        "the task has an environment": conditions.environment,
        "the task is delegated": conditions.delegated,
        "Ansible keeps the files of modules": conditions.keep_files,
        "the coverage of modules is measured, or they are debugged": conditions.instrumented,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def connection_name(connection: Any) -> str:
    """ "local" for Ansible's own local connection only, not for a plugin that inherits from it or replaces it."""
    own = importlib.util.find_spec("ansible.plugins.connection.local")
    if connection.transport == "local" and (not own or inspect.getsourcefile(type(connection)) != own.origin):
        return f"{type(connection).__module__}.{type(connection).__name__}"
    return str(connection.transport)


def shell_name(connection: Any, executable: str | None) -> str:
    """The shell that would start the module's process; any other than sh could set up credentials."""
    family = getattr(connection._shell, "SHELL_FAMILY", None)
    return executable or "/bin/sh" if family == "sh" else str(family)


__all__ = [
    "VARIABLE",
    "Conditions",
    "connection_name",
    "shell_name",
    "why_a_process",
]
