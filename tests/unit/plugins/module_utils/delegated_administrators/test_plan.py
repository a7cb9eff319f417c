# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pure part of delegated administrators: options, plan, moves, limits."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.plan import (
    DelegatedAdministratorOptions,
    Registration,
    make_plan,
    option_problems,
    plan_problems,
)

ONE = "guardduty.amazonaws.com"  # at most one administrator
THREE = "config.amazonaws.com"  # at most three
UNLIMITED = "backup.amazonaws.com"  # no documented limit
MOVE = "To replace {} in one task, set purge_delegated_administrators=true and purge_scope=services."
A, B, C, D = ("111111111111", "222222222222", "333333333333", "444444444444")


def of(principal: str, *account_ids: str) -> set[Registration]:
    return {Registration(account_id, principal) for account_id in account_ids}


def options(wanted: set[Registration], **others: Any) -> DelegatedAdministratorOptions:
    return DelegatedAdministratorOptions(frozenset(wanted), **others)


@pytest.mark.parametrize(
    ("before", "wanted", "to_register", "to_deregister", "makes_room"),
    [
        pytest.param(of(ONE, A), options(of(THREE, B)), of(THREE, B), set(), {}, id="additive"),
        pytest.param(of(ONE, A), options(of(ONE, A)), set(), set(), {}, id="nothing-to-do"),
        pytest.param(of(THREE, A, B), options(of(THREE, B, C), state="absent"), set(), of(THREE, B), {}, id="absent"),
        pytest.param(of(THREE, A), options(of(THREE, B), purge=True), of(THREE, B), of(THREE, A), {}, id="exact"),
        pytest.param(
            of(ONE, A),
            options(of(ONE, B), purge=True),
            of(ONE, B),
            of(ONE, A),
            {Registration(B, ONE): Registration(A, ONE)},
            id="a-move",
        ),
        pytest.param(
            of(THREE, A, B),
            options(of(THREE, C, D), purge=True),
            of(THREE, C, D),
            of(THREE, A, B),
            {Registration(D, THREE): Registration(A, THREE)},
            id="one-has-room-one-is-a-move",
        ),
        pytest.param(of(UNLIMITED, A), options(of(UNLIMITED, B), purge=True), of(UNLIMITED, B), of(UNLIMITED, A), {}),
        pytest.param(
            of(ONE, A) | of(UNLIMITED, A),
            options(of(THREE, A), purge=True, keep=("guard*",)),
            of(THREE, A),
            of(UNLIMITED, A),
            {},
            id="exact-keeps-a-service",
        ),
        pytest.param(
            of(ONE, A) | of(THREE, A, B) | of(UNLIMITED, A),
            options(of(ONE, B) | of(THREE, B), purge=True, purge_scope="services"),
            of(ONE, B),
            of(ONE, A) | of(THREE, A),
            {Registration(B, ONE): Registration(A, ONE)},
            id="exact-for-the-named-services",
        ),
        pytest.param(
            of(THREE, A) | of(UNLIMITED, A),
            options(of(THREE, B) | of(UNLIMITED, B), purge=True, purge_scope="services", keep=("config*",)),
            of(THREE, B) | of(UNLIMITED, B),
            of(UNLIMITED, A),
            {},
            id="exact-for-the-named-services-keeps-one",
        ),
    ],
)
def test_plan(
    before: set[Registration],
    wanted: DelegatedAdministratorOptions,
    to_register: set[Registration],
    to_deregister: set[Registration],
    makes_room: dict[Registration, Registration],
) -> None:
    plan = make_plan(before, wanted)
    assert plan.to_register == tuple(sorted(to_register))
    assert plan.to_deregister == tuple(sorted(to_deregister))
    assert plan.makes_room == makes_room
    assert plan.after(plan.to_register, plan.to_deregister) == sorted((before | to_register) - to_deregister)


@pytest.mark.parametrize(
    ("before", "wanted", "parts"),
    [
        pytest.param(of(ONE, A), options(of(ONE, B)), [f"{A} is registered", f"so {B} cannot", MOVE.format("it")]),
        pytest.param(set(), options(of(ONE, A, B)), ["can have one delegated administrator", f"{A}, {B}"]),
        pytest.param(of(THREE, A, B), options(of(THREE, C, D)), [f"{A}, {B} are registered", MOVE.format("them")]),
        pytest.param(
            of(ONE, A), options(of(ONE, B), purge=True, keep=(ONE,)), ["keep_service_principals protects them"]
        ),
    ],
)
def test_more_than_the_documented_number_is_refused(
    before: set[Registration], wanted: DelegatedAdministratorOptions, parts: list[str]
) -> None:
    (problem,) = plan_problems(make_plan(before, wanted), wanted)
    for part in parts:
        assert part in problem


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        pytest.param(of(ONE, A, B), options(of(ONE, A, B)), id="nothing-to-register"),
        pytest.param(of(ONE, A), options(of(ONE, B), purge=True), id="a-move"),
        pytest.param(of(THREE, A, B), options(of(THREE, C)), id="room-for-one"),
        pytest.param(of(UNLIMITED, A, B, C), options(of(UNLIMITED, D)), id="no-documented-limit"),
        pytest.param(of("new.amazonaws.com", A), options(of("new.amazonaws.com", B)), id="unknown-service"),
    ],
)
def test_what_aws_documents_as_allowed_is_not_refused(
    before: set[Registration], wanted: DelegatedAdministratorOptions
) -> None:
    assert plan_problems(make_plan(before, wanted), wanted) == []


SERVICES = {"purge_delegated_administrators": True, "purge_scope": "services"}


def params(**given: Any) -> dict[str, Any]:
    defaults = {
        "delegated_administrators": [{"account_id": A, "service_principals": [ONE]}],
        "state": "present",
        "purge_delegated_administrators": False,
        "purge_scope": "organization",
        "keep_service_principals": [],
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


def test_a_name_in_another_case_is_not_replaced() -> None:
    upper = UNLIMITED.upper()
    exact = options(of(UNLIMITED, A), purge=True)
    (problem,) = plan_problems(make_plan(of(upper, A), exact), exact)
    assert f"Administrators of {UNLIMITED} would be registered and those of {upper} deregistered" in problem
    additive = options(of(UNLIMITED, A))
    assert plan_problems(make_plan(of(upper, A), additive), additive) == []


def test_listed_names_that_differ_only_in_case_are_refused() -> None:
    listed = [{"account_id": A, "service_principals": [ONE]}, {"account_id": B, "service_principals": [ONE.upper()]}]
    problems = option_problems(params(delegated_administrators=listed))
    assert problems == [
        f"delegated_administrators lists {ONE.upper()} and {ONE}, which differ only in case. Remove the wrong one."
    ]
