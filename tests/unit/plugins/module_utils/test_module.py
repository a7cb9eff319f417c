# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the result: bad input, the alias, the diff, secrets."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

LIST = "ListAWSServiceAccessForOrganization"


BAD_INPUT = [
    pytest.param({"service_principals": [""]}, "'' (blank)", id="empty"),
    pytest.param({"service_principals": ["  "]}, "(blank)", id="blank"),
    pytest.param({"service_principals": ["a.amazonaws.com\n"]}, "a.amazonaws.com\\n", id="newline"),
    pytest.param({"service_principals": ["a" * 129]}, "(129 characters)", id="too-long"),
    pytest.param({"service_principals": ["a b", "c", "d/e"]}, "'a b', 'd/e'", id="several"),
    pytest.param({"service_principals": ["gu\u0430rdduty.amazonaws.com"]}, "ASCII", id="look-alike"),
    pytest.param({"service_principals": []}, "service_principals is empty", id="empty-list"),
    pytest.param({"service_principals": [None]}, "invalid: '", id="null-entry"),
    pytest.param({"service_principals": [5]}, "null, a boolean, a number or a date", id="number-entry"),
    pytest.param({"service_principals": [True]}, "null, a boolean, a number or a date", id="boolean-entry"),
    pytest.param({"service_principals": [{"a": 1}]}, "{'a': 1}", id="dict-entry"),
    pytest.param({"service_principals": [["a"]]}, "['a']", id="list-entry"),
    pytest.param({"service_principals": {"a": 1}}, "service_principals", id="dict"),
    pytest.param({"service_principals": None}, "missing required arguments: service_principals", id="missing"),
    pytest.param({"keep_service_principals": ["*\n"]}, "keep_service_principals", id="pattern"),
    pytest.param({"keep_service_principals": [5]}, "null, a boolean, a number or a date", id="pattern-number"),
    pytest.param({"unknown_service_principals": "refuse"}, "warn, fail, ignore", id="unknown"),
    pytest.param({"wait_timeout": -1}, "wait_timeout must be 0 to 86400 seconds", id="negative-time-out"),
    pytest.param({"wait_timeout": 10**400}, "wait_timeout must be 0 to 86400 seconds", id="endless-time-out"),
    pytest.param({"wait_timeout": "soon"}, "wait_timeout", id="time-out-no-number"),
    pytest.param({"state": "enabled"}, "present, absent", id="state"),
    pytest.param({"state": "absent", "purge_service_principals": True}, "requires state=present", id="purge-absent"),
    pytest.param({"aws_config": {"nonsense": 1}}, "aws_config", id="aws-config"),
    pytest.param({"aws_config": {"retries": 3}}, "retries in aws_config must be a dictionary", id="retries"),
    pytest.param(
        {"aws_config": {"retries": {"total_max_attempts": "3"}}},
        "total_max_attempts of retries in aws_config must be a whole number",
        id="attempts",
    ),
    pytest.param({"aws_config": {"proxies": ["a"]}}, "proxies in aws_config must be a dictionary", id="proxies"),
    pytest.param({"aws_config": {"read_timeout": "5"}}, "read_timeout in aws_config must be a number", id="time-out"),
    pytest.param({"session_token": "TOKEN\n"}, "session_token contains a line break", id="token-with-newline"),
]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("options", "message"), BAD_INPUT)
def test_bad_input_fails_before_any_call(
    service_access: RunModule, emulator: EmulatorControl, options: dict[str, Any], message: str, check_mode: bool
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    result = service_access(**{"service_principals": ["config.amazonaws.com"], **options}, check_mode=check_mode)
    assert result["failed"] is True
    assert message in result["msg"]
    assert "Traceback" not in result["msg"]
    assert emulator.calls() == []


def test_diff_only_when_asked_for(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    assert "diff" not in service_access(["config.amazonaws.com"], check_mode=True)
    assert service_access(["config.amazonaws.com"], check_mode=True, diff=True)["diff"] == {
        "before": {"service_principals": ["sso.amazonaws.com"]},
        "after": {"service_principals": ["config.amazonaws.com", "sso.amazonaws.com"]},
    }


def test_the_alias_for_one_principal(run_module: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    result = run_module("organizations_service_access", service_principal="config.amazonaws.com")
    assert result["enabled"] == ["config.amazonaws.com"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_secrets_stay_secret(service_access: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
    emulator.fault(LIST, code="UnrecognizedClientException", message="SECRET-KEY and SECRET-TOKEN are wrong")
    result = service_access(
        ["config.amazonaws.com"],
        check_mode=check_mode,
        secret_key="SECRET-KEY",
        session_token="SECRET-TOKEN",
        aws_config={"proxies": {"ftp": "http://me:SECRET-PROXY@proxy:1"}},
    )
    assert result["failed"] is True
    assert "SECRET" not in str(result)
