# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three hundred organizations in four slices: the merged results and report are those of one run with all."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..tools.slices import Jobs, organizations


def test_three_hundred_organizations_in_slices(tmp_path: Path, emulator: EmulatorControl) -> None:
    jobs = Jobs(tmp_path, emulator, organizations(emulator, 300), count=4)
    merged, whole = jobs.drift()
    assert merged["counts"] == {"failed": 100, "not_reached": 0, "would_change": 100, "changed": 0, "unchanged": 100}
    assert {**merged, "finished": whole["finished"]} == whole
    merged_report, whole_report = jobs.report()
    assert merged_report == whole_report
