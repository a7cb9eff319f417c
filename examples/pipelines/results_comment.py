# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn the results of a run into a Markdown comment, and say for the next step whether something failed or differs.

    python3 results_comment.py results.json comment.md

Prints failed=true or false, and drifted=true or false. Fails if there are no results.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

# The first line of each comment, by which the next run finds the comment that it replaces.
MARKER = "<!-- orgops.aws service access -->"
SIGNS = (("enabled", "+"), ("registered", "+"), ("disabled", "-"), ("deregistered", "-"))
MAX_CHARACTERS = 50_000  # GitHub rejects comments with more than 65,536
NO_RESULTS = "The run ended before it wrote results. See the log of the job."


def one_line(value: Any) -> str:
    """Return the text without line breaks and control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in str(value)).split())


def subject(changed: Any) -> str:
    """Return a service principal, or a registration as "account for service principal"."""
    return changed if isinstance(changed, str) else f"{changed['account_id']} for {changed['service_principal']}"


def lines_of(organization: dict[str, Any]) -> list[str]:
    """Return the diff of an organization; no lines if nothing failed and nothing differs."""
    if organization["state"] == "unchanged":
        return []
    lines = [f"  {organization['host']}: {organization['state'].replace('_', ' ')}"]
    for key, sign in SIGNS:
        lines += [f"{sign} {subject(changed)}" for changed in organization[key]]
    if organization["state"] in ("failed", "not_reached"):
        lines.append(f"! {organization['message']}")
    return [f"{line[0]} {one_line(line[1:])}" for line in lines]


def comment(results: dict[str, Any]) -> str:
    """Return the counts, and the diffs in a code block, in which nothing is Markdown."""
    lines: list[str] = []
    left_out = 0
    for organization in results["organizations"]:
        new = lines_of(organization)
        if len("\n".join([*lines, *new])) > MAX_CHARACTERS:
            left_out += 1
        else:
            lines += new
    if left_out:
        lines.append(f"  and {left_out} more organizations: see the results file of the job")
    counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in results["counts"].items())
    diff = "\n".join(lines)
    # Longer than any sequence of backticks in it, so that no text can end the code block.
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", diff))])
    block = f"\n{fence}diff\n{diff}\n{fence}\n" if lines else ""
    return f"**Service access:** {counts}.\n{block}"


def main() -> None:
    """Write the comment, and print what the run found."""
    source, destination = sys.argv[1:]
    try:
        results = json.loads(Path(source).read_text(encoding="utf-8"))
        text = comment(results)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        Path(destination).write_text(f"{MARKER}\n{NO_RESULTS}\n", encoding="utf-8")
        raise
    Path(destination).write_text(f"{MARKER}\n{text}", encoding="utf-8")
    counts = results["counts"]
    found = {
        "failed": counts["failed"] + counts["not_reached"] > 0,
        "drifted": counts["would_change"] + counts["changed"] > 0,
    }
    for name, value in found.items():
        print(f"{name}={str(value).lower()}")


if __name__ == "__main__":
    main()
