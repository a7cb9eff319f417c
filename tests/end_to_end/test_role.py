# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role service_access and its playbooks, each organization a host with its own account."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import SECRET_KEY

from .fixtures import Inventory, Playbook, recap
from .organizations import APPLY, CONFIG, DRIFT, EXPORT, MACIE, NORTH, SOUTH, SSO, WEST, calls_of, role_in

ROLES = """
- hosts: all
  gather_facts: false
  roles:
    - role: orgops.aws.service_access
      tags: organizations
"""


def test_drift_then_apply_then_no_drift_each_in_its_own_account(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH, enabled=[MACIE])
    emulator.organization(SOUTH, enabled=[CONFIG, MACIE])
    hosts = inventory(
        north=role_in(NORTH, service_access_purge_service_principals=True),
        south=role_in(SOUTH, service_access_assume_role_external_id="only-south-knows"),
    )
    drift = playbook(DRIFT, *hosts, expect=2).stdout
    assert f"would change  north: would be enabled: {CONFIG}; would be disabled: {MACIE}." in drift
    assert "unchanged     south: 2 enabled." in drift
    assert recap(drift) == {"north": {"failed": 1, "changed": 1}, "south": {}}
    foreseen = playbook(APPLY, *hosts, "--check", "--diff").stdout
    assert f'+        "{CONFIG}"' in foreseen
    assert f'-        "{MACIE}"' in foreseen
    assert emulator.writes() == []

    emulator.clear_requests()
    done = playbook(APPLY, DRIFT, *hosts).stdout
    assert recap(done) == {"north": {"changed": 1}, "south": {}}
    assert emulator.writes() == [("EnableAWSServiceAccess", CONFIG), ("DisableAWSServiceAccess", MACIE)]
    assert calls_of(emulator, SOUTH) == ["DescribeOrganization", "ListAWSServiceAccessForOrganization"] * 2
    assert [request["parameters"].get("ExternalId") for request in emulator.requests()].count("only-south-knows") == 2
    assert "unchanged  north: 1 enabled." in done


def test_check_mode_does_not_stop_at_assuming_the_role(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH)
    done = playbook(ROLES, *inventory(north=role_in(NORTH)), "--check").stdout
    assert f"would change  north: would be enabled: {CONFIG}." in done
    assert recap(done) == {"north": {"changed": 1}}


@pytest.mark.parametrize("serial", [{}, {"service_access_serial": 1}], ids=["all at once", "serial 1"])
def test_failures_stay_alone_and_lead_the_summary(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, serial: dict[str, Any]
) -> None:
    emulator.organization(NORTH)
    emulator.fault("AssumeRole", code="AccessDenied", message="no trust", parameters={"RoleSessionName": "nobody"})
    hosts = inventory(
        a_wrong_type=role_in(WEST, service_access_purge_service_principals={"yes": "please"}),
        b_not_trusted=role_in(WEST, service_access_assume_role_session_name="nobody"),
        c_no_organization=role_in(SOUTH),
        d_fine=role_in(NORTH),
        e_nothing_wanted={"service_access_assume_role_arn": f"arn:aws:iam::{WEST}:role/service-access"},
        f_blank=role_in(WEST, service_access_assume_role_arn=" "),
    )
    done = playbook(APPLY, *hosts, "--extra-vars", yaml.safe_dump(serial), expect=2).stdout
    assert emulator.writes() == [("EnableAWSServiceAccess", CONFIG)]
    assert calls_of(emulator, WEST) == []
    assert {name for name, counts in recap(done).items() if counts.get("failed")} == {
        "a_wrong_type",
        "b_not_trusted",
        "c_no_organization",
        "e_nothing_wanted",
        "f_blank",
    }
    summary = done[done.index("6 organizations: 5 failed, 1 changed, 0 unchanged.") :].splitlines()
    for line, parts in zip(
        summary[1:],
        [
            ("failed ", "a_wrong_type: ", "purge_service_principals", "bool"),
            ("failed ", "b_not_trusted: Failed to assume ", "no trust", "assume_role_external_id"),
            ("failed ", "c_no_organization: ", "AWSOrganizationsNotInUseException"),
            ("failed ", "e_nothing_wanted: ", "service_principals"),
            ("failed ", "f_blank: service_access_assume_role_arn is blank"),
            ("changed ", f"d_fine: enabled: {CONFIG}."),
        ],
    ):
        assert all(part in line for part in parts), line


def test_the_role_prints_the_summary_after_all_organizations(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(SOUTH)
    done = playbook(ROLES, *inventory(north=role_in(NORTH), south=role_in(SOUTH)), expect=2).stdout
    assert done.index('"failed     north: Failed to') < done.index('"changed    south: enabled:')
    assert recap(done)["north"]["failed"] == 1
    assert "failed" not in recap(done)["south"]


def test_with_serial_the_summary_covers_the_batches_so_far(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH)
    text = ROLES.replace("gather_facts: false", "gather_facts: false\n  serial: 1")
    done = playbook(text, *inventory(north=role_in(NORTH), south=role_in(SOUTH))).stdout
    assert done.count("2 organizations: 0 failed, 1 not reached, 1 changed, 0 unchanged.") == 1
    assert done.count("2 organizations: 0 failed, 2 changed, 0 unchanged.") == 1


def test_limit_and_tags(playbook: Playbook, emulator: EmulatorControl, inventory: Inventory) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH)
    hosts = inventory(north=role_in(NORTH), south=role_in(SOUTH))
    playbook(ROLES, *hosts, "--tags", "something_else")
    assert emulator.requests() == []
    done = playbook(ROLES, *hosts, "--tags", "organizations", "--limit", "south").stdout
    assert recap(done) == {"south": {"changed": 1}}
    assert calls_of(emulator, NORTH) == []
    assert emulator.writes() == [("EnableAWSServiceAccess", CONFIG)]


def test_a_blocked_task_names_the_whole_plan_until_forced(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH, enabled=[SSO, MACIE, "ds.amazonaws.com"])
    variables = role_in(
        NORTH,
        service_access_purge_service_principals=True,
        service_access_keep_service_principals=["ds.*"],
    )
    done = playbook(DRIFT, *inventory(north=variables), expect=2).stdout
    assert f"{SSO}: disabling it affects users." in done
    assert f"Not attempted: {CONFIG}, {MACIE}, {SSO}." in done
    playbook(APPLY, *inventory(north={**variables, "service_access_force": True}), warnings=1)
    assert emulator.writes() == [
        ("EnableAWSServiceAccess", CONFIG),
        ("DisableAWSServiceAccess", MACIE),
        ("DisableAWSServiceAccess", SSO),
    ]


def test_the_other_options_reach_the_module(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(MANAGEMENT_ACCOUNT)
    emulator.settings(stale_listings=3)
    profile = tmp_path / "profiles"
    profile.write_text(f"[audit]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {SECRET_KEY}\n")
    no_credentials = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": "", "AWS_URL": ""}
    common = {
        "service_access_service_principals": [CONFIG],
        "service_access_region": "eu-west-1",
        "service_access_endpoint_url": emulator.url,
    }
    hosts = inventory(
        keys={
            **common,
            "service_access_access_key": "AKIDKEYS",
            "service_access_secret_key": SECRET_KEY,
            "service_access_session_token": "token-of-keys",
            "service_access_wait": False,
            "service_access_aws_config": {"user_agent_extra": "orgops-test"},
        },
        profile={
            **common,
            "service_access_profile": "audit",
            "service_access_service_principals": ["no.such.amazonaws.com"],
            "service_access_unknown_service_principals": "fail",
        },
        slow={
            **common,
            "service_access_profile": "audit",
            "service_access_service_principals": [MACIE],
            "service_access_wait_timeout": 0,
        },
    )
    environment = {**no_credentials, "AWS_SHARED_CREDENTIALS_FILE": str(profile)}
    done = playbook(APPLY, *hosts, expect=2, environment=environment).stdout
    assert "Refused by unknown_service_principals=fail" in done
    assert "after 0 seconds the listing of service access does not show these yet" in done
    assert recap(done)["keys"] == {"changed": 1}
    of_keys = [request for request in emulator.requests() if request["access_key_id"] == "AKIDKEYS"]
    assert [request["operation"] for request in of_keys] == [
        "ListAWSServiceAccessForOrganization",
        "EnableAWSServiceAccess",
    ]
    assert {request["access_key_id"] for request in emulator.requests()} == {"AKIDKEYS", "AKIDPROFILE"}


def test_no_secret_at_any_verbosity(playbook: Playbook, emulator: EmulatorControl, inventory: Inventory) -> None:
    emulator.organization(NORTH)
    variables = role_in(
        NORTH,
        service_access_access_key="AKIDVAULT",
        service_access_secret_key="a-secret-of-the-vault",
        service_access_session_token="a-token-of-the-vault",
    )
    done = playbook(APPLY, *inventory(north=variables), "-vvvvv").stdout
    assert "AKIDVAULT" in [request["access_key_id"] for request in emulator.requests()]
    for secret in ("a-secret-of-the-vault", "a-token-of-the-vault"):
        assert secret not in done
    shown = re.findall(r"""["']?(?:secret_key|session_token)["']?[:=] *(\S+)""", done, re.IGNORECASE)
    assert shown
    assert {value.strip("\"',}") for value in shown} == {"VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}


def test_applying_an_export_changes_nothing(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    catalog = sorted(BY_PRINCIPAL)
    unknown = ["New.emulated.amazonaws.com", "x,y@z+1.emulated.amazonaws.com"]
    organizations: dict[str, list[str]] = {NORTH: [], SOUTH: [*catalog[:19], *unknown], WEST: [*catalog[:55], *unknown]}
    names = {NORTH: "north", SOUTH: "south", WEST: "west"}
    variables = {}
    for account_id, enabled in organizations.items():
        emulator.organization(account_id, enabled=enabled)
        variables[names[account_id]] = role_in(account_id)
        del variables[names[account_id]]["service_access_service_principals"]
    hosts = inventory(**variables)
    playbook(EXPORT, *hosts)
    for account_id, enabled in organizations.items():
        written = (tmp_path / "host_vars" / names[account_id] / "service_access.yml").read_text()
        exported = yaml.safe_load(written)
        assert exported["service_access_service_principals"] == sorted(enabled)
        assert exported["service_access_purge_service_principals"] is True
    unchanged: dict[str, dict[str, int]] = {name: {} for name in names.values()}
    assert recap(playbook(EXPORT, *hosts).stdout) == unchanged  # host_vars is next to the inventory
    emulator.clear_requests()
    assert recap(playbook(APPLY, *hosts).stdout) == unchanged
    assert emulator.writes() == []
    for account_id, pages in ((NORTH, 1), (SOUTH, 2), (WEST, 3)):
        assert (
            calls_of(emulator, account_id) == ["DescribeOrganization"] + ["ListAWSServiceAccessForOrganization"] * pages
        )


def test_an_export_in_check_mode_only_shows_what_it_writes(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    done = playbook(EXPORT, *inventory(north=role_in(NORTH)), "--check", "--diff").stdout
    assert f"+  - {CONFIG}  # AWS Config, since 20" in done
    assert not (tmp_path / "host_vars").exists()


def test_an_export_does_not_hide_existing_variables(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "north.yml").write_text("a_variable_of: somebody\n")
    done = playbook(EXPORT, *inventory(north=role_in(NORTH)), expect=2).stdout
    assert "failed     north: " in done
    assert "north.yml would be hidden by the folder" in done
    assert [path.name for path in (tmp_path / "host_vars").iterdir()] == ["north.yml"]
    assert emulator.requests() == []


def test_a_failed_export_does_not_stop_the_others(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(SOUTH, enabled=[CONFIG])
    hosts = inventory(north=role_in(NORTH), south=role_in(SOUTH))
    done = playbook(EXPORT, *hosts, "--extra-vars", "service_access_serial=1", expect=2).stdout
    assert done.index('"failed     north: ') < done.index('"changed    south: written: ')
    assert [path.name for path in (tmp_path / "host_vars").rglob("*.yml")] == ["service_access.yml"]


def test_settings_of_the_environment_are_not_mixed_in(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(NORTH)
    emulator.organization(MANAGEMENT_ACCOUNT)
    (tmp_path / "profiles").write_text(
        "".join(f"[{name}]\naws_access_key_id = AKID{name}\naws_secret_access_key = x\n" for name in ("all", "own"))
    )
    wanted = {"service_access_service_principals": [CONFIG]}
    hosts = inventory(
        assumed=role_in(NORTH),
        keys={**wanted, "service_access_access_key": "AKIDKEYS", "service_access_secret_key": SECRET_KEY},
        profile={**wanted, "service_access_profile": "own"},
    )
    profiles = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "profiles")}
    keys = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "of-the-environment"}
    playbook(APPLY, *hosts, environment={**profiles, **keys})
    assert {request["access_key_id"] for request in emulator.requests()} >= {"AKIDENV", "AKIDKEYS", "AKIDown"}
    emulator.clear_requests()
    no_keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    playbook(APPLY, *hosts, environment={**profiles, **no_keys, "AWS_PROFILE": "all"})
    assert {request["access_key_id"] for request in emulator.requests()} >= {"AKIDall", "AKIDKEYS", "AKIDown"}
