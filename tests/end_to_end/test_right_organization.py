# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong variables never affect the controller's own organization, and never show a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl

from .fixtures import Inventory, Playbook, recap
from .organizations import (
    APPLY,
    CONFIG,
    EXPORT,
    MACIE,
    NORTH,
    REPORT,
    SOUTH,
    Summary,
    calls_of,
    calls_of_the_controller,
    outputs_of_plays,
    role_in,
)

PURGE = {"service_access_service_principals": [CONFIG], "service_access_purge_service_principals": True}


def test_a_template_in_a_listing_is_refused_and_never_written(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    code = "{{ lookup('pipe', 'touch PWNED') }}"
    emulator.organization(NORTH)
    body = json.dumps({"EnabledServicePrincipals": [{"ServicePrincipal": code}]})
    emulator.fault("ListAWSServiceAccessForOrganization", body=body, count=None)
    hosts = inventory(north=role_in(NORTH))
    exported = playbook(EXPORT, *hosts, expect=2).stdout
    applied = playbook(APPLY, *hosts, "--check", expect=2).stdout
    report = playbook(REPORT, *hosts, expect=2).stdout
    for output in (exported, applied):
        assert Summary(output).states == {"north": "failed"}
        assert "which cannot be a service principal" in Summary(output).words["north"]
        assert "This is not a valid response from AWS" in Summary(output).words["north"]
    assert "Of 1 organization, 1 could not be read." in report
    assert list(tmp_path.rglob("PWNED")) == []
    assert not (tmp_path / "host_vars").exists()
    assert emulator.writes() == []


WAYS: dict[str, dict[str, Any]] = {
    "roles": {"roles": [{"role": "orgops.aws.service_access"}]},
    "import_role": {"tasks": [{"import_role": {"name": "orgops.aws.service_access"}}]},
    "import_role without validation": {
        "tasks": [{"import_role": {"name": "orgops.aws.service_access", "rolespec_validate": False}}]
    },
    "include_role": {"tasks": [{"include_role": {"name": "orgops.aws.service_access"}}]},
    "include_role without validation": {
        "tasks": [{"include_role": {"name": "orgops.aws.service_access", "rolespec_validate": False}}]
    },
    # "roles:" has no rolespec_validate: it becomes a variable, which the validation of the arguments refuses on every
    # host, so this is the last play that runs.
    "roles without validation": {"roles": [{"role": "orgops.aws.service_access", "rolespec_validate": False}]},
}
UNDEFINED = "{{ role_of_another_file }}"
UNUSABLE: dict[str, dict[str, Any]] = {
    "undefined_inside_the_role_arn": {"service_access_assume_role_arn": UNDEFINED},
    "undefined_within_the_role_arn": {"service_access_assume_role_arn": f"arn:aws:iam::{UNDEFINED}:role/x"},
    "blank_role_arn": {"service_access_assume_role_arn": "{{ lookup('env', 'NOT_SET') }}"},
    "blank_profile": {"service_access_profile": "{{ lookup('env', 'NOT_SET') }}"},
    "blank_keys": {
        "service_access_access_key": "{{ lookup('env', 'NOT_SET') }}",
        "service_access_secret_key": "{{ lookup('env', 'NOT_SET') }}",
    },
    "undefined_inside_the_keys": {"service_access_access_key": UNDEFINED, "service_access_secret_key": UNDEFINED},
    "undefined_inside_the_profile": {"service_access_profile": UNDEFINED},
}


# Ansible validates the role's arguments in a task with the tag "always".
@pytest.mark.parametrize("skip_tags", [(), ("--skip-tags", "always")], ids=["all tags", "without always"])
def test_unusable_variables_never_select_the_controllers_account(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, skip_tags: tuple[str, ...]
) -> None:
    """One play for each way to use the role, with a host that does not fail, because the run would end without it."""
    emulator.organization(MANAGEMENT_ACCOUNT, enabled=[MACIE])
    emulator.organization(NORTH, enabled=[CONFIG])
    ways = [way for way in WAYS if not (skip_tags and "without" in way)]
    hosts: dict[str, dict[str, Any]] = {"fine": role_in(NORTH)}
    plays = []
    for number, way in enumerate(ways):
        hosts |= {f"{name}_{number}": {**PURGE, **variables} for name, variables in UNUSABLE.items()}
        plays.append({"name": way, "hosts": f"fine:*_{number}", "gather_facts": False, **WAYS[way]})
    done = playbook(yaml.safe_dump(plays), *inventory(**hosts), *skip_tags, expect=2).stdout
    applied = [way for way in ways if way != "roles without validation"]
    assert calls_of_the_controller(emulator) == ["AssumeRole"] * len(applied)  # of the host that is fine
    outputs = outputs_of_plays(done)
    assert list(outputs) == ways
    for way, output in outputs.items():
        summary = Summary(output)
        assert len(summary.words) == (len(UNUSABLE) + 1 if way in applied else 0), way
        assert summary.states.pop("fine", "unchanged") == "unchanged", way
        for host, state in summary.states.items():
            words = summary.words[host]
            assert state in ("failed", "not reached"), (way, host)
            if state == "failed":
                assert "service_access_" in words, (way, host)
                assert "is blank" in words or "cannot be templated" in words, (way, host)
        if way.endswith("role without validation") or skip_tags:
            assert summary.counts["failed"] == len(UNUSABLE), way
    for number in range(len(ways)):
        failed = {host for host, counts in recap(done).items() if counts.get("failed") and host.endswith(f"_{number}")}
        assert failed == {f"{name}_{number}" for name in UNUSABLE}, ways[number]


# The table of values

ROLE = f"arn:aws:iam::{NORTH}:role/service-access"
KEYS = {"service_access_access_key": "AKIDNORTH", "service_access_secret_key": "secret-of-north"}
REFUSED, RIGHT, GUARDED = "refused", "right", "guarded"
GENERAL: dict[str, Any] = {
    "blank": "",
    "undefined": UNDEFINED,
    "half_undefined": f"x{UNDEFINED}",
    "null": None,
    "templated_null": "{{ none }}",
    "templated_blank": "{{ '' }}",
}
# {variable: {case: (value, what is expected)}}; otherwise, a host assumes a role in its own organization.
SPECIFIC: dict[str, dict[str, tuple[Any, str]]] = {
    "profile": {
        "wrong": ("no-such-profile", REFUSED),
        "number": (5, REFUSED),
        "templated": ("{{ 'or' ~ 'gops' }}", RIGHT),
        "omit": ("{{ omit }}", RIGHT),
    },
    "access_key": {"alone": ("AKIDALONE", REFUSED), "number": (5, REFUSED), "omit": ("{{ omit }}", RIGHT)},
    "secret_key": {"alone": ("a-secret", REFUSED), "number": (5, REFUSED), "omit": ("{{ omit }}", RIGHT)},
    "session_token": {"alone": ("a-token", REFUSED), "number": (5, REFUSED), "omit": ("{{ omit }}", RIGHT)},
    "management_account_id": {
        "wrong": (SOUTH, REFUSED),
        "short": ("1", REFUSED),
        "octal": (0o11111111111, REFUSED),
        "lost_zero": (11111111111, REFUSED),
        "float": (1.5, REFUSED),
        "boolean": (True, REFUSED),
        "list": ([NORTH], REFUSED),
        "number": (int(NORTH), RIGHT),
        "templated": ("{{ '1' * 12 }}", RIGHT),
        "omit": ("{{ omit }}", RIGHT),
    },
    "assume_role_arn": {
        "wrong": (ROLE.replace(NORTH, SOUTH), GUARDED),
        "no_arn": ("service-access", REFUSED),
        "number": (int(NORTH), REFUSED),
        "list": ([ROLE], REFUSED),
        "templated": ("arn:aws:iam::{{ '1' * 12 }}:role/service-access", RIGHT),
        "omit": ("{{ omit }}", GUARDED),
    },
    "assume_role_external_id": {
        "wrong": ("no such characters!", REFUSED),
        "one": ("x", REFUSED),
        "number": (12345, RIGHT),
        "templated": ("{{ 'only-' ~ 'north' }}", RIGHT),
        "omit": ("{{ omit }}", RIGHT),
    },
    "assume_role_session_name": {
        "wrong": ("no spaces", REFUSED),
        "number": (12345, RIGHT),
        "templated": ("{{ inventory_hostname | replace('_', '-') }}", RIGHT),
        "omit": ("{{ omit }}", RIGHT),
    },
    "region": {
        "wrong": ("not a region", REFUSED),
        "number": (5, REFUSED),
        "templated": ("{{ 'eu-' ~ 'west-1' }}", RIGHT),
        "omit": ("{{ omit }}", RIGHT),
    },
    "endpoint_url": {"wrong": ("nonsense", REFUSED), "number": (5, REFUSED), "omit": ("{{ omit }}", RIGHT)},
}
CASES = {
    f"{variable}_{case}": (variable, value, expected)
    for variable, specific in SPECIFIC.items()
    for case, (value, expected) in {
        **{case: (value, REFUSED) for case, value in GENERAL.items()},
        **specific,
    }.items()
}


def test_connection_variables_reach_the_right_account_or_fail(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    emulator.organization(MANAGEMENT_ACCOUNT, enabled=[MACIE])
    emulator.organization(SOUTH, enabled=[MACIE])
    emulator.organization(NORTH, enabled=[CONFIG])
    profiles = tmp_path / "profiles"
    profiles.write_text("[orgops]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = x\n")
    shared = {"service_access_allow_shared_organization": True}
    hosts = {
        name: {**PURGE, **shared, **role_in(NORTH), f"service_access_{variable}": value}
        for name, (variable, value, _expected) in CASES.items()
    }
    done = playbook(
        APPLY,
        *inventory(**hosts),
        "--forks=4",
        expect=2,
        environment={"AWS_SHARED_CREDENTIALS_FILE": str(profiles)},
    ).stdout
    summary = Summary(done)
    assert len(summary.states) == len(CASES)
    for name, (variable, _value, expected) in CASES.items():
        assert summary.states[name] == ("unchanged" if expected == RIGHT else "failed"), (name, summary.words[name])
        if expected == GUARDED:
            assert "Wrong organization" in summary.words[name], summary.words[name]
        if expected == REFUSED and name.removeprefix(f"{variable}_") in GENERAL:
            assert f"service_access_{variable} " in summary.words[name], summary.words[name]
    assert emulator.writes() == []
    assert set(calls_of_the_controller(emulator)) == {"AssumeRole", "DescribeOrganization"}
    assert calls_of_the_controller(emulator).count("DescribeOrganization") == 1  # assume_role_arn_omit
    assert calls_of(emulator, SOUTH) == ["DescribeOrganization"]


def test_without_credentials_the_summary_says_why_and_what_to_do(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    profiles = tmp_path / "config"
    profiles.write_text(
        f"[profile program]\ncredential_process = {tmp_path}/no-such-program\n"
        "[profile sso]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Admin\n"
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n"
    )
    hosts = inventory(
        none=role_in(NORTH),
        program=role_in(NORTH, service_access_profile="program"),
        sso=role_in(NORTH, service_access_profile="sso"),
        region=role_in(NORTH, service_access_region="not a region"),
        profile=role_in(NORTH, service_access_profile="nosuch"),
        endpoint=role_in(NORTH, service_access_endpoint_url="nonsense"),
        closed=role_in(
            NORTH,
            service_access_access_key="AKID",
            service_access_secret_key="x",
            service_access_endpoint_url="http://127.0.0.1:9",
            service_access_aws_config={"retries": {"total_max_attempts": 1}},
        ),
    )
    environment = {"AWS_CONFIG_FILE": str(profiles), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    summary = Summary(playbook(APPLY, *hosts, expect=2, environment=environment).stdout)
    assert summary.counts["failed"] == 7
    for name, parts in {
        "none": ("No credentials were found", "profile"),
        "program": ("no-such-program", "credential_process"),
        "sso": ("Error loading SSO Token", "aws sso login"),
        "region": ("Provided region_name 'not a region'", "Fix the option region"),
        "profile": ("The config profile (nosuch) could not be found", "The option profile"),
        "endpoint": ("Invalid endpoint: nonsense", "Fix the option endpoint_url"),
        "closed": ("Could not connect to the endpoint URL", "Check the network path"),
    }.items():
        assert summary.words[name].startswith("Failed to "), summary.words[name]
        for part in parts:
            assert part in summary.words[name], summary.words[name]
    assert emulator.requests() == []


def test_the_plays_module_defaults_apply_in_the_role(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH)
    emulator.organization(SOUTH)
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {
            "group/orgops.aws.aws": {
                "region": "eu-central-1",
                "validate_certs": False,
                "aws_config": {"user_agent_extra": "of-the-group"},
                "access_key": "AKIDGROUP",
                "secret_key": "x",
            },
            "orgops.aws.organizations_service_access": {"wait_timeout": 7},
        },
        "roles": ["orgops.aws.service_access"],
    }
    hosts = inventory(
        group=role_in(NORTH),
        own=role_in(
            SOUTH,
            service_access_region="eu-west-1",
            service_access_access_key="AKIDOWN",
            service_access_secret_key="y",
            service_access_aws_config={"user_agent_extra": "of-the-host"},
        ),
    )
    done = playbook(yaml.safe_dump([play]), *hosts, "-vvv").stdout
    assert done.count('"validate_certs": false') == 2
    assert done.count('"wait_timeout": 7') == 2
    seen = {
        (account, name): {
            part
            for request in emulator.requests()
            if request["account_id"] == account
            or request["parameters"].get("RoleArn", "").split(":")[-2:-1] == [account]
            for part in [request[name]]
        }
        for account in (NORTH, SOUTH)
        for name in ("region", "access_key_id", "user_agent")
    }
    assert seen[NORTH, "region"] == {"eu-central-1"}
    assert seen[SOUTH, "region"] == {"eu-west-1"}
    assert "AKIDGROUP" in seen[NORTH, "access_key_id"]
    assert "AKIDOWN" in seen[SOUTH, "access_key_id"]
    assert "AKIDGROUP" not in seen[SOUTH, "access_key_id"]
    assert all("of-the-group" in agent for agent in seen[NORTH, "user_agent"])
    assert all("of-the-host" in agent for agent in seen[SOUTH, "user_agent"])


def test_an_alias_in_module_defaults_overrides_no_keys(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    names = ("access_key", "secret_key"), ("aws_access_key", "aws_secret_key"), ("aws_access_key_id", "aws_profile")
    emulator.organization(MANAGEMENT_ACCOUNT)
    hosts, plays = {}, []
    for number, aliases in enumerate(names):
        own = {**KEYS, "service_access_access_key": f"AKIDOWN{number}"}
        hosts[f"own{number}"] = {**own, "service_access_service_principals": [CONFIG]}
        defaults = {"group/orgops.aws.aws": dict(zip(aliases, ("AKIDGROUP", "of-the-group")))}
        play = {"hosts": f"own{number}", "gather_facts": False, "module_defaults": defaults}
        plays.append({**play, "roles": ["orgops.aws.service_access"]})
    playbook(yaml.safe_dump(plays), *inventory(**hosts))
    assert {request["access_key_id"] for request in emulator.requests()} == {"AKIDOWN0", "AKIDOWN1", "AKIDOWN2"}


def test_an_extra_variable_of_the_name_of_the_result_is_refused(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    done = playbook(APPLY, *inventory(north=role_in(NORTH)), "-e", "service_access_result=x", expect=2).stdout
    summary = Summary(done)
    assert summary.states == {"north": "failed"}
    assert summary.words["north"].startswith("service_access_result is the variable in which the role registers")
    assert "has no attribute" not in done
    assert emulator.requests() == []


VAULT = """!vault |
  $ANSIBLE_VAULT;1.1;AES256
  33383161663539313662303533626434643737363136373563323234303265346432386262363665
  3634396263633035636133303035313732386431343466620a343366663233386631316233396634
  35303066646635653262356564613532316530613834396133323633333066353233316365353035
  3331313631383963390a386331396630636430336238383734633730363264333865623163623663
  3234
"""


MISSPELLED = ("account_id", "role_arn", "external_id", "session_name", "state", "keep", "purge")
SSH = {"ansible_connection": "ssh", "ansible_host": "retail.invalid"}
# {host: (what is wrong with it, how the summary begins, what it contains)}
UNFIT: dict[str, tuple[dict[str, Any], str, str]] = {
    **{
        f"misspelled_{name}": (
            {**PURGE, f"service_access_{name}": "absent"},
            "",
            f"service_access_{name} is not a variable of this role",
        )
        for name in MISSPELLED
    },
    "vault": (
        role_in("444444444444", service_access_access_key="AKIDVAULT"),
        "service_access_secret_key cannot be templated: ",
        "no vault secrets found",
    ),
    "empty_list": (
        role_in("555555555555", **{**PURGE, "service_access_service_principals": []}),
        "",
        "service_principals is empty, most likely because a variable is",
    ),
    "ssh": (role_in("666666666666", **SSH), "", "set ansible_connection=local for its host"),
    "member": (
        {name: value for name, value in role_in(SOUTH).items() if not name.endswith("account_id")},
        "",
        f"This host uses assume_role_arn {ROLE.replace(NORTH, SOUTH)}",
    ),
    "other_organization": (
        {**role_in(NORTH), "service_access_management_account_id": SOUTH},
        "",
        f"This host uses assume_role_arn {ROLE}",
    ),
}


def test_unfit_hosts_are_refused_and_learn_what_they_lack(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """Misspelled variables never mean the controller's account; a refusal names the variable, or role and account."""
    emulator.organization(MANAGEMENT_ACCOUNT, enabled=[MACIE])
    emulator.organization(NORTH, members={SOUTH: "a member"})
    for account_id in ("444444444444", "555555555555", "666666666666"):
        emulator.organization(account_id, enabled=[MACIE])
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "vault.yml").write_text(f"service_access_secret_key: {VAULT}")
    hosts = inventory(**{host: variables for host, (variables, _begin, _words) in UNFIT.items()})
    summary = Summary(playbook(APPLY, *hosts, expect=2, warnings=0).stdout)
    assert summary.states == {**dict.fromkeys(UNFIT, "failed"), "ssh": "not reached"}
    for host, (_variables, begin, words) in UNFIT.items():
        assert summary.words[host].startswith(begin), (host, summary.words[host])
        assert words in summary.words[host], (host, summary.words[host])
    assert calls_of_the_controller(emulator) == ["AssumeRole"] * 3
    called = {MANAGEMENT_ACCOUNT, NORTH, SOUTH, "555555555555"}  # by empty_list and the last two
    assert {request["account_id"] for request in emulator.requests()} == called
    assert emulator.writes() == []


def test_a_blank_value_in_module_defaults_is_refused(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/orgops.aws.aws": {"profile": "{{ lookup('env', 'NOT_SET') }}"}},
        "roles": ["orgops.aws.service_access"],
    }
    hosts = inventory(blank={"service_access_service_principals": [CONFIG]})
    summary = Summary(playbook(yaml.safe_dump([play]), *hosts, expect=2).stdout)
    assert summary.words["blank"].startswith("profile of module_defaults is blank")
    assert emulator.requests() == []
