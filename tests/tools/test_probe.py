# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""make probe on the emulator: every row agrees, and the emulator's state is restored."""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.fixtures import CREDENTIALS, assume_role, aws_client
from ansible_collections.orgops.aws.tests.paths import ROOT

pytestmark = pytest.mark.usefixtures("service_administrators")

ENABLED = ["config.amazonaws.com", "sso.amazonaws.com"]
REGIONS = {"us-east-1": "ENABLED_BY_DEFAULT", "me-south-1": "ENABLED", "af-south-1": "DISABLED"}
GUARDDUTY, SECURITY = "guardduty.amazonaws.com", "222222222222"
Probe = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def probe(emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Probe:
    """Run the probe in this process, which has read botocore's models."""

    def run(*arguments: str, answer: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_DEFAULT_REGION": CREDENTIALS["region"],
            "AWS_ACCESS_KEY_ID": CREDENTIALS["access_key"],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS["secret_key"],
            **variables,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
        monkeypatch.setattr("sys.argv", ["probe", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("ansible_collections.orgops.aws.tests.probe", run_name="__main__")
        shown, status = capsys.readouterr(), ended.value.code
        if isinstance(status, int):
            return subprocess.CompletedProcess(arguments, status, shown.out, shown.err)
        return subprocess.CompletedProcess(arguments, 1, shown.out, f"{shown.err}{status}")  # as Python prints it

    return run


@pytest.fixture
def _organization(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=ENABLED, members={SECURITY: "fortress"}, regions=REGIONS)


@pytest.mark.usefixtures("_organization")
def test_it_only_reads_and_shows_no_account(emulator: EmulatorControl, tmp_path: Path) -> None:
    """As a command, which reads botocore's models itself."""
    environment = {
        **ansible_environment(emulator, tmp_path),
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-m", "tests.probe"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DIFFERS" not in done.stdout
    assert emulator.writes() == []
    assert MANAGEMENT_ACCOUNT not in done.stdout
    assert "fortress" not in done.stdout


@pytest.mark.usefixtures("_organization")
def test_writes_are_confirmed_and_undone(emulator: EmulatorControl, probe: Probe) -> None:
    refused = probe("--write", "macie.amazonaws.com", answer="no\n")
    assert (refused.returncode, emulator.writes()) == (2, [])
    taken = probe("--write", "sso.amazonaws.com", answer="yes\n")
    assert (taken.returncode, emulator.writes()) == (2, [])
    done = probe("--write", "macie.amazonaws.com", answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"********{MANAGEMENT_ACCOUNT[-4:]}: 2 services enabled" in done.stdout
    writes = [principal for _operation, principal in emulator.writes()]
    assert writes.count("macie.amazonaws.com") == 4
    assert "sso.amazonaws.com" not in writes
    assert MANAGEMENT_ACCOUNT not in done.stdout


@pytest.mark.usefixtures("_organization")
def test_a_difference_is_reported_and_changes_are_undone(emulator: EmulatorControl, probe: Probe) -> None:
    emulator.fault("DisableAWSServiceAccess", code="AccessDeniedException", count=2)
    done = probe("--write", "macie.amazonaws.com", answer="yes\n")
    assert done.returncode == 1
    assert "DIFFERS  disabling" in done.stdout
    assert emulator.writes()[-1] == ("DisableAWSServiceAccess", "macie.amazonaws.com")
    assert [request["status"] for request in emulator.requests()][-1] == 200


@pytest.mark.usefixtures("_organization")
def test_an_administrator_is_registered_and_deregistered(emulator: EmulatorControl, probe: Probe) -> None:
    arguments = ("--write", "macie.amazonaws.com", "--account", "222222222222")
    done = probe(*arguments, answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "********2222 is going to be its administrator" in done.stdout
    assert "222222222222" not in done.stdout
    emulator.clear_requests()
    emulator.fault("DeregisterDelegatedAdministrator", code="AccessDeniedException", count=2)
    failed = probe(*arguments, answer="yes\n")
    assert failed.returncode == 1
    assert "DIFFERS  deregistering " in failed.stdout
    assert "DIFFERS  deregistering twice" in failed.stdout
    assert aws_client(emulator, "organizations").list_delegated_administrators()["DelegatedAdministrators"] == []


def test_a_second_account_meets_the_limit(emulator: EmulatorControl, probe: Probe) -> None:
    members = {"222222222222": "security", "333333333333": "audit"}
    emulator.organization(enabled=ENABLED, members=members, regions=REGIONS)
    accounts = [word for account_id in members for word in ("--account", account_id)]
    for principal, limited in (("macie.amazonaws.com", True), ("backup.amazonaws.com", False)):
        done = probe("--write", principal, *accounts, answer="yes\n")
        assert done.returncode == 0, done.stdout + done.stderr
        (row,) = [line for line in done.stdout.splitlines() if "registering account number 2" in line]
        assert ("LIMIT_EXCEEDED" in row) == limited
        assert "disabling with an administrator" in done.stdout
    client = aws_client(emulator, "organizations")
    assert client.list_delegated_administrators()["DelegatedAdministrators"] == []
    enabled = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert sorted(entry["ServicePrincipal"] for entry in enabled) == ENABLED


def test_other_accounts_and_rates_are_compared(emulator: EmulatorControl, probe: Probe, tmp_path: Path) -> None:
    emulator.organization(
        enabled=ENABLED,
        members={"222222222222": "security", "333333333333": "audit"},
        delegated_administrators={ENABLED[0]: ["222222222222"]},
        regions=REGIONS,
    )
    profiles = tmp_path / "profiles"
    with profiles.open("w") as file:
        for name, account_id in (("administrator", "222222222222"), ("member", "333333333333")):
            role = assume_role(emulator, account_id)
            file.write(
                f"[profile {name}]\naws_access_key_id = {role['access_key']}\n"
                f"aws_secret_access_key = {role['secret_key']}\naws_session_token = {role['session_token']}\n"
            )
    arguments = ("--member", "member", "--administrator", "administrator", "--rates")
    emulator.clear_requests()
    without = probe(*arguments, AWS_CONFIG_FILE=str(profiles))
    assert without.returncode == 1
    assert len([line for line in without.stdout.splitlines() if line.startswith("DIFFERS  more than")]) == 2
    emulator.settings(rate_limits=True)
    done = probe(*arguments, AWS_CONFIG_FILE=str(profiles))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("TooManyRequestsException") == 4
    assert "member, ListAccounts" in done.stdout
    assert emulator.writes() == []
    assert "222222222222" not in done.stdout


@pytest.mark.usefixtures("_organization")
def test_the_service_is_disabled_even_if_its_administrator_stays(emulator: EmulatorControl, probe: Probe) -> None:
    emulator.fault("DeregisterDelegatedAdministrator", code="AccessDeniedException", count=None)
    arguments = ("--write", "backup.amazonaws.com", "--account", "222222222222")
    done = probe(*arguments, answer="yes\n")
    assert "DeregisterDelegatedAdministrator failed: AccessDeniedException" in done.stderr
    listing = aws_client(emulator, "organizations").list_aws_service_access_for_organization()
    assert sorted(entry["ServicePrincipal"] for entry in listing["EnabledServicePrincipals"]) == ENABLED


@pytest.mark.usefixtures("_organization")
@pytest.mark.parametrize("name", ["guardduty", "inspector2"])
def test_a_designation_is_confirmed_and_undone(emulator: EmulatorControl, probe: Probe, name: str) -> None:
    arguments = ("--designate", f"{name}.amazonaws.com", "--account", SECURITY)
    refused = probe(*arguments, answer="no\n")
    assert (refused.returncode, emulator.writes()) == (2, [])
    assert "AWS charges" in refused.stdout
    done = probe(*arguments, answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "agrees   the registration stays" in done.stdout
    assert SECURITY not in done.stdout
    assert state(emulator) == ([], [], ENABLED)


@pytest.mark.usefixtures("_organization")
def test_a_failed_designation_is_undone(emulator: EmulatorControl, probe: Probe) -> None:
    emulator.fault("DisableOrganizationAdminAccount", code="AccessDeniedException", status=403)
    arguments = ("--designate", GUARDDUTY, "--account", SECURITY)
    done = probe(*arguments, answer="yes\n")
    assert "DIFFERS  removing" in done.stdout
    assert state(emulator) == ([], [], ENABLED)


def state(emulator: EmulatorControl) -> tuple[list[str], list[str], list[str]]:
    """Return the Region's administrators of GuardDuty, all delegated administrators, and the enabled services."""
    organizations = aws_client(emulator, "organizations")
    listed = aws_client(emulator, "guardduty", region_name="us-east-1").list_organization_admin_accounts()
    registered = organizations.list_delegated_administrators()["DelegatedAdministrators"]
    enabled = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    return (
        [entry["AdminAccountId"] for entry in listed["AdminAccounts"]],
        [entry["Id"] for entry in registered],
        sorted(entry["ServicePrincipal"] for entry in enabled),
    )


def test_services_in_use_and_detective_are_not_designated(emulator: EmulatorControl, probe: Probe) -> None:
    emulator.organization(enabled=[GUARDDUTY], members={SECURITY: "security"}, regions=REGIONS)
    used = probe("--designate", GUARDDUTY, "--account", SECURITY, answer="yes\n")
    assert f"{GUARDDUTY} is in use." in used.stdout
    for name in ("detective", "securitylake"):
        refused = probe("--designate", f"{name}.amazonaws.com", "--account", SECURITY)
        assert (refused.returncode, refused.stdout) == (2, "")
    assert emulator.writes() == []


def test_differing_administrators_and_regions_are_shown(emulator: EmulatorControl, probe: Probe) -> None:
    emulator.organization(enabled=[GUARDDUTY], members={SECURITY: "security"})
    aws_client(emulator, "guardduty", region_name="us-east-1").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    emulator.fault("DescribeRegions", code="UnauthorizedOperation", status=403)
    emulator.fault("ListOrganizationAdminAccounts", body='{"adminAccounts": [{"adminAccountId": "1"}]}', count=None)
    done = probe()
    for behavior in (
        "Regions of the account ",
        "administrator, guardduty ",
        "administrator, unknown token, guardduty",
    ):
        assert f"DIFFERS  {behavior}" in done.stdout
    assert SECURITY not in done.stdout
