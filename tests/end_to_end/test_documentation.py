# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the README and the EXAMPLES of the modules run as they are written."""

from __future__ import annotations

import importlib
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    COLLECTION_NAME,
    COLLECTION_VERSION,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT, ansible_environment

from .conftest import Playbook

README = (ROOT / "README.md").read_text()
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


def test_the_tarball_holds_what_users_need_and_works_from_there(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path
) -> None:
    def galaxy(*arguments: str) -> None:
        command = ["ansible-galaxy", "collection", *arguments]
        environment = {**ansible_environment(emulator, tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    galaxy("build", "--output-path", str(tmp_path))
    (tarball,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        top_level = {name.partition("/")[0] for name in archive.getnames()}
    assert top_level == {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "COPYING",
        "FILES.json",
        "MANIFEST.json",
        "README.md",
        "changelogs",
        "docs",
        "examples",
        "meta",
        "playbooks",
        "plugins",
        "roles",
    }
    galaxy("install", "--force", "--no-deps", "--collections-path", str(tmp_path), str(tarball))
    emulator.organization()
    done = playbook(PLAYBOOKS[0], "-vvv", environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    assert f"{tmp_path}/ansible_collections/orgops/aws/plugins/modules/organizations_service_access.py" in done.stdout
    assert len(emulator.writes()) == 4


def test_one_version_everywhere() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    assert (f"{galaxy['namespace']}.{galaxy['name']}", galaxy["version"]) == (COLLECTION_NAME, COLLECTION_VERSION)
    assert f"orgops-aws-{COLLECTION_VERSION}.tar.gz" in README
