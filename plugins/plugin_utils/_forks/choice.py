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

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean

COLLECTION = "orgops.aws."
VARIABLE = "orgops_aws_in_process"
# With such an environment variable, ansible-test measures the coverage of module files, and developers debug them.
INSTRUMENTS = "_ANSIBALLZ_"


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


def choose(name: str, reason: str, found: Loaded) -> Choice:
    """Return how a module runs. ``reason``: why it needs a process. ``found``: what the main process loaded."""
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


def why_a_process(action: Any, task_vars: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return why the module of an action needs an ordinary process, for -vvv; empty if it does not. In doubt, it does.

    ``options``: those with which the action runs the module.
    """
    task, connection, template = action._task, action._connection, action._templar.template
    interpreter = constants.config.get_config_value("INTERPRETER_PYTHON", variables=task_vars)
    variable = template(task_vars.get(VARIABLE, True))
    transport, shell = connection_name(connection), shell_name(connection, action._play_context.executable)
    reasons = {
        f"the connection is {transport}": transport != "local",
        f"the shell is {shell}": shell != "/bin/sh",
        "the interpreter is not that of ansible-playbook": str(template(interpreter)) != sys.executable,
        "the task uses become": task.become or connection.become,
        "the task is asynchronous": task.async_val or options.get("wrap_async"),
        "the task has an environment": any(task.environment or ()),
        "the task is delegated": task.delegate_to,
        "Ansible keeps the files of modules": constants.DEFAULT_KEEP_REMOTE_FILES,
        "the coverage of modules is measured, or they are debugged": any(
            name.startswith(INSTRUMENTS) for name in os.environ
        ),
    }
    try:  # the variable comes first, whatever else applies
        if not boolean(variable):
            return f"{VARIABLE} is false"
    except TypeError:
        return f"{VARIABLE} is {variable!r}"
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


__all__ = ["VARIABLE", "Loaded", "choose", "why_a_process", "why_no_imports"]
