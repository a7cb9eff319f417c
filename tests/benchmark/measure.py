# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command on the emulator, see that it did the work it was to do, and tell what it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import psutil

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
PAGE = 20
MIB = 2**20
LONGEST_RUN = 1800  # seconds, after which a command is taken for hung
SAMPLING_INTERVAL = 0.25  # seconds; rare enough not to take time from what is measured


class WrongWorkError(Exception):
    """A contender failed, or did not make the calls that it was to make."""


class Summary(TypedDict):
    """Of several runs: seconds, CPU seconds, and the largest resident set of a process of the run in MiB."""

    runs: int
    median: float
    fastest: float
    slowest: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Run:
    """What one run cost; memory is the largest resident set of a process, in MiB."""

    seconds: float
    cpu: float
    memory: float


def pages(count: int) -> int:
    """Calls that one listing of this many service principals takes."""
    return max(1, -(-count // PAGE))


def work(enabled: Sequence[str], wanted: Iterable[str], listings: int = 1) -> Counter[str]:
    """The calls that ``listings`` listings, the writes and, after a write, the confirming listing take: P + k + P'."""
    missing = set(wanted) - set(enabled)
    confirmed = pages(len(enabled) + len(missing)) if missing and listings else 0
    return +Counter({LIST: listings * pages(len(enabled)) + confirmed, ENABLE: len(missing)})


@dataclass(frozen=True)
class Contender:
    """A command, what it starts from, what it is to do, and how often it runs."""

    key: str
    what: str
    command: Sequence[str]
    enabled: Sequence[str]
    wanted: Sequence[str]
    calls: Counter[str]
    rounds: int
    environment: Mapping[str, str] = field(default_factory=dict)

    def prepare(self, emulator: EmulatorControl) -> None:
        """Put the organization into the state from which the command starts."""
        emulator.reset()
        emulator.organization(enabled=list(self.enabled))

    def check(self, emulator: EmulatorControl, refused: str = "") -> None:
        """WrongWorkError unless exactly the expected calls were accepted, and wrote exactly what was missing."""
        check_calls(self.key, emulator.requests(), self.calls, refused)
        names = sorted({name for _operation, name in emulator.writes()})
        expected = sorted(set(self.wanted) - set(self.enabled))
        if names != expected:
            raise WrongWorkError(f"{self.key}: wrote {names} instead of {expected}")


def check_calls(key: str, requests: Iterable[dict[str, Any]], expected: Counter[str], refused: str = "") -> None:
    """WrongWorkError unless exactly the expected calls succeeded, and all others ended with the error ``refused``."""
    entries = list(requests)
    accepted = Counter(entry["operation"] for entry in entries if entry["status"] == 200)
    others = [(entry["operation"], entry["error"]) for entry in entries if entry["status"] != 200]
    if accepted != expected or any(error != refused for _operation, error in others):
        raise WrongWorkError(f"{key}: {dict(accepted)} and {others} instead of {dict(expected)}")


def execute(key: str, command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end; WrongWorkError with its output when it fails."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=subprocess.STDOUT)
        watchdog = threading.Timer(LONGEST_RUN, process.kill)
        watchdog.start()
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        finally:
            watchdog.cancel()
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise WrongWorkError(f"{key} ended with {process.returncode}: {output.read()[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(emulator: EmulatorControl, contenders: Sequence[Contender]) -> dict[str, list[Run]]:
    """Every contender in turn, one round after the other; each must do its work rightly, every time.

    A first round that does not count fills caches and compiles what pip left uncompiled. The slow ones go without,
    since they repeat one command anyway.
    """
    runs: dict[str, list[Run]] = {contender.key: [] for contender in contenders}
    most = max(contender.rounds for contender in contenders)
    for number in range(-1, most):
        for contender in contenders:
            if (number < 0 and contender.rounds < most) or number >= contender.rounds:
                continue
            contender.prepare(emulator)
            cost = execute(contender.key, contender.command, contender.environment)
            contender.check(emulator)
            if number >= 0:
                runs[contender.key].append(cost)
    return runs


def summarize(runs: Sequence[Run]) -> Summary:
    """Medians."""
    seconds = [run.seconds for run in runs]
    return Summary(
        runs=len(runs),
        median=round(statistics.median(seconds), 4),
        fastest=round(min(seconds), 4),
        slowest=round(max(seconds), 4),
        cpu=round(statistics.median(run.cpu for run in runs), 4),
        memory=round(max(run.memory for run in runs), 1),
    )


class MemorySampler:
    """Peak memory in MiB while a ``with`` block runs: of the controller, of a module process, of all together.

    Controller is every process below this one that is no module process. A page that several processes share counts
    in parts (proportional set size), so that forks of the controller do not count it anew.
    """

    def __init__(self) -> None:
        self.controller = self.module = self.together = 0.0
        self._others: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample_until_stopped, daemon=True)

    def keep_peaks_of(self, other: MemorySampler) -> None:
        """The peaks of both."""
        self.controller = max(self.controller, other.controller)
        self.module = max(self.module, other.module)
        self.together = max(self.together, other.together)

    def __enter__(self) -> MemorySampler:
        self._others = {child.pid for child in psutil.Process().children(recursive=True)}
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample_until_stopped(self) -> None:
        while not self._stop.wait(SAMPLING_INTERVAL):
            self._sample()

    def _sample(self) -> None:
        controller = together = 0.0
        for process in psutil.Process().children(recursive=True):
            if process.pid in self._others:
                continue
            try:
                size = process.memory_full_info().pss / MIB
                is_module = any("AnsiballZ_" in argument for argument in process.cmdline())
            except psutil.Error:
                continue  # it has just ended
            together += size
            if is_module:
                self.module = max(self.module, size)
            else:
                controller += size
        self.controller = max(self.controller, controller)
        self.together = max(self.together, together)
