# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark rejects runs with wrong calls, and its last run meets the requirements. ``make bench`` measures."""

from __future__ import annotations

import copy
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.benchmark import report
from ansible_collections.orgops.aws.tests.benchmark.measure import Contender, InvalidRunError, measure, work
from ansible_collections.orgops.aws.tests.benchmark.rows import CONTENDERS, ENABLED, TWENTY
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment


@pytest.fixture
def script(emulator: EmulatorControl, tmp_path: Path) -> Contender:
    """Return the boto3 script, which makes the expected calls."""
    return Contender(
        "boto3",
        "boto3 script",
        [sys.executable, str(CONTENDERS / "boto3_script.py"), *TWENTY],
        ENABLED,
        TWENTY,
        rounds=1,
        environment={**ansible_environment(emulator, tmp_path), "AWS_DEFAULT_REGION": "us-east-1"},
    )


def test_a_contender_is_measured(emulator: EmulatorControl, script: Contender) -> None:
    (cost,) = measure(emulator, [script])["boto3"]
    assert cost.seconds > 0
    assert cost.cpu > 0
    assert cost.memory > 10


def without_the_last(script: Contender) -> Contender:
    return replace(script, command=script.command[:-1])


def another_name(script: Contender) -> Contender:
    return replace(script, command=[*script.command[:-1], "svc-001.emulated.amazonaws.com"])


def one_call_fewer_expected(script: Contender) -> Contender:
    return replace(script, calls=work(ENABLED, TWENTY, listings=0))


def an_error(script: Contender) -> Contender:
    return replace(script, command=[sys.executable, "-c", "raise SystemExit('failed')"])


@pytest.mark.parametrize("wrong", [without_the_last, another_name, one_call_fewer_expected, an_error])
def test_wrong_calls_are_rejected(emulator: EmulatorControl, script: Contender, wrong: Any) -> None:
    with pytest.raises(InvalidRunError):
        measure(emulator, [wrong(script)])


def test_a_run_with_a_failed_call_is_rejected(emulator: EmulatorControl, script: Contender, monkeypatch: Any) -> None:
    prepare = Contender.prepare

    def throttle(self: Contender, emulator: EmulatorControl) -> None:
        prepare(self, emulator)
        emulator.fault("EnableAWSServiceAccess", code="TooManyRequestsException")

    monkeypatch.setattr(Contender, "prepare", throttle)
    with pytest.raises(InvalidRunError, match="TooManyRequestsException"):
        measure(emulator, [script])


def test_every_documented_requirement_is_measured_and_met() -> None:
    requirements = report.requirements(report.load())
    assert len(requirements) == 17
    assert [requirement.what for requirement in requirements if not requirement.met] == []


@pytest.mark.parametrize(
    ("part", "key", "factor", "missed"),
    [
        ("playbooks", "task", 10, 3),
        ("playbooks", "aws_cli", 0.1, 1),
        ("playbooks", "aws_cli_command", 0.1, 1),
        ("modules", "minimal", 0.1, 1),
        ("modules", "task_unchanged_200", 10, 1),
    ],
)
def test_a_requirement_can_be_missed(part: str, key: str, factor: float, missed: int) -> None:
    results = copy.deepcopy(report.load())
    (row,) = (row for row in results[part] if row["key"] == key)
    row["median"] *= factor
    assert sum(not requirement.met for requirement in report.requirements(results)) == missed


def test_the_role_may_not_take_much_more_than_the_task() -> None:
    (requirement,) = report.requirements({"role": {"role": 13.1, "task": 10}})
    assert not requirement.met
    assert report.requirements({"role": {"role": 13, "task": 10}})[0].met
