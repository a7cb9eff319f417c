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
# In two parts, so that reuse does not read it as a header of this file.
LICENSE = "SPDX-License-Identifier" + ": GPL-3.0-or-later"
ORGANIZATION_ROWS = {
    "pool": "boto3 in a pool of threads",
    "task": "task",
    "role": "role",
    "role_assumed": "role, assuming a role",
    "task_process": "task, modules as processes",
    "role_process": "role, modules as processes",
    "minimal": "minimal module",
}

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
    """Return the results of the last complete run."""
    results: Results = json.loads(RESULTS.read_text())
    return results


def requirements(results: Results) -> list[Requirement]:
    """Return every requirement whose rows were measured."""
    playbooks, modules = (
        {row["key"]: row["median"] for row in results.get(kind, [])} for kind in ("playbooks", "modules")
    )
    found = []

    def compare(rows: dict[str, float], one: str, other: str, what: str, limit: float, at_least: bool = False) -> None:
        if one in rows and other in rows:
            found.append(Requirement(what, rows[one] / rows[other], limit, at_least))

    compare(playbooks, "task", "minimal", "whole run, 20 changes: times the minimal module", 1)
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
    if figures := results.get("regions"):
        ratio = figures["seconds"] / figures["one_by_one"]
        found.append(Requirement("5 services in 17 Regions, no change: times one call after the other", ratio, 0.33))
    cells = {(cell["organizations"], cell["forks"]): cell for cell in results.get("organizations", [])}
    if hundred := cells.get((100, 10)):
        found += [
            Requirement(f"100 organizations, 10 forks: {key}, {unit}, times the minimal module", ratio, limit)
            for key, limit in (("task", 0.35), ("role", 0.6))
            for unit, ratio in ((unit, hundred[key][unit] / hundred["minimal"][unit]) for unit in ("seconds", "cpu"))
        ]
    if cpu := results.get("role"):
        what = "100 organizations, 10 forks: role with a results file, CPU seconds, times the task's"
        found.append(Requirement(what, cpu["role"] / cpu["task"], 1.3))
    if hundred and (more := cells.get((300, 10))):
        found += [
            Requirement(
                f"{key}, 10 forks: seconds for 300 organizations, times three times those for 100",
                more[key]["seconds"] / (3 * hundred[key]["seconds"]),
                1.1,
            )
            for key in ("task", "role")
        ]
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
    header = (
        "Organizations",
        "Forks",
        "What",
        "Seconds",
        "Organizations a minute",
        "CPU seconds",
        "Against the minimal module",
        "Memory: controller",
        "Workers",
    )
    return (
        header,
        [
            (
                str(cell["organizations"]),
                str(cell["forks"]),
                what,
                f"{cell[key]['seconds']:.1f}",
                f"{60 * cell['organizations'] / cell[key]['seconds']:.0f}",
                f"{cell[key]['cpu']:.1f}",
                f"{cell[key]['seconds'] / cell['minimal']['seconds']:.2f}" if "minimal" in cell else "",
                *(f"{cell[key][part]:.0f} MiB" for part in ("controller", "workers")),
            )
            for cell in cells
            for key, what in ORGANIZATION_ROWS.items()
            if key in cell
        ],
    )


def picture(results: Results) -> str:
    """Return the seconds for 100 organizations with 10 forks as bars, in SVG."""
    (cell,) = (cell for cell in results["organizations"] if (cell["organizations"], cell["forks"]) == (100, 10))
    rows = [(what, cell[key]["seconds"]) for key, what in ORGANIZATION_ROWS.items() if key in cell]
    longest = max(seconds for _what, seconds in rows)
    lines = [
        "<!-- SPDX-FileCopyrightText: Contributors to the orgops.aws collection",
        f"     {LICENSE} -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {28 * len(rows) + 36}" role="img" '
        'font-family="system-ui, sans-serif" font-size="14">',
        "<title>Seconds for a change in each of 100 organizations, 10 forks</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="10" y="20" font-weight="bold">Seconds for a change in each of 100 organizations, 10 forks</text>',
    ]
    for number, (what, seconds) in enumerate(rows):
        top, width = 32 + 28 * number, round(360 * seconds / longest)
        color = "#1a7f37" if what in (ORGANIZATION_ROWS["task"], ORGANIZATION_ROWS["role"]) else "#8c959f"
        lines += [
            f'<text x="270" y="{top + 16}" text-anchor="end">{what}</text>',
            f'<rect x="280" y="{top}" width="{width}" height="22" fill="{color}"/>',
            f'<text x="{290 + width}" y="{top + 16}">{seconds:.1f}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


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


def _regions(figures: dict[str, float]) -> Table:
    cells = tuple(f"{figures[name]:g}" for name in ("seconds", "one_by_one", "calls"))
    return ("Module process, seconds", "One call after the other, seconds", "Calls"), [cells]


def tables(results: Results) -> dict[str, Table]:
    """Return every table by its name."""
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
        "regions": _regions,
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
    """Return all tables for a terminal."""
    lines = []
    for name, (header, rows) in tables(results).items():
        cells = [header, *rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines += ["", name.removeprefix("performance_").capitalize()]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    return "\n".join(lines)
