# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The columns of all tables of the report, in all formats. A new column is one entry of COLUMNS.

The page, Markdown and CSV then have it. If it shows what the report does not contain yet, compare.py or data.py adds
that, and report.schema.json describes it. A sentence belongs in texts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

from .region_texts import describe_administered, service_of
from .states import MISSING, STATES
from .texts import LEGEND, describe_administrators, describe_policy_types, explain_reading
from .working_administrators import lacking

Text = Union[str, list[str]]  # a list: several lines where the format has them

DAY = len("2024-01-31")

# The tables: what a row is about. CSV has one table, of the columns of organizations and of services.
ORGANIZATION, SERVICE, ACCOUNT = "organization", "service", "account"
# How the page shows a column. The heading of a row, or of an organization's section, has a layout of its own.
HEADING, PLAIN, STATE, YES_OR_NO, SERVICES = "heading", "plain", "state", "yes_or_no", "services"


class Row(NamedTuple):
    """An organization, and a service or an account in it.

    ``entry``: the service in the catalog; ``accounts``: those of the organization, by ID.
    """

    organization: Mapping[str, Any]
    service: Mapping[str, Any] = {}
    entry: Mapping[str, Any] = {}
    accounts: Mapping[str, Any] = {}
    account: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Column:
    """A column. ``table``: what its rows are about. ``name``: its heading in CSV.

    ``value``: what CSV contains, or the field of the organization, service or account that contains it; CSV does not
    have the column without it. ``title``: its heading in the page and in Markdown, which contain ``text``, by default
    the value; they do not have the column without it. ``separator``: between several texts in one line. ``shown``: how
    the page shows the text.
    """

    table: str
    name: str
    value: Callable[[Row], Any] | str | None = None
    title: str = ""
    text: Callable[[Row], Text] | None = None
    separator: str = ", "
    shown: str = PLAIN

    def value_of(self, row: Row) -> Any:
        """Return what CSV contains."""
        return self.value(row) if callable(self.value) else getattr(row, self.table)[self.value]

    def text_of(self, row: Row) -> Text:
        """Return what the page and Markdown contain."""
        text: Text = self.text(row) if self.text else self.value_of(row)
        return text


def _organization_state(row: Row) -> Text:
    return LEGEND["organizations"][row.organization["state"]]


def _error(row: Row) -> Any:
    return row.organization["error"] or row.organization["delegated_administrators_unread"]


def _state(row: Row) -> Text:
    return f"{row.service['state']}, not working yet" if row.service["not_working_yet"] else row.service["state"]


def _enabled_since(row: Row) -> Text:
    if row.service["state"] == MISSING:
        return "not enabled"
    if not row.service["date_enabled"]:
        return "unknown date"
    return str(row.service["date_enabled"])[:DAY]


def _administrators(row: Row) -> Text:
    account_ids: list[str] | None = row.service["delegated_administrators"]
    return "not read" if account_ids is None else account_ids


def _wanted(row: Row) -> Text:
    if not row.organization["administrators_managed"]:
        return ""
    return "yes" if row.account["wanted"] else "no"


def _administered(row: Row) -> Text:
    return [describe_administered(service) for service in row.account["services"]]


def _lacking_regions(row: Row) -> Text:
    """Return the Regions in which a registered administrator does not administer the service."""
    accounts = [row.accounts[account_id] for account_id in row.service["delegated_administrators"] or []]
    services = [service_of(account, row.service["service_principal"]) for account in accounts]
    return sorted({region for service in services for region in lacking(service)})


def _count(state: str) -> Column:
    """Return the column with the number of services in a state."""
    return Column(
        ORGANIZATION, state, None, state.capitalize(), lambda row: str(row.organization["counts"][state]), shown=HEADING
    )


COLUMNS = (
    Column(ORGANIZATION, "organization", "name", "Organization", shown=HEADING),
    Column(ORGANIZATION, "organization_state", "state", "State", _organization_state, shown=HEADING),
    Column(ORGANIZATION, "error", _error),
    Column(ORGANIZATION, "read_at", "read_at", "When", lambda row: explain_reading(row.organization), shown=HEADING),
    *(_count(state) for state in STATES),
    Column(ORGANIZATION, "policy_types", lambda row: describe_policy_types(row.organization), "Policy types"),
    Column(SERVICE, "service_principal", "service_principal", "Service principal", shown=HEADING),
    Column(SERVICE, "service_name", lambda row: row.entry["service_name"] or "", "Service", shown=HEADING),
    Column(SERVICE, "state", "state", "State", _state, shown=STATE),
    Column(SERVICE, "date_enabled", "date_enabled", "Enabled since", _enabled_since),
    Column(SERVICE, "service_api_state", "service_api_state"),
    Column(SERVICE, "not_working_yet", "not_working_yet"),
    Column(
        SERVICE,
        "delegated_administrators",
        _administrators,
        title="Delegated administrators",
        text=lambda row: describe_administrators(row.service, row.accounts),
    ),
    Column(SERVICE, "missing_delegated_administrators", "missing_administrators"),
    Column(SERVICE, "lacking_regions", _lacking_regions),
    Column(SERVICE, "extra_delegated_administrators", "extra_administrators"),
    Column(SERVICE, "without_delegated_administrator", "without_administrator"),
    Column(SERVICE, "unknown", lambda row: row.entry["unknown"] is not None),
    Column(SERVICE, "disrupts_people", lambda row: row.entry["disable_disrupts"] is not None),
    Column(SERVICE, "service_access_insufficient", lambda row: row.entry["insufficient"] is not None),
    Column(SERVICE, "notes", "notes", "Notes", separator=" "),
    Column(ACCOUNT, "account_id", title="Account", text=lambda row: row.account["account_id"], shown=HEADING),
    Column(ACCOUNT, "name", title="Name", text=lambda row: row.account["name"] or "name unknown", shown=HEADING),
    Column(ACCOUNT, "wanted", title="Wanted", text=_wanted, shown=YES_OR_NO),
    Column(ACCOUNT, "services", title="Administers", text=_administered, shown=SERVICES),
)


def columns_for_readers(table: str) -> list[Column]:
    """Return the columns of a table in the page and in Markdown."""
    return [column for column in COLUMNS if column.table == table and column.title]


def csv_columns(*tables: str) -> list[Column]:
    """Return the columns of these tables that CSV contains."""
    return [column for column in COLUMNS if column.table in tables and column.value]


__all__ = ["ACCOUNT", "DAY", "ORGANIZATION", "SERVICE", "Row", "columns_for_readers", "csv_columns"]
