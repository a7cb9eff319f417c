# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to switch with a service's own API, and what with AWS Organizations."""

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
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.service_api_plan import (
    make_service_api_plan,
    states_to_read,
)
from ansible_collections.orgops.aws.tests.examples import generated_data

HEALTH, NOTIFICATIONS, RAM, REACHABILITY, STACK_SETS = (
    "health.amazonaws.com",
    "notifications.amazon.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
)
CONFIG = "config.amazonaws.com"


def plan(listed: list[str], wanted: list[str], states: dict[str, str], unreadable: Any = (), **options: Any) -> Any:
    return make_service_api_plan(listed, states, unreadable, ServiceAccessOptions(frozenset(wanted), **options))


@pytest.mark.parametrize(
    ("listed", "state", "own", "with_organizations"),
    [
        pytest.param([], DISABLED, True, True, id="nothing"),
        pytest.param([STACK_SETS], DISABLED, True, False, id="organizations-alone"),
        pytest.param([STACK_SETS], FAILED, True, False, id="failed-is-repeated"),
        pytest.param([STACK_SETS], ENABLED, False, False, id="present"),
        pytest.param([], ENABLED, False, True, id="own-state-alone"),
        pytest.param([], PENDING, False, False, id="pending-is-left-alone"),
    ],
)
def test_present(listed: list[str], state: str, own: bool, with_organizations: bool) -> None:
    made = plan(listed, [STACK_SETS, CONFIG], {STACK_SETS: state})
    assert made.own_enable == ((STACK_SETS,) if own else ())
    assert made.access.to_enable == ((CONFIG, STACK_SETS) if own or with_organizations else (CONFIG,))
    assert (made.own_disable, made.access.to_disable) == ((), ())


@pytest.mark.parametrize(
    ("listed", "state", "own", "changes"),
    [
        pytest.param([STACK_SETS], ENABLED, True, True, id="both"),
        pytest.param([STACK_SETS], DISABLED, False, True, id="listing-alone"),
        pytest.param([], ENABLED, True, True, id="own-state-alone"),
        pytest.param([], DISABLED, False, False, id="absent"),
        pytest.param([STACK_SETS], FAILED, True, True, id="failed"),
        pytest.param([], FAILED, False, False, id="failed-and-absent"),
        pytest.param([STACK_SETS], PENDING, False, False, id="pending-is-left-alone"),
    ],
)
def test_absent(listed: list[str], state: str, own: bool, changes: bool) -> None:
    made = plan(listed, [STACK_SETS], {STACK_SETS: state}, state="absent")
    assert made.own_disable == ((STACK_SETS,) if own else ())
    assert made.access.to_disable == ((STACK_SETS,) if changes else ())


def test_services_without_an_own_way_to_disable() -> None:
    names = [RAM, REACHABILITY]
    assert plan(names, names, {}, state="absent").access.to_disable == (RAM, REACHABILITY)
    assert plan([], names, {}, state="absent").access.to_disable == ()
    assert plan([], names, {RAM: ENABLED}).own_enable == (RAM, REACHABILITY)
    assert plan(names, names, {RAM: DISABLED}).own_enable == (RAM,)
    assert plan(names, names, {RAM: ENABLED}).own_enable == ()


def test_what_cannot_be_read_is_left_alone() -> None:
    made = plan([RAM], [STACK_SETS, CONFIG], {}, [STACK_SETS, RAM], purge=True)
    assert (made.own_enable, made.access.to_enable, made.access.to_disable) == ((), (CONFIG,), ())


def test_own_states_are_read_only_where_the_task_depends_on_them() -> None:
    listed = [RAM, STACK_SETS, HEALTH]
    wanted = frozenset([NOTIFICATIONS, RAM, REACHABILITY, CONFIG])
    assert states_to_read(listed, ServiceAccessOptions(wanted)) == [NOTIFICATIONS, RAM]
    assert states_to_read(listed, ServiceAccessOptions(wanted, state="absent")) == [NOTIFICATIONS]
    purging = ServiceAccessOptions(wanted, purge=True, keep=("health*",))
    assert states_to_read(listed, purging) == [STACK_SETS, NOTIFICATIONS, RAM]


NAMES = st.sampled_from([*API_OF, CONFIG, "sso.amazonaws.com"])
STATES = st.dictionaries(
    st.sampled_from([api.principal for api in SERVICE_APIS if api.read]), st.sampled_from([ENABLED, DISABLED, FAILED])
)


@generated_data(200)
@given(
    listed=st.lists(NAMES, unique=True),
    wanted=st.frozensets(NAMES, min_size=1),
    states=STATES,
    state=st.sampled_from(["present", "absent"]),
    purge=st.booleans(),
)
def test_a_carried_out_plan_leaves_nothing_to_do(
    listed: list[str], wanted: frozenset[str], states: dict[str, str], state: str, purge: bool
) -> None:
    options = ServiceAccessOptions(wanted, state=state, purge=purge and state == "present")
    readable = {name: states.get(name, DISABLED) for name in API_OF if API_OF[name].read}
    first = make_service_api_plan(listed, readable, (), options)
    assert set(first.own_enable) <= set(first.access.to_enable)
    assert set(first.own_disable) <= set(first.access.to_disable)
    readable.update({name: ENABLED for name in first.own_enable if name in readable})
    readable.update(dict.fromkeys(first.own_disable, DISABLED))
    second = make_service_api_plan(first.access.after, readable, (), options)
    assert (second.access.to_enable, second.access.to_disable) == ((), ())
