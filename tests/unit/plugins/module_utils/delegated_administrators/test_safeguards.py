# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What blocks the removal of administrators with the services' APIs, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest

from .worlds import DETECTIVE, EXACT, GUARDDUTY, LAKE, ONE, THREE, TWO, A, B, Registration, Run, World, refusal


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_removal_is_blocked_once_with_its_regions(run: Run, check_mode: bool) -> None:
    result = run(World().administers(A), state="absent", check_mode=check_mode)
    (held,) = result["held_back"]
    assert (held["account_id"], held["service_principal"]) == (A, GUARDDUTY)
    assert held["regions"] == [ONE, TWO, THREE]
    assert "Not attempted either" not in result["msg"]


def test_leftovers_are_told_by_the_region(run: Run) -> None:
    world = World(administrators={(DETECTIVE, TWO): A})
    (held,) = run(world, (A, DETECTIVE), state="absent")["held_back"]
    assert "The organization behavior graph of the Region is deleted" in held["reasons"][0]
    assert f"The account administers {DETECTIVE} in {TWO}." in held["reasons"][0]


def test_another_account_that_is_not_registered_is_told(run: Run) -> None:
    world = World(administrators={(GUARDDUTY, TWO): B})
    (held,) = run(world, **{**EXACT, "force": False})["held_back"]
    assert held["account_id"] == B
    assert any("AWS Organizations does not list the account" in text for text in held["reasons"])


@pytest.mark.parametrize("options", [{"exclude_regions": ("cn-*",)}, {"regions": (ONE, TWO, THREE)}])
def test_options_that_leave_no_region_alone_block_nothing(run: Run, options: dict[str, Any]) -> None:
    run(World().administers(A), state="absent", force=True, **options)
    assert not any("Deregistering the account" in text for text in run.warnings)


class Closed(World):
    """The Regions of the account may not be listed."""

    def enabled_regions(self) -> list[str]:
        raise refusal("AccessDeniedException")


def test_regions_that_are_not_known_block_the_end(run: Run) -> None:
    (held,) = run(Closed().administers(A), state="absent", regions=(ONE, TWO))["held_back"]
    assert "also in those that regions does not list" in " ".join(held["reasons"])


def test_force_does_not_remove_security_lake(run: Run) -> None:
    world = World(registered={Registration(A, LAKE)}).administers(A)
    result = run(world, (A, LAKE), (A, GUARDDUTY), state="absent", force=True)
    assert [held["service_principal"] for held in result["held_back"]] == [LAKE]
    assert f"Not attempted either: remove {A} for {GUARDDUTY} in {ONE}" in result["msg"]
    assert world.writes == []
