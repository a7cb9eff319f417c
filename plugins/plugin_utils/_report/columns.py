# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The columns of the report's tables, for all formats. To add a column of services, add one entry to SERVICE_COLUMNS.

The page's script takes the first two columns of services, and the first two and the last of accounts, by position.
Markdown's table of organizations is written in formats.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NamedTuple, Union

from ansible_collections.orgops.aws.plugins.plugin_utils._report.states import MISSING
from ansible_collections.orgops.aws.plugins.plugin_utils._report.texts import describe_administrators

Fields = Mapping[str, Any]
Text = Union[str, list[str]]  # a list: several lines where the format has them

DAY = len("2024-01-31")


class Row(NamedTuple):
    """A service in an organization. ``entry``: the service in the catalog; ``names``: of accounts, by ID."""

    organization: Fields
    service: Fields
    entry: Fields
    names: Mapping[str, Any]


class Column(NamedTuple):
    """``name``: the heading in CSV, which contains ``value``. ``title``: the heading in the page and in Markdown, which
    contain ``text``; without a title, they do not have the column. ``separator``: between several texts in one line.
    """

    name: str
    value: Callable[[Row], Any]
    title: str = ""
    text: Callable[[Row], Text] = lambda row: ""  # noqa: ARG005
    separator: str = ", "


def _state(row: Row) -> Text:
    return f"{row.service['state']}, not working yet" if row.service["not_working_yet"] else row.service["state"]


def _enabled_since(row: Row) -> Text:
    if row.service["state"] == MISSING:
        return "not enabled"
    if not row.service["date_enabled"]:
        return "unknown date"
    return str(row.service["date_enabled"])[:DAY]


def _ids(account_ids: list[str] | None) -> str:
    return "not read" if account_ids is None else " ".join(account_ids)


# Of an organization; also in the row of one without services.
ORGANIZATION_COLUMNS = (
    Column("organization", lambda row: row.organization["name"]),
    Column("organization_state", lambda row: row.organization["state"]),
    Column("error", lambda row: row.organization["error"] or row.organization["delegated_administrators_unread"]),
    Column("read_at", lambda row: row.organization["read_at"]),
)
SERVICE_COLUMNS = (
    Column(
        "service_principal",
        lambda row: row.service["service_principal"],
        "Service principal",
        lambda row: row.service["service_principal"],
    ),
    Column(
        "service_name", lambda row: row.entry["service_name"], "Service", lambda row: row.entry["service_name"] or ""
    ),
    Column("state", lambda row: row.service["state"], "State", _state),
    Column("date_enabled", lambda row: row.service["date_enabled"], "Enabled since", _enabled_since),
    Column("service_api_state", lambda row: row.service["service_api_state"]),
    Column("not_working_yet", lambda row: row.service["not_working_yet"]),
    Column(
        "delegated_administrators",
        lambda row: _ids(row.service["delegated_administrators"]),
        "Delegated administrators",
        lambda row: describe_administrators(row.service, row.names),
    ),
    Column("missing_delegated_administrators", lambda row: _ids(row.service["missing_administrators"])),
    Column("extra_delegated_administrators", lambda row: _ids(row.service["extra_administrators"])),
    Column("without_delegated_administrator", lambda row: row.service["without_administrator"]),
    Column("unknown", lambda row: row.entry["unknown"] is not None),
    Column("disrupts_people", lambda row: row.entry["disable_disrupts"] is not None),
    Column("service_access_insufficient", lambda row: row.entry["insufficient"] is not None),
    Column("notes", lambda row: " ".join(row.service["notes"]), "Notes", lambda row: row.service["notes"], " "),
)


class AccountColumn(NamedTuple):
    """A column of the tables of accounts that administer services. ``text`` takes the organization and the account."""

    name: str
    title: str
    text: Callable[[Fields, Fields], Text]


def _wanted(organization: Fields, account: Fields) -> Text:
    if not organization["administrators_managed"]:
        return ""
    return "yes" if account["wanted"] else "no"


ACCOUNT_COLUMNS = (
    AccountColumn("account_id", "Account", lambda _organization, account: account["account_id"]),
    AccountColumn("name", "Name", lambda _organization, account: account["name"] or "name unknown"),
    AccountColumn("wanted", "Wanted", _wanted),
    AccountColumn(
        "services",
        "Administers",
        lambda _organization, account: [
            f"{service['service_principal']} ({service['state']})" for service in account["services"]
        ],
    ),
)

TITLED_COLUMNS = tuple(column for column in SERVICE_COLUMNS if column.title)

__all__ = ["ACCOUNT_COLUMNS", "DAY", "ORGANIZATION_COLUMNS", "SERVICE_COLUMNS", "TITLED_COLUMNS", "Column", "Row"]
