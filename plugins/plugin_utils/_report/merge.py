# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Reads the JSON files of earlier reports, and merges their organizations."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .._role.files import resolve
from .age import parse_time
from .data import SCHEMA_VERSION, Organization
from .schema import first_problem

Report = Mapping[str, Any]


def find_reports(patterns: Iterable[str]) -> list[Path]:
    """Return the files that the patterns match, sorted, each once.

    Raises ValueError if a pattern matches no file, because a slice of the report would be missing.
    """
    found = set()
    for pattern in patterns:
        paths = glob.glob(str(resolve(pattern)), recursive=True)  # noqa: PTH207 - the pattern is an absolute path
        if not paths:
            raise ValueError(f"No file matches {pattern}. Correct it, or remove it from the list.")
        found |= {Path(path) for path in paths}
    return sorted(found)


def load_report(path: Path, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report in a JSON file. Raises ValueError that names the file if it is not such a report."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON file: {error}. Write the report again.") from error
    version = report.get("schema_version") if isinstance(report, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise ValueError(
            f"{path} has schema version {version}, and this release of orgops.aws reads {SCHEMA_VERSION}. "
            "Update the collection."
        )
    problem = first_problem(report, schema) or _time_problem(report)
    if problem:
        raise ValueError(
            f"{path} is no JSON report of this collection's role service_access_report, or of an older release: "
            f"{problem}."
        )
    return dict(report)


def _time_problem(report: Report) -> str | None:
    """Return a time that the schema's pattern allows, but the calendar does not."""
    times = [report["generated_at"], *(organization["read_at"] for organization in report["organizations"])]
    for time in times:
        try:
            parse_time(time)
        except ValueError:
            return f"{time} is no time"
    return None


def merge_organizations(reports: Mapping[Path, Report]) -> list[Organization]:
    """Return the organizations of all reports; the newest of those with the same name.

    Raises ValueError if variables say that two of the same name have different management accounts.
    """
    newest: dict[str, Organization] = {}
    sources: dict[str, Path] = {}
    for path, report in reports.items():
        for organization in report["organizations"]:
            name = organization["name"]
            known = newest.get(name, organization)  # the first one is compared with itself
            ids = (known["management_account_id"], organization["management_account_id"])
            if None not in ids and ids[0] != ids[1]:
                raise ValueError(
                    f"{name} is the organization of management account {ids[0]} in {sources[name]}, but of {ids[1]} in "
                    f"{path}. Rename one of the hosts."
                )
            if organization["read_at"] >= known["read_at"]:
                newest[name], sources[name] = organization, path
    return list(newest.values())


__all__ = ["find_reports", "load_report", "merge_organizations"]
