# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service access that administrators need: a failure before any write, and a warning in check mode."""

from __future__ import annotations

import pytest

from .worlds import GUARDDUTY, IPAM, ONE, A, Run, World


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


def test_a_service_without_access_is_refused_before_any_write(run: Run) -> None:
    world = World(enabled=[IPAM])
    result = run(world, (A, GUARDDUTY), (A, IPAM))
    assert result["reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    assert f"Service access is not enabled for {GUARDDUTY}" in result["msg"]
    assert f"Not attempted either: designate {A} for {IPAM}; register {A} for {IPAM}." in result["msg"]
    assert world.writes == []


def test_completing_regions_needs_service_access_too(run: Run) -> None:
    world = World(enabled=[]).administers(A)
    del world.administrators[GUARDDUTY, ONE]
    assert run(world)["reason"] == "SERVICE_ACCESS_NOT_ENABLED"
    foreseen = run(world, check_mode=True)
    assert "failed" not in foreseen
    assert any("Service access is not enabled" in text for text in run.warnings)


def test_nothing_to_add_needs_no_service_access(run: Run) -> None:
    assert "failed" not in run(World(enabled=[]).administers(A))
