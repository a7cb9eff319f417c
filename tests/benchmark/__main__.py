# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure, write results.json, and check the performance requirements: ``make bench``."""

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

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment, start_emulator

from . import report
from .measure import Contender, InvalidRunError, measure, summarize
from .organizations import CELLS, measure_cell, measure_role
from .phases import measure_phases
from .rows import (
    AWS_CLI,
    CONTENDERS,
    Bench,
    Rounds,
    measure_administrators,
    measure_regions,
    measure_throttled,
    module_rows,
    playbook_rows,
)

PARTS = ("playbooks", "modules", "phases", "throttled", "administrators", "regions", "organizations", "role")


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    aws_cli = subprocess.check_output([AWS_CLI, "--version"], text=True) if AWS_CLI.exists() else "/none"
    return {
        "processor": f"{models[0] if models else platform.processor()}, {psutil.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("ansible-core", "boto3", "botocore", "moto")},
        "AWS CLI": aws_cli.split()[0].partition("/")[2],
        "amazon.aws": AMAZON_AWS_COLLECTION_VERSION,
        "load before": f"{os.getloadavg()[0]:.1f}",
        "command": "make bench",
    }


@contextlib.contextmanager
def start_bench() -> Iterator[tuple[EmulatorControl, Bench]]:
    """Yield an emulator, and an environment in which Ansible, boto3 and the AWS CLI use it."""
    with start_emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        environment = {
            **ansible_environment(emulator, Path(folder)),
            "ANSIBLE_LIBRARY": str(CONTENDERS / "library"),
            "AWS_DEFAULT_REGION": "us-east-1",  # version 1 of the AWS CLI does not read AWS_REGION
            "AWS_ENDPOINT_URL": emulator.url,
        }
        yield emulator, Bench(environment, Path(folder))


def run(parts: Sequence[str], rounds: Rounds, only: Sequence[str] = ()) -> report.Results:
    """Measure; ``only`` names the playbook rows to measure, none means all."""
    results: report.Results = {"machine": machine()}
    with start_bench() as (emulator, bench):
        playbooks = [row for row in playbook_rows(bench, rounds) if not only or row.key in only]
        modules = module_rows(emulator, bench, playbooks, rounds) if {"modules", "phases"} & set(parts) else []
        profiled = [contender for contender in modules if contender.key in report.MODULE_COLUMNS]

        def rows(contenders: Sequence[Contender]) -> list[report.Results]:
            runs = measure(emulator, contenders)
            return [
                {"key": row.key, "what": row.what, "calls": row.expected.total(), **summarize(runs[row.key])}
                for row in contenders
            ]

        measures: dict[str, Callable[[], object]] = {
            "playbooks": lambda: rows(playbooks),
            "modules": lambda: rows(modules),
            "phases": lambda: measure_phases(emulator, bench, profiled, rounds.process),
            "throttled": lambda: measure_throttled(emulator, bench),
            "administrators": lambda: measure_administrators(emulator, bench),
            "regions": lambda: measure_regions(emulator, bench),
            "organizations": lambda: [measure_cell(emulator, bench, *cell) for cell in CELLS],
            "role": lambda: measure_role(emulator, bench),
        }
        for part in parts:
            print(f"Measuring {part} ...", file=sys.stderr, flush=True)
            results[part] = measures[part]()
    return results


def main() -> int:
    """Return the exit status: 1 if a requirement is not met, or a command did not make the expected calls."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument(
        "--part", choices=PARTS, action="append", help="measure only this, and keep the other results; repeatable"
    )
    parser.add_argument("--only", action="append", default=[], help="measure only this row, and write no results")
    parser.add_argument("--rounds", type=int, help="the number of rounds of every row; write no results")
    arguments = parser.parse_args()

    started = time.monotonic()
    rounds = Rounds(*[arguments.rounds] * 3) if arguments.rounds else Rounds()
    try:
        results = run(arguments.part or PARTS, rounds, arguments.only)
    except InvalidRunError as error:
        print(f"Invalid run: {error}", file=sys.stderr)
        return 1
    if not arguments.only and not arguments.rounds:
        results = {**report.load(), **results}
        report.RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(report.as_text(results))
    missed = [requirement.what for requirement in report.requirements(results) if not requirement.met]
    verdict = f"Not met: {'; '.join(missed)}." if missed else "All requirements are met."
    print(f"\n{time.monotonic() - started:.0f} seconds. {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
