# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import assemble_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report.merge import (
    find_reports,
    load_report,
    merge_organizations,
)
from ansible_collections.orgops.aws.tests.report_examples import (
    CONFIG,
    MACIE,
    NETWORK,
    SCHEMA,
    SECURITY,
    SSO,
    organization,
    report,
    report_with_everything,
)

OLD, NEW = "2026-01-01T08:00:00Z", "2026-01-31T08:00:00Z"


def merged(*reports: dict[str, Any]) -> dict[str, Any]:
    found = merge_organizations({Path(f"{number}.json"): one for number, one in enumerate(reports)})
    return assemble_report(found, "2026-01-31T09:00:00Z")


def test_a_report_that_was_merged_alone_says_the_same() -> None:
    before = report_with_everything()
    after = json.loads(
        json.dumps(assemble_report(merge_organizations({Path("a.json"): before}), before["generated_at"]))
    )
    assert {**after, "changes": None} == {**before, "changes": None}


@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_reading_of_each_organization_wins(turned: bool) -> None:
    reports = [
        report(OLD, a=organization(SSO), b=organization(SSO)),
        report(NEW, a=organization(CONFIG), c=organization(MACIE)),
    ]
    found = merged(*(reports[::-1] if turned else reports))
    enabled = {one["name"]: one["services"][0]["service_principal"] for one in found["organizations"]}
    assert enabled == {"a": CONFIG, "b": SSO, "c": MACIE}
    assert {one["name"]: (one["age"], one["stale"]) for one in found["organizations"]} == {
        "a": ("1 hour", False),
        "b": ("30 days", True),
        "c": ("1 hour", False),
    }
    assert found["headline"].endswith(" 1 was read more than a day before this report.")
    assert [one["service_principal"] for one in found["services"]] == [CONFIG, MACIE, SSO]


def test_a_newer_failure_hides_what_was_read_before() -> None:
    found = merged(report(OLD, a=organization(SSO)), report(NEW, a={"failed": True, "msg": "denied"}))
    assert [one["state"] for one in found["organizations"]] == ["unreadable"]


def test_merging_again_keeps_the_time_of_the_reading() -> None:
    first = merged(report(OLD, a=organization(SSO)))
    again = merged(first, report(NEW, b=organization(SSO)))
    assert {one["name"]: one["read_at"] for one in again["organizations"]} == {"a": OLD, "b": NEW}
    assert again["organizations"][0]["marks"].count("stale") == 1


def test_two_organizations_of_one_name_are_refused() -> None:
    reports = [report(OLD, a=organization(management_account_id=one)) for one in (SECURITY, NETWORK)]
    with pytest.raises(ValueError, match=rf"^a is .* {SECURITY} in 0.json, but of {NETWORK} in 1.json"):
        merged(*reports)


def test_patterns_find_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b.json", "a.json", "c.txt"):
        (tmp_path / name).touch()
    assert find_reports(["*.json", "a.json", str(tmp_path / "b.json")]) == [tmp_path / "a.json", tmp_path / "b.json"]
    with pytest.raises(ValueError, match=r"No file matches d\*\.json\."):
        find_reports(["*.json", "d*.json"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is no JSON file"),
        ("{", "is no JSON file"),
        ("[" * 100_000, "is no JSON file"),
        ("[]", "is no JSON report of this collection"),
        ("null", "is no JSON report of this collection"),
        ('{"title": "Report"}', "schema_version is missing"),
        ('{"schema_version": 2}', "Update the collection"),
        ('{"schema_version": true}', "is no JSON report of this collection"),
        ('{"schema_version": "1"}', "is no JSON report of this collection"),
    ],
    ids=lambda text: text[:20],
)
def test_other_files_are_refused_by_name(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"^{path} .*{message}"):
        load_report(path, SCHEMA)


def test_an_unreadable_or_binary_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("bytes", "missing", "."):
        with pytest.raises(ValueError, match=f"^{tmp_path / name} "):
            load_report(tmp_path / name, SCHEMA)


def test_a_time_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**report(NEW), "generated_at": "2026-02-30T08:00:00Z"}))
    with pytest.raises(ValueError, match="2026-02-30T08:00:00Z is no time"):
        load_report(path, SCHEMA)


def test_a_written_report_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report_with_everything()))
    assert load_report(path, SCHEMA) == report_with_everything()
