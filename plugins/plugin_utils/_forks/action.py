# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Runs the collection's modules in a fork of Ansible's worker, where that is the same as a process of their own.

Nine tenths of a module's CPU time are imports. Ansible's main process imports an action plugin, and with it this file,
before it forks the workers, so the imports are made once. Each module still has a process of its own, a fork of the
worker: credentials, sessions and connections of organizations never meet.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import importlib
import importlib.util
import inspect
import io
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple, NoReturn
from unittest import mock

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

COLLECTION = "orgops.aws."
MODULES = "ansible_collections.orgops.aws.plugins.modules."
VARIABLE = "orgops_aws_in_process"
# With such an environment variable, ansible-test measures the coverage of module files, and developers debug them.
INSTRUMENTS = "_ANSIBALLZ_"

NOT_BEGUN = 70  # the exit status if the module was not called; it exits with 0 or 1 itself

Main = Callable[[], None]


class Circumstances(NamedTuple):
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


class CannotForkError(Exception):
    """The system refused a process or a pipe, so the module was not called."""


class Loaded(NamedTuple):
    """What the main process loaded: its process ID, the modules by name, botocore's data, and why there are none."""

    process_id: int
    modules: Mapping[str, ModuleType]
    data: Any = None
    problem: str = ""
    is_defect: bool = False


def why_a_process(circumstances: Circumstances) -> str:
    """Why the module needs an ordinary process, for -vvv; empty if it does not. In doubt, it does."""
    try:
        wanted = boolean(circumstances.variable)
    except TypeError:
        return f"{VARIABLE} is {circumstances.variable!r}"
    reasons = {
        f"{VARIABLE} is false": not wanted,
        f"the connection is {circumstances.connection}": circumstances.connection != "local",
        f"the shell is {circumstances.shell}": circumstances.shell != "/bin/sh",
        "the interpreter is not that of ansible-playbook": circumstances.interpreter != circumstances.own_interpreter,
        "the task uses become": circumstances.become,
        "the task is asynchronous": circumstances.is_async,
        "the task has an environment": circumstances.environment,
        "the task is delegated": circumstances.delegated,
        "Ansible keeps the files of modules": circumstances.keep_files,
        "the coverage of modules is measured, or they are debugged": circumstances.instrumented,
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def load(names: tuple[str, ...]) -> Loaded:
    """Import the modules, and check what of ansible-core the fork needs."""
    process_id = os.getpid()
    if sys.platform != "linux":  # on macOS, system libraries that botocore uses fail in a fork
        return Loaded(process_id, {}, problem=f"the platform is {sys.platform}")
    collects = gc.isenabled()
    gc.disable()  # it would examine the objects that the imports create again and again
    try:
        if importlib.util.find_spec("boto3") is None:
            return Loaded(process_id, {}, problem="boto3 is not installed for ansible-playbook")
        require_what_a_fork_needs()
        modules = {name: importlib.import_module(f"{MODULES}{name}") for name in names}
        data = botocores_data()
    except Exception as error:
        return Loaded(process_id, {}, problem=f"{type(error).__name__}: {error}", is_defect=True)
    finally:
        if collects:
            gc.enable()
    gc.freeze()  # they live until the end, and workers would copy the memory of what they examine
    return Loaded(process_id, modules, data)


def controller_flag() -> tuple[ModuleType, str]:
    """Where ansible-core keeps whether a process is a controller, in which warnings are shown and not returned."""
    module, name = importlib.import_module("ansible.module_utils._internal"), "is_controller"
    if getattr(module, name) is not True:
        raise RuntimeError(f"{name} is not true")
    return module, name


def require_what_a_fork_needs() -> None:
    """Raise if this release of ansible-core lacks something that is used before, in or after a fork."""
    controller_flag()
    exception_handler()
    built = importlib.import_module("ansible.executor.module_common")._BuiltModule
    unknown = {field.name for field in dataclasses.fields(built)} - vars(NO_ARCHIVE).keys()
    if unknown:
        raise RuntimeError(f"a built module has {', '.join(sorted(unknown))}")


def exception_handler() -> Callable[[BaseException, str], NoReturn]:
    """What prints the result of a module that raised an exception, and exits."""
    name = "ansible.module_utils._internal._ansiballz._loader"
    handler: Callable[[BaseException, str], NoReturn] = importlib.import_module(name)._handle_exception
    return handler


def botocores_data() -> Any:
    """A loader that has read what every client needs, from botocore's own folders: no profile is read."""
    loader = importlib.import_module("botocore.loaders").create_loader()
    for service in ("organizations", "sts"):
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")
    loader.load_data("endpoints")
    loader.load_data("partitions")
    loader.load_data("sdk-default-configuration")
    return loader


def shared_loader(search_path: str | None = None) -> Any:
    """The loader that has read the models already, unless the user's configuration names further folders."""
    return importlib.import_module("botocore.loaders").create_loader(search_path) if search_path else loaded().data


@functools.lru_cache(maxsize=1)
def loaded() -> Loaded:
    """What was imported, in the main process if this is first called there."""
    return load(
        (
            "organizations_delegated_administrator",
            "organizations_delegated_administrator_info",
            "organizations_service_access",
            "organizations_service_access_info",
            "service_access_organization",
        )
    )


NO_ARCHIVE = SimpleNamespace(
    module_style="new",
    shebang=f"#!{sys.executable}",
    b_module_data=b"",
    serialization_profile="legacy",
    has_async=False,
    has_become=False,
    has_environment=True,
    command_lookup=None,
    get_command_args=lambda *_arguments: None,
    process_result=None,
)


class InProcess(ActionBase):
    """An action whose modules run in a fork of the worker where that is the same. All else is Ansible's."""

    _module: ModuleType | None = None  # that runs in a fork, with these arguments
    _arguments: dict[str, Any] | None = None
    _has_begun = False
    _response: Mapping[str, Any] | None = None

    def _execute_module(
        self,
        module_name: Any = None,
        module_args: Any = None,
        tmp: Any = None,
        task_vars: Any = None,
        **options: Any,
    ) -> Any:
        name = str(module_name or self._task.action)
        arguments = self._task.args if module_args is None else module_args
        reason, module = self._choose(name, task_vars or {}, options)
        self._display.vvv(
            f"{name}: run as a process, because {reason}." if reason else f"{name}: run in a fork of the worker."
        )
        given = {"module_name": module_name, "tmp": tmp, "task_vars": task_vars, **options}
        if module is None:
            return super()._execute_module(module_args=module_args, **given)
        self._module, self._arguments = module, dict(arguments)
        self._has_begun, self._response = False, None
        try:
            return super()._execute_module(module_args=self._arguments, **given)
        except Exception as error:
            if self._has_begun or isinstance(error, AnsibleError):
                raise
            if isinstance(error, CannotForkError):
                self._display.vvv(f"{name}: run as a process, because no process could be forked: {error}")
            else:
                self._warn_of_defect(f"{type(error).__name__}: {error}")
        finally:
            self._module = self._arguments = None
        return super()._execute_module(module_args=module_args, **given)

    def _warn_of_defect(self, problem: str) -> None:
        """Ansible shows the same warning once."""
        self._display.warning(
            f"Modules of orgops.aws run as processes of their own, which is slower: {problem}. To avoid this warning, "
            f"set the variable {VARIABLE} to false."
        )

    def _choose(
        self, name: str, task_vars: Mapping[str, Any], options: Mapping[str, Any]
    ) -> tuple[str, ModuleType | None]:
        """Why the module needs a process, or else the module."""
        reason = why_a_process(self._circumstances(task_vars, options))
        if reason:
            return reason, None
        found = loaded()
        if found.is_defect:
            self._warn_of_defect(found.problem)
        if found.problem:
            return found.problem, None
        if found.process_id == os.getpid():
            return "the imports were not made before the worker was forked", None
        module = found.modules.get(name.removeprefix(COLLECTION))
        return ("", module) if module else (f"{name} is unknown", None)

    def _circumstances(self, task_vars: Mapping[str, Any], options: Mapping[str, Any]) -> Circumstances:
        interpreter = constants.config.get_config_value("INTERPRETER_PYTHON", variables=task_vars)
        return Circumstances(
            variable=self._templar.template(task_vars.get(VARIABLE, True)),
            connection=connection_name(self._connection),
            shell=shell_name(self._connection, self._play_context.executable),
            interpreter=str(self._templar.template(interpreter)),
            own_interpreter=sys.executable,
            become=bool(self._task.become or self._connection.become),
            is_async=bool(self._task.async_val or options.get("wrap_async")),
            environment=any(self._task.environment or ()),
            delegated=bool(self._task.delegate_to),
            keep_files=bool(constants.DEFAULT_KEEP_REMOTE_FILES),
            instrumented=any(name.startswith(INSTRUMENTS) for name in os.environ),
        )

    def _is_pipelining_enabled(self, *arguments: Any, **options: Any) -> bool:
        """For a fork, no file is transferred."""
        return self._module is not None or bool(super()._is_pipelining_enabled(*arguments, **options))

    def _configure_module(self, *arguments: Any, **options: Any) -> Any:
        """For a fork, no archive of the module is built. What Ansible reads of it differs between its releases."""
        if self._module is None:
            return super()._configure_module(*arguments, **options)
        return NO_ARCHIVE, str(self._module.__file__)

    def _low_level_execute_command(self, *arguments: Any, **options: Any) -> Any:
        """Where Ansible would start the module's process, the module runs in a fork."""
        if self._module is None or self._arguments is None:
            return super()._low_level_execute_command(*arguments, **options)
        if self._response is None:  # whatever Ansible calls, a module runs once
            folder = self._loader.get_basedir()  # in which the local connection starts processes
            run = functools.partial(run_main, self._module.main, self._arguments, folder)
            self._has_begun = True
            try:
                status, out, err = run_in_fork(run)
            except CannotForkError:
                self._has_begun = False
                raise
            if status == NOT_BEGUN:
                self._has_begun = False
                raise RuntimeError(err.strip().rpartition("\n")[2])
            lines = {"stdout_lines": out.splitlines(), "stderr_lines": err.splitlines()}
            self._response = {"rc": status, "stdout": out, "stderr": err, **lines}
        return self._response


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


def run_main(main: Main, arguments: dict[str, Any], folder: str) -> int:
    """Run a module's main function as the module's own process would. The exit status."""
    with contextlib.ExitStack() as stack:
        try:
            gc.freeze()  # the parent's objects; examining them would copy their memory
            os.chdir(folder)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            detach_from_ansible()
            testing = importlib.import_module("ansible.module_utils.testing")
            stack.enter_context(testing.patch_module_args(arguments))
            # From here on, warnings are part of the module's result, as in a process that is no controller.
            stack.enter_context(mock.patch.object(*controller_flag(), new=False))
            stack.enter_context(mock.patch("botocore.session.create_loader", shared_loader))
            handle_exception = exception_handler()
        except Exception:
            traceback.print_exc()
            return NOT_BEGUN
        try:
            try:
                main()
                raise RuntimeError("The module did not exit.")
            except Exception as error:
                handle_exception(error, "legacy")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 1


def detach_from_ansible() -> None:
    """Give up Ansible's log file, to which botocore would write requests with their secrets, and the standard input."""
    for handler in tuple(logging.root.handlers):
        logging.root.removeHandler(handler)
    logging.root.setLevel(logging.WARNING)
    with open(os.devnull) as nothing:  # noqa: PTH123 - a device, not a path
        os.dup2(nothing.fileno(), 0)
    sys.stdin = os.fdopen(0, closefd=False)


def run_in_fork(function: Callable[[], int]) -> tuple[int, str, str]:
    """Call a function in a forked process: its status, as a shell tells it, and what it printed on both streams.

    Raises CannotForkError if it was not called.
    """
    try:
        reader, writer = os.pipe()
    except OSError as error:
        raise CannotForkError(str(error)) from error
    try:
        process_id = os.fork()
    except OSError as error:
        os.close(reader)
        os.close(writer)
        raise CannotForkError(str(error)) from error
    if process_id == 0:
        status = 1
        out, err = io.StringIO(), io.StringIO()
        try:
            os.close(reader)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    status = function()
                except BaseException:
                    traceback.print_exc()
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(b"\0".join(stream.getvalue().encode("utf-8", "backslashreplace") for stream in (out, err)))
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        printed = pipe.read()
    _process_id, ended = os.waitpid(process_id, 0)
    out_bytes, _separator, err_bytes = printed.partition(b"\0")
    out_text, err_text = (printed.decode("utf-8", "replace") for printed in (out_bytes, err_bytes))
    status = os.waitstatus_to_exitcode(ended)
    if status < 0:  # as the shell does that starts a module's process
        return 128 - status, out_text, f"{err_text}{signal.strsignal(-status)}\n"
    return status, out_text, err_text


loaded()

__all__ = [
    "NOT_BEGUN",
    "CannotForkError",
    "Circumstances",
    "InProcess",
    "Loaded",
    "connection_name",
    "load",
    "run_in_fork",
    "run_main",
    "shell_name",
    "why_a_process",
]
