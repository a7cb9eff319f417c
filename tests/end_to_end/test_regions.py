# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Administrators in every Region, in the role and its playbooks: apply, drift, export, report."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .fixtures import Inventory, Playbook
from .organizations import APPLY, DRIFT, EXPORT, NORTH, REPORT, Summary, role_in

pytestmark = pytest.mark.usefixtures("service_administrators")

GUARDDUTY, MACIE = "guardduty.amazonaws.com", "macie.amazonaws.com"
SECURITY = "444444444444"
DUBLIN, LONDON, PARIS, OHIO = "eu-west-1", "eu-west-2", "eu-west-3", "us-east-2"
ENABLED_REGIONS = dict.fromkeys((DUBLIN, LONDON, PARIS, OHIO), "ENABLED_BY_DEFAULT")
WANTED: dict[str, Any] = {
    "service_access_service_principals": [GUARDDUTY, MACIE],
    "service_access_delegated_administrators": {SECURITY: [GUARDDUTY, MACIE]},
    "service_access_prefer_service_api": True,
}
LIST = "ListOrganizationAdminAccounts"


def seed(emulator: EmulatorControl, **regions: dict[str, str]) -> None:
    """Register the security account for both services. ``regions``: where a service lists which account."""
    emulator.organization(
        NORTH,
        enabled=[GUARDDUTY, MACIE],
        members={SECURITY: "security"},
        delegated_administrators={GUARDDUTY: [SECURITY], MACIE: [SECURITY]},
        regions=ENABLED_REGIONS,
        regional_administrators={GUARDDUTY: regions.get("guardduty", {}), MACIE: regions.get("macie", {})},
    )


def everywhere(account_id: str) -> dict[str, str]:
    return dict.fromkeys(ENABLED_REGIONS, account_id)


def report_in(folder: Path) -> dict[str, Any]:
    (organization,) = json.loads((folder / "service-access.json").read_text())["organizations"]
    return dict(organization)


def test_a_registration_without_regions_is_completed(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator, guardduty={DUBLIN: SECURITY})
    hosts = inventory(north=role_in(NORTH, **WANTED))
    files = {
        "service_access_results_file": f"{tmp_path / 'results.json'}",
        "service_access_report_directory": f"{tmp_path}",
    }
    given = (*hosts, "--extra-vars", json.dumps(files))
    drift = Summary(playbook(REPORT, DRIFT, *given, expect=2, warnings=None).stdout)
    completed = (
        f"completed (registered before, but not working yet): {SECURITY} for {GUARDDUTY} in {LONDON}, {PARIS} and "
        f"{OHIO}, {SECURITY} for {MACIE} in 4 Regions."
    )
    assert drift.words["north"] == f"would be {completed}"
    assert emulator.writes() == []
    (found,) = json.loads((tmp_path / "results.json").read_text())["organizations"]
    assert found["state"] == "would_change"
    assert len(found["designated"]) == 7
    assert found["designated"][0] == {"account_id": SECURITY, "service_principal": GUARDDUTY, "region": LONDON}

    north = report_in(tmp_path)
    assert (north["state"], north["administrators_to_complete"]) == ("differs", 2)
    (account,) = north["accounts"]
    assert account["services"][0]["regions"] == {
        "administered": [DUBLIN],
        "lacking": [LONDON, PARIS, OHIO],
        "unread": [],
    }
    lines = {line["service_principal"]: line for line in csv.DictReader((tmp_path / "service-access.csv").open())}
    assert lines[GUARDDUTY]["lacking_regions"] == f"{LONDON} {PARIS} {OHIO}"

    done = Summary(playbook(APPLY, *given, warnings=None).stdout)
    assert done.words["north"] == completed
    emulator.clear_requests()
    assert Summary(playbook(DRIFT, REPORT, *given).stdout).states == {"north": "unchanged"}
    assert emulator.writes() == []
    north = report_in(tmp_path)
    assert north["state"] == "as_wanted"
    facts = north["control_facts"]["service_administrators"]
    assert facts[MACIE] == {one: {"account_id": SECURITY, "status": "ENABLED"} for one in ENABLED_REGIONS}


def test_regions_of_the_variables_are_the_only_ones_that_count(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator, guardduty={DUBLIN: SECURITY}, macie={DUBLIN: SECURITY, LONDON: SECURITY})
    own = {"service_access_regions": [DUBLIN, LONDON, OHIO], "service_access_exclude_regions": ["us-*"]}
    hosts = inventory(north=role_in(NORTH, **WANTED, **own))
    drift = Summary(playbook(DRIFT, *hosts, expect=2, warnings=None).stdout)
    assert drift.words["north"] == (
        f"would be completed (registered before, but not working yet): {SECURITY} for {GUARDDUTY} in {LONDON}."
    )
    playbook(APPLY, *hosts, warnings=None)
    playbook(REPORT, *hosts, "--extra-vars", f"service_access_report_directory={tmp_path}")
    assert report_in(tmp_path)["state"] == "as_wanted"
    asked = {request["region"] for request in emulator.requests() if request["operation"] == LIST}
    assert asked == {DUBLIN, LONDON}


def test_a_region_that_cannot_be_read_is_unknown(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator, guardduty=everywhere(SECURITY), macie=everywhere(SECURITY))
    hosts = inventory(north=role_in(NORTH, **WANTED))
    files = {
        "service_access_results_file": f"{tmp_path / 'results.json'}",
        "service_access_report_directory": f"{tmp_path}",
    }
    emulator.fault(LIST, code="AccessDeniedException", message="not you", status=403, region=PARIS, count=None)
    given = (*hosts, "--extra-vars", json.dumps(files))
    drift = Summary(playbook(REPORT, DRIFT, *given, expect=2, warnings=None).stdout)
    assert drift.states == {"north": "failed"}
    assert PARIS in drift.words["north"]
    (found,) = json.loads((tmp_path / "results.json").read_text())["organizations"]
    assert {one["region"] for one in found["failed_regions"]} == {PARIS}
    north = report_in(tmp_path)
    assert (north["state"], north["administrators_to_complete"]) == ("unverified", 0)
    assert north["control_facts"]["service_administrators"][GUARDDUTY][PARIS] is None
    assert f"unknown in {PARIS}" in (tmp_path / "service-access.md").read_text()


def test_a_missing_permission_is_told_once_for_each_service(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    seed(emulator)
    emulator.fault(LIST, code="AccessDeniedException", message="not you", status=403, count=None)
    hosts = inventory(north=role_in(NORTH, **WANTED))
    words = Summary(playbook(DRIFT, *hosts, expect=2, warnings=None).stdout).words["north"]
    assert f"designate {SECURITY} for {GUARDDUTY} in {DUBLIN}, {LONDON}, {PARIS} and {OHIO}: " in words
    assert words.count("not you") == 2


def test_an_export_leaves_regions_to_the_variables(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator, guardduty=everywhere(SECURITY), macie={DUBLIN: SECURITY})
    own = {"service_access_prefer_service_api": True}
    hosts = inventory(north=role_in(NORTH, **own))
    folder = ("--extra-vars", f"service_access_export_directory={tmp_path / 'export'}")
    playbook(EXPORT, *hosts, *folder)
    written = (tmp_path / "export" / "north" / "service_access.yml").read_text()
    assert "still apply: service_access_prefer_service_api\n" in written
    assert "regions" not in written
    assert LIST not in emulator.calls()
    exported = ("--extra-vars", f"@{tmp_path / 'export' / 'north' / 'service_access.yml'}")
    applied = Summary(playbook(APPLY, *hosts, *exported, "--check", warnings=None).stdout)
    assert applied.words["north"] == (
        f"would be completed (registered before, but not working yet): {SECURITY} for {MACIE} in {LONDON}, {PARIS} and "
        f"{OHIO}."
    )
    without = inventory(north=role_in(NORTH))
    assert Summary(playbook(APPLY, *without, *exported).stdout).states == {"north": "unchanged"}
    assert emulator.writes() == []


def test_an_exported_organization_with_every_region_is_unchanged(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator, guardduty=everywhere(SECURITY), macie=everywhere(SECURITY))
    hosts = inventory(north=role_in(NORTH, service_access_prefer_service_api=True))
    playbook(EXPORT, *hosts, "--extra-vars", f"service_access_export_directory={tmp_path / 'export'}")
    exported = ("--extra-vars", f"@{tmp_path / 'export' / 'north' / 'service_access.yml'}")
    assert Summary(playbook(APPLY, *hosts, *exported).stdout).states == {"north": "unchanged"}
    assert emulator.writes() == []


def test_without_the_variable_no_region_is_read(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator)
    hosts = inventory(north=role_in(NORTH, **{**WANTED, "service_access_prefer_service_api": False}))
    done = playbook(DRIFT, REPORT, *hosts, "--extra-vars", f"service_access_report_directory={tmp_path}").stdout
    assert Summary(done).states == {"north": "unchanged"}
    assert LIST not in emulator.calls()
    assert report_in(tmp_path)["control_facts"]["service_administrators"] is None


def test_wrong_regions_are_refused_before_any_call(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    seed(emulator)
    wrong = {"service_access_regions": ["eu west 1"]}
    alone = {"service_access_service_principals": [GUARDDUTY]}
    hosts = inventory(managed=role_in(NORTH, **WANTED, **wrong), unmanaged=role_in(NORTH, **alone, **wrong))
    applied = Summary(playbook(APPLY, *hosts, expect=2).stdout)
    assert applied.states == {"managed": "failed", "unmanaged": "failed"}
    for words in applied.words.values():
        assert "regions must hold names of Regions" in words
        assert "service_access_<option>" in words
    assert emulator.requests() == []
