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

from .fixtures import Inventory, Playbook, recap
from .organizations import APPLY, CONFIG, DRIFT, EXPORT, MACIE, NORTH, SOUTH, WEST, Summary, role_in

EXACT = {"service_access_purge_service_principals": True}
EAST = "444444444444"
PURGE = "purge_delegated_administrators"
ALLOWED = {"service_access_allow_shared_organization": True}


@pytest.mark.parametrize("name", [APPLY, DRIFT])
def test_one_organization_as_two_hosts_refuses_exact_mode(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, name: str
) -> None:
    """It does not refuse hosts that allow it, and hosts that only enable."""
    emulator.organization(NORTH)
    emulator.organization(SOUTH, enabled=[CONFIG])
    emulator.organization(WEST)
    emulator.organization(EAST)
    hosts: dict[str, dict[str, Any]] = {
        "old": role_in(NORTH, **EXACT),
        "new": role_in(NORTH, service_access_service_principals=[MACIE]),
        "south": role_in(SOUTH, **EXACT),
        "old_allowed": role_in(WEST, **EXACT, **ALLOWED),
        "new_allowed": role_in(WEST, service_access_service_principals=[MACIE], **ALLOWED),
        "old_enables": role_in(EAST),
        "new_enables": role_in(EAST, service_access_service_principals=[MACIE]),
    }
    serial = ("--extra-vars", '{"service_access_serial": 1}')
    summary = Summary(playbook(name, *inventory(**hosts), *serial, expect=2).stdout)
    done = "changed" if name == APPLY else "would change"
    refused = {"new": "failed", "old": "failed"}
    shared = dict.fromkeys(("old_allowed", "new_allowed", "old_enables", "new_enables"), done)
    assert summary.states == {**refused, **shared, "south": "unchanged"}
    for host in refused:
        assert summary.words[host].startswith("new, old are the same organization")
    assert NORTH not in {request["account_id"] for request in emulator.requests()}


def test_two_hosts_that_only_enable_can_share_an_organization(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """At the same time, without serial."""
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


def test_a_variable_of_plays_that_a_group_sets_is_refused(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH)
    values = {"service_access_hosts": "south", "service_access_serial": 1}
    hosts = inventory(north=role_in(NORTH), south=role_in(SOUTH))
    (tmp_path / "host_vars").mkdir()
    file = tmp_path / "host_vars" / "south.yml"
    file.write_text(yaml.safe_dump(values))
    refused = Summary(playbook(APPLY, *hosts, expect=2).stdout)
    assert refused.states == {"north": "failed", "south": "failed"}
    assert f"{', '.join(values)} has no effect as a variable of the host south" in refused.words["north"]
    assert "--extra-vars" in refused.words["south"]
    exported = ("--extra-vars", f"service_access_export_directory={tmp_path / 'exported'}")
    assert Summary(playbook(EXPORT, *hosts, *exported, expect=2).stdout).states["south"] == "failed"
    assert [request for request in emulator.requests() if request["account_id"] == SOUTH] == []
    assert emulator.writes() == []
    imported = [{"import_playbook": APPLY, "vars": {name: value}} for name, value in values.items()]
    file.unlink()
    done = playbook(yaml.safe_dump(imported), *hosts).stdout
    assert "1 organization: 0 failed, 1 changed" in done
    assert set(Summary(done).states) == {"north", "south"}
    done = playbook(APPLY, *hosts, "--extra-vars", json.dumps(values)).stdout
    assert Summary(done).states == {"south": "unchanged"}


def test_a_value_that_is_no_boolean_hides_no_drift(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """In the role with and without its argument specification, and in its playbook; no play is without a fine host."""
    emulator.organization(NORTH, enabled=[CONFIG])
    hosts = {"fine": role_in(NORTH)}
    for number, value in enumerate(("enabled", "", None)):
        for group, option in (("a", "fail_on_changes"), ("b", "fail_on_changes"), ("purge", PURGE)):
            account_id = str(int(NORTH) + len(hosts))
            emulator.organization(account_id)
            hosts[f"{group}_{number}"] = role_in(account_id, **{f"service_access_{option}": value})
    role = "- {hosts: 'fine:%s_*', gather_facts: false, tasks: [{import_role: {name: orgops.aws.service_access%s}}]}\n"
    text = role % ("a", ", rolespec_validate: false") + role % ("b", "") + f"- import_playbook: {APPLY}\n"
    done = playbook(text, *inventory(**hosts), "--check", expect=2).stdout
    assert {host for host, counts in recap(done).items() if counts.get("failed")} == set(hosts) - {"fine"}
    applied = Summary(done)
    for number in range(3):
        assert f"service_access_{PURGE} must be a boolean" in applied.words[f"purge_{number}"]
    assert emulator.writes() == []
