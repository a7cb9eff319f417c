# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The performance requirements that the results meet or miss, and the tables of the guide."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable, NamedTuple

RESULTS = Path(__file__).parent / "results.json"
MODULE_COLUMNS = {"minimal": "minimal module", "task": "one task", "task_unchanged": "one task, no change"}
NOT_MEASURED = "not measured"

Results = dict[str, Any]
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]  # the header, and the rows


class Requirement(NamedTuple):
    """A figure and its limit, a maximum or a minimum."""

    what: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within the limit."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def load() -> Results:
    """The results of the last complete run."""
    results: Results = json.loads(RESULTS.read_text())
    return results


def requirements(results: Results) -> list[Requirement]:
    """Every requirement whose rows were measured."""
    playbooks, modules = (
        {row["key"]: row["median"] for row in results.get(kind, [])} for kind in ("playbooks", "modules")
    )
    found = []

    def compare(rows: dict[str, float], one: str, other: str, what: str, limit: float, at_least: bool = False) -> None:
        if one in rows and other in rows:
            found.append(Requirement(what, rows[one] / rows[other], limit, at_least))

    compare(playbooks, "task", "minimal", "whole run, 20 changes: times the minimal module", 1.15)
    compare(playbooks, "aws_cli", "task", "whole run, 20 changes: times faster than the AWS CLI loop", 6, True)
    compare(playbooks, "aws_cli_command", "task", "whole run, 20 changes: times faster than that from command", 8, True)
    compare(modules, "task", "minimal", "module process, 20 changes: times the minimal module's", 1.1)
    compare(modules, "task_unchanged_200", "task_unchanged", "module process, no change: 200 enabled against 20", 1.3)
    if throttled := results.get("throttled"):
        found += [
            Requirement("50 changes at AWS's rates: times the bound", throttled["seconds"] / throttled["bound"], 1.15),
            Requirement("50 changes at AWS's rates: part rejected", throttled["rejected"] / throttled["calls"], 0.1),
        ]
    if figures := results.get("administrators"):
        found += [
            Requirement(
                "400 registrations at AWS's rates: times the bound", figures["seconds"] / figures["bound"], 1.15
            ),
            Requirement("400 registrations at AWS's rates: part rejected", figures["rejected"] / figures["calls"], 0.1),
        ]
    for cell in results.get("organizations", []):
        if (cell["organizations"], cell["forks"]) == (100, 10):
            ratio = cell["task_seconds"] / cell["floor_seconds"]
            found.append(Requirement("100 organizations, 10 forks: times the floor", ratio, 1.25))
    return found


def _tasks(rows: Iterable[Results]) -> Table:
    by_key = {row["key"]: row for row in rows}
    ours = by_key.get("task", next(iter(by_key.values())))["median"]
    return (
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


def _organizations(cells: Iterable[Results]) -> Table:
    numbers = ("Organizations", "Forks", "Role, seconds", "Organizations a minute", "Task, seconds", "Floor, seconds")
    memory = ("Memory: controller", "A module", "All together")
    return (
        (*numbers, "Task against the floor", *memory),
        [
            (
                str(cell["organizations"]),
                str(cell["forks"]),
                f"{cell['seconds']:.1f}",
                f"{cell['per_minute']:.0f}",
                f"{cell['task_seconds']:.1f}" if cell["task_seconds"] else NOT_MEASURED,
                f"{cell['floor_seconds']:.1f}" if cell["floor_seconds"] else NOT_MEASURED,
                f"{cell['task_seconds'] / cell['floor_seconds']:.2f}" if cell["floor_seconds"] else "",
                *(f"{cell[name]:.0f} MiB" for name in ("controller_memory", "module_memory", "memory")),
            )
            for cell in cells
        ],
    )


def _phases(phases: dict[str, dict[str, float]]) -> Table:
    columns = [key for key in MODULE_COLUMNS if key in phases]
    names = dict.fromkeys(name for key in columns for name in phases[key])
    last = ("end the interpreter", "all together")
    ordered = [*(name for name in names if name not in last), *last]
    return (
        ("Milliseconds for", *(MODULE_COLUMNS[key] for key in columns)),
        [(name, *(f"{1000 * phases[key].get(name, 0):.0f}" for key in columns)) for name in ordered],
    )


def _administrators(figures: dict[str, float]) -> Table:
    (header, [cells]), memory = _throttled(figures), f"{figures['memory']:.0f} MiB"
    return (*header, "Peak memory"), [(*cells, memory)]


def _throttled(throttled: dict[str, float]) -> Table:
    cells = tuple(f"{throttled[name]:g}" for name in ("seconds", "bound", "calls", "rejected"))
    return ("Seconds", "Bound, seconds", "Calls", "Rejected"), [cells]


def tables(results: Results) -> dict[str, Table]:
    """Every table by its name."""
    lines = [
        (item.what, f"at {'least' if item.at_least else 'most'} {item.limit:g}", f"{item.measured:.2f}", item.met)
        for item in requirements(results)
    ]
    parts: dict[str, Callable[[Any], Table]] = {
        "playbooks": _tasks,
        "modules": _tasks,
        "phases": _phases,
        "throttled": _throttled,
        "administrators": _administrators,
        "organizations": _organizations,
    }
    return {
        "performance_machine": (("What", "Which"), list(results["machine"].items())),
        "performance_requirements": (
            ("Requirement", "Limit", "Measured", "Met"),
            [(*cells, "yes" if met else "no") for *cells, met in lines],
        ),
        **{f"performance_{name}": make(results[name]) for name, make in parts.items() if results.get(name)},
    }


def as_text(results: Results) -> str:
    """All tables for a terminal."""
    lines = []
    for name, (header, rows) in tables(results).items():
        cells = [header, *rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines += ["", name.removeprefix("performance_").capitalize()]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    return "\n".join(lines)
