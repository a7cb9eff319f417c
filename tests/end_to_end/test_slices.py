# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in slices, as AWX runs it: the merged results are those of one run with the whole inventory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

from .guides import Guide
from .organizations import CONFIG, DRIFT, MACIE, SSO, role_in
from .test_results import SCHEMA

COUNT, SLICES = 12, 4
# As wanted; drift; a safeguard blocks the change.
ENABLED = ([CONFIG], [MACIE], [SSO])


def organizations(emulator: EmulatorControl) -> dict[str, dict[str, Any]]:
    """Return hosts: one third is as wanted, one third differs, one third fails."""
    hosts = {}
    for number in range(COUNT):
        account_id = f"{500000000000 + number}"
        hosts[f"organization-{number:02}"] = role_in(account_id, service_access_purge_service_principals=True)
        if number != COUNT - 1:  # which is no organization
            emulator.organization(
                account_id, enabled=[CONFIG] if number % 3 == 0 else [MACIE] * (number % 3 == 1) or [SSO]
            )
    return hosts


def sliced(hosts: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """Return the hosts of a slice, numbered from 1.

    The arithmetic of Inventory.get_sliced_hosts in awx/main/models/inventory.py: every count-th host by name.
    """
    return {name: hosts[name] for name in sorted(hosts)[number - 1 :: count]}


def run(folder: Path, emulator: EmulatorControl, name: str, hosts: dict[str, Any]) -> None:
    """Run the drift playbook as a job of ansible-runner that writes results-NAME.json to the folder."""
    job = folder / name
    (job / "project").mkdir(parents=True)
    (job / "project" / "drift.yml").write_text(f"- name: Find drift\n  ansible.builtin.import_playbook: {DRIFT}\n")
    (job / "inventory").mkdir()
    variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    (job / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"all": {"vars": variables, "hosts": hosts}}))
    option = f"-e service_access_results_file={folder / f'results-{name}.json'}"
    done = subprocess.run(
        ["ansible-runner", "run", str(job), "--playbook", "drift.yml", "--cmdline", option],
        env=ansible_environment(emulator, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout


def test_merged_results_of_slices_are_those_of_the_whole(tmp_path: Path, emulator: EmulatorControl) -> None:
    hosts = organizations(emulator)
    run(tmp_path, emulator, "whole", hosts)
    parts = [f"part{number}" for number in range(1, SLICES + 1)]
    for number, name in enumerate(parts, start=1):
        run(tmp_path, emulator, name, sliced(hosts, number, SLICES))
    script = tmp_path / "merge.py"
    script.write_text(Guide(ROOT / "docs" / "docsite" / "rst" / "guide_many_organizations.rst").files["merge.py"])
    files = [f"results-{name}.json" for name in parts]
    done = subprocess.run([sys.executable, script, *files], cwd=tmp_path, stdout=subprocess.PIPE, check=True)
    merged, whole = json.loads(done.stdout), json.loads((tmp_path / "results-whole.json").read_text())
    jsonschema.validate(merged, SCHEMA)
    assert merged["counts"] == {"failed": 4, "not_reached": 0, "would_change": 4, "changed": 0, "unchanged": 4}
    assert {**merged, "finished": whole["finished"]} == whole
    again = subprocess.run(
        [sys.executable, script, "results-whole.json", files[0]], cwd=tmp_path, stdout=subprocess.PIPE, check=True
    )
    assert json.loads(again.stdout)["organizations"] == whole["organizations"]
