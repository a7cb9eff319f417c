# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example of the guides is executed, and what they take from the code or the README is current."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore import xform_name

from ansible_collections.orgops.aws.docs.docsite.shared import section
from ansible_collections.orgops.aws.docs.docsite.tables import PAGES, with_generated
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

from .fixtures import Command, Playbook
from .guides import GUIDES, Guide, is_playbook

# The organization that a guide starts with; any other guide has the first one.
ORGANIZATIONS: dict[str, dict[str, Any]] = {
    "": {"enabled": ["sso.amazonaws.com", "devops-guru.amazonaws.com"]},
    "guide_getting_started": {"enabled": ["cloudtrail.amazonaws.com", "sso.amazonaws.com"]},
    "guide_migrating": {"enabled": [f"svc-{number:03}.emulated.amazonaws.com" for number in range(21)]},
}
# Playbooks that have to reach these accounts, each with credentials of its own, and no other.
MORE_ACCOUNTS = {"111111111111", "222222222222"}
OF_MORE_ACCOUNTS = {"hosts.yml", "profiles.yml"}

guides = pytest.mark.parametrize("guide", [Guide(path) for path in GUIDES], ids=lambda guide: guide.path.stem)


def environment(folder: Path) -> dict[str, str]:
    """What a reader has beside the guide's files: a vault's password."""
    (folder / "password").write_text("of the vault")
    return {"ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "password")}


def with_profiles(emulator: EmulatorControl, folder: Path) -> dict[str, str]:
    """The environment of somebody whose profiles are in the guide's aws_config; boto3 itself assumes their roles."""
    settings = {"AWS_CONFIG_FILE": str(folder / "aws_config"), "AWS_ENDPOINT_URL": emulator.url}
    return {**settings, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


@pytest.mark.parametrize(
    "guide", [guide for guide in map(Guide, GUIDES) if guide.commands], ids=lambda guide: guide.path.stem
)
def test_commands_of_the_guides(command: Command, emulator: EmulatorControl, tmp_path: Path, guide: Guide) -> None:
    emulator.organization(**ORGANIZATIONS.get(guide.path.stem, ORGANIZATIONS[""]))
    for account_id in MORE_ACCOUNTS:
        emulator.organization(account_id)
    folder = tmp_path / "guide"
    for name, content in guide.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    for words, output in guide.commands:
        profiles = with_profiles(emulator, folder) if "profiles.yml" in words else {}
        emulator.clear_requests()
        expect = 2 if "inventory.yml" in words else 0  # the organization of the AWX guide differs
        done = command(*words, folder=folder, expect=expect, environment={**environment(tmp_path), **profiles})
        assert output in done.stdout, done.stdout
        if "--check" in words:
            assert emulator.writes() == []
        if OF_MORE_ACCOUNTS & set(words):
            listings = [entry for entry in emulator.requests() if entry["operation"].startswith("ListAWSServiceAccess")]
            assert {entry["account_id"] for entry in listings} == MORE_ACCOUNTS


@pytest.mark.parametrize(
    "text",
    [text for guide in map(Guide, GUIDES) for text in guide.playbooks],
    ids=lambda text: yaml.safe_load(text)[0]["name"],
)
def test_playbooks_of_the_guides(playbook: Playbook, emulator: EmulatorControl, text: str) -> None:
    emulator.organization(**ORGANIZATIONS[""])
    playbook(text, "--check")
    assert emulator.writes() == []
    assert "failed=0" in playbook(text).stdout


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


def test_what_the_awx_guide_gives_awx() -> None:
    files = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst").files
    example = yaml.safe_load((ROOT / "examples" / "execution-environment.yml").read_text())
    assert yaml.safe_load(files["execution-environment.yml"]) == example
    specs = yaml.safe_load((ROOT / "roles" / "service_access" / "meta" / "argument_specs.yml").read_text())
    variables = yaml.safe_load(files["injectors.yml"])["extra_vars"]
    assert set(variables) <= set(specs["argument_specs"]["main"]["options"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_pages_take_from_elsewhere_is_current(page: Path) -> None:
    text = page.read_text()
    assert with_generated(text) == text, "run make docs-tables"
    begun, ended = (re.findall(rf"^\.\. {edge} generated (.+)$", text, re.MULTILINE) for edge in ("begin", "end"))
    assert begun == ended


def test_messages_of_the_troubleshooting_guide_are_those_of_the_code() -> None:
    guide = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst")
    messages = re.findall(r"^``(.+)``\n    \w", guide.text, re.MULTILINE)
    constants = "".join(
        node.value
        for file in (ROOT / "plugins" / "module_utils").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert messages
    assert [message for message in messages if message not in constants] == []


def test_markdown_that_the_guides_could_not_show_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A\n\n## B\n\n> A quotation\n")
    with pytest.raises(KeyError, match="blockquote"):
        section(str(tmp_path / "README.md"), "B")
    with pytest.raises(KeyError, match="no section"):
        section("README.md", "No such heading")


def test_shared_markdown_keeps_its_meaning(tmp_path: Path) -> None:
    (tmp_path / "some.md").write_text(
        "# A\n\n## B\n\nSee [it](CHANGELOG.md) and [AWS](https://aws.amazon.com/), *now*, `a_b`, a\\_ and 2 \\* 3:\n\n"
        "- one\n  more\n- two\n\n### C\n\n```yaml\na: 1\n```\n\n## D\n\nNot this.\n"
    )
    assert section(str(tmp_path / "some.md"), "B") == (
        "See `it <https://github.com/orgops/orgops.aws/blob/main/CHANGELOG.md>`__ and "
        "`AWS <https://aws.amazon.com/>`__, *now*, ``a_b``, a\\_ and 2 \\* 3:\n\n- one\n  more\n- two\n\n"
        "C\n~\n\n.. code-block:: yaml\n\n    a: 1"
    )


@pytest.mark.parametrize("policy", re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
def test_policies_allow_only_what_the_modules_call(policy: str) -> None:
    client = (ROOT / "plugins/module_utils/_organizations/client.py").read_text()
    for statement in yaml.safe_load(policy)["Statement"]:
        for action in [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]:
            operation = action.removeprefix("organizations:")
            assert f'"{operation}"' in client or f"_client.{xform_name(operation)}()" in client
