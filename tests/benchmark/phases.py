# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module process spends its time: see profile/sitecustomize.py."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .measure import Contender
from .rows import Workshop

PROFILE = Path(__file__).parent / "profile"


def measure_phases(
    emulator: EmulatorControl, workshop: Workshop, contenders: Sequence[Contender], rounds: int
) -> dict[str, dict[str, float]]:
    """{contender: {phase: median of its seconds}}; the contenders are module processes, and take turns."""
    runs: dict[str, dict[str, list[float]]] = {contender.key: defaultdict(list) for contender in contenders}
    for _round in range(rounds):
        for contender in contenders:
            contender.prepare(emulator)
            for phase, seconds in _profile(contender, workshop.folder / "phases.json").items():
                runs[contender.key][phase].append(seconds)
            contender.check(emulator)
    return {
        key: {phase: round(statistics.median(seconds), 5) for phase, seconds in phases.items()}
        for key, phases in runs.items()
    }


def _profile(contender: Contender, result: Path) -> dict[str, float]:
    started = time.monotonic()
    profiling = {"PYTHONPATH": str(PROFILE), "PHASES_FILE": str(result), "PHASES_START": str(started)}
    subprocess.run(
        contender.command, env={**contender.environment, **profiling}, stdout=subprocess.DEVNULL, check=True, timeout=60
    )
    ended = time.monotonic()
    profile = json.loads(result.read_text())
    return {**profile["phases"], "end the interpreter": ended - profile["ended"], "all together": ended - started}
