# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The report as HTML, Markdown, CSV and JSON, from the same plain data, which _report_data.py collects."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

Report = Mapping[str, Any]

STATE_WORDS = {
    "unreadable": "could not be read",
    "invalid": "invalid variables",
    "differs": "differs from the desired state",
    "undeclared": "no desired state",
    "as_wanted": "matches the desired state",
}
COLUMNS = (
    "organization",
    "organization_state",
    "error",
    "service_principal",
    "service_name",
    "state",
    "date_enabled",
    "service_api_state",
    "not_working_yet",
    "delegated_administrators",
    "missing_delegated_administrators",
    "extra_delegated_administrators",
    "without_delegated_administrator",
    "unknown",
    "disrupts_people",
    "service_access_insufficient",
)
# What Markdown (CommonMark with GitHub's tables, strikethrough and links) could take for markup.
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#!|~&@]|:(?=//))")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_html(report: Report, files: Path) -> str:
    """A self-contained page. ``files``: the folder with report.html.j2, report.css and report.js."""
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    parts = {name: (files / f"report.{name}").read_text(encoding="utf-8") for name in ("html.j2", "css", "js")}
    page = environment.from_string(parts["html.j2"])
    return page.render(report=report, style=parts["css"], script=parts["js"])


def as_csv(report: Report) -> str:
    """A row for each service in each organization; a row without a service for an organization without any."""
    services = {service["service_principal"]: service for service in report["services"]}
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for organization in report["organizations"]:
        error = organization["error"] or organization["delegated_administrators_unread"]
        start = [organization["name"], organization["state"], error]
        rows = [
            [*start, *_csv_fields(service, services[service["service_principal"]])]
            for service in organization["services"]
        ]
        for row in rows or [[*start, *[None] * (len(COLUMNS) - len(start))]]:
            writer.writerow([_csv_text(value) for value in row])
    return file.getvalue()


def _csv_fields(service: Mapping[str, Any], entry: Mapping[str, Any]) -> list[Any]:
    return [
        service["service_principal"],
        entry["service_name"],
        service["state"],
        service["date_enabled"],
        service["service_api_state"],
        service["not_working_yet"],
        _administrators(service, lambda account: account["account_id"], " "),
        " ".join(service["missing_administrators"]),
        " ".join(service["extra_administrators"]),
        service["without_administrator"],
        entry["unknown"] is not None,
        entry["disable_disrupts"] is not None,
        entry["insufficient"] is not None,
    ]


def _csv_text(value: Any) -> str:
    """A leading sign would make a value a formula in a spreadsheet; the apostrophe makes it text."""
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _administrators(service: Mapping[str, Any], show: Callable[[Mapping[str, Any]], str], separator: str) -> str:
    if service["delegated_administrators"] is None:
        return "not read" if service["date_enabled"] else ""
    return separator.join(map(show, service["delegated_administrators"]))


def as_markdown(report: Report) -> str:
    """A table of the organizations, and for each a section with a table of its services."""
    lines = [
        f"# {_md(report['title'])}",
        "",
        f"**{_md(report['headline'])}**",
        "",
        f"Read {_md(report['generated_at'])} by {_md(report['generated_by'])}.",
        "",
        "| Organization | State | Missing | Extra | Wanted | Kept | Unlisted |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for organization in report["organizations"]:
        counts = [str(organization["counts"][state]) for state in ("missing", "extra", "wanted", "kept", "unlisted")]
        lines.append(_row([_md(organization["name"]), STATE_WORDS[organization["state"]], *counts]))
    services = {service["service_principal"]: service for service in report["services"]}
    for organization in report["organizations"]:
        lines += ["", f"## {_md(organization['name'])}", "", *_md_organization(organization, services)]
    return "\n".join([*lines, ""])


def _md_organization(organization: Mapping[str, Any], services: Mapping[str, Any]) -> list[str]:
    if organization["state"] == "unreadable":
        return [f"This organization could not be read: {_md(organization['error'])}"]
    state = STATE_WORDS[organization["state"]].capitalize()
    lines = [f"{state}: {_md(organization['error'])}" if organization["error"] else f"{state}."]
    unread = organization["delegated_administrators_unread"]
    if unread:
        lines += ["", f"Delegated administrators could not be read: {_md(unread)}"]
    if organization["services"]:
        titles = ["Service", "Service principal", "State", "Enabled since", "Delegated administrators", "Notes"]
        lines += ["", _row(titles), "|---|---|---|---|---|---|"]
    lines += [_md_service(service, services[service["service_principal"]]) for service in organization["services"]]
    if organization["accounts"]:
        lines += ["", _row(["Account", "Name", "Wanted", "Administers"]), "|---|---|---|---|"]
    return [*lines, *(_md_account(account, organization) for account in organization["accounts"])]


def _md_account(account: Mapping[str, Any], organization: Mapping[str, Any]) -> str:
    services = [f"{_md(service['service_principal'])} ({service['state']})" for service in account["services"]]
    wanted = ("yes" if account["wanted"] else "**no**") if organization["administrators_managed"] else ""
    return _row([account["account_id"], _md(account["name"]), wanted, ", ".join(services)])


def _md_service(service: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    notes = [
        service["not_working_yet"] and f"Enabled, but not working yet. {service['not_working_yet']}",
        service["service_api_state"] == "not read" and "The own state of the service could not be read.",
        entry["unknown"],
        entry["disable_disrupts"] and "Disabling it affects users.",
        entry["insufficient"] and "Service access alone is not enough.",
        service["missing_administrators"] and f"Wanted: {', '.join(service['missing_administrators'])}.",
        service["extra_administrators"] and f"Not wanted: {', '.join(service['extra_administrators'])}.",
        service["without_administrator"] and "It has no delegated administrator.",
    ]
    return _row(
        [
            _md(entry["service_name"]),
            _md(service["service_principal"]),
            service["state"],
            (service["date_enabled"] or "")[:10],
            _administrators(
                service, lambda account: f"{_md(account['name'] or 'unnamed')} ({account['account_id']})", ", "
            ),
            _md(" ".join(filter(None, notes))),
        ]
    )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _md(value: Any) -> str:
    """Text on one line, without markup."""
    text = " ".join(str("" if value is None else value).split())
    return MARKUP.sub(r"\\\1", text).replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def render(report: Report, name: str, files: Path) -> str:
    """The report in a format of FORMATS."""
    if name == "html":
        return as_html(report, files)
    return FORMATS[name](report)


FORMATS: dict[str, Callable[..., str]] = {
    "html": as_html,
    "md": as_markdown,
    "csv": as_csv,
    "json": lambda report: json.dumps(report, indent=4, sort_keys=True, ensure_ascii=False) + "\n",
}

__all__ = ["FORMATS", "as_csv", "as_html", "as_markdown", "render"]
