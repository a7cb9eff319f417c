# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of delegated administrators: registrations, moves, limits."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    DelegatedAdministratorOptions,
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.plan import (
    make_plan,
    plan_problems,
)

ONE = "guardduty.amazonaws.com"  # at most one administrator
THREE = "config.amazonaws.com"  # at most three
UNLIMITED = "backup.amazonaws.com"  # no documented limit
MOVE = "To replace administrators in one task, set purge_delegated_administrators=true and purge_scope=services."
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
        pytest.param(of(ONE, A), options(of(ONE, B)), [f"{A} is registered", f"so {B} cannot", MOVE]),
        pytest.param(set(), options(of(ONE, A, B)), ["can have one delegated administrator", f"{A}, {B}"]),
        pytest.param(of(THREE, A, B), options(of(THREE, C, D)), [f"{A}, {B} are registered", MOVE]),
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


def test_security_lake_is_not_replaced_by_any_option() -> None:
    lake = "securitylake.amazonaws.com"
    wanted = options(of(lake, B), prefer_service_api=True)
    (problem,) = plan_problems(make_plan(of(lake, A), wanted), wanted)
    assert "not even with force=true" in problem
    assert "purge" not in problem


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


def test_a_name_in_another_case_is_not_replaced() -> None:
    upper = UNLIMITED.upper()
    exact = options(of(UNLIMITED, A), purge=True)
    (problem,) = plan_problems(make_plan(of(upper, A), exact), exact)
    assert f"Administrators of {UNLIMITED} would be registered and those of {upper} deregistered" in problem
    additive = options(of(UNLIMITED, A))
    assert plan_problems(make_plan(of(upper, A), additive), additive) == []
