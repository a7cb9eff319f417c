# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of service access: what changes, and what looks like a mistake."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    API_OF,
    DISABLED,
    ENABLED,
    FAILED,
    PENDING,
    SERVICE_APIS,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.options import (
    ServiceAccessOptions,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import (
    Plan,
    make_plan,
    plan_problems,
    states_to_read,
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


HEALTH, NOTIFICATIONS, RAM, REACHABILITY, STACK_SETS = (
    "health.amazonaws.com",
    "notifications.amazon.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
)
CONFIG = "config.amazonaws.com"


def preferring(*names: str, **others: Any) -> ServiceAccessOptions:
    return options(*names, prefer_service_api=True, **others)


def plan_with_apis(
    listed: list[str], wanted: list[str], states: dict[str, str], unreadable: Any = (), **options: Any
) -> Any:
    return make_plan(listed, preferring(*wanted, **options), states, unreadable)


@pytest.mark.parametrize(
    ("listed", "state", "own", "with_organizations"),
    [
        pytest.param([], DISABLED, True, True, id="nothing"),
        pytest.param([STACK_SETS], DISABLED, True, False, id="organizations-alone"),
        pytest.param([STACK_SETS], FAILED, True, False, id="failed-is-repeated"),
        pytest.param([STACK_SETS], ENABLED, False, False, id="present"),
        pytest.param([], ENABLED, False, True, id="state-alone"),
        pytest.param([], PENDING, False, False, id="pending-is-left-alone"),
    ],
)
def test_present_with_service_apis(listed: list[str], state: str, own: bool, with_organizations: bool) -> None:
    made = plan_with_apis(listed, [STACK_SETS, CONFIG], {STACK_SETS: state})
    assert made.enable_with_api == ((STACK_SETS,) if own else ())
    assert made.to_enable == ((CONFIG, STACK_SETS) if own or with_organizations else (CONFIG,))
    assert (made.disable_with_api, made.to_disable) == ((), ())


@pytest.mark.parametrize(
    ("listed", "state", "own", "changes"),
    [
        pytest.param([STACK_SETS], ENABLED, True, True, id="both"),
        pytest.param([STACK_SETS], DISABLED, False, True, id="listing-alone"),
        pytest.param([], ENABLED, True, True, id="state-alone"),
        pytest.param([], DISABLED, False, False, id="absent"),
        pytest.param([STACK_SETS], FAILED, True, True, id="failed"),
        pytest.param([], FAILED, False, False, id="failed-and-absent"),
        pytest.param([STACK_SETS], PENDING, False, False, id="pending-is-left-alone"),
    ],
)
def test_absent_with_service_apis(listed: list[str], state: str, own: bool, changes: bool) -> None:
    made = plan_with_apis(listed, [STACK_SETS], {STACK_SETS: state}, state="absent")
    assert made.disable_with_api == ((STACK_SETS,) if own else ())
    assert made.to_disable == ((STACK_SETS,) if changes else ())


def test_services_whose_api_cannot_disable() -> None:
    names = [RAM, REACHABILITY]
    assert plan_with_apis(names, names, {}, state="absent").to_disable == (RAM, REACHABILITY)
    assert plan_with_apis([], names, {}, state="absent").to_disable == ()
    assert plan_with_apis([], names, {RAM: ENABLED}).enable_with_api == (RAM, REACHABILITY)
    assert plan_with_apis(names, names, {RAM: DISABLED}).enable_with_api == (RAM,)
    assert plan_with_apis(names, names, {RAM: ENABLED}).enable_with_api == ()


def test_what_cannot_be_read_is_left_alone() -> None:
    made = plan_with_apis([RAM], [STACK_SETS, CONFIG], {}, [STACK_SETS, RAM], purge=True)
    assert (made.enable_with_api, made.to_enable, made.to_disable) == ((), (CONFIG,), ())


def test_states_are_read_only_where_the_task_depends_on_them() -> None:
    listed = [RAM, STACK_SETS, HEALTH]
    wanted = [NOTIFICATIONS, RAM, REACHABILITY, CONFIG]
    assert states_to_read(listed, options(*wanted)) == []
    assert states_to_read(listed, preferring(*wanted)) == [NOTIFICATIONS, RAM]
    assert states_to_read(listed, preferring(*wanted, state="absent")) == [NOTIFICATIONS]
    purging = preferring(*wanted, purge=True, keep=("health*",))
    assert states_to_read(listed, purging) == [STACK_SETS, NOTIFICATIONS, RAM]


PRINCIPALS = st.sampled_from([*API_OF, CONFIG, "sso.amazonaws.com"])
STATES = st.dictionaries(
    st.sampled_from([api.principal for api in SERVICE_APIS if api.read]), st.sampled_from([ENABLED, DISABLED, FAILED])
)


@generated_data(200)
@given(
    listed=st.lists(PRINCIPALS, unique=True),
    wanted=st.frozensets(PRINCIPALS, min_size=1),
    states=STATES,
    state=st.sampled_from(["present", "absent"]),
    purge=st.booleans(),
)
def test_a_carried_out_plan_leaves_nothing_to_do(
    listed: list[str], wanted: frozenset[str], states: dict[str, str], state: str, purge: bool
) -> None:
    chosen = ServiceAccessOptions(wanted, state=state, purge=purge and state == "present", prefer_service_api=True)
    readable = {name: states.get(name, DISABLED) for name in API_OF if API_OF[name].read}
    first = make_plan(listed, chosen, readable)
    assert set(first.enable_with_api) <= set(first.to_enable)
    assert set(first.disable_with_api) <= set(first.to_disable)
    readable.update({name: ENABLED for name in first.enable_with_api if name in readable})
    readable.update(dict.fromkeys(first.disable_with_api, DISABLED))
    second = make_plan(first.after, chosen, readable)
    assert (second.to_enable, second.to_disable) == ((), ())
