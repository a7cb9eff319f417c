# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""make probe on the emulator: every row agrees, and the emulator's state is restored."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT, ansible_environment
from ansible_collections.orgops.aws.tests.fixtures import aws_client

ENABLED = ["config.amazonaws.com", "sso.amazonaws.com"]


def probe(
    emulator: EmulatorControl, tmp_path: Path, *arguments: str, answer: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {
        **ansible_environment(emulator, tmp_path),
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.probe", *arguments],
        cwd=ROOT,
        env=environment,
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def _organization(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=ENABLED, members={"222222222222": "security"})


@pytest.mark.usefixtures("_organization")
def test_it_only_reads_and_shows_no_account(emulator: EmulatorControl, tmp_path: Path) -> None:
    done = probe(emulator, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DIFFERS" not in done.stdout
    assert emulator.writes() == []
    assert MANAGEMENT_ACCOUNT not in done.stdout
    assert "security" not in done.stdout


@pytest.mark.usefixtures("_organization")
def test_writes_are_confirmed_and_undone(emulator: EmulatorControl, tmp_path: Path) -> None:
    refused = probe(emulator, tmp_path, "--write", "macie.amazonaws.com", answer="no\n")
    assert (refused.returncode, emulator.writes()) == (2, [])
    taken = probe(emulator, tmp_path, "--write", "sso.amazonaws.com", answer="yes\n")
    assert (taken.returncode, emulator.writes()) == (2, [])
    done = probe(emulator, tmp_path, "--write", "macie.amazonaws.com", answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"********{MANAGEMENT_ACCOUNT[-4:]}: 2 services enabled" in done.stdout
    writes = [principal for _operation, principal in emulator.writes()]
    assert writes.count("macie.amazonaws.com") == 4
    assert "sso.amazonaws.com" not in writes
    assert MANAGEMENT_ACCOUNT not in done.stdout


@pytest.mark.usefixtures("_organization")
def test_a_difference_is_reported_and_changes_are_undone(emulator: EmulatorControl, tmp_path: Path) -> None:
    emulator.fault("DisableAWSServiceAccess", code="AccessDeniedException", count=2)
    done = probe(emulator, tmp_path, "--write", "macie.amazonaws.com", answer="yes\n")
    assert done.returncode == 1
    assert "DIFFERS  disabling" in done.stdout
    assert emulator.writes()[-1] == ("DisableAWSServiceAccess", "macie.amazonaws.com")
    assert [request["status"] for request in emulator.requests()][-1] == 200


@pytest.mark.usefixtures("_organization")
def test_an_administrator_is_registered_and_deregistered(emulator: EmulatorControl, tmp_path: Path) -> None:
    arguments = ("--write", "macie.amazonaws.com", "--account", "222222222222")
    done = probe(emulator, tmp_path, *arguments, answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "********2222 is going to be its administrator" in done.stdout
    assert "222222222222" not in done.stdout
    emulator.clear_requests()
    emulator.fault("DeregisterDelegatedAdministrator", code="AccessDeniedException", count=2)
    failed = probe(emulator, tmp_path, *arguments, answer="yes\n")
    assert failed.returncode == 1
    assert "DIFFERS  deregistering " in failed.stdout
    assert "DIFFERS  deregistering twice" in failed.stdout
    assert emulator.writes()[-1][0] == "DeregisterDelegatedAdministrator"
    assert aws_client(emulator, "organizations").list_delegated_administrators()["DelegatedAdministrators"] == []
