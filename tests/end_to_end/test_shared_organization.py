# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are the same organization, and variables that no host can set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .fixtures import Inventory, Playbook
from .organizations import APPLY, CONFIG, DRIFT, EXPORT, MACIE, NORTH, SOUTH, Summary, role_in

EXACT = {"service_access_purge_service_principals": True}
ALLOWED = {"service_access_allow_shared_organization": True}


@pytest.mark.parametrize("name", [APPLY, DRIFT])
def test_one_organization_as_two_hosts_refuses_exact_mode(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, name: str
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH, enabled=[CONFIG])
    hosts: dict[str, dict[str, Any]] = {
        "old": role_in(NORTH, **EXACT),
        "new": role_in(NORTH, service_access_service_principals=[MACIE]),
        "south": role_in(SOUTH, **EXACT),
    }
    serial = ("--extra-vars", '{"service_access_serial": 1}')
    summary = Summary(playbook(name, *inventory(**hosts), *serial, expect=2).stdout)
    assert summary.states == {"new": "failed", "old": "failed", "south": "unchanged"}
    for host in ("new", "old"):
        assert summary.words[host].startswith("new, old are the same organization")
    assert NORTH not in {request["account_id"] for request in emulator.requests()}
    allowed = {host: {**variables, **ALLOWED} for host, variables in hosts.items()}
    assert Summary(playbook(name, *inventory(**allowed), *serial, expect=None).stdout).counts["failed"] == 0


def test_two_hosts_that_only_enable_can_share_an_organization(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH)
    hosts = inventory(old=role_in(NORTH), new=role_in(NORTH, service_access_service_principals=[MACIE]))
    assert Summary(playbook(APPLY, *hosts).stdout).states == {"new": "changed", "old": "changed"}


def test_a_play_naming_the_organization_refuses_a_second_host(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """No host sees the variables that the play gives to another one, but the first host says what it does."""
    emulator.organization(NORTH, enabled=[CONFIG])
    account = "service_access_management_account_id"
    variables = {"old": role_in(NORTH), "new": role_in(NORTH, service_access_service_principals=[MACIE])}
    hosts = {host: {"org": of_host.pop(account), **of_host} for host, of_host in variables.items()}
    play = {
        "hosts": "all",
        "gather_facts": False,
        "vars": {account: "{{ org }}", **EXACT},
        "tasks": [{"import_role": {"name": "orgops.aws.service_access"}}],
    }
    done = playbook(yaml.safe_dump([play]), *inventory(**hosts), "--forks", "1", expect=2).stdout
    assert sorted(Summary(done).states.values()) in (["changed", "failed"], ["failed", "unchanged"])
    assert "are the same organization" in done


@pytest.mark.parametrize("variable", ["service_access_hosts", "service_access_serial"])
def test_a_variable_of_plays_that_a_group_sets_is_refused(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path, variable: str
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH)
    value = {"service_access_hosts": "south", "service_access_serial": 1}[variable]
    hosts = inventory(north=role_in(NORTH), south=role_in(SOUTH))
    (tmp_path / "host_vars").mkdir()
    file = tmp_path / "host_vars" / "south.yml"
    file.write_text(yaml.safe_dump({variable: value}))
    refused = Summary(playbook(APPLY, *hosts, expect=2).stdout)
    assert refused.states == {"north": "failed", "south": "failed"}
    assert f"{variable} has no effect as a variable of the host south" in refused.words["north"]
    assert "--extra-vars" in refused.words["south"]
    exported = ("--extra-vars", f"service_access_export_directory={tmp_path / 'exported'}")
    assert Summary(playbook(EXPORT, *hosts, *exported, expect=2).stdout).states["south"] == "failed"
    assert [request for request in emulator.requests() if request["account_id"] == SOUTH] == []
    assert emulator.writes() == []
    imported = [{"import_playbook": APPLY, "vars": {variable: value}}]
    file.unlink()
    done = playbook(yaml.safe_dump(imported), *hosts).stdout
    assert set(Summary(done).states) == ({"south"} if variable == "service_access_hosts" else {"north", "south"})
    playbook(APPLY, *hosts, "--extra-vars", json.dumps({variable: value}))


@pytest.mark.parametrize("value", ["enabled", "", None])
def test_a_value_that_is_no_boolean_hides_no_drift(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, value: Any
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH, enabled=[CONFIG])
    hosts = inventory(
        north=role_in(NORTH),
        south=role_in(SOUTH, service_access_purge_delegated_administrators=value),
    )
    text = "- {hosts: all, gather_facts: false, tasks: [{import_role: {name: orgops.aws.service_access%s}}]}\n"
    fails = ("--check", "--extra-vars", json.dumps({"service_access_fail_on_changes": value}))
    for more in (", rolespec_validate: false", ""):
        playbook(text % more, *hosts, *fails, expect=2)
    purge = Summary(playbook(APPLY, *hosts, "--check", expect=2).stdout)
    assert purge.states == {"north": "would change", "south": "failed"}
    assert "service_access_purge_delegated_administrators must be a boolean" in purge.words["south"]
    assert emulator.writes() == []
