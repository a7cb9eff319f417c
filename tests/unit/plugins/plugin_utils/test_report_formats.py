# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report_data import make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report_formats import as_csv, as_html, as_markdown
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

FILES = ROOT / "roles" / "service_access_report" / "files"
HOSTILE = "<b>*x*_y_~~z~~ `c` [l](u) & a|b\n# =cmd()"


def report(name: str = "prod", title: str = "Report") -> dict[str, Any]:
    administrator = {"account_id": "222222222222", "name": name}
    listed = {"service_principal": "sso.amazonaws.com", "date_enabled": "2024-05-01T08:00:00+00:00"}
    return make_report(
        {
            name: {
                "enabled_service_principals": [{**listed, "delegated_administrators": [administrator]}],
                "wanted": {"service_principals": ["config.amazonaws.com"]},
            },
            "unread": {"failed": True, "msg": name},
        },
        "2026-01-31T08:00:00Z",
        title,
    )


def test_csv_has_a_row_for_each_service() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(report()))))
    assert [(row["organization"], row["service_principal"], row["state"]) for row in rows] == [
        ("unread", "", ""),
        ("prod", "config.amazonaws.com", "missing"),
        ("prod", "sso.amazonaws.com", "unlisted"),
    ]
    assert rows[0]["error"] == "prod"
    assert rows[2]["delegated_administrators"] == "222222222222"
    assert (rows[2]["disrupts_people"], rows[2]["unknown"]) == ("true", "false")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_holds_no_formula(sign: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(report(f"{sign}cmd()")), newline="")))
    assert rows[1][2] == f"'{sign}cmd()"


def test_markdown_escapes_all_markup() -> None:
    text = as_markdown(report(HOSTILE, HOSTILE))
    escaped = r"&lt;b&gt;\*x\*\_y\_\~\~z\~\~ \`c\` \[l\]\(u\) &amp; a\|b \# =cmd\(\)"
    assert f"# {escaped}\n" in text
    assert f"| {escaped} |" in text
    assert "<b>" not in text


def test_html_escapes_every_value() -> None:
    page = as_html(report("<script>alert(1)</script>", "<i>"), FILES)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<h1>&lt;i&gt;</h1>") == 1


def test_html_says_that_variables_are_invalid() -> None:
    broken = {"enabled_service_principals": [], "wanted": {"service_principals": ["a b"]}}
    page = as_html(make_report({"prod": broken}, "2026-01-31T08:00:00Z"), Path(FILES))
    assert "The variables of this organization cannot be applied" in page
