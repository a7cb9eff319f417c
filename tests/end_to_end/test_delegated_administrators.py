# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delegated administrators in the role and its playbooks: apply, drift, export, report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import aws_client

from .fixtures import Inventory, Playbook
from .organizations import APPLY, CONFIG, DRIFT, EXPORT, NORTH, REPORT, Summary, role_in

BACKUP, SSO = "backup.amazonaws.com", "sso.amazonaws.com"
SECURITY, IDENTITY, OLD = "444444444444", "555555555555", "666666666666"
MEMBERS = {SECURITY: "security", IDENTITY: "identity", OLD: "old"}
WANTED: dict[str, Any] = {
    "service_access_service_principals": [BACKUP, CONFIG, SSO],
    "service_access_purge_service_principals": True,
    "service_access_delegated_administrators": {SECURITY: [BACKUP, CONFIG], IDENTITY: [SSO]},
    "service_access_purge_delegated_administrators": True,
}


def seed(emulator: EmulatorControl) -> None:
    emulator.organization(
        NORTH,
        enabled=[CONFIG, SSO, "ds.amazonaws.com"],
        members=MEMBERS,
        delegated_administrators={CONFIG: [OLD], SSO: [OLD]},
    )


def test_the_role_brings_about_both_and_finds_drift_of_both(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    seed(emulator)
    hosts = inventory(north=role_in(NORTH, **WANTED))
    foreseen = Summary(playbook(APPLY, *hosts, "--check").stdout)
    assert emulator.writes() == []
    registered = f"registered: {SECURITY} for {BACKUP}, {SECURITY} for {CONFIG}, {IDENTITY} for {SSO}"
    deregistered = f"deregistered: {OLD} for {CONFIG}, {OLD} for {SSO}"
    changes = ["enabled: " + BACKUP, registered, deregistered, "disabled: ds.amazonaws.com"]
    assert foreseen.words["north"] == "; ".join(f"would be {change}" for change in changes) + "."
    output, _recap, again = playbook(APPLY, APPLY, *hosts).stdout.partition("PLAY RECAP")
    assert Summary(output).words["north"] == "; ".join(changes) + "."
    assert Summary(again).states == {"north": "unchanged"}
    operations = [operation.partition("AWS")[0].partition("Delegated")[0] for operation, _subject in emulator.writes()]
    assert operations == ["Enable", *["Register"] * 2, "Deregister", "Register", "Deregister", "Disable"]

    assume = aws_client(emulator, "sts").assume_role(RoleArn=f"arn:aws:iam::{NORTH}:role/x", RoleSessionName="somebody")
    keys = assume["Credentials"]
    somebody = aws_client(
        emulator,
        "organizations",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    somebody.register_delegated_administrator(AccountId=OLD, ServicePrincipal=BACKUP)
    drift = Summary(playbook(DRIFT, *hosts, expect=2).stdout)
    assert drift.words["north"] == f"would be deregistered: {OLD} for {BACKUP}."


def test_purge_scope_in_the_role_and_in_drift(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    seed(emulator)
    scope = {
        "service_access_service_principals": [CONFIG],
        "service_access_delegated_administrators": {SECURITY: [CONFIG]},
        "service_access_purge_delegated_administrators": True,
        "service_access_purge_scope": "services",
    }
    hosts = inventory(north=role_in(NORTH, **scope))
    drift = Summary(playbook(DRIFT, *hosts, expect=2).stdout)
    changes = f"registered: {SECURITY} for {CONFIG}; would be deregistered: {OLD} for {CONFIG}."
    assert drift.words["north"] == f"would be {changes}"
    done = Summary(playbook(APPLY, DRIFT, *hosts).stdout)
    assert done.states == {"north": "unchanged"}
    assert [subject["ServicePrincipal"] for _operation, subject in emulator.writes()] == [CONFIG, CONFIG]
    assert "ListDelegatedServicesForAccount" not in emulator.calls()


def test_an_export_that_is_applied_changes_nothing(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator)
    emulator.organization("222222222222", enabled=[CONFIG])
    hosts = inventory(north=role_in(NORTH), south=role_in("222222222222"))
    playbook(EXPORT, *hosts)
    exported = (tmp_path / "host_vars" / "north" / "service_access.yml").read_text()
    assert f"  '{OLD}':  # old\n    - {CONFIG}\n    - {SSO}\n" in exported
    assert (
        "There are no delegated administrators."
        in (tmp_path / "host_vars" / "south" / "service_access.yml").read_text()
    )
    done = Summary(playbook(DRIFT, *hosts).stdout)
    assert done.states == {"north": "unchanged", "south": "unchanged"}
    assert emulator.writes() == []


def test_the_report_shows_wanted_missing_extra_and_unwanted(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    seed(emulator)
    hosts = inventory(north=role_in(NORTH, **{**WANTED, "service_access_service_principals": [CONFIG, SSO]}))
    playbook(REPORT, *hosts, "--extra-vars", f"service_access_report_directory={tmp_path}")
    report = json.loads((tmp_path / "service-access.json").read_text())
    (north,) = report["organizations"]
    assert report["headline"] == (
        "Of 1 organization, 1 differs from the desired state (1 extra, 3 delegated administrators missing, "
        "2 delegated administrators extra)."
    )
    services = {service["service_principal"]: service for service in north["services"]}
    assert services[SSO]["missing_administrators"] == [IDENTITY]
    assert services[SSO]["extra_administrators"] == [OLD]
    assert [(account["name"], account["wanted"]) for account in north["accounts"]] == [
        (None, True),
        (None, True),
        ("old", False),
    ]
    assert f"| {OLD} | old | no |" in (tmp_path / "service-access.md").read_text()


# [(variables, what the summary says about them)]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"service_access_delegated_administrators": {SECURITY: "x"}}, "must hold a list of service principals"),
    ({"service_access_delegated_administrators": {"12345678901": [CONFIG]}}, "Quote it"),
    ({"service_access_delegated_administrators": None}, "delegated_administrators"),
    (
        {
            "service_access_delegated_administrators": {SECURITY: [SSO]},
            "service_access_purge_service_principals": True,
            "service_access_force": True,
        },
        f"lists {SECURITY} for {SSO}, but service_principals does not",
    ),
]


def test_wrong_variables_change_nothing(playbook: Playbook, emulator: EmulatorControl, inventory: Inventory) -> None:
    hosts = {}
    for number, (variables, _words) in enumerate(WRONG):
        account_id = str(int(NORTH) + number)
        emulator.organization(account_id, enabled=[CONFIG, SSO])
        hosts[f"host{number}"] = role_in(account_id, service_access_service_principals=[CONFIG], **variables)
    summary = Summary(playbook(APPLY, *inventory(**hosts), expect=2, warnings=None).stdout)
    assert summary.states == dict.fromkeys(hosts, "failed")
    for host, (_variables, words) in zip(hosts, WRONG):
        assert words in summary.words[host]
    assert emulator.writes() == []
