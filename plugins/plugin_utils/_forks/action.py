# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The action that runs a module of the collection in a fork of the worker, or as a process."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from .choice import VARIABLE, choose, why_a_process
from .fork import NOT_BEGUN, CannotForkError, run_in_fork, run_main
from .loading import NO_ARCHIVE, loaded


class ForkingAction(ActionBase):
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
        module, reason, is_defect = choose(name, why_a_process(self, task_vars or {}, options), loaded())
        if is_defect:
            self._warn_of_defect(reason)
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
        """Warn. Ansible shows the same warning once."""
        self._display.warning(
            f"Modules of orgops.aws run as processes of their own, which is slower: {problem}. To avoid this warning, "
            f"set the variable {VARIABLE} to false."
        )

    def _is_pipelining_enabled(self, *arguments: Any, **options: Any) -> bool:
        """Return True for a fork: no file is transferred."""
        return self._module is not None or bool(super()._is_pipelining_enabled(*arguments, **options))

    def _configure_module(self, *arguments: Any, **options: Any) -> Any:
        """Return no archive for a fork. What Ansible reads of it differs between its releases."""
        if self._module is None:
            return super()._configure_module(*arguments, **options)
        return NO_ARCHIVE, str(self._module.__file__)

    def _low_level_execute_command(self, *arguments: Any, **options: Any) -> Any:
        """Run the module in a fork where Ansible would start its process."""
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


__all__ = ["ForkingAction"]
