# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.columns import (
    ACCOUNT_COLUMNS,
    ORGANIZATION_COLUMNS,
    SERVICE_COLUMNS,
    TITLED_COLUMNS,
    Row,
)

SERVICE: dict[str, Any] = {"state": "wanted", "not_working_yet": None, "date_enabled": "2024-05-01T08:00:00+00:00"}


def text(name: str, **service: Any) -> Any:
    (column,) = [column for column in SERVICE_COLUMNS if column.name == name]
    return column.text(Row({}, {**SERVICE, **service}, {}, {}))


def test_column_names_are_unique_and_begin_with_the_organization() -> None:
    names = [column.name for column in (*ORGANIZATION_COLUMNS, *SERVICE_COLUMNS)]
    assert names[0] == "organization"
    assert len(names) == len(set(names))


def test_readers_see_fewer_columns_than_spreadsheets() -> None:
    assert [column.title for column in TITLED_COLUMNS] == [
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
    assert text("date_enabled", **service) == since


def test_the_state_says_that_a_service_does_not_work_yet() -> None:
    assert text("state") == "wanted"
    assert text("state", not_working_yet="Apply it.") == "wanted, not working yet"


def test_an_account_is_wanted_only_where_variables_say_so() -> None:
    (column,) = [column for column in ACCOUNT_COLUMNS if column.name == "wanted"]
    assert column.text({"administrators_managed": True}, {"wanted": False}) == "no"
    assert column.text({"administrators_managed": True}, {"wanted": True}) == "yes"
    assert column.text({"administrators_managed": False}, {"wanted": False}) == ""
