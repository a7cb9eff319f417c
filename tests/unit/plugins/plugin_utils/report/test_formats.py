# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report.formats import (
    as_csv,
    as_html,
    as_json,
    as_markdown,
    page_data,
)
from ansible_collections.orgops.aws.tests.paths import ROOT
from ansible_collections.orgops.aws.tests.report_examples import report_with_everything

FILES = ROOT / "roles" / "service_access_report" / "files"
HOSTILE = "<b>*x*_y_~~z~~ `c` [l](u) & a|b\n# =cmd()"


def report(name: str = "prod", title: str = "Report") -> dict[str, Any]:
    registered = [{"service_principal": "sso.amazonaws.com", "delegation_enabled_date": None}]
    listed = {"service_principal": "sso.amazonaws.com", "date_enabled": "2024-05-01T08:00:00+00:00"}
    return make_report(
        {
            name: {
                "enabled_service_principals": [listed],
                "delegated_administrators": [
                    {"account_id": "222222222222", "name": name, "service_principals": registered}
                ],
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


def test_markdown_makes_no_link_of_a_name() -> None:
    text = as_markdown(report("www.example.com and http://example.com WWW.example.com"))
    assert r"www\.example.com and http\://example.com WWW\.example.com" in text


def test_markdown_says_once_what_aws_documents_about_a_service() -> None:
    text = as_markdown(report())
    assert text.count("stops working") == 1
    assert "\n## Services\n" in text


def test_markdown_and_csv_have_the_same_notes() -> None:
    found = report()
    notes = [service["notes"] for service in found["organizations"][1]["services"]]
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [row["notes"] for row in rows[1:]] == [" ".join(lines) for lines in notes]


def test_markdown_lists_the_changes_since_an_older_report() -> None:
    text = as_markdown(report_with_everything())
    assert (
        "## Changes\n\nSince 2026-01-30 08:00:00 UTC: 6 organizations came, 1 delegated administrator registered."
        in text
    )
    assert "| a | 222222222222 registered for sso.amazonaws.com |" in text
    assert "2025-01-31 08:00:00 UTC, 365 days before this report" in text


def embedded(page: str) -> dict[str, Any]:
    """Return the data that the page's script reads."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return dict(json.loads(text))


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", "{{ 7 * 7 }}", "\u2028'\"&", "]]>"], ids=ascii
)
def test_no_name_ends_the_data_of_the_page(name: str) -> None:
    page = as_html(report(name, name), FILES)
    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert "<!--" not in page
    data = embedded(page)
    assert data["organizations"][1]["name"] == name
    assert name in data["strings"]


def test_the_page_runs_its_own_script_and_style_only() -> None:
    page = as_html(report(), FILES)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_without_javascript_names_the_other_files() -> None:
    (text,) = re.findall(r"<noscript>(.*?)</noscript>", as_html(report(), FILES), re.DOTALL)
    assert "<li>1: could not be read</li>" in text
    assert "service-access.md" in text


def test_the_page_has_the_values_of_the_columns_in_packed_rows() -> None:
    data = page_data(report())
    row = [
        data["strings"][value] if isinstance(value, int) and not isinstance(value, bool) else value
        for value in data["organizations"][1]["services"][1]
    ]
    found = dict(zip([*data["fields"], *(column["name"] for column in data["columns"]["service"])], row))
    assert (found["service_principal"], found["day"], found["count"]) == ("sso.amazonaws.com", "2024-05-01", "1")
    assert found["date_enabled"] == "2024-05-01"


def many(number: int) -> dict[str, Any]:
    """Return organizations with sixty services each, of which every second has a delegated administrator."""
    names = sorted(BY_PRINCIPAL)[:60]
    account = {"name": "security", "email": "security@example.com", "status": "ACTIVE", "state": "ACTIVE"}

    def organization(index: int) -> dict[str, Any]:
        registered = [{"service_principal": name, "delegation_enabled_date": None} for name in names[::2]]
        entries = [{"service_principal": name, "date_enabled": f"20{index % 25:02}-01-31T08:00:00"} for name in names]
        return {
            "enabled_service_principals": entries,
            "delegated_administrators": [{**account, "account_id": f"{index:012}", "service_principals": registered}],
            "wanted": {"service_principals": names},
        }

    return {f"customer-{index:03}": organization(index) for index in range(number)}


def test_three_hundred_organizations_fit_into_small_files() -> None:
    found = make_report(many(300), "2026-01-31T08:00:00Z")
    assert len(as_html(found, FILES).encode()) < 2 * 2**20
    assert len(as_json(found).encode()) < 13 * 2**20
