# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in slices, as AWX runs it: the merged results and reports are those of one run with the inventory."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..end_to_end.test_results import SCHEMA
from .slices import WHOLE, Jobs, organizations


@pytest.fixture
def jobs(tmp_path: Path, emulator: EmulatorControl) -> Jobs:
    return Jobs(tmp_path, emulator, organizations(emulator, 12), count=2)


def test_merged_results_of_slices_are_those_of_the_whole(jobs: Jobs) -> None:
    merged, whole = jobs.drift()
    jsonschema.validate(merged, SCHEMA)
    assert merged["counts"] == {"failed": 4, "not_reached": 0, "would_change": 4, "changed": 0, "unchanged": 4}
    assert {**merged, "finished": whole["finished"]} == whole
    assert jobs.merge(WHOLE, "slice1")["organizations"] == whole["organizations"]


def test_the_merged_report_of_slices_is_that_of_the_whole(jobs: Jobs) -> None:
    merged, whole = jobs.report()
    assert sorted(whole) == [".csv", ".json", ".md"]
    assert merged == whole
