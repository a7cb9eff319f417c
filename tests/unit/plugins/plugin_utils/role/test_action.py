# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleUndefinedVariable
from ansible.template import trust_as_template

from ansible_collections.orgops.aws.plugins.action import role_apply
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import MARK

DENIED = {"failed": True, "msg": "not you"}


def test_variables_win_over_the_plays_module_defaults(make: Any, ran: list[Any]) -> None:
    defaults = [{"orgops.aws.organizations_service_access": {"wait": False, "region": "us-west-2"}}]
    action = make(role_apply, {"changed": False}, args={"validate_certs": True}, module_defaults=defaults)
    variables = {"service_access_region": "us-east-1", "service_access_service_principals": ["a"]}
    result = action.run(task_vars=variables)
    assert ran[0][1] == {
        "validate_certs": True,
        "wait": False,
        "region": "us-east-1",
        "service_principals": ["a"],
    }
    assert (result["check_mode"], MARK in result) == (False, True)


@pytest.mark.parametrize("name", ["service_access_result", "service_access_report_organization"])
def test_a_variable_of_the_name_of_the_result_is_refused(make: Any, ran: list[Any], name: str) -> None:
    result = make(role_apply).run(task_vars={name: "x"})
    assert result["failed"] is True
    assert result["msg"].startswith(f"{name} is the variable in which the role registers its result.")
    assert ran == []
    assert make(role_apply).run(task_vars={name: {"changed": False}})["failed"] is True
    skipped = {name: {"changed": False, "skipped": True}}
    assert "failed" not in make(role_apply, {"changed": False}).run(task_vars=skipped)


def test_an_alias_of_the_defaults_is_overridden(make: Any, ran: list[Any]) -> None:
    own = {"service_access_access_key": "own", "service_access_secret_key": "s"}
    action = make(role_apply, {"changed": False}, args={"aws_access_key": "group"})
    action.run(task_vars=own)
    assert (ran[0][1]["access_key"], "aws_access_key" in ran[0][1]) == ("own", False)


@pytest.mark.parametrize("error", [AnsibleError("lost"), OSError("lost")], ids=repr)
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_error_of_ansible_leaves_the_outcome_unknown(make: Any, error: Exception, check_mode: bool) -> None:
    action = make(role_apply, check_mode=check_mode)
    action._execute_module = Mock(side_effect=error)
    result = action.run(task_vars={})
    assert result["failed"] is True
    assert "lost" in result["msg"]
    assert ("It is unknown what was done." in result["msg"]) == (not check_mode)
    assert MARK in result


def test_a_timeout_is_a_result_but_an_interruption_is_not(make: Any) -> None:
    timeout = type("TaskTimeoutError", (BaseException,), {})
    action = make(role_apply)
    action._execute_module = Mock(side_effect=timeout("Timed out."))
    result = action.run(task_vars={})
    assert (result["failed"], result["msg"]) == (True, "Timed out. It is unknown what was done.")
    action._execute_module = Mock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        action.run(task_vars={})


def test_an_undefined_connection_variable_runs_nothing(make: Any) -> None:
    action = make(role_apply)
    action._execute_module = Mock(side_effect=AnsibleUndefinedVariable("undefined"))
    assert action.run(task_vars={})["msg"] == "undefined"


def test_a_module_without_a_result_leaves_the_outcome_unknown(make: Any) -> None:
    assert make(role_apply, DENIED).run(task_vars={})["msg"] == "not you. It is unknown what was done."
    told = make(role_apply, {**DENIED, "check_mode": False}).run(task_vars={})
    assert told["msg"] == "not you"


@pytest.mark.parametrize(("transport", "told"), [("local", False), ("ssh", True)])
def test_an_unreachable_host_is_no_failure(make: Any, transport: str, told: bool) -> None:
    action = make(role_apply)
    action._connection.transport = transport
    action._execute_module = Mock(side_effect=AnsibleConnectionFailure("gone"))
    with pytest.raises(AnsibleConnectionFailure) as failure:
        action.run(task_vars={})
    assert ("set ansible_connection=local" in str(failure.value)) is told


def test_a_refusal_names_the_identity(make: Any) -> None:
    denied = {**DENIED, "check_mode": False, "error": {"code": "AccessDeniedException"}}
    result = make(role_apply, denied).run(task_vars={"service_access_profile": "prod"})
    assert result["msg"] == "not you. This host uses profile prod."


@pytest.mark.parametrize(
    ("msg", "told"),
    [
        ("missing required arguments: service_principals", True),
        ("argument 'wait' is of type str and we were unable to convert to bool", True),
        ("Failed to list service access.", False),
    ],
)
def test_a_message_about_options_leads_to_the_variables(make: Any, msg: str, told: bool) -> None:
    failure = {"failed": True, "msg": msg, "check_mode": False}
    result = make(role_apply, failure).run(task_vars={})
    assert result["msg"].endswith("Each option is the variable service_access_<option> of the role.") == told
    ofaws = make(role_apply, {**failure, "error": {"code": "x"}}).run(task_vars={})
    assert ofaws["msg"] == msg


@pytest.mark.parametrize(
    ("value", "message"),
    [(trust_as_template("x{{ missing }}"), "service_access_profile cannot be templated"), ("", "is blank")],
)
def test_a_bad_variable_fails_without_running_anything(make: Any, ran: list[Any], value: Any, message: str) -> None:
    result = make(role_apply).run(task_vars={"service_access_profile": value})
    assert result["failed"] is True
    assert message in result["msg"]
    assert ran == []


def test_omit_is_not_given(make: Any, ran: list[Any]) -> None:
    variables = {"service_access_profile": trust_as_template("{{ omit }}")}
    make(role_apply, {"changed": False}).run(task_vars=variables)
    assert ran == [("orgops.aws.organizations_service_access", {})]
