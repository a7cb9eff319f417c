# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What blocks the removal of administrators with the services' APIs, and how it is told."""

from __future__ import annotations

import pytest

from .worlds import DETECTIVE, EXACT, GUARDDUTY, LAKE, ONE, THREE, TWO, A, B, Registration, Run, World


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
    assert f"It administers {DETECTIVE} in {TWO}." in held["reasons"][0]


def test_another_account_that_is_not_registered_is_told(run: Run) -> None:
    world = World(administrators={(GUARDDUTY, TWO): B})
    (held,) = run(world, **{**EXACT, "force": False})["held_back"]
    assert held["account_id"] == B
    assert any("AWS Organizations does not list it as a delegated administrator" in text for text in held["reasons"])


def test_exclusions_without_an_enabled_region_block_nothing(run: Run) -> None:
    run(World().administers(A), state="absent", force=True, exclude_regions=("cn-*",))
    assert not any("also in those" in text for text in run.warnings)


def test_force_does_not_remove_security_lake(run: Run) -> None:
    world = World(registered={Registration(A, LAKE)}).administers(A)
    result = run(world, (A, LAKE), (A, GUARDDUTY), state="absent", force=True)
    assert [held["service_principal"] for held in result["held_back"]] == [LAKE]
    assert f"Not attempted either: remove {A} for {GUARDDUTY} in {ONE}" in result["msg"]
    assert world.writes == []
