# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of administrators by Region: what is completed, removed, in the way, and not known."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    RegionalAdministrator,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    DISABLING,
    ENABLED,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    DelegatedAdministratorOptions,
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.plan import make_plan
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.regional_plan import (
    Designation,
    RegionalPlan,
    make_regional_plan,
    pending,
    regional_problems,
)

GUARDDUTY, MACIE = "guardduty.amazonaws.com", "macie.amazonaws.com"
A, B = "222222222222", "333333333333"
ONE, TWO, THREE = "af-south-1", "eu-west-1", "us-east-1"


def options(wanted: dict[str, str] | None = None, purge: bool = False, **others: Any) -> DelegatedAdministratorOptions:
    """``wanted``: {service principal: account ID}."""
    registrations = frozenset(Registration(account, name) for name, account in (wanted or {GUARDDUTY: A}).items())
    return DelegatedAdministratorOptions(registrations, purge=purge, prefer_service_api=True, **others)


def lists(principal: str = GUARDDUTY, **regions: str | None) -> dict[tuple[str, str], list[RegionalAdministrator]]:
    """Return lists by Region, with "_" for "-" in its name: None, an account ID, or an account ID and a status."""
    found = {}
    for region, listed in regions.items():
        account_id, _separator, status = (listed or "").partition(" ")
        entries = [RegionalAdministrator(account_id, status or ENABLED)] if account_id else []
        found[principal, region.replace("_", "-")] = entries
    return found


def plan(
    listed: dict[tuple[str, str], list[RegionalAdministrator]],
    given: DelegatedAdministratorOptions,
    registered: str = "",
    unusable: tuple[str, ...] = (),
) -> RegionalPlan:
    before = {Registration(registered, GUARDDUTY)} if registered else set()
    unknown = [(GUARDDUTY, region) for region in unusable]
    return make_regional_plan(listed, unknown, make_plan(before, given), given)


def of(account_id: str, *regions: str) -> tuple[Designation, ...]:
    return tuple(Designation(account_id, GUARDDUTY, region) for region in regions)


NOWHERE = lists(af_south_1=None, eu_west_1=None, us_east_1=None)
PARTLY = lists(af_south_1=None, eu_west_1=A, us_east_1=A)
EVERYWHERE = lists(af_south_1=A, eu_west_1=A, us_east_1=A)
OTHER = lists(af_south_1=B, eu_west_1=None, us_east_1=B)
ABSENT = options(state="absent")
EXACT = options(purge=True)


@pytest.mark.parametrize(
    ("listed", "given", "registered", "to_designate", "to_remove"),
    [
        pytest.param(NOWHERE, options(), "", of(A, ONE, TWO, THREE), (), id="nothing-there"),
        pytest.param(NOWHERE, options(), A, of(A, ONE, TWO, THREE), (), id="registered-without-regions"),
        pytest.param(PARTLY, options(), A, of(A, ONE), (), id="one-region-missing"),
        pytest.param(EVERYWHERE, options(), A, (), (), id="complete"),
        pytest.param(EVERYWHERE, options(), "", (), (), id="complete-and-not-registered"),
        pytest.param(OTHER, EXACT, B, of(A, ONE, TWO, THREE), of(B, ONE, THREE), id="a-move"),
        pytest.param(OTHER, EXACT, "", of(A, ONE, TWO, THREE), of(B, ONE, THREE), id="a-move-of-a-leftover"),
        pytest.param(OTHER, options({MACIE: A}, True), B, (), of(B, ONE, THREE), id="exact-ends-what-is-not-listed"),
        pytest.param(EVERYWHERE, ABSENT, A, (), of(A, ONE, TWO, THREE), id="absent"),
        pytest.param(PARTLY, ABSENT, "", (), of(A, TWO, THREE), id="absent-removes-leftovers"),
        pytest.param(OTHER, ABSENT, B, (), (), id="absent-leaves-another-account"),
    ],
)
def test_changes(
    listed: dict[tuple[str, str], list[RegionalAdministrator]],
    given: DelegatedAdministratorOptions,
    registered: str,
    to_designate: tuple[Designation, ...],
    to_remove: tuple[Designation, ...],
) -> None:
    found = plan(listed, given, registered)
    assert (found.to_designate, found.to_remove) == (to_designate, to_remove)
    assert regional_problems(found, given) == [] or MACIE in regional_problems(found, given)[0]


def test_another_account_is_in_the_way_with_its_regions() -> None:
    found = plan(OTHER, options())
    assert found.in_the_way == of(B, ONE, THREE)
    assert found.to_remove == ()
    (problem,) = regional_problems(found, options())
    assert f"{B} administers {GUARDDUTY} in {ONE}, {THREE}, so {A} cannot be designated." in problem
    assert "purge_scope=services" in problem


def test_a_kept_service_is_not_replaced() -> None:
    kept = options(purge=True, keep=("guard*",))
    (problem,) = regional_problems(plan(OTHER, kept), kept)
    assert "keep_service_principals protects them" in problem


def test_a_region_that_is_not_known_fails_and_the_others_do_not() -> None:
    found = plan(lists(eu_west_1=None), options(), unusable=(ONE,))
    assert found.to_designate == of(A, ONE, TWO)
    assert found.unusable == set(of(A, ONE))


@pytest.mark.parametrize(
    ("given", "registered", "to_remove"),
    [
        (ABSENT, A, of(A, ONE, TWO)),
        (options({MACIE: B}, purge=True), A, of(A, ONE, TWO)),
        (EXACT, A, ()),
    ],
)
def test_a_region_that_is_not_known_blocks_the_end(
    given: DelegatedAdministratorOptions, registered: str, to_remove: tuple[Designation, ...]
) -> None:
    found = plan(lists(eu_west_1=A), given, registered, unusable=(ONE,))
    assert found.to_remove == to_remove
    assert found.unusable == set(of(A, ONE))


@pytest.mark.parametrize(
    ("listed", "given", "is_pending"),
    [
        (f"{A} {DISABLING}", options(), True),
        (f"{B} {DISABLING}", options(), True),
        (f"{A} {DISABLING}", ABSENT, True),
        (f"{B} {DISABLING}", ABSENT, False),
        (A, options(), False),
        (None, options(), False),
    ],
)
def test_where_the_service_is_removing_an_administrator(
    listed: str | None, given: DelegatedAdministratorOptions, is_pending: bool
) -> None:
    found = pending(lists(eu_west_1=listed), make_plan(set(), given), given)
    assert found == [(GUARDDUTY, TWO)] * is_pending


def test_after_tells_the_administrator_of_each_region() -> None:
    found = plan(OTHER, EXACT, B)
    moved = found.after(of(A, ONE), found.to_remove)[GUARDDUTY]
    assert moved == {ONE: RegionalAdministrator(A, ENABLED), TWO: None, THREE: None}
    assert found.after((), ())[GUARDDUTY][THREE] == RegionalAdministrator(B, ENABLED)


@pytest.mark.parametrize(("given", "count"), [(options(), 1), (ABSENT, 0)])
def test_a_service_without_any_region_is_refused(given: DelegatedAdministratorOptions, count: int) -> None:
    problems = regional_problems(plan({}, given), given)
    assert len(problems) == count
    assert all(f"{GUARDDUTY} exists in none of the Regions that regions" in problem for problem in problems)
