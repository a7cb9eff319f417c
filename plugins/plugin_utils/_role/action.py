# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Base classes of the actions of the roles and playbooks. The decisions are in the other modules of this package."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleTemplateError
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from .._forks.action import ForkingAction
from .._summary.journal import (
    BEGAN,
    ENDED,
    MARK,
    UNKNOWN_OUTCOME,
    Journal,
    Step,
    is_result,
    joined,
    reserved,
    variables_of,
)
from .._summary.outcomes import Outcome, outcome
from .shared_organization import misplaced_message
from .variables import (
    ACCOUNT,
    CONNECTION,
    OF_PLAYS,
    PREFIX,
    RESULTS,
    VariableError,
    account_id_of,
    connection_options,
    identity_sentence,
    module_arguments,
    names_options,
    unknown_variables,
)

Result = dict[str, Any]
LOCAL = ("local", "ansible.builtin.local")
NOT_LOCAL = (
    "An organization is no machine to log in to: set ansible_connection=local for its host, unless the modules have to "
    "run on another machine."
)


def _shows_ok_hosts(callback: str) -> bool:
    try:
        return bool(constants.config.get_config_value("display_ok_hosts", plugin_type="callback", plugin_name=callback))
    except AnsibleError:
        return True  # an option of some callbacks only


class VariablesAction(ActionBase):
    """An action that takes its options from variables; where they are wrong, it fails without a traceback."""

    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: Mapping[str, Any] | None = None) -> Result:
        """Run for one host, in a forked worker of Ansible."""
        variables = task_vars or {}
        result: Result = super().run(tmp, variables)
        try:
            result.update(self.act(variables))
        except AnsibleConnectionFailure:
            raise  # the host is unreachable
        except (AnsibleError, VariableError) as error:
            result.update(failed=True, changed=False, msg=str(error))
        except OSError as error:
            result.update(failed=True, changed=False, msg=f"Failed on the controller: {error}")
        except BaseException as error:
            if type(error).__name__ != "TaskTimeoutError":  # of Ansible's private API, and no Exception
                raise
            result.update(failed=True, changed=False, msg=str(error))
        return result

    def act(self, task_vars: Mapping[str, Any]) -> Result:
        """Return the action's results. VariableError becomes a failure with its message."""
        raise NotImplementedError

    def always_printed(self, lines: list[str]) -> Result:
        """Return a result whose lines are printed, also where Ansible hides results without a change."""
        callback = constants.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2]
        if not _shows_ok_hosts(callback):
            self._display.display("\n".join(lines))
        return {"msg": lines, "changed": False, "_ansible_verbose_always": True}

    def defined_variables(
        self, names: Iterable[str], task_vars: Mapping[str, Any], prefix: str = PREFIX
    ) -> dict[str, Any]:
        """Return {name: templated value} of the defined variables. One that is templated to omit counts as undefined.

        A variable whose template uses something undefined is a VariableError. It never counts as undefined.
        """
        found: dict[str, Any] = {}
        problems = []
        for name in names:
            variable = f"{prefix}{name}"
            if variable in task_vars:
                try:
                    found.update(self._templar.template({name: task_vars[variable]}))
                except AnsibleError as error:
                    problems.append(f"{variable} cannot be templated: {error}")
        if problems:
            raise VariableError(" ".join(problems))
        return found


class OrganizationAction(ForkingAction, VariablesAction):
    """An action on one organization, reached with the role's variables. Its results say whether they are real."""

    _requires_connection = True
    _changes_aws = False
    _began = False  # whether a module was run, or may have been

    def run(self, tmp: Any = None, task_vars: Mapping[str, Any] | None = None) -> Result:
        """Run as VariablesAction does, and add check_mode and the mark of this run."""
        variables = task_vars or {}
        host, registered, identity = variables.get("inventory_hostname", ""), variables_of(self._task), uuid.uuid4().hex
        journal = Journal()
        journal.add(Step(BEGAN, [host], registered, identity))
        try:
            result = super().run(tmp, variables)
        except AnsibleConnectionFailure as error:
            if self._connection.transport in LOCAL:
                raise
            raise AnsibleConnectionFailure(joined(error, NOT_LOCAL)) from error
        lost = result.get("failed") and "check_mode" not in result  # every result of a module has check_mode
        if lost and self._changes_aws and self._began and not self._task.check_mode:
            result["msg"] = joined(result.get("msg"), UNKNOWN_OUTCOME)
        result.setdefault("check_mode", bool(self._task.check_mode))
        result[MARK] = {"host": host, "id": identity}
        journal.add(Step(ENDED, [host], registered, identity, self._outcome(result, variables)))
        return result

    def _outcome(self, result: Result, task_vars: Mapping[str, Any]) -> Outcome:
        """Return what became of the organization, with the ID of its account if the variables contain it."""
        found = outcome(result)
        with contextlib.suppress(VariableError):
            account_id = account_id_of(self.defined_variables([ACCOUNT], task_vars).get(ACCOUNT))
            return found._replace(details={**found.details, ACCOUNT: account_id})
        return found

    def run_module(
        self, name: str, options: Mapping[str, Any], task_vars: Mapping[str, Any], defaults_of: str | None = None
    ) -> Result:
        """Run a module of the collection: the play's module_defaults, then the connection's variables, then options.

        ``defaults_of``: the module whose module_defaults apply, if it is another one.
        """
        self._refuse_variables(task_vars)
        # The defaults of the action group are in the arguments of this task.
        defaults = [self._task.args]
        defaults += [
            self._templar.template(entry.get(f"orgops.aws.{defaults_of or name}", {}))
            for entry in self._task.module_defaults
        ]
        connection = connection_options(self.defined_variables(CONNECTION, task_vars))
        arguments = module_arguments(defaults, connection, options)
        self.refuse(task_vars)
        self._began = True
        try:
            result: Result = self._execute_module(
                module_name=f"orgops.aws.{name}", module_args=arguments, task_vars=task_vars
            )
        except AnsibleTemplateError:
            self._began = False  # in a variable of the connection or the interpreter
            raise
        if result.get("failed") and names_options(result):
            result["msg"] = joined(result["msg"], f"Each option is the variable {PREFIX}<option> of the role.")
        if result.get("failed") and (identity := identity_sentence(result, arguments)):
            result["msg"] = joined(result["msg"], identity)
        return result

    def refuse(self, task_vars: Mapping[str, Any]) -> None:
        """Raise VariableError if no module may run, although the variables themselves are right."""

    def without_effect(self) -> list[str]:
        """Return the variables of OF_PLAYS that are neither extra variables nor variables of the play."""
        effective = {*load_extra_vars(self._loader), *self._task.get_play().get_vars()}
        return [name for name in OF_PLAYS if name not in effective]

    def _refuse_variables(self, task_vars: Mapping[str, Any]) -> None:
        """Warn of variables that are probably misspelled; VariableError if that could change a wrong organization."""
        errors = [reserved(name) for name in RESULTS if name in task_vars and not is_result(task_vars[name])]
        misplaced = [name for name in self.without_effect() if name in task_vars]
        if misplaced:
            errors.append(misplaced_message(misplaced, task_vars.get("inventory_hostname", "")))
        unknown, warnings = unknown_variables(task_vars)
        for text in warnings:
            self._display.warning(text)
        if errors or unknown:
            raise VariableError(" ".join([*errors, *unknown]))


__all__ = ["OrganizationAction", "Result", "VariablesAction"]
