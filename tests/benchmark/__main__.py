# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make bench``: measure, write results.json, results.md and the performance page, and say which promises hold."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from ansible_collections.amazon.aws.plugins.module_utils.common import AMAZON_AWS_COLLECTION_VERSION

from ansible_collections.orgops.aws.docs.docsite import tables as docs_tables
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment, start_emulator

from . import report
from .measure import Contender, Run, WrongWorkError, measure, summarize
from .organizations import CELLS, measure_organizations
from .phases import measure_phases
from .rows import AWS_CLI, Rounds, Workshop, measure_throttled, module_rows, playbook_rows

PARTS = ("playbooks", "modules", "phases", "throttled", "organizations")
LICENCE = (
    # REUSE-IgnoreStart
    "SPDX-FileCopyrightText: Contributors to the orgops.aws collection",
    "SPDX-License-Identifier: GPL-3.0-or-later",
    # REUSE-IgnoreEnd
)


def machine() -> dict[str, str]:
    """What the figures depend on."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    aws_cli = (
        subprocess.run([AWS_CLI, "--version"], capture_output=True, text=True, check=False)
        if AWS_CLI.exists()
        else None
    )
    packages = ("ansible-core", "boto3", "botocore", "moto")
    return {
        "processor": f"{models[0] if models else platform.processor()}, {psutil.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in packages},
        "AWS CLI": aws_cli.stdout.split()[0].partition("/")[2] if aws_cli else "none",
        "amazon.aws": AMAZON_AWS_COLLECTION_VERSION,
        "load before": f"{os.getloadavg()[0]:.1f}",
        "command": "make bench",
    }


@contextlib.contextmanager
def workshop() -> Iterator[tuple[EmulatorControl, Workshop]]:
    """An emulator of its own, and an environment in which Ansible, boto3 and the AWS CLI talk to it."""
    with start_emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        environment = {
            name: value
            for name, value in ansible_environment(emulator, Path(folder)).items()
            if not name.startswith("PYTHON")  # PYTHONDONTWRITEBYTECODE would have everything compiled in every run
        }
        environment |= {
            "ANSIBLE_LIBRARY": str(Path(__file__).parent / "contenders" / "library"),
            "AWS_DEFAULT_REGION": environment["AWS_REGION"],  # version 1 of the AWS CLI knows no other
            "AWS_ENDPOINT_URL": emulator.url,
        }
        yield emulator, Workshop(environment, Path(folder))


def rows(contenders: Sequence[Contender], runs: dict[str, list[Run]]) -> list[report.Results]:
    """The results of contenders, in their order."""
    return [
        {
            "key": contender.key,
            "what": contender.what,
            "calls": contender.calls.total(),
            **summarize(runs[contender.key]),
        }
        for contender in contenders
    ]


def run(parts: Sequence[str], rounds: Rounds, only: Sequence[str] = ()) -> report.Results:
    """Measure; ``only`` names the playbook rows to measure, none means all."""
    results: report.Results = {"//": LICENCE, "machine": machine()}
    with workshop() as (emulator, place):
        playbooks = [row for row in playbook_rows(place, rounds) if not only or row.key in only]
        modules = module_rows(emulator, place, playbooks, rounds) if {"modules", "phases"} & set(parts) else []
        profiled = [contender for contender in modules if contender.key in report.MODULE_COLUMNS]
        measures: dict[str, Callable[[], object]] = {
            "playbooks": lambda: rows(playbooks, measure(emulator, playbooks)),
            "modules": lambda: rows(modules, measure(emulator, modules)),
            "phases": lambda: measure_phases(emulator, place, profiled, rounds.process),
            "throttled": lambda: measure_throttled(emulator, place),
            "organizations": lambda: list(measure_organizations(emulator, place, CELLS)),
        }
        for part in parts:
            print(f"Measuring {part} ...", file=sys.stderr, flush=True)
            results[part] = measures[part]()
    return results


def main() -> int:
    """The exit status: 1 when a promise does not hold, or a contender did not do its work."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument(
        "--part",
        choices=PARTS,
        action="append",
        help="measure only this and keep the other results; may be given again",
    )
    parser.add_argument("--only", action="append", default=[], help="of the playbooks and modules, only this row")
    parser.add_argument("--rounds", type=int, help="of every row, so many rounds")
    arguments = parser.parse_args()

    started = time.monotonic()
    rounds = Rounds(*[arguments.rounds] * 3) if arguments.rounds else Rounds()
    try:
        results = run(arguments.part or PARTS, rounds, arguments.only)
    except WrongWorkError as error:
        print(f"Not a valid benchmark: {error}", file=sys.stderr)
        return 1
    if not arguments.only and not arguments.rounds:
        results = {**(report.load() if arguments.part else {}), **results}
        report.RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        report.MARKDOWN.write_text(report.markdown(results))
        docs_tables.main()
    print(report.markdown(results))
    broken = [promise.what for promise in report.promises(results) if not promise.holds]
    print(
        f"{time.monotonic() - started:.0f} seconds. "
        + (f"Does not hold: {'; '.join(broken)}." if broken else "All holds.")
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
