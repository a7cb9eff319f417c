# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module process spends its time: see profile/sitecustomize.py."""

from __future__ import annotations

import json
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .measure import Contender
from .rows import Bench

PROFILE = Path(__file__).parent / "profile"


def measure_phases(
    emulator: EmulatorControl, bench: Bench, contenders: Sequence[Contender], rounds: int
) -> dict[str, dict[str, float]]:
    """Return {contender: {phase: median of its seconds}}; the contenders are module processes, and alternate."""
    runs: dict[str, dict[str, list[float]]] = {contender.key: defaultdict(list) for contender in contenders}
    file = bench.folder / "phases.json"
    for _round in range(rounds):
        for contender in contenders:
            contender.prepare(emulator)
            started = time.monotonic()
            profiling = {"PYTHONPATH": str(PROFILE), "PHASES_FILE": str(file), "PHASES_START": str(started)}
            replace(contender, environment={**contender.environment, **profiling}).run()
            ended = time.monotonic()
            contender.check(emulator)
            profile = json.loads(file.read_text())
            last = {"end the interpreter": ended - profile["ended"], "all together": ended - started}
            for phase, seconds in {**profile["phases"], **last}.items():
                runs[contender.key][phase].append(seconds)
    return {
        key: {phase: round(statistics.median(seconds), 5) for phase, seconds in phases.items()}
        for key, phases in runs.items()
    }
