# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in slices, as AWX runs it, and its results and reports merged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

from ..end_to_end.guides import Guide
from ..end_to_end.organizations import CONFIG, DRIFT, MACIE, REPORT, SSO, role_in

WHOLE = "whole"
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d( UTC|Z)")


def organizations(emulator: EmulatorControl, count: int) -> dict[str, dict[str, Any]]:
    """Return hosts: a third matches, a third has drifted, a safeguard blocks a third; the last is no organization."""
    hosts = {}
    for number in range(count):
        account_id = f"{500000000000 + number}"
        hosts[f"organization-{number:03}"] = role_in(account_id, service_access_purge_service_principals=True)
        if number != count - 1:
            emulator.organization(account_id, enabled=[(CONFIG, MACIE, SSO)[number % 3]])
    return hosts


def sliced(hosts: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """Return the hosts of a slice, numbered from 1.

    The arithmetic of Inventory.get_sliced_hosts in awx/main/models/inventory.py: every count-th host by name.
    """
    return {name: hosts[name] for name in sorted(hosts)[number - 1 :: count]}


@dataclass
class Jobs:
    """Runs an inventory as a whole and in slices. Each job writes into the folder of its slice."""

    folder: Path
    emulator: EmulatorControl
    hosts: Mapping[str, Any]
    count: int

    @property
    def slices(self) -> dict[str, dict[str, Any]]:
        """The hosts of each slice by its name."""
        return {f"slice{number}": sliced(self.hosts, number, self.count) for number in range(1, self.count + 1)}

    def drift(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the merged results of the slices, and those of the whole."""
        for name, hosts in {WHOLE: self.hosts, **self.slices}.items():
            variables = {"service_access_results_file": str(self.folder / name / "results.json")}
            self._run(f"drift-{name}", DRIFT, hosts, variables)
        return self.merge(*self.slices), json.loads((self.folder / WHOLE / "results.json").read_text())

    def merge(self, *names: str) -> dict[str, Any]:
        """Return the merged results of jobs, by the guide's script."""
        script = self.folder / "merge.py"
        script.write_text(Guide(ROOT / "docs" / "docsite" / "rst" / "guide_many_organizations.rst").files["merge.py"])
        files = [self.folder / name / "results.json" for name in names]
        merged: dict[str, Any] = json.loads(subprocess.check_output([sys.executable, script, *files]))
        return merged

    def report(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the merged report of the slices, and that of the whole: {suffix: text without times}.

        Without the page, which shows the same data, but numbers its strings, among them the times.
        """
        for name, hosts in {WHOLE: self.hosts, **self.slices}.items():
            self._run(f"report-{name}", REPORT, hosts, self._directory(name))
        self.emulator.clear_requests()
        files = str(self.folder / "slice*" / "service-access.json")
        self._run(
            "report-merged",
            REPORT,
            ["localhost"],
            {**self._directory("merged"), "service_access_report_merge": [files]},
        )
        assert self.emulator.requests() == []
        return self._read("merged"), self._read(WHOLE)

    def _directory(self, name: str) -> dict[str, Any]:
        formats = ["json", "csv", "md"]
        return {"service_access_report_directory": str(self.folder / name), "service_access_report_formats": formats}

    def _read(self, name: str) -> dict[str, str]:
        files = sorted((self.folder / name).glob("service-access.*"))
        return {path.suffix: TIME.sub("TIME", path.read_text()) for path in files}

    def _run(
        self, name: str, playbook: str, hosts: Mapping[str, Any] | Sequence[str], variables: Mapping[str, Any]
    ) -> None:
        """Run a playbook as a job of ansible-runner. It fails if the last organization is among the hosts."""
        job = self.folder / "jobs" / name
        for part in ("project", "inventory", "env"):
            (job / part).mkdir(parents=True)
        play = f"- name: Run the playbook of the collection\n  ansible.builtin.import_playbook: {playbook}\n"
        (job / "project" / "play.yml").write_text(play)
        common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"vars": common, "hosts": hosts if isinstance(hosts, Mapping) else dict.fromkeys(hosts)}}
        (job / "inventory" / "hosts.yml").write_text(yaml.safe_dump(inventory))
        (job / "env" / "extravars").write_text(json.dumps(variables))
        done = subprocess.run(
            ["ansible-runner", "run", str(job), "--playbook", "play.yml", "--cmdline", "--forks 10"],
            env=ansible_environment(self.emulator, self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        fails = playbook == DRIFT or max(self.hosts) in hosts
        assert done.returncode == (2 if fails else 0), done.stdout[-5000:]
