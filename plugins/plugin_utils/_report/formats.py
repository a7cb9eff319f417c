# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Prints the report as HTML, Markdown, CSV and JSON. What they say is decided in data.py, texts.py and columns.py."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Callable

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from .columns import ACCOUNT, DAY, ORGANIZATION, SERVICE, Row, columns_for_readers, csv_columns
from .region_texts import describe_regions
from .states import MISSING
from .working_administrators import lacking

Report = Mapping[str, Any]

# What Markdown (CommonMark with GitHub's tables, strikethrough and links) could take for markup.
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#!|~&@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
PAGE_FIELDS = ("service_principal", "state", "day", "off", "count")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def service_rows(report: Report, organization: Mapping[str, Any]) -> Iterator[Row]:
    """Return a row for each service of an organization."""
    entries = {entry["service_principal"]: entry for entry in report["services"]}
    accounts = {account["account_id"]: account for account in organization["accounts"]}
    for service in organization["services"]:
        yield Row(organization, service, entries[service["service_principal"]], accounts)


def account_rows(organization: Mapping[str, Any]) -> Iterator[Row]:
    """Return a row for each account that administers a service of an organization."""
    for account in organization["accounts"]:
        yield Row(organization, account=account)


def as_html(report: Report, files: Path) -> str:
    """Return a self-contained page. ``files``: the folder with report.html.j2, report.css and report.js."""
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    parts = {name: (files / f"report.{name}").read_text(encoding="utf-8") for name in ("html.j2", "css", "js")}
    page = environment.from_string(parts["html.j2"])
    return page.render(
        report=report,
        data=page_data(report),
        style=parts["css"],
        script=parts["js"],
        style_hash=_hash(parts["css"]),
        script_hash=_hash(parts["js"]),
    )


def _hash(text: str) -> str:
    """Return the hash by which a Content-Security-Policy allows an element with this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _pack(value: Any, numbers: dict[str, int]) -> Any:
    """Return the value with numbers in place of strings. Lists can be nested; None and booleans are kept.

    ``numbers``: {string: its number}, to which new strings are added.
    """
    if isinstance(value, list):
        return [_pack(inner, numbers) for inner in value]
    return numbers.setdefault(value, len(numbers)) if isinstance(value, str) else value


def page_data(report: Report) -> dict[str, Any]:
    """Return what the page's script reads: the report without control_facts, services and accounts as packed rows.

    Each string of the rows is stored once, in ``strings``. The rows refer to it by its number, and contain no others.
    ``columns``: {table: [{name, title, shown}]}. ``fields``: the names of what is before the columns in a row of a
    service.
    """
    numbers: dict[str, int] = {}
    organizations = []
    for organization in report["organizations"]:
        packed = {name: value for name, value in organization.items() if name != "control_facts"}
        packed["values"] = _pack(_texts(ORGANIZATION, Row(organization)), numbers)
        packed["services"] = [_pack(_page_service(row), numbers) for row in service_rows(report, organization)]
        packed["accounts"] = [_pack(_page_account(row), numbers) for row in account_rows(organization)]
        organizations.append(packed)
    return {
        **{name: value for name, value in report.items() if name != "organizations"},
        "columns": {table: _page_columns(table) for table in (ORGANIZATION, SERVICE, ACCOUNT)},
        "fields": PAGE_FIELDS,
        "strings": list(numbers),
        "organizations": organizations,
    }


def _page_columns(table: str) -> list[dict[str, str]]:
    return [
        {"name": column.name, "title": column.title, "shown": column.shown} for column in columns_for_readers(table)
    ]


def _texts(table: str, row: Row) -> list[str | list[str]]:
    return [column.text_of(row) for column in columns_for_readers(table)]


def _page_service(row: Row) -> list[Any]:
    """Return the values of PAGE_FIELDS and of the columns. ``count``: of delegated administrators, for the matrix."""
    service = row.service
    administrators = service["delegated_administrators"]
    count = "?" if administrators is None else str(len(administrators) or "")
    return [
        service["service_principal"],
        service["state"],
        (service["date_enabled"] or "")[:DAY],
        bool(service["not_working_yet"]),
        "" if service["state"] == MISSING else count,
        *_texts(SERVICE, row),
    ]


def _page_account(row: Row) -> list[Any]:
    """Return [[[service principal, state, not working yet, where]], value of each column...]."""
    services = [
        [service["service_principal"], service["state"], bool(lacking(service)), describe_regions(service)]
        for service in row.account["services"]
    ]
    return [services, *_texts(ACCOUNT, row)]


def as_csv(report: Report) -> str:
    """Return a row for each service in each organization; a row without a service for an organization without any."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    columns = csv_columns(ORGANIZATION, SERVICE)
    writer.writerow([column.name for column in columns])
    for organization in report["organizations"]:
        for row in list(service_rows(report, organization)) or [Row(organization)]:
            filled = columns if row.service else csv_columns(ORGANIZATION)
            values = [_csv_text(column.value_of(row)) for column in filled]
            writer.writerow([*values, *[""] * (len(columns) - len(values))])
    return file.getvalue()


def _csv_text(value: Any) -> str:
    """Return a value's text, with an apostrophe if a leading sign would make it a formula in a spreadsheet."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = " ".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_markdown(report: Report) -> str:
    """Return a table of the organizations, a section for each, and what AWS documents about the services."""
    lines = [
        f"# {_md(report['title'])}",
        "",
        f"**{_md(report['headline'])}**",
        "",
        f"Written {_md(report['generated_at'])} by {_md(report['generated_by'])}.",
        "",
        *_md_changes(report),
        *_md_columns(ORGANIZATION, map(Row, report["organizations"])),
    ]
    for organization in report["organizations"]:
        lines += ["", f"## {_md(organization['name'])}", "", *_md_organization(report, organization)]
    return "\n".join([*lines, *_md_services(report), ""])


def _md_changes(report: Report) -> list[str]:
    """Return the section about what changed since an older report, if there is one."""
    changes = report["changes"]
    if not changes:
        return []
    lines = ["## Changes", "", _md(changes["headline"]), ""]
    for title, found in (("Change", changes["entries"]), ("Not compared", changes["not_compared"])):
        if found:
            rows = [[one["organization"], one["text"]] for one in found]
            lines += [*_md_table(["Organization", title], rows), ""]
    return [*lines, "## Organizations", ""]


def _md_organization(report: Report, organization: Mapping[str, Any]) -> list[str]:
    state = report["legend"]["organizations"][organization["state"]].capitalize()
    sentences = [f"{state}.", organization["mode"], *organization["problems"]]
    lines = [" ".join(_md(sentence) for sentence in sentences if sentence)]
    if organization["services"]:
        lines += ["", *_md_columns(SERVICE, service_rows(report, organization))]
    if organization["accounts"]:
        lines += ["", *_md_columns(ACCOUNT, account_rows(organization))]
    return lines


def _md_services(report: Report) -> list[str]:
    """Return the section about the services of which there is something to know."""
    rows = [[entry["service_principal"], " ".join(entry["notes"])] for entry in report["services"] if entry["notes"]]
    return ["", "## Services", "", *_md_table(["Service principal", "Notes"], rows)] if rows else []


def _md_columns(table: str, rows: Iterable[Row]) -> list[str]:
    columns = columns_for_readers(table)
    cells = []
    for row in rows:
        cells.append([_md_line(column.text_of(row), column.separator) for column in columns])
    return _md_table([column.title for column in columns], cells)


def _md_line(text: str | list[str], separator: str) -> str:
    return text if isinstance(text, str) else separator.join(text)


def _md_table(titles: list[str], rows: Iterable[list[str]]) -> list[str]:
    head, *lines = (f"| {' | '.join(map(_md, cells))} |" for cells in [titles, *rows])
    return [head, f"|{'---|' * len(titles)}", *lines]


def _md(value: Any) -> str:
    """Return text on one line, without markup."""
    text = " ".join(str("" if value is None else value).split())
    return MARKUP.sub(r"\\\1", text).replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def as_json(report: Report) -> str:
    """Return the data itself. One space of indentation keeps it readable, and small with many organizations."""
    return json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def render(report: Report, name: str, files: Path) -> str:
    """Return the report in a format of FORMATS."""
    if name == "html":
        return as_html(report, files)
    return FORMATS[name](report)


FORMATS: dict[str, Callable[..., str]] = {"html": as_html, "md": as_markdown, "csv": as_csv, "json": as_json}

__all__ = ["FORMATS", "render"]
