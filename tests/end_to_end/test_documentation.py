# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the README and the EXAMPLES of the modules run as written; the version tables agree."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib
import yaml
from ansible.release import __version__ as ansible_core

from ansible_collections.amazon.aws.plugins.module_utils.botocore import MINIMUM_BOTO3_VERSION, MINIMUM_BOTOCORE_VERSION

from ansible_collections.orgops.aws.plugins.module_utils._version import COLLECTION_NAME, COLLECTION_VERSION
from ansible_collections.orgops.aws.tests.benchmark.report import load
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.paths import ROOT

from .fixtures import Command, Inventory, Playbook

SITE = "https://orgops.github.io/orgops.aws/"
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
RELEASES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["orgops"]["releases"]
PLAYBOOKS = re.findall(r"^```yaml\n(- name.*?)^```", README, re.MULTILINE | re.DOTALL)
LISTED = ["cloudtrail.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com"]
# {name of a playbook: (the service principals that it writes, what it prints)}
OUTCOMES = {
    "Service access of our organization": (LISTED, "changed=1"),
    "Exact service access of our organization": ([*LISTED, "devops-guru.amazonaws.com"], "changed=1"),
}


def test_the_first_playbook_prints_the_output_shown(playbook: Playbook, emulator: EmulatorControl) -> None:
    shown = re.search(r"--check --diff\n\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert shown
    emulator.organization(enabled=["cloudtrail.amazonaws.com", "sso.amazonaws.com"])
    assert shown[1] in playbook(PLAYBOOKS[0], "--check", "--diff").stdout
    assert emulator.writes() == []


@pytest.mark.parametrize("text", PLAYBOOKS, ids=lambda text: yaml.safe_load(text)[0]["name"])
def test_playbooks_of_the_readme(playbook: Playbook, emulator: EmulatorControl, tmp_path: Path, text: str) -> None:
    """In check mode, then twice in one run: the second time, nothing is changed."""
    emulator.organization(
        enabled=["sso.amazonaws.com", "devops-guru.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={"sso.amazonaws.com": ["222222222222"]},
    )
    written, printed = OUTCOMES[yaml.safe_load(text)[0]["name"]]
    playbook(text, "--check")
    assert emulator.writes() == []
    first, recap, again = playbook(text, str(tmp_path / "playbook.yml")).stdout.partition("PLAY RECAP")
    assert printed in recap + again
    assert [name for _operation, name in emulator.writes()] == written
    assert ("changed: [localhost]" in first, "changed: [localhost]" in again) == (True, False)
    assert "ok: [localhost]" in again


REGISTER, DEREGISTER = "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"
DESIGNATE, REMOVE = "EnableOrganizationAdminAccount", "DisableOrganizationAdminAccount"
REGIONS = ("eu-central-1", "us-east-1")
STACKSETS = "member.org.stacksets.cloudformation.amazonaws.com"
ADMINISTRATORS = {STACKSETS: ["333333333333"]}


@pytest.mark.usefixtures("service_administrators")
@pytest.mark.parametrize(
    ("module", "administrators", "written", "printed"),
    [
        (
            "organizations_service_access",
            {},
            [
                *("config", "guardduty", "devops-guru", "cloudtrail", "macie", "account"),
                *("ActivateOrganizationsAccess", "EnableSharingWithAwsOrganization", "inspector2"),
            ],
            "changed=7",
        ),
        ("organizations_service_access_info", {}, [], "sso.amazonaws.com since 20"),
        (
            "organizations_delegated_administrator",
            ADMINISTRATORS,
            [
                *(REGISTER, REGISTER, DEREGISTER, REGISTER),
                *[DESIGNATE] * 6,  # three services in two Regions
                *(REMOVE, REMOVE, DEREGISTER, DESIGNATE, DESIGNATE),
            ],
            "changed=6",
        ),
        (
            "organizations_delegated_administrator_info",
            {"config.amazonaws.com": ["222222222222"]},
            [],
            "222222222222 (security)",
        ),
    ],
)
def test_examples_of_the_modules(
    playbook: Playbook,
    emulator: EmulatorControl,
    module: str,
    administrators: dict[str, list[str]],
    written: list[str],
    printed: str,
) -> None:
    examples = importlib.import_module(f"ansible_collections.orgops.aws.plugins.modules.{module}").EXAMPLES
    services = ("config", "guardduty", "macie", "securityhub")
    administered = [f"{name}.amazonaws.com" for name in services] if "administrator" in module else []
    regional = {"guardduty.amazonaws.com": dict.fromkeys(REGIONS, "222222222222")} if module.endswith("_info") else {}
    emulator.organization(
        enabled=["sso.amazonaws.com", "devops-guru.amazonaws.com", *administered],
        members={"222222222222": "security", "333333333333": "identity"},
        delegated_administrators=administrators,
        regions=dict.fromkeys(REGIONS, "ENABLED_BY_DEFAULT"),
        regional_administrators=regional,
    )
    tasks = re.sub(r"^", "    ", examples, flags=re.MULTILINE)
    done = playbook(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{tasks}", warnings=None)
    assert printed in done.stdout
    writes = [name.partition(".")[0] if isinstance(name, str) else operation for operation, name in emulator.writes()]
    assert writes == written


@pytest.mark.parametrize("role", ["service_access", "service_access_report"])
def test_playbooks_of_the_roles(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path, role: str
) -> None:
    (text,) = re.findall(r"^```yaml\n(- name.*?)^```", (ROOT / "roles" / role / "README.md").read_text(), re.M | re.S)
    emulator.organization(enabled=["sso.amazonaws.com"])
    hosts = inventory(organization={"service_access_service_principals": ["config.amazonaws.com"]})
    playbook(text, *hosts, "--extra-vars", f"service_access_report_directory={tmp_path}/report")
    applies = role == "service_access"
    assert emulator.writes() == ([("EnableAWSServiceAccess", "config.amazonaws.com")] if applies else [])
    assert (tmp_path / "report" / "service-access.html").exists() is not applies


def test_links_of_the_readmes_lead_to_pages() -> None:
    guides = {path.stem for path in (ROOT / "docs" / "docsite" / "rst").glob("*.rst")}
    for path in (ROOT / "README.md", *(ROOT / "roles").glob("*/README.md")):
        assert set(re.findall(rf"{SITE}docsite/(\w+)\.html", path.read_text())) <= guides, path
        assert ".rst)" not in path.read_text()
    assert set(re.findall(r"\]\[(\w+)\]", README)) <= set(re.findall(r"^\[(\w+)\]: ", README, re.MULTILINE))
    assert set(re.findall(rf"{SITE}docsite/(\w+)\.html", README)) >= guides - {"performance_figures", "tested_faults"}


def test_the_picture_of_the_readme_exists() -> None:
    (picture,) = re.findall(
        r"^\[picture\]: https://raw.githubusercontent.com/orgops/orgops.aws/main/(.+)$", README, re.M
    )
    assert (ROOT / picture).is_file()


def test_the_readme_states_the_time_that_was_measured() -> None:
    assert "take about a quarter of the time that a minimal module takes" in " ".join(README.split())
    (cell,) = (row for row in load()["organizations"] if (row["organizations"], row["forks"]) == (100, 10))
    assert cell["role"]["seconds"] / cell["minimal"]["seconds"] == pytest.approx(1 / 4, rel=0.2)


def test_one_version_everywhere() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    assert (f"{galaxy['namespace']}.{galaxy['name']}", galaxy["version"]) == (COLLECTION_NAME, COLLECTION_VERSION)
    assert f"orgops-aws-{COLLECTION_VERSION}.tar.gz" in README


def test_the_support_matrix_matches_the_gates() -> None:
    columns = ("ansible-core", "python", "target-python", "amazon-aws", "boto3")
    rows = [[row[column] for column in columns] for row in RELEASES]
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
        "requirements.txt": f"boto3>={boto3}\nbotocore>={boto3}\n",
    }.items():
        assert text in (ROOT / file).read_text(), file
    requirements = (ROOT / "requirements-dev.txt").read_text()
    for release in (RELEASES[0], RELEASES[-1]):
        assert f"ansible=={release['ansible']};" in requirements
    newest = max((row[4] for row in rows), key=version)
    assert f"boto3=={newest}\nbotocore=={newest}\n" in requirements


def version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split("."))


def test_no_supported_release_warns_about_its_boto3() -> None:
    (boto3,) = [row["boto3"] for row in RELEASES if ansible_core.startswith(f"{row['ansible-core']}.")]
    assert version(boto3) >= version(MINIMUM_BOTO3_VERSION)
    assert version(boto3) >= version(MINIMUM_BOTOCORE_VERSION)


def test_the_contributors_guide_names_every_command() -> None:
    command = [sys.executable, "-m", "nox", "--list"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    sessions = {re.sub(r"-\d\.\d+$", "-X.Y", name) for name in re.findall(r"^[*-] (\S+)", listed, re.MULTILINE)}
    named = set(re.findall(r"`make ([\w.-]+)", CONTRIBUTING))
    assert named == {"help", "NAME", *sessions}


def test_pre_commit_uses_the_versions_of_the_linters() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    pins = {pin for repo in config["repos"] for hook in repo["hooks"] for pin in hook["additional_dependencies"]}
    assert pins
    assert pins <= set((ROOT / "requirements-dev.txt").read_text().splitlines())


def test_commands_of_the_readme_on_the_examples(command: Command, emulator: EmulatorControl, tmp_path: Path) -> None:
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
