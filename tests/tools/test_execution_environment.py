# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX and Automation Platform need: the execution environment, and the playbooks in ansible-runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import SECRET_KEY, ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

PRODUCTION = "111111111111"  # as in the example's host_vars


def build_context(emulator: EmulatorControl, folder: Path, definition: Path) -> None:
    subprocess.run(
        ["ansible-builder", "create", "--file", str(definition), "--context", str(folder / "context")],
        env=ansible_environment(emulator, folder),
        check=True,
        capture_output=True,
    )


def test_ansible_builder_accepts_the_example(tmp_path: Path, emulator: EmulatorControl) -> None:
    build_context(emulator, tmp_path, ROOT / "examples" / "execution-environment.yml")
    assert "orgops.aws" in (tmp_path / "context" / "_build" / "requirements.yml").read_text()
    instructions = next((tmp_path / "context").glob("*file")).read_text()
    assert "$PKGMGR install $PYPKG" in instructions  # the base image has no Python


def test_the_collections_own_definition_has_its_files(tmp_path: Path, emulator: EmulatorControl) -> None:
    for name in ("meta/execution-environment.yml", "requirements.txt", "bindep.txt"):  # its paths: from the root
        shutil.copy(ROOT / name, tmp_path)
    build_context(emulator, tmp_path, tmp_path / "execution-environment.yml")
    assert {path.name for path in (tmp_path / "context" / "_build").glob("*.txt")} == {"requirements.txt", "bindep.txt"}


def test_an_execution_environment_has_our_requirements(tmp_path: Path, emulator: EmulatorControl) -> None:
    collection = tmp_path / "ansible_collections" / "orgops" / "aws"
    collection.parent.mkdir(parents=True)
    collection.symlink_to(ROOT)
    found = subprocess.run(
        ["ansible-builder", "introspect", str(tmp_path)],
        env=ansible_environment(emulator, tmp_path),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for needed in ("boto3>=1.35.0", "botocore>=1.35.0", "ca-certificates"):
        assert f"{needed}  # from collection orgops.aws" in found


def test_a_job_of_ansible_runner_has_no_secret_in_its_events(tmp_path: Path, emulator: EmulatorControl) -> None:
    emulator.organization(PRODUCTION, enabled=["macie.amazonaws.com"])
    job = tmp_path / "job"
    (job / "project").mkdir(parents=True)
    (job / "project" / "drift.yml").write_text(
        "- name: Find drift\n  ansible.builtin.import_playbook: orgops.aws.service_access_drift\n"
    )
    done = subprocess.run(
        [
            *("ansible-runner", "run", str(job), "--playbook", "drift.yml", "-vvv"),
            *("--inventory", str(ROOT / "examples" / "organizations" / "hosts.yml"), "--limit", "production"),
        ],
        env=ansible_environment(emulator, tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert "1 organization: 0 failed, 1 would change, 0 unchanged." in done.stdout
    assert emulator.writes() == []
    (artifacts,) = (job / "artifacts").iterdir()
    assert (artifacts / "status").read_text() == "failed"
    events = [path.read_text() for path in (artifacts / "job_events").iterdir()]
    assert any("organizations_service_access" in event for event in events)
    assert not any(SECRET_KEY in event or "sts_creds" in event for event in events)
