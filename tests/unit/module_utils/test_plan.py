# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pure part: options, validation, plan."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import (
    Plan,
    ServiceAccessOptions,
    ServiceAccessQuery,
    invalid_names,
    make_plan,
)

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
    "name",
    [
        pytest.param("guardduty.amazonaws.com", id="usual"),
        pytest.param("notifications.amazon.com", id="amazon.com"),
        pytest.param("GuardDuty.amazonaws.com", id="upper-case"),
        pytest.param("a_+=,.@-9", id="every-sign"),
        pytest.param("a", id="shortest"),
        pytest.param("a" * 128, id="longest"),
    ],
)
def test_valid_names(name: str) -> None:
    assert invalid_names([name]) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", "'' (blank)", id="empty"),
        pytest.param(" \t", "' \\t' (blank)", id="blank"),
        pytest.param("a.amazonaws.com\n", "'a.amazonaws.com\\n'", id="newline-at-end"),
        pytest.param("a b", "'a b'", id="space-inside"),
        pytest.param("a" * 129, f"'{'a' * 40}'... (129 characters)", id="too-long"),
        pytest.param("gu\u0430rdduty.amazonaws.com", "'gu\u0430rdduty.amazonaws.com'", id="cyrillic-look-alike"),
        pytest.param("\u0661", "'\u0661'", id="digit-not-ascii"),
        pytest.param("None", "'None' (made from a null, a boolean, a number or a date)", id="null"),
        pytest.param("True", "'True' (made from a null, a boolean, a number or a date)", id="boolean"),
        pytest.param("1.5", "'1.5' (made from a null, a boolean, a number or a date)", id="number"),
        pytest.param("inf", "'inf' (made from a null, a boolean, a number or a date)", id="infinity"),
        pytest.param("2026-01-01", "'2026-01-01' (made from a null, a boolean, a number or a date)", id="date"),
        pytest.param("*.amazonaws.com", "'*.amazonaws.com'", id="pattern-as-name"),
    ],
)
def test_invalid_names(name: str, shown: str) -> None:
    assert invalid_names(["a.amazonaws.com", name, name]) == [shown]


@pytest.mark.parametrize("pattern", ["*.guardduty.amazonaws.com", "a?", "[ab]*", "[!a]*", "a.amazonaws.com"])
def test_valid_patterns(pattern: str) -> None:
    assert invalid_names([pattern], patterns=True) == []


@pytest.mark.parametrize("pattern", ["", " *", "*\n", "{a,b}", "a" * 129, "None"])
def test_invalid_patterns(pattern: str) -> None:
    assert len(invalid_names([pattern], patterns=True)) == 1


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
        **changes,
    }


def test_duplicates_count_once() -> None:
    assert ServiceAccessOptions.from_params(params()).service_principals == {"a.amazonaws.com"}


def test_every_problem_is_named_at_once() -> None:
    wrong = params(
        service_principals=["", "a b"],
        keep_service_principals=["c\n"],
        state="absent",
        purge_service_principals=True,
        wait_timeout=-1,
    )
    with pytest.raises(AnsibleOrganizationsError) as failure:
        ServiceAccessOptions.from_params(wrong)
    message = failure.value.result()["msg"]
    for part in ("'' (blank)", "'a b'", "'c\\n'", "goes with state=present", "not -1", "ASCII letter or digit"):
        assert part in message


@pytest.mark.parametrize("empty", [[], None])
def test_an_empty_list_is_refused_in_exact_mode_too(empty: list[str] | None) -> None:
    with pytest.raises(AnsibleOrganizationsError, match="service_principals is empty"):
        ServiceAccessOptions.from_params(params(service_principals=empty, purge_service_principals=True))


@pytest.mark.parametrize("page_size", [0, 21, -1])
def test_page_size_out_of_range(page_size: int) -> None:
    query = {
        "service_principals": None,
        "page_size": page_size,
        "include_delegated_administrators": False,
        "include_available": False,
    }
    with pytest.raises(AnsibleOrganizationsError, match=f"page_size must be 1 to 20, not {page_size}"):
        ServiceAccessQuery.from_params(query)
