# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The release tarball is reproducible, contains only what users need, and works when installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

from ..end_to_end.fixtures import Playbook
from ..end_to_end.test_documentation import PLAYBOOKS

TOP_LEVEL = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "COPYING",
    "FILES.json",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "bindep.txt",
    "changelogs",
    "docs",
    "examples",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
}


def build(checkout: Path, folder: Path) -> Path:
    command = [sys.executable, str(checkout / ".ci" / "build_tarball.py"), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())


def test_two_clones_give_the_same_bytes(tmp_path: Path) -> None:
    built = []
    for name, umask in (("one", 0o022), ("an/other", 0o077)):
        clone = tmp_path / name
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], umask=umask, check=True)
        # The script under test may not be committed yet; the rest is from the last commit.
        shutil.copy(ROOT / ".ci" / "build_tarball.py", clone / ".ci")
        for file in clone.rglob("*.py"):
            os.utime(file, (umask, umask))
        (clone / "plugins" / "left-behind.py").write_text("never tracked")
        built.append(build(clone, tmp_path / name / "dist"))
    assert built[0].name == built[1].name
    assert built[0].read_bytes() == built[1].read_bytes()


def test_it_contains_what_users_need(tmp_path: Path) -> None:
    with tarfile.open(build(ROOT, tmp_path)) as archive:
        names = archive.getnames()
        assert {member.uid for member in archive} == {0}
    assert {name.partition("/")[0] for name in names} == TOP_LEVEL
    unwanted, folders = (".pyc", ".csv", ".tar.gz"), ("docs/site", "examples/awx")
    assert [name for name in names if name.endswith(unwanted) or "/." in name or name.startswith(folders)] == []
    assert "examples/pipelines/results_comment.py" in names


def test_the_readmes_first_playbook_runs_when_installed(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path
) -> None:
    tarball = build(ROOT, tmp_path)
    folder = tmp_path / "empty"
    subprocess.run(
        # --force, because this checkout counts as installed.
        ["ansible-galaxy", "collection", "install", "--force", "--no-deps", "-p", str(folder), str(tarball)],
        env={**ansible_environment(emulator, tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(folder)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    emulator.organization()
    done = playbook(PLAYBOOKS[0], "-vvv", environment={"ANSIBLE_COLLECTIONS_PATH": str(folder)})
    assert f"{folder}/ansible_collections/orgops/aws/plugins/modules/organizations_service_access.py" in done.stdout
    assert len(emulator.writes()) == 4
