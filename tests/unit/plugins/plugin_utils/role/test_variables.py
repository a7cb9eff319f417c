# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import (
    CONNECTION,
    KNOWN,
    VariableError,
    connection_options,
    identity_sentence,
    module_arguments,
    unknown_variables,
)

KEYS = {"access_key": "AKID", "secret_key": "s"}


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param(
            {"profile": "p"}, {"profile": "p", "access_key": "", "secret_key": "", "session_token": ""}, id="profile"
        ),
        pytest.param(KEYS, {**KEYS, "session_token": "", "profile": ""}, id="keys"),
        pytest.param(
            {**KEYS, "session_token": "t"}, {**KEYS, "session_token": "t", "profile": ""}, id="temporary keys"
        ),
        pytest.param(
            {"validate_certs": False, "aws_config": {}}, {"validate_certs": False, "aws_config": {}}, id="falsy"
        ),
    ],
)
def test_one_kind_of_credentials_and_nothing_of_the_environment(
    variables: dict[str, Any], options: dict[str, Any]
) -> None:
    assert connection_options(variables) == options


@pytest.mark.parametrize("value", ["", " \n", None])
def test_blank_is_never_not_given(value: str | None) -> None:
    for name in CONNECTION:
        with pytest.raises(VariableError, match=f"service_access_{name} is blank"):
            connection_options({**KEYS, name: value} if name in KEYS else {name: value})


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({**KEYS, "profile": "p"}, "profile and service_access_access_key are both set"),
        ({"profile": "p", "session_token": "t"}, "profile and service_access_session_token are both set"),
        ({"access_key": "AKID"}, "secret_key is not set, but service_access_access_key is"),
        ({"secret_key": "s"}, "access_key is not set, but service_access_secret_key is"),
        ({"access_key": "AKID", "secret_key": {"a": "b"}}, "service_access_secret_key must be a string"),
        ({"assume_role_arn": ["arn"]}, "service_access_assume_role_arn must be a string"),
        ({"session_token": "t"}, "access_key is not set, but service_access_session_token is"),
    ],
    ids=str,
)
def test_ambiguous_or_half_given_credentials_are_refused(variables: dict[str, Any], message: str) -> None:
    with pytest.raises(VariableError, match=message):
        connection_options(variables)


def test_a_variable_overrides_an_alias_in_the_defaults() -> None:
    defaults = [{"aws_access_key": "AKIDGROUP", "aws_secret_key": "g", "aws_region": "eu-west-1", "wait": False}]
    arguments = module_arguments(defaults, connection_options(KEYS), {"wait": True})
    assert arguments == {**KEYS, "session_token": "", "profile": "", "region": "eu-west-1", "wait": True}


def test_later_defaults_override_aliases_in_earlier_ones() -> None:
    assert module_arguments([{"aws_profile": "group"}, {"profile": "module"}], {}, {}) == {"profile": "module"}
    assert module_arguments([{"profile": "group"}, {"aws_profile": "module"}], {}, {}) == {"profile": "module"}
    assert module_arguments([{"profile": "no", "aws_profile": "alias"}], {}, {}) == {"profile": "alias"}


@pytest.mark.parametrize("name", ["profile", "aws_profile", "assume_role_arn", "aws_access_key_id"])
def test_a_blank_default_is_refused_unless_overridden(name: str) -> None:
    defaults = [{name: "{{ unset }}"}, {name: " "}]
    with pytest.raises(VariableError, match="of module_defaults is blank"):
        module_arguments(defaults, {}, {})
    own = {**connection_options(KEYS), "assume_role_arn": "arn"}
    assert module_arguments(defaults, own, {}) == own


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("asume_role_arn", "assume_role_arn"),
        ("role_arn", "assume_role_arn"),
        ("role", "assume_role_arn"),
        ("external_id", "assume_role_external_id"),
        ("session_name", "assume_role_session_name"),
        ("account_id", "management_account_id"),
        ("managment_account_id", "management_account_id"),
        ("secret_keys", "secret_key"),
        ("token", "session_token"),
        ("keep", "keep_service_principals"),
        ("purge", "purge_service_principals"),
        ("principals_purge", "purge_service_principals"),
        ("regoins", "regions"),
        ("excluded_regions", "exclude_regions"),
        ("state", "service_principals"),
    ],
)
def test_no_variable_that_decides_the_changes_is_ignored(name: str, meant: str) -> None:
    errors, warnings = unknown_variables({f"service_access_{name}": "x", "service_access_region": "us-east-1"})
    assert warnings == []
    assert len(errors) == 1
    assert errors[0].startswith(f"service_access_{name} is not a variable of this role. ")
    assert f"service_access_{meant}" in errors[0]
    assert "Nothing was run" in errors[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("forse", "force"), ("principals", "service_principals"), ("report_directroy", "report_directory")],
)
def test_other_misspelled_variables_are_a_warning(name: str, meant: str) -> None:
    errors, warnings = unknown_variables({f"service_access_{name}": "x"})
    assert errors == []
    assert len(warnings) == 1
    assert f"Did you mean service_access_{meant}" in warnings[0]


def test_known_variables_and_the_users_own_are_in_order() -> None:
    variables = [f"service_access_{name}" for name in (*KNOWN, "team", "owner", "name", "id")]
    assert [name for name in variables if unknown_variables({name: "x", "assume_role_arns": "x"}) != ([], [])] == []


def test_a_variable_that_the_roles_variables_use_is_allowed() -> None:
    arn = "arn:aws:iam::{{ service_access_account_id }}:role/x"
    own = {"service_access_account_id": "1", "service_access_assume_role_arn": arn}
    assert unknown_variables(own) == ([], [])
    assert unknown_variables({**own, "service_access_account": "1"})[0] != []


ARN = "arn:aws:iam::222222222222:role/service-access"
USED = {"assume_role_arn": ARN, "management_account_id": "111111111111", "profile": ""}


@pytest.mark.parametrize(
    ("code", "message", "sentence"),
    [
        (
            "AccessDeniedException",
            "not you",
            f"This host uses assume_role_arn {ARN} and management_account_id 111111111111.",
        ),
        ("WrongOrganization", "222222222222, not 111111111111", f"This host uses assume_role_arn {ARN}."),
        ("AccessDenied", f"Failed to assume {ARN}", "This host uses management_account_id 111111111111."),
        ("ThrottlingException", "slow", ""),
    ],
)
def test_a_refusal_names_the_identity_and_the_account(code: str, message: str, sentence: str) -> None:
    assert identity_sentence({"msg": message, "error": {"code": code}}, USED) == sentence
    assert identity_sentence({"msg": message}, USED) == ""
    assert identity_sentence({"msg": message, "error": {"code": code}}, {}) == ""
