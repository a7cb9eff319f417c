# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services' APIs in the role and its playbooks: drift, report, apply."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .fixtures import Inventory, Playbook
from .organizations import APPLY, CONFIG, DRIFT, NORTH, REPORT, SOUTH, Summary, calls_of, role_in

RAM, HEALTH = "ram.amazonaws.com", "health.amazonaws.com"
WANTED = {"service_access_service_principals": [CONFIG, HEALTH, RAM]}
READS = ["DescribeHealthServiceStatusForOrganization", "GetRole"]


def test_an_enabled_service_that_does_not_work_is_drift(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG, RAM])
    emulator.organization(SOUTH, enabled=[CONFIG, HEALTH, RAM])
    hosts = inventory(
        north=role_in(NORTH, **WANTED, service_access_prefer_service_api=True), south=role_in(SOUTH, **WANTED)
    )
    report = ("--extra-vars", f"service_access_report_directory={tmp_path}")
    drift = Summary(playbook(REPORT, DRIFT, *hosts, *report, expect=2).stdout)
    assert drift.words["north"] == (
        f"would be enabled: {HEALTH}; would be completed (enabled before, but not working yet): {RAM}."
    )
    assert drift.states["south"] == "unchanged"  # nobody asked the services themselves
    page = (tmp_path / "service-access.html").read_text()
    north, south = json.loads((tmp_path / "service-access.json").read_text())["organizations"]
    assert "1 missing, 1 enabled, but not working yet" in page
    assert (north["name"], north["state"], south["state"]) == ("north", "differs", "as_wanted")
    assert "The service reports the state disabled. Apply with service_access_prefer_service_api=true" in page
    assert emulator.writes() == []
    assert not set(READS) & set(calls_of(emulator, SOUTH))

    done = Summary(playbook(APPLY, *hosts).stdout)
    assert done.words["north"] == f"enabled: {HEALTH}; completed (enabled before, but not working yet): {RAM}."
    operations = [operation for operation, _subject in emulator.writes()]
    assert operations == ["EnableHealthServiceAccessForOrganization", "EnableSharingWithAwsOrganization"]
    drift = Summary(playbook(DRIFT, REPORT, *hosts, *report).stdout)
    assert drift.states == {"north": "unchanged", "south": "unchanged"}
    report_afterwards = json.loads((tmp_path / "service-access.json").read_text())
    assert report_afterwards["headline"] == "No drift: 2 organizations match."


def test_a_state_that_may_not_be_read_is_told(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG, HEALTH, RAM])
    emulator.fault("GetRole", code="AccessDenied", status=403, count=None)
    hosts = inventory(north=role_in(NORTH, **WANTED, service_access_prefer_service_api=True))
    report = ("--extra-vars", f"service_access_report_directory={tmp_path}")
    drift = Summary(playbook(REPORT, DRIFT, *hosts, *report, expect=2, warnings=None).stdout)
    assert drift.states == {"north": "failed"}
    assert "iam:GetRole" in drift.words["north"]
    (north,) = json.loads((tmp_path / "service-access.json").read_text())["organizations"]
    states = {service["service_principal"]: service["service_api_state"] for service in north["services"]}
    assert states == {CONFIG: None, HEALTH: "disabled", RAM: "not read"}
    assert "The service's state could not be read." in (tmp_path / "service-access.md").read_text()
    assert emulator.writes() == []
