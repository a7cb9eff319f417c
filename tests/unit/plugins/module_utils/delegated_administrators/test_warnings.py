# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task warns about before it designates or removes administrators."""

from __future__ import annotations

import pytest

from .worlds import EXACT, GUARDDUTY, IPAM, A, Registration, Run, World

AUDIT_MANAGER, CLOUDTRAIL, HUB = (f"{name}.amazonaws.com" for name in ("auditmanager", "cloudtrail", "securityhub"))
CONFIG = "config.amazonaws.com"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


@pytest.mark.parametrize("check_mode", [True, False])
def test_costs_are_told_when_they_begin(run: Run, check_mode: bool) -> None:
    run(World(), (A, GUARDDUTY), (A, IPAM), check_mode=check_mode)
    costs = [text for text in run.warnings if text.startswith("Designating an administrator of")]
    assert [GUARDDUTY in costs[0], IPAM in costs[1], len(costs)] == [True, True, 2]
    run(World(registered={Registration(A, IPAM)}).administers(A), (A, GUARDDUTY), (A, IPAM), check_mode=check_mode)
    assert run.warnings == []


def test_a_service_with_its_api_needs_no_other_call(run: Run) -> None:
    run(World())
    assert not any("is not enough" in text for text in run.warnings)
    run(World(), prefer_service_api=False)
    (text,) = run.warnings
    assert "Or set prefer_service_api=true, which does this." in text


def test_a_service_that_is_not_supported_says_why(run: Run) -> None:
    world = World(enabled=[AUDIT_MANAGER])
    run(world, (A, AUDIT_MANAGER))
    (text,) = run.warnings
    assert "prefer_service_api=true does not do this. Since April 30, 2026" in text
    assert world.writes == [f"register {A} auditmanager"]


def test_check_mode_says_what_it_cannot_know(run: Run) -> None:
    run(World(enabled=[HUB, CONFIG]), (A, HUB), (A, CONFIG), check_mode=True)
    assert run.warnings[-1] == (
        f"Check mode cannot tell whether the credentials allow the changes to {HUB}, and whether central configuration "
        "of Security Hub CSPM refuses them."
    )
    run(World(enabled=[HUB]), (A, HUB))
    assert not any("Check mode" in text for text in run.warnings)


def test_a_removal_without_safeguard_says_what_it_leaves(run: Run) -> None:
    run(World(registered={Registration(A, CLOUDTRAIL)}), (A, CLOUDTRAIL), state="absent")
    (text,) = run.warnings
    assert "stay with the management account" in text
    run(World().administers("333333333333"), **EXACT)
    assert not any(text.startswith("Removing") for text in run.warnings)
