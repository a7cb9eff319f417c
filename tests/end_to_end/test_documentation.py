# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the README and the EXAMPLES of the modules run as they are written."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib
import yaml

from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    COLLECTION_NAME,
    COLLECTION_VERSION,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

from .fixtures import Command, Inventory, Playbook

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PLAYBOOKS = re.findall(r"^```yaml\n(- name.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_first_playbook_of_the_readme_gives_the_output_shown_there(
    playbook: Playbook, emulator: EmulatorControl
) -> None:
    shown = re.search(r"--check --diff\n\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert shown
    emulator.organization(enabled=["cloudtrail.amazonaws.com", "sso.amazonaws.com"])
    assert shown[1] in playbook(PLAYBOOKS[0], "--check", "--diff").stdout
    assert emulator.writes() == []


@pytest.mark.parametrize("text", PLAYBOOKS, ids=lambda text: yaml.safe_load(text)[0]["name"])
def test_playbooks_of_the_readme(playbook: Playbook, emulator: EmulatorControl, text: str) -> None:
    emulator.organization(
        enabled=["sso.amazonaws.com", "devops-guru.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={"sso.amazonaws.com": ["222222222222"]},
    )
    playbook(text, "--check")
    assert emulator.writes() == []
    playbook(text)
    assert "changed=0" in playbook(text).stdout


@pytest.mark.parametrize("module", ["organizations_service_access", "organizations_service_access_info"])
def test_examples_of_the_modules(playbook: Playbook, emulator: EmulatorControl, module: str) -> None:
    examples = importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{module}").EXAMPLES
    emulator.organization(enabled=["sso.amazonaws.com", "devops-guru.amazonaws.com"])
    tasks = re.sub(r"^", "    ", examples, flags=re.MULTILINE)
    playbook(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{tasks}")
    assert emulator.calls()


def test_examples_of_the_filters(playbook: Playbook) -> None:
    filters = [
        importlib.import_module(f"ansible_collections.orgops.aws.plugins.filter.{path.stem}")
        for path in sorted((ROOT / "plugins" / "filter").glob("[!_]*.py"))
    ]
    tasks = "".join(re.sub(r"^", "    ", each.EXAMPLES, flags=re.MULTILINE) for each in filters)
    done = playbook(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{tasks}").stdout
    for each in filters:
        sample = yaml.safe_load(each.RETURN)["_value"].get("sample", [])
        assert all(line in done for line in ([sample] if isinstance(sample, str) else sample))


@pytest.mark.parametrize("role", ["service_access", "service_access_report"])
def test_playbooks_of_the_roles(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path, role: str
) -> None:
    (text,) = re.findall(r"^```yaml\n(- name.*?)^```", (ROOT / "roles" / role / "README.md").read_text(), re.M | re.S)
    emulator.organization(enabled=["sso.amazonaws.com"])
    hosts = inventory(organization={"service_access_service_principals": ["config.amazonaws.com"]})
    playbook(text, *hosts, "--extra-vars", f"service_access_report_directory={tmp_path}/report")
    assert emulator.calls()
    assert (tmp_path / "report" / "service-access.html").exists() is (role == "service_access_report")


def test_one_version_everywhere() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    assert (f"{galaxy['namespace']}.{galaxy['name']}", galaxy["version"]) == (COLLECTION_NAME, COLLECTION_VERSION)
    assert f"orgops-aws-{COLLECTION_VERSION}.tar.gz" in README


def test_the_support_matrix_is_that_of_the_gates() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["orgops"]
    columns = ("ansible-core", "python", "target-python", "amazon-aws", "boto3")
    rows = [[row[column] for column in columns] for row in table["releases"]]
    shown = re.search(r"^\| ansible-core \|.*?\n\|[-|]+\n(.*?)\n\n", README, re.MULTILINE | re.DOTALL)
    assert shown
    assert [[cell.strip() for cell in line.strip("|").split("|")] for line in shown[1].splitlines()] == rows
    assert f"Python {rows[0][2]} or newer, boto3 and botocore {rows[0][4]} or newer" in README
    assert f"ansible-core {rows[0][0]} or newer" in README
    core, _python, oldest_python, amazon, boto3 = rows[0]
    assert yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"] == f">={core}.0"
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"] == {"amazon.aws": f">={amazon}.0"}
    for role in (ROOT / "roles").iterdir():
        meta = yaml.safe_load((role / "meta" / "main.yml").read_text())
        assert str(meta["galaxy_info"]["min_ansible_version"]).startswith(core)
    for file, text in {
        "README.md": f"`amazon.aws` {amazon}.0 or newer",
        "plugins/doc_fragments/_organizations.py": f"python >= {oldest_python}\n  - boto3 >= {boto3}\n",
        "meta/ee-requirements.txt": f"boto3>={boto3}\nbotocore>={boto3}\n",
        "Makefile": f"boto3=={boto3} botocore=={boto3}\n",
    }.items():
        assert text in (ROOT / file).read_text(), file
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    (interpreters,) = [
        step["with"]["python-version"] for step in workflow["jobs"]["ci"]["steps"] if "python" in str(step)
    ]
    assert set(interpreters.split()) == {version for row in rows for version in row[1:3]}
    requirements = (ROOT / "requirements-dev.txt").read_text()
    for release in (table["releases"][0], table["releases"][-1]):
        assert f"ansible=={release['ansible']};" in requirements
    assert f"boto3=={rows[-1][4]}\nbotocore=={rows[-1][4]}\n" in requirements


def test_the_contributors_guide_names_every_gate() -> None:
    sessions = subprocess.run(
        [sys.executable, "-m", "nox", "--list-sessions", "--json"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout
    named = set(re.findall(r"`make gate-([a-z0-9.-]+)`", CONTRIBUTING))
    assert named == {entry["session"] for entry in json.loads(sessions)} | {"tarball"}  # which does not run by default


def test_commands_of_the_readme_on_the_example_organizations(
    command: Command, emulator: EmulatorControl, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for account_id in ("111111111111", "222222222222", "333333333333"):
        emulator.organization(account_id, enabled=["sso.amazonaws.com"])
    commands = [shlex.split(line) for line in re.findall(r"^\$ (ansible-playbook -i .*)$", README, re.MULTILINE)]
    assert [words[3] for words in commands] == [
        f"orgops.aws.service_access_{name}" for name in ("apply", "export", "drift")
    ]
    for words in commands:
        # The files of a host's folder are read in the order of their names, so the export's come after main.yml.
        command(*words)
    assert emulator.writes() == []
