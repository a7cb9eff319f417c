# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._role.export import NO_ADMINISTRATORS, exported_text
from ansible_collections.orgops.aws.plugins.plugin_utils._role.export_overwrite import lost_by_replacing, lost_text

CONFIG = {
    "service_principal": "config.amazonaws.com",
    "service_name": "AWS Config",
    "date_enabled": "2024-01-01T00:00:00.123000+00:00",
}
UNKNOWN = {"service_principal": "x,y@z+1{{", "service_name": None, "date_enabled": None}
ACCOUNTS: list[dict[str, Any]] = [
    {"account_id": "000000000001", "name": "a: b # c", "service_principals": [CONFIG, UNKNOWN]},
    {"account_id": "222222222222", "name": None, "service_principals": [CONFIG]},
]
TEXT = exported_text([CONFIG, UNKNOWN], ACCOUNTS)
FORMER = """---
# The service access at the time of the export, as variables of the role orgops.aws.service_access.
service_access_service_principals:
  - config.amazonaws.com  # AWS Config, since 2024-01-01T00:00:00+00:00

# Exact mode: disable what is not listed, unless a safeguard blocks it. With false, the role only enables services.
service_access_purge_service_principals: true
"""


@pytest.mark.parametrize("enabled", [[], [CONFIG], [CONFIG, UNKNOWN]], ids=len)
@pytest.mark.parametrize("accounts", [None, [], ACCOUNTS], ids=str)
@pytest.mark.parametrize("still_apply", [(), ("service_access_prefer_service_api", "service_access_force")])
def test_an_export_loses_nothing_of_an_export(enabled: Any, accounts: Any, still_apply: Any) -> None:
    assert lost_text(exported_text(enabled, accounts, still_apply)) == []


@pytest.mark.parametrize(
    "end",
    ["\n# There are no delegated administrators.\n", "\n# Delegated administrators were not read.\n"],
)
def test_exports_of_the_first_releases_lose_nothing(end: str) -> None:
    assert lost_text(f"{FORMER}{end}") == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (f"{TEXT}service_access_profile: prod\n", ["service_access_profile"]),
        (f"{TEXT}service_access_secret_key: !vault x\n", ["service_access_secret_key"]),
        (
            TEXT.replace("purge_service_principals: true", "purge_service_principals: false"),
            ["the value of service_access_purge_service_principals"],
        ),
        (
            TEXT.replace("purge_delegated_administrators: true", "purge_delegated_administrators: false"),
            ["the value of service_access_purge_delegated_administrators"],
        ),
        (
            TEXT.replace("  - config.amazonaws.com  #", "  - '{{ other }}'\n  - config.amazonaws.com  #", 1),
            ["comments or formatting"],
        ),
        (f"{TEXT}# Ask the security team first.\n", ["comments or formatting"]),
        (TEXT.replace("since an unknown date", "since an unknown date; keep it"), ["comments or formatting"]),
        (TEXT.replace("000000000001':", "000000000001':  # ours", 1), []),  # cannot be told from a name
        ("service_access_service_principals: [a]\n", ["comments or formatting"]),
        ("service_access_service_principals: {a: b}\n", ["the value of service_access_service_principals"]),
        (
            FORMER + NO_ADMINISTRATORS.replace("{}", "{'1': a}"),
            [
                "the value of service_access_purge_delegated_administrators",
                "the value of service_access_delegated_administrators",
            ],
        ),
        ("$ANSIBLE_VAULT;1.1;AES256\n3132\n", ["encrypted content"]),
        ("a: [\n", ["content that an export does not write"]),
        ("a: !no_such_tag b\n", ["content that an export does not write"]),
        ("a: 2026-13-45\n", ["content that an export does not write"]),
        ("- a\n", ["content that is no dictionary"]),
        ("", []),
    ],
)
def test_what_somebody_wrote_is_named(text: str, lost: list[str]) -> None:
    assert lost_text(text) == lost


def test_a_symbolic_link_is_not_replaced(tmp_path: Path) -> None:
    shared, link = tmp_path / "shared.yml", tmp_path / "service_access.yml"
    assert lost_by_replacing(link) == []
    link.symlink_to(shared)
    assert lost_by_replacing(link) == ["the symbolic link"]
    shared.write_text(f"{TEXT}a: b\n")
    assert lost_by_replacing(link) == ["the symbolic link", "a"]


def test_what_is_no_text_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
    assert lost_by_replacing(tmp_path / "file") == ["content that is no text"]
