# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the results say: the promises that they keep or break, and the tables. Needs the standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

RESULTS = Path(__file__).parent / "results.json"
MARKDOWN = Path(__file__).parent / "results.md"
MODULE_COLUMNS = {"minimal": "minimal module", "task": "one task", "task_unchanged": "one task, no change"}

Results = dict[str, Any]


class Table(NamedTuple):
    """A table of text."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


class Promise(NamedTuple):
    """A figure and its limit, at most or at least which it must be."""

    what: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure keeps to the limit."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def limit_in_words(self) -> str:
        """The limit as it is printed."""
        return f"at {'least' if self.at_least else 'most'} {self.limit:g}"


def load(path: Path = RESULTS) -> Results:
    """The results of the last complete run."""
    results: Results = json.loads(path.read_text())
    return results


def promises(results: Results) -> list[Promise]:
    """Every promise whose rows were measured."""
    playbooks, modules = (
        {row["key"]: row["median"] for row in results.get(kind, [])} for kind in ("playbooks", "modules")
    )
    found = []

    def compare(rows: dict[str, float], one: str, other: str, what: str, limit: float, at_least: bool = False) -> None:
        if one in rows and other in rows:
            found.append(Promise(what, rows[one] / rows[other], limit, at_least))

    compare(playbooks, "task", "minimal", "whole run, 20 changes: times the minimal module", 1.15)
    compare(playbooks, "aws_cli", "task", "whole run, 20 changes: times faster than the AWS CLI loop", 6, True)
    compare(playbooks, "aws_cli_command", "task", "whole run, 20 changes: times faster than that from command", 8, True)
    compare(modules, "task", "minimal", "module process, 20 changes: times the minimal module's", 1.1)
    compare(modules, "task_unchanged_200", "task_unchanged", "module process, no change: 200 enabled against 20", 1.3)
    if throttled := results.get("throttled"):
        found += [
            Promise("50 changes at AWS's rates: times the bound", throttled["seconds"] / throttled["bound"], 1.15),
            Promise("50 changes at AWS's rates: part rejected", throttled["rejected"] / throttled["calls"], 0.1),
        ]
    for cell in results.get("organizations", []):
        if (cell["organizations"], cell["forks"]) == (100, 10):
            found.append(
                Promise(
                    "100 organizations, 10 forks: times the floor", cell["task_seconds"] / cell["floor_seconds"], 1.25
                )
            )
    return found


def _task_table(rows: Iterable[Results]) -> Table:
    by_key = {row["key"]: row for row in rows}
    ours = by_key.get("task", next(iter(by_key.values())))["median"]
    return Table(
        ("What", "Calls to AWS", "Seconds", "Fastest to slowest", "CPU seconds", "Peak memory", "Against one task"),
        [
            (
                row["what"],
                str(row["calls"]),
                f"{row['median']:.2f}",
                f"{row['fastest']:.2f} to {row['slowest']:.2f} ({row['runs']})",
                f"{row['cpu']:.2f}",
                f"{row['memory']:.0f} MiB",
                f"{row['median'] / ours:.2f}",
            )
            for row in by_key.values()
        ],
    )


def _organizations_table(cells: Iterable[Results]) -> Table:
    return Table(
        (
            "Organizations",
            "Forks",
            "Role, seconds",
            "Organizations a minute",
            "Task, seconds",
            "Floor, seconds",
            "Task against the floor",
            "Memory: controller",
            "A module",
            "All together",
        ),
        [
            (
                str(cell["organizations"]),
                str(cell["forks"]),
                f"{cell['seconds']:.1f}",
                f"{cell['per_minute']:.0f}",
                f"{cell['task_seconds']:.1f}" if cell["task_seconds"] else "not measured",
                f"{cell['floor_seconds']:.1f}" if cell["floor_seconds"] else "not measured",
                f"{cell['task_seconds'] / cell['floor_seconds']:.2f}" if cell["floor_seconds"] else "",
                f"{cell['controller_memory']:.0f} MiB",
                f"{cell['module_memory']:.0f} MiB",
                f"{cell['memory']:.0f} MiB",
            )
            for cell in cells
        ],
    )


def _phases_table(phases: dict[str, dict[str, float]]) -> Table:
    columns = [key for key in MODULE_COLUMNS if key in phases]
    names = dict.fromkeys(name for key in columns for name in phases[key])
    last = ("end the interpreter", "all together")
    ordered = [*(name for name in names if name not in last), *last]
    return Table(
        ("Milliseconds for", *(MODULE_COLUMNS[key] for key in columns)),
        [(name, *(f"{1000 * phases[key].get(name, 0):.0f}" for key in columns)) for name in ordered],
    )


def tables(results: Results) -> dict[str, Table]:
    """Every table by its name."""
    made = {
        "performance_machine": Table(("What", "Which"), list(results["machine"].items())),
        "performance_promises": Table(
            ("What must hold", "Limit", "Measured", "Holds"),
            [
                (promise.what, promise.limit_in_words, f"{promise.measured:.2f}", "yes" if promise.holds else "no")
                for promise in promises(results)
            ],
        ),
    }
    if results.get("playbooks"):
        made["performance_playbooks"] = _task_table(results["playbooks"])
    if results.get("modules"):
        made["performance_modules"] = _task_table(results["modules"])
    if results.get("phases"):
        made["performance_phases"] = _phases_table(results["phases"])
    if throttled := results.get("throttled"):
        made["performance_throttled"] = Table(
            ("Seconds", "Bound, seconds", "Calls", "Rejected"),
            [tuple(f"{throttled[name]:g}" for name in ("seconds", "bound", "calls", "rejected"))],
        )
    if results.get("organizations"):
        made["performance_organizations"] = _organizations_table(results["organizations"])
    return made


def markdown(results: Results) -> str:
    """All tables in Markdown."""
    parts = [
        # REUSE-IgnoreStart
        "<!--\nSPDX-FileCopyrightText: Contributors to the orgops.aws collection\n"
        "SPDX-License-Identifier: GPL-3.0-or-later\n-->\n",
        # REUSE-IgnoreEnd
        "# Results of `make bench`\n",
    ]
    for name, (header, rows) in tables(results).items():
        lines = [header, tuple("---" for _cell in header), *rows]
        parts.append(f"## {name.removeprefix('performance_').capitalize()}\n")
        parts.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n")
    return "\n".join(parts)
