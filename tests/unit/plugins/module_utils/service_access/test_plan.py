# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pure part: options, validation, plan."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import (
    Plan,
    ServiceAccessOptions,
    make_plan,
    plan_problems,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.state import parse_options
from ansible_collections.orgops.aws.tests.examples import generated_data

NAMES = st.sampled_from([f"{letter}.amazonaws.com" for letter in "abcdefgh"])
SETS = st.frozensets(NAMES)


def options(*names: str, **others: Any) -> ServiceAccessOptions:
    return ServiceAccessOptions(frozenset(names), **others)


@pytest.mark.parametrize(
    ("enabled", "wanted", "to_enable", "to_disable"),
    [
        pytest.param([], options("b", "a"), ("a", "b"), (), id="everything-missing"),
        pytest.param(["a", "b"], options("a"), (), (), id="additive-leaves-others"),
        pytest.param(["a", "b"], options("a", state="absent"), (), ("a",), id="absent"),
        pytest.param(["b"], options("a", state="absent"), (), (), id="absent-already"),
        pytest.param(list("hgfedcba"), options(*"fedc", state="absent"), (), tuple("cdef"), id="absent-sorted"),
        pytest.param(["c", "b"], options("a", purge=True), ("a",), ("b", "c"), id="exact"),
        pytest.param(["b", "c"], options("a", purge=True, keep=("b",)), ("a",), ("c",), id="exact-keeps"),
        pytest.param(["x.b", "b", "x.B"], options("a", purge=True, keep=("*.b",)), ("a",), ("b", "x.B"), id="pattern"),
        pytest.param(["a"], options("a", purge=True, keep=("a",)), (), (), id="listed-and-kept"),
        pytest.param([], options("a", purge=True, keep=("a",)), ("a",), (), id="listed-and-kept-but-missing"),
        pytest.param(["b"], options("a", keep=("c",)), ("a",), (), id="keep-without-purge"),
    ],
)
def test_plan(enabled: list[str], wanted: ServiceAccessOptions, to_enable: Any, to_disable: Any) -> None:
    assert make_plan(enabled, wanted) == Plan(tuple(sorted(enabled)), to_enable, to_disable)


@generated_data(100)
@given(enabled=SETS, wanted=SETS, absent=st.booleans(), purge=st.booleans(), keep=SETS)
def test_plan_laws(
    enabled: frozenset[str], wanted: frozenset[str], absent: bool, purge: bool, keep: frozenset[str]
) -> None:
    chosen = ServiceAccessOptions(
        wanted, state="absent" if absent else "present", purge=purge and not absent, keep=tuple(keep)
    )
    plan = make_plan(enabled, chosen)
    after = set(plan.after)
    assert set(plan.to_enable).isdisjoint(enabled)
    assert set(plan.to_disable) <= enabled
    assert after.isdisjoint(wanted) if absent else after >= wanted
    if not absent:
        assert after == (wanted | (enabled & keep) if purge else enabled | wanted)
    again = make_plan(plan.after, chosen)
    assert not again.to_enable
    assert not again.to_disable


def params(**changes: Any) -> dict[str, Any]:
    return {
        "service_principals": ["a.amazonaws.com", "a.amazonaws.com"],
        "state": "present",
        "purge_service_principals": False,
        "keep_service_principals": [],
        "force": False,
        "unknown_service_principals": "warn",
        "wait": True,
        "wait_timeout": 60,
        "prefer_service_api": False,
        **changes,
    }


def test_duplicates_count_once() -> None:
    assert parse_options(params()).service_principals == {"a.amazonaws.com"}


def test_every_problem_is_named_at_once() -> None:
    wrong = params(
        service_principals=["", "a b"],
        keep_service_principals=["c\n"],
        state="absent",
        purge_service_principals=True,
        wait_timeout=-1,
    )
    with pytest.raises(AnsibleOrganizationsError) as failure:
        parse_options(wrong)
    message = failure.value.result()["msg"]
    allowed = "1 to 128 characters, each an ASCII letter or digit or one of _ + = , . @ -"
    assert message.startswith(
        f"service_principals must hold service principals of {allowed}; invalid: '' (blank), 'a b'. "
        f"keep_service_principals must hold service principals of {allowed} * ? [ ] !; invalid: 'c\\n'. "
    )
    for part in (
        "requires state=present",
        "not -1",
    ):
        assert part in message


@pytest.mark.parametrize("wait_timeout", [0, 86400])
def test_the_limits_of_the_wait_are_allowed(wait_timeout: int) -> None:
    assert parse_options(params(wait_timeout=wait_timeout)).wait_timeout == wait_timeout


def test_null_is_an_empty_list() -> None:
    nothing = {"service_principals": None, "keep_service_principals": None}
    parsed = parse_options(params(**nothing, purge_service_principals=True))
    assert (parsed.service_principals, parsed.keep) == (frozenset(), ())


@pytest.mark.parametrize("empty", [[], None])
def test_an_empty_list_is_refused_without_exact_mode(empty: list[str] | None) -> None:
    with pytest.raises(AnsibleOrganizationsError, match=r"service_principals is empty.* List at least one"):
        parse_options(params(service_principals=empty, force=True))


@pytest.mark.parametrize(
    ("enabled", "wanted", "doubt"),
    [
        pytest.param(["a"], options(purge=True), "would disable a. List the desired", id="empty-list-that-disables"),
        pytest.param(["a"], options(purge=True, force=True), None, id="empty-list-forced"),
        pytest.param(["a"], options(purge=True, keep=("a",)), None, id="empty-list-all-kept"),
        pytest.param([], options(purge=True), None, id="empty-organization"),
        pytest.param(["sso"], options("SSO", purge=True), "differ only in case", id="replaced-by-another-case"),
        pytest.param(["sso"], options("SSO", purge=True, force=True), "differ only in case", id="even-forced"),
        pytest.param(["sso"], options("SSO", "sso", purge=True), None, id="other-case-added"),
        pytest.param(["sso"], options("SSO"), None, id="additive"),
    ],
)
def test_a_plan_that_looks_like_a_mistake_is_refused(
    enabled: list[str], wanted: ServiceAccessOptions, doubt: str | None
) -> None:
    problems = plan_problems(make_plan(enabled, wanted), wanted)
    assert len(problems) == (doubt is not None)
    assert doubt is None or doubt in problems[0]


def test_names_in_the_list_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(AnsibleOrganizationsError) as failure:
        parse_options(params(service_principals=["a", "A", "b", "D", "d", "c", "C", "e", "E"]))
    assert failure.value.message == " ".join(
        f"service_principals lists {name.upper()} and {name}, which differ only in case. Remove the wrong one."
        for name in "acde"
    )
