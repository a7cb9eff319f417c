# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the jobs of the CI workflow, as outputs of a GitHub Actions step; only nox is needed.

    python .ci/matrix.py >> "$GITHUB_OUTPUT"

Each target is an argument of .ci/run. Together they run what .ci/run runs without arguments.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from nox.project import load_toml

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("test", "test-faults", "test-scale", "test-processes")


def targets() -> list[str]:
    """The tests and the gates; the linters are one target, and a gate creates the environment that it needs."""
    command = [sys.executable, "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), "--list-sessions", "--json"]
    sessions = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    gates = [session["session"] for session in sessions if not {"environment", "lint"} & set(session["tags"])]
    return [*TESTS, "lint", *(f"gate-{name}" for name in gates)]


def pythons() -> list[str]:
    """The interpreters of the supported releases. The last one, which CI's python3 is, can create .venv."""
    releases = load_toml(ROOT / "pyproject.toml")["tool"]["orgops"]["releases"]
    versions = {release[key] for release in releases for key in ("python", "target-python")}
    default = releases[0]["python"]
    return [*sorted(versions - {default}, key=lambda version: int(version.partition(".")[2])), default]


if __name__ == "__main__":
    print(f"targets={json.dumps(targets())}")
    print("\n".join(["pythons<<END", *pythons(), "END"]))
