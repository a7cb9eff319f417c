# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results that a run writes for other programs: as the summary says, and as the emulator's log shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import SECRET_KEY
from ansible_collections.orgops.aws.tests.paths import ROOT

from .fixtures import Inventory, Playbook, recap
from .organizations import (
    APPLY,
    CONFIG,
    DRIFT,
    EXPORT,
    MACIE,
    NORTH,
    SOUTH,
    SSO,
    WEST,
    Summary,
    outputs_of_plays,
    role_in,
)

SCHEMA = json.loads((ROOT / "roles" / "service_access" / "files" / "results.schema.json").read_text())
ROLE = [{"hosts": "all", "gather_facts": False, "roles": ["orgops.aws.service_access"]}]
EAST = "444444444444"
OPTION = ("--extra-vars", "service_access_results_file=out/results.json")


def results(folder: Path, output: str = "") -> dict[str, Any]:
    """Return the results, which match the schema and the summary in the output."""
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text())
    jsonschema.validate(found, SCHEMA)
    if output:
        summary = Summary(output)
        assert {each["host"]: each["state"].replace("_", " ") for each in found["organizations"]} == summary.states
        assert found["counts"] == {
            name: summary.counts.get(name.replace("_", " "), 0)
            for name in ("failed", "not_reached", "would_change", "changed", "unchanged")
        }
    return found


def lists(folder: Path) -> dict[str, list[str]]:
    return {path.name: path.read_text().split() for path in sorted((folder / "out").glob("*.txt"))}


def organizations(emulator: EmulatorControl) -> dict[str, dict[str, Any]]:
    """Return one that is as wanted, one that differs, one that a safeguard blocks, and one that does not exist."""
    emulator.organization(NORTH, enabled=[CONFIG])
    emulator.organization(SOUTH, enabled=[MACIE])
    emulator.organization(WEST, enabled=[CONFIG, SSO])
    exact = {"service_access_purge_service_principals": True}
    return {
        "north": role_in(NORTH),
        "south": role_in(SOUTH, **exact),
        "west": role_in(WEST, **exact),
        "east": role_in(EAST),
    }


def by_host(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["host"]: each for each in found["organizations"]}


def test_the_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("name", "arguments", "state"),
    [(APPLY, (), "changed"), (APPLY, ("--check",), "would_change"), (DRIFT, (), "would_change")],
)
def test_results_tell_drift_from_failure(
    playbook: Playbook,
    emulator: EmulatorControl,
    inventory: Inventory,
    tmp_path: Path,
    name: str,
    arguments: tuple[str, ...],
    state: str,
) -> None:
    hosts = inventory(**organizations(emulator))
    done = playbook(name, *hosts, *OPTION, *arguments, expect=2).stdout
    found = results(tmp_path, done)
    assert found["playbook"] == name.rpartition("_")[2]
    assert found["check_mode"] is (state == "would_change")
    each = by_host(found)
    assert {host: one["state"] for host, one in each.items()} == {
        "north": "unchanged",
        "south": state,
        "west": "failed",
        "east": "failed",
    }
    assert (each["south"]["enabled"], each["south"]["disabled"]) == ([CONFIG], [MACIE])
    assert [held["service_principal"] for held in each["west"]["held_back"]] == [SSO]
    assert each["west"]["not_attempted"] == [SSO]
    assert each["east"]["error"]["code"] == "AWSOrganizationsNotInUseException"
    assert each["east"]["management_account_id"] == EAST
    assert {host: one["message"] for host, one in each.items()} == Summary(done).words
    drifted = {"results.drifted.txt": ["south"]} if state == "would_change" else {}
    assert lists(tmp_path) == {**drifted, "results.failed.txt": ["east", "west"]}
    failed = {"east", "west", *(["south"] if name == DRIFT else [])}
    assert {host for host, counts in recap(done).items() if counts.get("failed")} == failed
    assert bool(emulator.writes()) is (state == "changed")


def test_registrations_are_in_the_results(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(
        NORTH, enabled=[CONFIG], members={SOUTH: "new", WEST: "old"}, delegated_administrators={CONFIG: [WEST]}
    )
    wanted = {"service_access_delegated_administrators": {SOUTH: [CONFIG]}}
    hosts = inventory(north=role_in(NORTH, **wanted, service_access_purge_delegated_administrators=True))
    (found,) = results(tmp_path, playbook(APPLY, *hosts, *OPTION).stdout)["organizations"]
    assert found["registered"] == [{"account_id": SOUTH, "service_principal": CONFIG}]
    assert found["deregistered"] == [{"account_id": WEST, "service_principal": CONFIG}]


def test_an_export_writes_results(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    chosen = {host: variables for host, variables in organizations(emulator).items() if host in ("north", "east")}
    done = playbook(EXPORT, *inventory(**chosen), *OPTION, expect=2).stdout
    found = results(tmp_path, done)
    assert (found["playbook"], by_host(found)["north"]["state"]) == ("export", "changed")


# {name of a play: its keywords}. If only a host that fails is left in a batch, the run ends: the last play of each run.
BATCHES: tuple[dict[str, dict[str, Any]], ...] = (
    {"free": {"strategy": "free"}, "one batch": {"serial": 3}, "batches": {"serial": 1}},
    {"host_pinned": {"strategy": "host_pinned", "serial": 2}},
)


@pytest.mark.parametrize("batches", BATCHES, ids=" and ".join)
def test_the_last_summary_of_the_role_writes_all_organizations(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path, batches: dict[str, Any]
) -> None:
    hosts: dict[str, dict[str, Any]] = {}
    plays: list[dict[str, Any]] = []
    for number, (name, keywords) in enumerate(batches.items()):
        for host in ("north", "south", "west"):
            account_id = str(int(NORTH) + len(hosts))
            enabled = {"north": [CONFIG], "south": [MACIE], "west": [CONFIG, SSO]}
            emulator.organization(account_id, enabled=enabled[host])
            hosts[f"{host}_{number}"] = role_in(account_id, service_access_purge_service_principals=host != "north")
        file = {"service_access_results_file": str(tmp_path / name / "out" / "results.json")}
        plays.append({"name": name, **ROLE[0], **keywords, "hosts": f"*_{number}", "vars": file})
    done = playbook(yaml.safe_dump(plays), *inventory(**hosts), expect=2, warnings=None).stdout
    for number, name in enumerate(batches):
        found = results(tmp_path / name, outputs_of_plays(done)[name])
        assert found["playbook"] is None, name
        counts = {"failed": 1, "not_reached": 0, "would_change": 0, "changed": 1, "unchanged": 1}
        assert found["counts"] == counts, name
        assert by_host(found)[f"west_{number}"]["state"] == "failed", name


def test_drift_that_was_not_compared_is_no_success(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    start = ("--start-at-task", "Summarize the organizations, failed ones first")
    hosts = inventory(north=organizations(emulator)["north"])
    done = playbook(DRIFT, *hosts, *OPTION, *start, expect=2).stdout
    assert Summary(done).states == {"north": "not reached"}
    assert "Not compared with the desired state" in done
    (north,) = results(tmp_path, done)["organizations"]
    assert (north["state"], north["management_account_id"], north["error"]) == ("not_reached", NORTH, None)
    assert lists(tmp_path) == {"results.failed.txt": ["north"]}


def test_failed_organizations_run_again_and_then_none(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = inventory(**organizations(emulator))
    playbook(APPLY, *hosts, *OPTION, expect=2)
    emulator.organization(EAST)
    again = ("--limit", "@out/results.failed.txt", *OPTION)
    force = ("--extra-vars", '{"service_access_force": true}')
    done = playbook(APPLY, *hosts, *again, *force, warnings=1).stdout
    assert Summary(done).states == {"east": "changed", "west": "changed"}
    assert lists(tmp_path) == {}
    emulator.clear_requests()
    playbook(APPLY, *hosts, *again, expect=1, warnings=None)
    assert emulator.requests() == []


def test_artifacts_of_a_job_do_not_disturb_the_next(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = inventory(north=organizations(emulator)["north"])
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    done = playbook(DRIFT, *hosts, environment=shown).stdout
    stats = json.loads(done[done.index("CUSTOM STATS") :].split("RUN: ", 1)[1])
    assert stats["orgops_aws_results"]["organizations"]["unchanged"] == ["north"]
    assert "orgops_aws_results" not in done[: done.index("CUSTOM STATS")]
    playbook(APPLY, *hosts, "--extra-vars", json.dumps(stats))


def test_results_contain_no_secret(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH)
    emulator.fault(
        "ListAWSServiceAccessForOrganization",
        code="AccessDeniedException",
        message=f"{SECRET_KEY} and SECRET-EXTERNAL-ID are wrong",
        count=None,
    )
    hosts = inventory(north=role_in(NORTH, service_access_assume_role_external_id="SECRET-EXTERNAL-ID"))
    playbook(DRIFT, *hosts, *OPTION, expect=2)
    text = (tmp_path / "out" / "results.json").read_text()
    assert "AccessDeniedException" in text
    assert SECRET_KEY not in text
    assert "SECRET-EXTERNAL-ID" not in text


# The hosts that fail


def failed(output: str) -> set[str]:
    return {host for host, counts in recap(output).items() if counts.get("failed")}


def test_hosts_whose_names_are_patterns_fail_and_no_others(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    hosts = inventory(**{"north": role_in(NORTH), "n*": role_in(EAST), "!north": role_in(WEST)})
    done = playbook(APPLY, *hosts, expect=2).stdout
    assert failed(done) == {"n*", "!north"}
    assert Summary(done).counts == {"failed": 2, "changed": 0, "unchanged": 1}


def test_each_host_decides_whether_changes_fail(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    names = {"changed": NORTH, "fails": SOUTH, "wrong": WEST, "undefined": EAST, "omitted": "555555555555"}
    values = {"fails": "yes", "wrong": "enabled", "undefined": "{{ nothing }}", "omitted": "{{ omit }}"}
    for account_id in names.values():
        emulator.organization(account_id)
    chosen = {host: role_in(account_id) for host, account_id in names.items()}
    for host, value in values.items():
        chosen[host]["service_access_fail_on_changes"] = value
    done = playbook(APPLY, *inventory(**chosen), expect=2).stdout
    assert failed(done) == {"fails", "wrong", "undefined"}
    assert "service_access_fail_on_changes must be a boolean, true or false, not 'enabled'." in done
    assert Summary(done).counts == {"failed": 0, "changed": 5, "unchanged": 0}


def test_without_a_summary_every_host_fails(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = inventory(north=organizations(emulator)["north"])
    start = ("--start-at-task", "Fail if the organization failed, or if it has drifted and drift is a failure")
    assert "There is no summary." in playbook(DRIFT, *hosts, *start, expect=2).stdout


def test_a_playbook_prints_three_lines_for_an_organization(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """Its task, its line of the summary, and the recap; no other line depends on the number of organizations."""
    hosts: dict[str, dict[str, Any]] = {}
    plays: list[dict[str, Any]] = []
    for group, count in (("few", 2), ("many", 6)):
        for number in range(count):
            account_id = f"{500000000000 + len(hosts)}"
            emulator.organization(account_id, enabled=[CONFIG])
            hosts[f"{group}-{number}"] = role_in(account_id)
        for name in (APPLY, DRIFT):
            # A play without output marks where the next playbook begins.
            plays.append({"name": f"{name} {group}", "hosts": "all", "gather_facts": False})
            plays.append({"import_playbook": name, "vars": {"service_access_hosts": f"{group}-*"}})
    done, _recap, lines_of_hosts = playbook(yaml.safe_dump(plays), *inventory(**hosts)).stdout.partition("PLAY RECAP")
    assert sum(" : ok=" in line for line in lines_of_hosts.splitlines()) == len(hosts)
    outputs = re.split(r"^PLAY \[(\S+) (few|many)\] \*+$", done, flags=re.MULTILINE)[1:]
    lines = {tuple(outputs[place : place + 2]): len(outputs[place + 2].splitlines()) for place in range(0, 12, 3)}
    for name in (APPLY, DRIFT):
        assert lines[name, "many"] - lines[name, "few"] == 2 * 4
        assert lines[name, "few"] < 36
