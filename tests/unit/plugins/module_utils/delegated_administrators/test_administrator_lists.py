# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services' lists: Regions, exclusions, what is unknown, and removals that are under way."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    RegionalAdministrator,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    DISABLING,
    AdministratorApi,
)

from .worlds import GUARDDUTY, IPAM, MACIE, ONE, THREE, TWO, A, B, Run, World, refusal

pytestmark = pytest.mark.usefixtures("fake_clock")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


@pytest.mark.parametrize(
    ("options", "regions"),
    [
        ({}, [ONE, TWO, THREE]),
        ({"regions": (TWO, "xx-new-9")}, [TWO, "xx-new-9"]),
        ({"exclude_regions": ("af-*", "us-east-[12]")}, [TWO]),
        ({"regions": (ONE, TWO), "exclude_regions": (ONE,)}, [TWO]),
    ],
)
def test_the_regions_of_a_task(run: Run, options: dict[str, Any], regions: list[str]) -> None:
    world = World()
    run(world, check_mode=True, **options)
    assert [call for call in world.calls if call.startswith("list ")] == [f"list guardduty {name}" for name in regions]
    assert ("regions" in world.calls) is ("regions" not in options)


def test_services_without_regions_read_no_list(run: Run) -> None:
    world = World()
    run(world, (A, IPAM), check_mode=True)
    assert "regions" not in world.calls


class Pending(World):
    """GuardDuty is removing an account in one Region, for so many reads."""

    reads_left = 3

    def _list(self, principal: str, region: str) -> Any:
        found = super()._list(principal, region)
        if region != TWO or self.reads_left <= 0:
            return found
        self.reads_left -= 1
        return (RegionalAdministrator(B, DISABLING),)


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_pending_removal_is_waited_for(run: Run, check_mode: bool) -> None:
    world = Pending()
    result = run(world, check_mode=check_mode)
    assert "failed" not in result
    assert result["service_administrators"][GUARDDUTY][TWO]["account_id"] == A
    assert world.calls.count(f"list guardduty {ONE}") <= 2  # only the pending Region is read again


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("options", "remedy"), [({"wait": False}, "set wait=true"), ({}, "raise wait_timeout")])
def test_a_removal_that_stays_pending_fails_its_region(
    run: Run, check_mode: bool, options: dict[str, Any], remedy: str
) -> None:
    world = Pending()
    world.reads_left = 1000
    result = run(world, check_mode=check_mode, **options)
    (failed,) = result["failed_registrations"]
    assert (failed["region"], failed["code"]) == (TWO, "StillPending")
    assert f"still removing {B} as administrator in {TWO}" in result["msg"]
    assert result["service_administrators"][GUARDDUTY][TWO] == {"account_id": B, "status": DISABLING}
    assert remedy in result["msg"]


class Old(World):
    """boto3 lacks Macie."""

    def require_sdk(self, api: AdministratorApi, _region: str) -> None:
        if api.principal == MACIE:
            raise refusal("UnsupportedByBoto3")


def test_a_service_that_boto3_lacks_fails_alone(run: Run) -> None:
    world = Old()
    result = run(world, (A, GUARDDUTY), (A, MACIE))
    assert {entry["service_principal"] for entry in result["failed_registrations"]} == {MACIE}
    assert {one["service_principal"] for one in result["registered"]} == {GUARDDUTY}
    assert result["service_administrators"][MACIE] == dict.fromkeys((ONE, TWO, THREE))
