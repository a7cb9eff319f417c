# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What requires a real ansible-playbook run: check mode, secrets, the action group."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .fixtures import Playbook
from .organizations import outputs_of_plays

LIST = "ListAWSServiceAccessForOrganization"
OPTIONS = {
    "service_principals": ["config.amazonaws.com", "guardduty.amazonaws.com"],
    "purge_service_principals": True,
    "aws_config": {
        "retries": {"total_max_attempts": 1},
        "proxies": {"ftp": "http://me:SECRET-PROXY-PASSWORD@proxy:8080"},
    },
}
# By the access key of the tasks that meet them; those without a fault come last, because only they change everything.
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "AKIDKEY": (LIST, {"code": "UnrecognizedClientException", "message": "SECRET-ACCESS-KEY is wrong"}),
    "AKIDEXPIRED": (LIST, {"code": "ExpiredTokenException", "message": "SECRET-SESSION-TOKEN expired"}),
    "AKIDHTML": (LIST, {"body": "<html>Sign in</html>"}),
    "AKIDRESET": (LIST, {"reset": True}),
    "AKIDDENIED": ("EnableAWSServiceAccess", {"code": "AccessDeniedException"}),
    "AKIDFAULT": ("DisableAWSServiceAccess", {"code": "ServiceException", "status": 500}),
}


@pytest.mark.parametrize(("arguments", "failed"), [(["--check"], 8), ([], 10)], ids=["check mode", "real"])
def test_no_secret_in_any_output_and_no_write_in_check_mode(
    playbook: Playbook, emulator: EmulatorControl, arguments: list[str], failed: int
) -> None:
    emulator.organization(enabled=["devops-guru.amazonaws.com"])
    tasks: list[dict[str, Any]] = []
    for access_key in (*FAULTS, "AKIDFINE"):
        options = {**OPTIONS, "access_key": access_key}
        tasks.append({"orgops.aws.organizations_service_access": options})
        tasks.append({"orgops.aws.organizations_service_access_info": {"access_key": access_key}})
    for access_key, (operation, fault) in FAULTS.items():
        emulator.fault(operation, count=None, access_key_id=access_key, **fault)
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}
    done = playbook(
        yaml.safe_dump([play]),
        "-vvv",
        "--diff",
        *arguments,
        environment={"AWS_SECRET_ACCESS_KEY": "SECRET-ACCESS-KEY", "AWS_SESSION_TOKEN": "SECRET-SESSION-TOKEN"},
    )
    assert done.stdout.count("...ignoring") == failed
    assert "SECRET" not in done.stdout
    assert "Signature=" not in done.stdout
    assert {request["access_key_id"] for request in emulator.requests()} == {*FAULTS, "AKIDFINE"}
    assert bool(emulator.writes()) is not bool(arguments)


KEYS = {"access_key": "AKIDEMULATED", "secret_key": "x"}
# {what is wrong: (the options of a task, its message)}; there are neither keys nor a Region in the environment.
REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "no credentials": ({"region": "us-east-1"}, "No credentials were found"),
    "no Region": (KEYS, "Set the option region"),
    "refused": (
        {
            **KEYS,
            "region": "us-east-1",
            "endpoint_url": "http://127.0.0.1:9",
            "aws_config": {"retries": {"total_max_attempts": 1}},
        },
        "Check the network path",
    ),
    "endpoint": ({**KEYS, "region": "us-east-1", "endpoint_url": "nonsense"}, "Invalid endpoint: nonsense"),
    "profile": (
        {"region": "us-east-1", "profile": "missing", "access_key": "", "secret_key": ""},
        "The config profile (missing) could not be found",
    ),
}


def test_reasons_why_a_task_cannot_reach_aws(playbook: Playbook, emulator: EmulatorControl) -> None:
    tasks = [
        {"name": name, "orgops.aws.organizations_service_access_info": options}
        for name, (options, _message) in REASONS.items()
    ]
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}
    environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": ""}
    done = playbook(yaml.safe_dump([play]), environment=environment).stdout
    outputs = re.split(r"^TASK \[(.*)\] \*+$", done, flags=re.MULTILINE)[1:]
    assert outputs[::2] == list(REASONS)
    for name, output in zip(outputs[::2], outputs[1::2]):
        assert REASONS[name][1] in output, name
        assert "...ignoring" in output, name
    assert emulator.calls() == []


def test_a_member_account_is_told_to_use_the_management_account(playbook: Playbook, emulator: EmulatorControl) -> None:
    emulator.organization(members={"222222222222": "plain"})
    done = playbook(
        """
- hosts: localhost
  gather_facts: false
  tasks:
    - amazon.aws.sts_assume_role:
        role_arn: arn:aws:iam::222222222222:role/somebody
        role_session_name: test
      register: assumed
    - orgops.aws.organizations_service_access:
        service_principal: config.amazonaws.com
        access_key: "{{ assumed.sts_creds.access_key }}"
        secret_key: "{{ assumed.sts_creds.secret_key }}"
        session_token: "{{ assumed.sts_creds.session_token }}"
""",
        expect=2,
    )
    assert "AccessDeniedException" in done.stdout
    assert "management account" in done.stdout
    assert emulator.requests()[-1]["account_id"] == "222222222222"


def test_the_action_group_includes_our_modules_and_amazon_aws(playbook: Playbook, emulator: EmulatorControl) -> None:
    emulator.organization()
    playbook(
        """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/orgops.aws.aws:
      access_key: AKIDGROUP
  tasks:
    - orgops.aws.organizations_service_access_info:
    - orgops.aws.organizations_service_access:
        service_principal: config.amazonaws.com
      check_mode: true
    - amazon.aws.aws_caller_info:
"""
    )
    assert {request["access_key_id"] for request in emulator.requests()} == {"AKIDGROUP"}
    assert {"GetCallerIdentity", LIST} <= set(emulator.calls())


DROPS_IDENTITY_CENTER = """
- hosts: localhost
  gather_facts: false
  tasks:
    - orgops.aws.organizations_service_access:
        service_principals: [config.amazonaws.com]
        purge_service_principals: true
        force: "{{ force | default(false) }}"
"""


def test_dropping_identity_center_in_exact_mode_needs_force(playbook: Playbook, emulator: EmulatorControl) -> None:
    emulator.organization(
        enabled=["config.amazonaws.com", "guardduty.amazonaws.com", "sso.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={"guardduty.amazonaws.com": ["222222222222"]},
    )
    refused = yaml.safe_load(DROPS_IDENTITY_CENTER)[0]
    plays = [
        {**refused, "name": name, "check_mode": name == "check mode", "ignore_errors": True}
        for name in ("check mode", "real")
    ]
    outputs = outputs_of_plays(playbook(yaml.safe_dump(plays), "--diff").stdout)
    for name in ("check mode", "real"):
        for part in ("sso.amazonaws.com", "no longer sign in", "222222222222 (security)", "...ignoring"):
            assert part in outputs[name], name
    assert emulator.writes() == []
    done = playbook(DROPS_IDENTITY_CENTER, "-e", "force=true", warnings=2)
    assert "no longer sign in" in done.stdout
    assert emulator.writes() == [
        ("DisableAWSServiceAccess", "guardduty.amazonaws.com"),
        ("DisableAWSServiceAccess", "sso.amazonaws.com"),
    ]


def test_the_correct_name_is_suggested_for_a_misspelled_one(playbook: Playbook, emulator: EmulatorControl) -> None:
    emulator.organization()
    task = "- orgops.aws.organizations_service_access: {service_principal: gaurdduty.amazonaws.com}"
    text = f"- hosts: localhost\n  gather_facts: false\n  tasks:\n    {task}"
    assert "did you mean guardduty.amazonaws.com?" in playbook(text, "--check", warnings=1).stdout
    assert "You specified an unrecognized service principal" in playbook(text, expect=2, warnings=1).stdout
