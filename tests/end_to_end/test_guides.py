# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example of the guides is executed, and the tables generated from the code are current."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import SERVICE_APIS
from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl, is_write
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role
from ansible_collections.orgops.aws.tests.guide_tables import PAGES, with_generated
from ansible_collections.orgops.aws.tests.paths import ROOT

from .fixtures import Command, Playbook
from .guides import GUIDES, Guide, is_playbook

# The initial organization of a guide; the first one is the default.
ORGANIZATIONS: dict[str, dict[str, Any]] = {
    "": {"enabled": ["sso.amazonaws.com", "devops-guru.amazonaws.com"]},
    "guide_delegated_administrators": {
        "enabled": ["sso.amazonaws.com"],
        "members": {"444444444444": "security", "555555555555": "identity"},
        "delegated_administrators": {"sso.amazonaws.com": ["444444444444"]},
        "regions": dict.fromkeys(("eu-central-1", "us-east-1"), "ENABLED_BY_DEFAULT"),
    },
    "guide_getting_started": {"enabled": ["cloudtrail.amazonaws.com", "sso.amazonaws.com"]},
    "guide_report": {
        "enabled": {"sso.amazonaws.com": "2021-02-15T11:30:00"},
        "members": {"555555555555": "identity"},
        "delegated_administrators": {"sso.amazonaws.com": ["555555555555"]},
    },
    "guide_migrating": {"enabled": [f"svc-{number:03}.emulated.amazonaws.com" for number in range(21)]},
}
RETAIL, RESEARCH, MEMBER = "111111111111", "222222222222", "333333333333"
CONFIG, GUARDDUTY, RAM, SSO = (f"{name}.amazonaws.com" for name in ("config", "guardduty", "ram", "sso"))
LIST = "ListAWSServiceAccessForOrganization"
ENABLE, DISABLE = "EnableAWSServiceAccess", "DisableAWSServiceAccess"
# What each command of a guide leaves behind, in page order: {account whose service access was listed: how many writes},
# or (a file, what it contains).
OUTCOMES: dict[str, list[dict[str, int] | tuple[str, str]]] = {
    "guide_awx": [("context/_build/requirements.yml", "orgops.aws"), {RETAIL: 0}],
    "guide_check_mode": [{MANAGEMENT_ACCOUNT: writes} for writes in (0, 4, 0)],
    "guide_delegated_administrators": [{MANAGEMENT_ACCOUNT: writes} for writes in (0, 2, 0, 2, 0, 0, 0, 6)],
    "guide_enabling": [{MANAGEMENT_ACCOUNT: writes} for writes in (0, 3)],
    "guide_getting_started": [{MANAGEMENT_ACCOUNT: writes} for writes in (0, 0, 2, 0)],
    "guide_many_organizations": [
        {RETAIL: 0, RESEARCH: 0},
        {RETAIL: 2, RESEARCH: 3},
        {RETAIL: 0, RESEARCH: 0},
        {RESEARCH: 0},
        {RETAIL: 0, RESEARCH: 0},
        ("host_vars/retail/service_access.yml", "- config.amazonaws.com  # AWS Config"),
        {RETAIL: 0},
        {RETAIL: 0, RESEARCH: 0},
        ("host_vars/wholesale/keys.yml", "$ANSIBLE_VAULT;"),
        {MANAGEMENT_ACCOUNT: 1},
        {RETAIL: 0, RESEARCH: 0},
        {RETAIL: 0, RESEARCH: 0},
    ],
    "guide_migrating": [
        ("host_vars/production/service_access.yml", "- svc-020.emulated.amazonaws.com  # not in the catalog"),
        {MANAGEMENT_ACCOUNT: 0},
        {MANAGEMENT_ACCOUNT: 0},
    ],
    "guide_permissions": [{MANAGEMENT_ACCOUNT: 0}, {RETAIL: 0}, {MANAGEMENT_ACCOUNT: 0}],
    "guide_report": [
        {MANAGEMENT_ACCOUNT: 0},
        ("service-access-report/service-access.md", "| retail | differs from the desired state |"),
        ("service-access-report/service-access.md", "No change since"),
        ("service-access-report/service-access.md", "| retail | differs from the desired state |"),
    ],
    "guide_troubleshooting": [{MANAGEMENT_ACCOUNT: 2}],
}
# {arguments of a command: its warnings}. In check mode, service access is not enabled yet, and permissions are unknown.
# An administrator of each service costs money.
WARNINGS = {
    "security_account.yml --check --diff": 1,
    "every_region.yml --check --diff": 4,
    "every_region.yml": 2,
}
# {name of a playbook: (what it writes, what it prints, warnings)}
PLAYBOOKS: dict[str, tuple[list[tuple[str, str]], str, int]] = {
    "Disable what is not listed": ([], f'"{RAM}",\n        "{SSO}"', 0),
    "Disable resource sharing, after notifying its users": (
        [(DISABLE, RAM)],
        "lose access to every resource",
        1,
    ),
    "Allow longer timeouts and more attempts": ([(ENABLE, CONFIG)], "changed=1", 0),
}

guides = pytest.mark.parametrize("guide", [Guide(path) for path in GUIDES], ids=lambda guide: guide.path.stem)


def environment(folder: Path) -> dict[str, str]:
    """Return what a reader has in addition to the guide's files: a vault password."""
    (folder / "password").write_text("of the vault")
    return {"ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "password")}


def with_profiles(emulator: EmulatorControl, folder: Path) -> dict[str, str]:
    """Return the environment of a user with the guide's profiles, whose roles boto3 assumes."""
    settings = {"AWS_CONFIG_FILE": str(folder / "aws_config"), "AWS_ENDPOINT_URL": emulator.url}
    return {**settings, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


@pytest.mark.usefixtures("service_administrators")
@pytest.mark.parametrize(
    "guide", [guide for guide in map(Guide, GUIDES) if guide.commands], ids=lambda guide: guide.path.stem
)
def test_commands_of_the_guides(command: Command, emulator: EmulatorControl, tmp_path: Path, guide: Guide) -> None:
    emulator.organization(**ORGANIZATIONS.get(guide.path.stem, ORGANIZATIONS[""]))
    for account_id in (RETAIL, RESEARCH):
        emulator.organization(account_id)
    folder = tmp_path / "guide"
    for name, content in guide.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    outcomes = OUTCOMES[guide.path.stem]
    assert len(outcomes) == len(guide.commands)
    for (words, output), outcome in zip(guide.commands, outcomes):
        profiles = with_profiles(emulator, folder) if "profiles.yml" in words else {}
        emulator.clear_requests()
        expect = 2 if "inventory.yml" in words else 0  # the organization of the AWX guide differs
        warnings = WARNINGS.get(" ".join(words[1:]), 0)
        settings = {**environment(tmp_path), **profiles}
        done = command(*words, folder=folder, expect=expect, warnings=warnings, environment=settings)
        assert output in done.stdout, done.stdout
        if isinstance(outcome, tuple):
            assert outcome[1] in (folder / outcome[0]).read_text()
            assert emulator.writes() == []
        else:
            assert writes_of_accounts(emulator) == outcome


def writes_of_accounts(emulator: EmulatorControl) -> dict[str, int]:
    """Return the number of writes in each account whose service access was listed."""
    requests = emulator.requests()
    writes = Counter(entry["account_id"] for entry in requests if is_write(entry["operation"]))
    listed = {entry["account_id"] for entry in requests if entry["operation"] == LIST}
    assert set(writes) <= listed
    return {account_id: writes[account_id] for account_id in listed}


TEXTS = {yaml.safe_load(text)[0]["name"]: text for guide in map(Guide, GUIDES) for text in guide.playbooks}


def test_playbooks_of_the_guides_write_nothing_in_check_mode(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path
) -> None:
    emulator.organization(enabled=[RAM, SSO])
    files = [tmp_path / f"{name}.yml" for name in TEXTS]
    for file, text in zip(files, TEXTS.values()):
        file.write_text(text)
    playbook(*map(str, files), "--check", warnings=sum(warnings for _writes, _printed, warnings in PLAYBOOKS.values()))
    assert len(emulator.requests()) >= len(TEXTS)
    assert emulator.writes() == []


@pytest.mark.parametrize("name", TEXTS)
def test_playbooks_of_the_guides(playbook: Playbook, emulator: EmulatorControl, name: str) -> None:
    writes, printed, warnings = PLAYBOOKS[name]
    emulator.organization(enabled=[RAM, SSO])
    assert printed in playbook(TEXTS[name], warnings=warnings).stdout
    assert emulator.writes() == writes


@guides
def test_every_example_is_executed(guide: Guide) -> None:
    assert all(map(is_playbook, guide.playbooks)), "YAML that is no playbook needs a :caption:, its file name"
    assert guide.unused_files() == []


def test_the_drift_of_the_guide_is_found(playbook: Playbook, emulator: EmulatorControl, tmp_path: Path) -> None:
    files = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_check_mode.rst").files
    (tmp_path / "service_principals.yml").write_text(files["service_principals.yml"])
    emulator.organization(enabled=["sso.amazonaws.com"])
    playbook(files["drift.yml"], expect=2)
    assert emulator.writes() == []


def test_the_script_runs_failed_organizations_again(
    command: Command, emulator: EmulatorControl, tmp_path: Path
) -> None:
    for name, content in Guide(ROOT / "docs" / "docsite" / "rst" / "guide_many_organizations.rst").files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    emulator.organization(RETAIL)
    emulator.organization(RESEARCH)
    emulator.fault("AssumeRole", code="AccessDenied", status=403, count=1)
    done = command("sh", "apply.sh")
    assert "2 organizations: 1 failed, 1 changed" in done.stdout
    assert "1 organization: 0 failed, 1 changed" in done.stdout


REPORT_GUIDE = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_report.rst")


@pytest.fixture
def report() -> dict[str, Any]:
    """Return a report on an organization in which an account administers a service that no variable lists."""
    account = {"account_id": MEMBER, "name": "plain", "service_principals": [{"service_principal": CONFIG}]}
    enabled = {"service_principal": CONFIG, "service_name": "AWS Config", "date_enabled": "2025-08-19T15:45:00Z"}
    wanted = {"service_principals": [CONFIG], "delegated_administrators": {RETAIL: [GUARDDUTY]}}
    result = {"enabled_service_principals": [enabled], "delegated_administrators": [account], "wanted": wanted}
    return make_report({"retail": result}, "2025-08-19T15:45:00Z")


def test_the_guide_describes_every_key_of_the_report(report: dict[str, Any]) -> None:
    sections = re.split(r"^\.\. keys: (\S+)$", REPORT_GUIDE.text, flags=re.MULTILINE)[1:]
    described = {
        path: re.findall(r"^   \* - ``(\w+)``$", text, re.MULTILINE)
        for path, text in zip(sections[::2], sections[1::2])
    }
    assert len(described) == 8
    for path, keys in described.items():
        assert sorted(keys) == sorted(part_of(report, path)), path


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_the_filter_finds_accounts_that_no_variable_names(report: dict[str, Any], tmp_path: Path) -> None:
    ((_caption, script),) = REPORT_GUIDE.blocks("bash")
    (tmp_path / "service-access.json").write_text(json.dumps(report))
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, check=True)
    assert json.loads(done.stdout)["unexpected"] == [{"account_id": MEMBER, "services": [CONFIG]}]


def part_of(report: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the first object at a path such as organizations.services; "report" is the report itself."""
    part: Any = report
    for key in path.split(".") if path != "report" else []:
        part = part[key][0] if isinstance(part[key], list) else part[key]
    return dict(part)


def test_the_awx_guide_matches_the_example_and_the_role() -> None:
    files = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst").files
    example = yaml.safe_load((ROOT / "examples" / "execution-environment.yml").read_text())
    assert yaml.safe_load(files["execution-environment.yml"]) == example
    specs = yaml.safe_load((ROOT / "roles" / "service_access" / "meta" / "argument_specs.yml").read_text())
    variables = yaml.safe_load(files["injectors.yml"])["extra_vars"]
    assert set(variables) <= set(specs["argument_specs"]["main"]["options"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_tables_are_current(page: Path) -> None:
    text = page.read_text()
    assert with_generated(text) == text, "run make docs-tables"
    begun, ended = (re.findall(rf"^\.\. {edge} generated (.+)$", text, re.MULTILINE) for edge in ("begin", "end"))
    assert begun == ended


# {message of the troubleshooting guide: (a fault or none, a task that ends with it)}
MESSAGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "service_principals is empty, most likely because a variable is": ({}, {"service_principals": []}),
    "must hold service principals of": ({}, {"service_principals": [True]}),
    "which differ only in case": ({}, {"service_principals": ["a", "A"]}),
    "Wrong organization:": ({}, {"management_account_id": RETAIL}),
    "is blank, most likely because a variable is empty": ({}, {"assume_role_arn": ""}),
    "names a profile that does not exist": ({}, {"profile": "no-such-profile", "access_key": None, "secret_key": None}),
    "Quote it: YAML drops the leading zeros of a number": ({}, {"management_account_id": 11111111111}),
    "Nothing was changed, because safeguards block these changes": (
        {},
        {"service_principals": [SSO], "state": "absent"},
    ),
    "The changes would fail with": ({}, {"check_mode": True}),
    "Check mode could not verify": (
        {"operation": "DescribeOrganization", "code": "AccessDeniedException"},
        {"check_mode": True},
    ),
    "with AWS Organizations is not enough for": ({}, {"service_principals": [RAM]}),
    "Failed to read the state of": (
        {"operation": "DescribeOrganizationsAccess", "code": "AccessDenied", "count": None},
        {"service_principals": ["member.org.stacksets.cloudformation.amazonaws.com"], "prefer_service_api": True},
    ),
    "This is not a valid response from AWS": ({"body": "<html>Sign in</html>"}, {}),
    "does not show these yet": (
        {"operation": LIST, "after": 1, "count": None, "body": '{"EnabledServicePrincipals": []}'},
        {"wait_timeout": 0},
    ),
    "but could not be confirmed": ({"operation": LIST, "after": 1, "code": "AccessDeniedException"}, {}),
    "It is unknown whether AWS applied the change for": ({"operation": ENABLE, "body": "<html>"}, {}),
    "botocore rejected aws_config": ({}, {"aws_config": {"nonsense": 1}}),
}


# Those of the roles; test_right_organization.py and test_true_account.py have playbooks that end with them.
MESSAGES_OF_THE_ROLES = {
    "is not a variable of this role",
    "of module_defaults is blank",
    "Each option is the variable",
    "It is unknown what was done",
    "is the variable in which the role registers its result",
}


def test_all_messages_of_the_guide_are_listed_here() -> None:
    guide = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst")
    messages = re.findall(r"^``(.+)``\n    \S", guide.text, re.MULTILINE)
    assert [message for message in messages if message not in MESSAGES_OF_THE_ROLES] == list(MESSAGES)
    assert set(messages) >= MESSAGES_OF_THE_ROLES
    code = "".join(path.read_text() for path in (ROOT / "plugins" / "plugin_utils").rglob("*.py"))
    assert {message for message in MESSAGES_OF_THE_ROLES if message not in code} == set()


@pytest.mark.parametrize("message", MESSAGES)
def test_tasks_end_with_the_messages_of_the_guide(
    service_access: RunModule, emulator: EmulatorControl, message: str
) -> None:
    fault, task = MESSAGES[message]
    emulator.organization(enabled=[SSO], members={MEMBER: "plain"})
    if fault:
        emulator.fault(**fault)
    if message == "The changes would fail with":
        task = {**task, **assume_role(emulator, MEMBER)}
        emulator.fault(LIST, body='{"EnabledServicePrincipals": []}')  # which a delegated administrator may read
    result = service_access(**{"service_principals": [CONFIG], **task})
    assert message in " ".join([result.get("msg", ""), *result.get("warnings", [])])


@pytest.mark.usefixtures("service_administrators")
def test_the_policy_for_an_administrator_in_every_region(run_module: RunModule, emulator: EmulatorControl) -> None:
    """It allows what the module calls to designate, move and remove, and what AWS documents for the service's calls."""
    guide = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_delegated_administrators.rst")
    (policy,) = (text for _caption, text in guide.blocks("json") if GUARDDUTY.partition(".")[0] in text)
    emulator.organization(enabled=[GUARDDUTY], members={RETAIL: "new", MEMBER: "old"})
    exact = {"purge_delegated_administrators": True, "purge_scope": "services"}
    for account_id, options in ((MEMBER, {}), (RETAIL, exact), (RETAIL, {"state": "absent"})):
        wanted = [{"account_id": account_id, "service_principals": [GUARDDUTY]}]
        common = {**RIGHT, "delegated_administrators": wanted, "prefer_service_api": True, "force": bool(options)}
        assert run_module("organizations_delegated_administrator", **common, **options)["changed"]
    called = {f"{request['service']}:{request['operation']}" for request in emulator.requests()}
    api = ADMINISTRATOR_API_OF[GUARDDUTY]
    (statement,) = yaml.safe_load(policy)["Statement"]
    assert set(statement["Action"]) == (called - {"sts:GetCallerIdentity"}) | set(api.actions)
    assert set(api.actions) - called == set(api.also_needs) - called  # every operation of the service was called


RIGHT = {"management_account_id": MANAGEMENT_ACCOUNT}
EXACT = {"service_principals": [CONFIG], "purge_service_principals": True, **RIGHT}
# For each policy of the guide, in page order, the tasks that need it: (module, options).
TASKS_OF_POLICIES: list[list[tuple[str, dict[str, Any]]]] = [
    [("organizations_service_access_info", {})],
    [
        ("organizations_service_access_info", {"include_delegated_administrators": True, **RIGHT}),
        ("organizations_service_access", {"check_mode": True, **EXACT}),
    ],
    [("organizations_service_access", EXACT)],
]


def test_policies_of_the_guide_allow_what_modules_call(run_module: RunModule, emulator: EmulatorControl) -> None:
    guide = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_permissions.rst")
    policies = guide.blocks("json")[: -len(SERVICE_APIS)]  # the others are generated
    assert len(policies) == len(TASKS_OF_POLICIES)
    for (_caption, policy), tasks in zip(policies, TASKS_OF_POLICIES):
        emulator.reset()
        emulator.organization(enabled=[GUARDDUTY])
        for module, options in tasks:
            assert "failed" not in run_module(module, **options)
        called = {f"organizations:{name}" for name in emulator.calls() if name != "GetCallerIdentity"}  # needs none
        actions = [statement["Action"] for statement in yaml.safe_load(policy)["Statement"]]
        assert called == {name for found in actions for name in ([found] if isinstance(found, str) else found)}
