# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of delegated administrators: what is refused before any call."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    DelegatedAdministratorOptions,
    Registration,
    option_problems,
)

ONE, THREE = "guardduty.amazonaws.com", "config.amazonaws.com"
A, B = "111111111111", "222222222222"


def of(principal: str, *account_ids: str) -> set[Registration]:
    return {Registration(account_id, principal) for account_id in account_ids}


SERVICES = {"purge_delegated_administrators": True, "purge_scope": "services"}


def params(**given: Any) -> dict[str, Any]:
    defaults = {
        "delegated_administrators": [{"account_id": A, "service_principals": [ONE]}],
        "state": "present",
        "purge_delegated_administrators": False,
        "purge_scope": "organization",
        "keep_service_principals": [],
        "prefer_service_api": False,
        "regions": None,
        "exclude_regions": [],
        "force": False,
        "wait": True,
        "wait_timeout": 60,
    }
    return {**defaults, **given}


def entry(account_id: str = A, *names: str) -> list[dict[str, Any]]:
    return [{"account_id": account_id, "service_principals": list(names)}]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"delegated_administrators": []}, "is empty, most likely because a variable is empty. List at least one"),
        ({"delegated_administrators": [], "force": True}, "List at least one"),
        ({"delegated_administrators": [], "purge_delegated_administrators": True}, "set force=true to deregister all"),
        ({"delegated_administrators": entry("12345678901", ONE)}, "Quote it"),
        ({"delegated_administrators": entry(" ", ONE)}, "account_id is blank"),
        ({"delegated_administrators": entry("acme", ONE)}, "12 digits of an AWS account ID, not 'acme'"),
        ({"delegated_administrators": entry(A)}, f"service_principals of account {A} is empty"),
        ({"delegated_administrators": entry(A, "")}, f"service_principals of account {A} must hold"),
        ({"management_account_id": A}, "is the management account"),
        ({"keep_service_principals": ["a b"]}, "keep_service_principals must hold"),
        ({"purge_delegated_administrators": True, "state": "absent"}, "requires state=present"),
        ({"purge_scope": "services"}, "has no effect without purge_delegated_administrators=true"),
        ({**SERVICES, "delegated_administrators": [], "force": True}, "List at least one delegated administrator."),
        ({"wait_timeout": -1}, "wait_timeout must be 0 to 86400"),
    ],
)
def test_options_that_are_refused_before_any_call(given: dict[str, Any], problem: str) -> None:
    (found,) = option_problems(params(**given))
    assert problem in found


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"delegated_administrators": [], "force": True, "purge_delegated_administrators": True},
        {"management_account_id": A, "state": "absent"},
        SERVICES,
    ],
)
def test_options_that_are_accepted(given: dict[str, Any]) -> None:
    assert option_problems(params(**given)) == []


def test_an_account_that_is_listed_twice_is_merged() -> None:
    listed = [*entry(A, ONE), *entry(A, THREE, ONE)]
    parsed = DelegatedAdministratorOptions.from_params(params(delegated_administrators=listed))
    assert parsed.wanted == of(ONE, A) | of(THREE, A)
    assert parsed.service_principals == [THREE, ONE]


def test_listed_names_that_differ_only_in_case_are_refused() -> None:
    listed = [{"account_id": A, "service_principals": [ONE]}, {"account_id": B, "service_principals": [ONE.upper()]}]
    problems = option_problems(params(delegated_administrators=listed))
    assert problems == [
        f"delegated_administrators lists {ONE.upper()} and {ONE}, which differ only in case. Remove the wrong one."
    ]


def test_only_the_service_apis_make_services_regional() -> None:
    listed = entry(A, ONE, THREE, "ipam.amazonaws.com")
    for prefer, regional in ((False, []), (True, [ONE])):
        given = params(delegated_administrators=listed, prefer_service_api=prefer, regions=["b", "a", "b"])
        parsed = DelegatedAdministratorOptions.from_params(given)
        assert parsed.regional_services == regional
        assert parsed.regions == ("a", "b")
