# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""When a module runs in a fork of Ansible's worker: only where that is the same as a process of its own.

The task decides, the platform, what the main process could import, and when it did.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

from ansible.module_utils.parsing.convert_bool import boolean

COLLECTION = "orgops.aws."
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


class Loaded(NamedTuple):
    """What the main process loaded: its process ID, the modules by name, botocore's data, and why there are none."""

    process_id: int
    modules: Mapping[str, ModuleType]
    data: Any = None
    problem: str = ""
    is_defect: bool = False


class Choice(NamedTuple):
    """The module to run in a fork, or why it needs a process. ``is_defect``: users should hear of the reason."""

    module: ModuleType | None
    reason: str = ""
    is_defect: bool = False


def choose(name: str, conditions: Conditions, found: Loaded) -> Choice:
    """Return how a module runs. ``found``: what the main process loaded."""
    reason = why_a_process(conditions)
    if reason:
        return Choice(None, reason)
    if found.problem:
        return Choice(None, found.problem, found.is_defect)
    if found.process_id == os.getpid():
        return Choice(None, "the imports were not made before the worker was forked")
    module = found.modules.get(name.removeprefix(COLLECTION))
    return Choice(module, "" if module else f"{name} is unknown")


def why_no_imports() -> str:
    """Return why the main process imports no modules; empty if it does."""
    if sys.platform != "linux":  # on macOS, system libraries that botocore uses fail in a fork
        return f"the platform is {sys.platform}"
    if importlib.util.find_spec("boto3") is None:
        return "boto3 is not installed for ansible-playbook"
    return ""


def why_a_process(conditions: Conditions) -> str:
    """Return why the module needs an ordinary process, for -vvv; empty if it does not. In doubt, it does."""
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
    """Return "local" for Ansible's local connection only, not for a plugin that inherits from it or replaces it."""
    own = importlib.util.find_spec("ansible.plugins.connection.local")
    if connection.transport == "local" and (not own or inspect.getsourcefile(type(connection)) != own.origin):
        return f"{type(connection).__module__}.{type(connection).__name__}"
    return str(connection.transport)


def shell_name(connection: Any, executable: str | None) -> str:
    """Return the shell that would start the module's process; any other than sh could set up credentials."""
    family = getattr(connection._shell, "SHELL_FAMILY", None)
    return executable or "/bin/sh" if family == "sh" else str(family)


__all__ = [
    "VARIABLE",
    "Choice",
    "Conditions",
    "Loaded",
    "choose",
    "connection_name",
    "shell_name",
    "why_a_process",
    "why_no_imports",
]
