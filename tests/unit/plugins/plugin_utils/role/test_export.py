# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.orgops.aws.plugins.plugin_utils._role.export import (
    as_yaml,
    exported_text,
    hidden_files,
    winning_files,
)

HOSTILE = "{{ lookup('pipe', 'touch PWNED') }}"


def entry(name: str, date: str | None = "2024-01-01", service: str | None = None) -> dict[str, Any]:
    return {"service_principal": name, "date_enabled": date, "service_name": service}


def as_ansible_reads(text: str, folder: Path) -> Any:
    """Return the variables of a file, templated as Ansible templates host_vars."""
    path = folder / "vars.yml"
    path.write_text(text)
    loader = DataLoader()
    return Templar(loader, variables={}).template(loader.load_from_file(str(path), trusted_as_template=True))


def test_names_with_what_is_known_of_them(tmp_path: Path) -> None:
    text = exported_text([entry("config.amazonaws.com", service="AWS Config"), entry("x,y@z+1", date=None)])
    assert "  - config.amazonaws.com  # AWS Config, since 2024-01-01\n" in text
    assert "not in the catalog, since an unknown date" in text
    assert yaml.safe_load(text) == {
        "service_access_service_principals": ["config.amazonaws.com", "x,y@z+1"],
        "service_access_purge_service_principals": True,
    }
    assert as_ansible_reads(text, tmp_path) == yaml.safe_load(text)


def test_what_is_empty_is_written_so_that_no_group_fills_it() -> None:
    written = yaml.safe_load(exported_text([entry("a")], []))
    assert written["service_access_delegated_administrators"] == {}
    assert written["service_access_purge_delegated_administrators"] is False


def test_variables_that_still_apply_are_named() -> None:
    text = exported_text([entry("a")], None, ["service_access_prefer_service_api"])
    assert "still apply: service_access_prefer_service_api\n" in text
    assert "Delegated administrators were not read." in text


def test_an_account_name_can_be_a_number() -> None:
    accounts = [{"account_id": "222222222222", "name": 5, "service_principals": [entry("a")]}]
    assert "'222222222222':  # 5\n" in exported_text([entry("a")], accounts)


def test_nothing_enabled() -> None:
    assert yaml.safe_load(exported_text([]))["service_access_service_principals"] == []


@pytest.mark.parametrize(
    "name", [HOSTILE, "{% if 1 %}", "{# #}", "a: b", "- x", "'", "#", "no", "1", "a\nb", "é\u2028"]
)
def test_ansible_reads_every_name_as_it_is(name: str, tmp_path: Path) -> None:
    assert as_ansible_reads(as_yaml({"names": [name]}), tmp_path) == {"names": [name]}


def test_what_could_be_a_template_is_tagged() -> None:
    assert as_yaml([HOSTILE]).startswith("- !unsafe ")
    assert "!unsafe" not in as_yaml(["config.amazonaws.com"])


def test_a_comment_stays_one() -> None:
    text = exported_text([entry("a", date="2024\n  - injected", service="x\r\n- y")])
    assert yaml.safe_load(text)["service_access_service_principals"] == ["a"]


@pytest.mark.parametrize("file", ["prod", "prod.yml", "prod.vars"])
def test_a_file_of_the_host_would_be_hidden_by_a_new_folder(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ansible.constants.YAML_FILENAME_EXTENSIONS", [".yml", ".vars"])
    (tmp_path / file).write_text("{}")
    assert hidden_files(tmp_path / "prod") == [tmp_path / file]
    (tmp_path / file).unlink()
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod.yml").write_text("{}")  # already hidden
    assert hidden_files(tmp_path / "prod") == []


LISTS = "service_access_service_principals: []\n"


@pytest.mark.parametrize(
    ("name", "text", "wins"),
    [
        ("zz/main.yml", LISTS, True),
        ("wanted.yml", LISTS, True),
        ("wanted.json", '{"a": 1, "service_access_keep_service_principals": []}', True),
        ("wanted.yml", "$ANSIBLE_VAULT;1.1;AES256\n", True),
        ("wanted.yml", "\udc80", True),
        ("wanted.yml", "# service_access_service_principals: []\n", False),
        ("wanted.yml", "service_access_profile: prod\n", False),
        ("main.yml", LISTS, False),
        ("service_access.yml", LISTS, False),
        ("service_access.yml~", LISTS, False),
        (".wanted.yml", LISTS, False),
        ("wanted.txt", LISTS, False),
    ],
)
def test_what_ansible_reads_after_the_export_wins(name: str, text: str, wins: bool, tmp_path: Path) -> None:
    folder = tmp_path / "[prod]"
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text, errors="surrogateescape")
    read = [Path(found) for found in DataLoader().find_vars_files(str(tmp_path), "[prod]")]
    assert winning_files(read, folder) == ([path] if wins else [])


def test_a_file_elsewhere_that_is_read_later_wins(tmp_path: Path) -> None:
    other = tmp_path / "playbooks" / "host_vars" / "prod.yml"
    other.parent.mkdir(parents=True)
    other.write_text(LISTS)
    assert winning_files([other], tmp_path / "host_vars" / "prod") == [other]
