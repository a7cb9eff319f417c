# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of service access: what changes, and what looks like a mistake."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.options import (
    ServiceAccessOptions,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import (
    Plan,
    make_plan,
    plan_problems,
)
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
