# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report import columns
from ansible_collections.orgops.aws.plugins.plugin_utils._report.columns import (
    ACCOUNT,
    COLUMNS,
    ORGANIZATION,
    SERVICE,
    Column,
    Row,
    columns_for_readers,
    csv_columns,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._report.formats import as_csv, as_markdown, page_data
from ansible_collections.orgops.aws.tests.report_examples import report_with_everything

ENABLED: dict[str, Any] = {"state": "wanted", "not_working_yet": None, "date_enabled": "2024-05-01T08:00:00+00:00"}


def text(table: str, name: str, row: Row) -> Any:
    (column,) = [column for column in COLUMNS if (column.table, column.name) == (table, name)]
    return column.text_of(row)


def of_service(name: str, **service: Any) -> Any:
    return text(SERVICE, name, Row({}, {**ENABLED, **service}))


def test_csv_headings_are_unique_and_begin_with_the_organization() -> None:
    names = [column.name for column in csv_columns(ORGANIZATION, SERVICE)]
    assert names[0] == "organization"
    assert len(names) == len(set(names))


def test_readers_see_fewer_columns_than_spreadsheets() -> None:
    assert [column.title for column in columns_for_readers(SERVICE)] == [
        "Service principal",
        "Service",
        "State",
        "Enabled since",
        "Delegated administrators",
        "Notes",
    ]


@pytest.mark.parametrize(
    ("service", "since"),
    [({}, "2024-05-01"), ({"state": "missing"}, "not enabled"), ({"date_enabled": None}, "unknown date")],
    ids=str,
)
def test_the_date_is_a_day_or_says_why_there_is_none(service: dict[str, Any], since: str) -> None:
    assert of_service("date_enabled", **service) == since


def test_the_state_says_that_a_service_does_not_work_yet() -> None:
    assert of_service("state") == "wanted"
    assert of_service("state", not_working_yet="Apply it.") == "wanted, not working yet"


def test_an_account_is_wanted_only_where_variables_say_so() -> None:
    def wanted(managed: bool, wanted: bool) -> Any:
        return text(ACCOUNT, "wanted", Row({"administrators_managed": managed}, account={"wanted": wanted}))

    assert wanted(True, False) == "no"
    assert wanted(True, True) == "yes"
    assert wanted(False, False) == ""


@pytest.mark.parametrize("table", [ORGANIZATION, SERVICE, ACCOUNT])
def test_a_new_column_is_in_every_format(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    added = Column(table, "added", value=lambda row: "value", title="Added", text=lambda row: "text")  # noqa: ARG005
    monkeypatch.setattr(columns, "COLUMNS", (added, *COLUMNS))
    report = report_with_everything()
    assert "| Added |" in as_markdown(report)
    assert "| text |" in as_markdown(report)
    assert page_data(report)["columns"][table][0] == {"name": "added", "title": "Added", "shown": "plain"}
    in_csv = {
        heading
        for row in csv.DictReader(io.StringIO(as_csv(report)))
        for heading, value in row.items()
        if value == "value"
    }
    assert in_csv == (set() if table == ACCOUNT else {"added"})
