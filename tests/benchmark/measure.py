# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command on the emulator, check that it made the expected calls, and measure it."""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psutil

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
PAGE = 20
MIB = 2**20
TIMEOUT = 1800  # seconds
SAMPLING_INTERVAL = 0.25  # seconds; long enough not to slow down what is measured


class InvalidRunError(Exception):
    """A command failed, or did not make the expected calls."""


class Run(NamedTuple):
    """Seconds, CPU seconds, and the largest resident set of a process in MiB."""

    seconds: float
    cpu: float
    memory: float


def work(enabled: Sequence[str], wanted: Iterable[str], listings: int = 1) -> Counter[str]:
    """Return the calls for ``listings`` listings, the writes and, after a write, the confirming listing: P + k + P'."""
    missing = set(wanted) - set(enabled)
    before, after = (max(1, math.ceil(count / PAGE)) for count in (len(enabled), len(enabled) + len(missing)))
    return +Counter({LIST: listings * before + (after if missing and listings else 0), ENABLE: len(missing)})


@dataclass(frozen=True)
class Contender:
    """A command, the state before and after it, the calls it makes, and the number of rounds.

    ``calls`` is by default what ``work`` returns for ``listings`` listings.
    """

    key: str
    what: str
    command: Sequence[str]
    enabled: Sequence[str]
    wanted: Sequence[str]
    rounds: int
    environment: Mapping[str, str] = field(default_factory=dict)
    listings: int = 1
    calls: Counter[str] | None = None

    @property
    def expected(self) -> Counter[str]:
        """The calls that the command must make."""
        return work(self.enabled, self.wanted, self.listings) if self.calls is None else self.calls

    def prepare(self, emulator: EmulatorControl) -> None:
        """Create the state before the command."""
        emulator.reset()
        emulator.organization(enabled=list(self.enabled))

    def run(self) -> Run:
        """Run the command to its end."""
        return execute(self.key, self.command, self.environment)

    def check(self, emulator: EmulatorControl, refused: str = "") -> None:
        """Raise InvalidRunError unless the command made the expected calls and wrote what was missing."""
        check_calls(self.key, emulator.requests(), self.expected, refused)
        names = sorted({name for _operation, name in emulator.writes()})
        expected = sorted(set(self.wanted) - set(self.enabled))
        if names != expected:
            raise InvalidRunError(f"{self.key}: wrote {names} instead of {expected}")


def check_calls(key: str, requests: Iterable[dict[str, Any]], expected: Counter[str], refused: str = "") -> None:
    """Raise InvalidRunError unless exactly the expected calls succeeded, and all others failed with ``refused``."""
    entries = list(requests)
    accepted = Counter(entry["operation"] for entry in entries if entry["status"] == 200)
    others = [(entry["operation"], entry["error"]) for entry in entries if entry["status"] != 200]
    if accepted != expected or any(error != refused for _operation, error in others):
        raise InvalidRunError(f"{key}: {dict(accepted)} and {others} instead of {dict(expected)}")


def execute(key: str, command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end; InvalidRunError with its output if it fails."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
        watchdog = threading.Timer(TIMEOUT, process.kill)
        watchdog.start()
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        finally:
            watchdog.cancel()
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise InvalidRunError(f"{key} ended with {process.returncode}: {output.read()[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(emulator: EmulatorControl, contenders: Sequence[Contender]) -> dict[str, list[Run]]:
    """Return the runs of each contender; they alternate, round by round.

    The first round does not count: it fills caches and compiles what pip did not. Contenders with fewer rounds skip it,
    since they repeat one command anyway.
    """
    runs: dict[str, list[Run]] = {contender.key: [] for contender in contenders}
    most = max(contender.rounds for contender in contenders)
    for number in range(-1, most):
        for contender in contenders:
            if (number < 0 and contender.rounds < most) or number >= contender.rounds:
                continue
            contender.prepare(emulator)
            run = contender.run()
            contender.check(emulator)
            if number >= 0:
                runs[contender.key].append(run)
    return runs


def summarize(runs: Sequence[Run]) -> dict[str, float]:
    """Return the number of runs, medians, extremes, and peak memory."""
    seconds = [run.seconds for run in runs]
    return {
        "runs": len(runs),
        "median": round(statistics.median(seconds), 4),
        "fastest": round(min(seconds), 4),
        "slowest": round(max(seconds), 4),
        "cpu": round(statistics.median(run.cpu for run in runs), 4),
        "memory": round(max(run.memory for run in runs), 1),
    }


class PeakMemory:
    """Peak memory in MiB of the command's own process, and of all processes that it starts together.

    Memory that processes share counts in parts (proportional set size), so forks do not count it again.
    """

    def __init__(self) -> None:
        self.controller = self.workers = 0.0

    @contextlib.contextmanager
    def sampled(self) -> Iterator[None]:
        """Sample the processes that start in a ``with`` block."""
        others = {child.pid for child in psutil.Process().children(recursive=True)}
        stop = threading.Event()

        def sample() -> None:
            while not stop.wait(SAMPLING_INTERVAL):
                self._sample(others)

        thread = threading.Thread(target=sample, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _sample(self, others: set[int]) -> None:
        controller = workers = 0.0
        for process in psutil.Process().children(recursive=True):
            # A process may end meanwhile.
            with contextlib.suppress(psutil.Error):
                if process.pid not in others:
                    size = process.memory_full_info().pss / MIB
                    if process.ppid() == os.getpid():
                        controller += size
                    else:
                        workers += size
        self.controller = max(self.controller, controller)
        self.workers = max(self.workers, workers)
