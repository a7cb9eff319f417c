# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every demonstration needs: the emulator, ansible-playbook on it, and a clean end."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from types import FrameType
from typing import Callable

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment, start_emulator


class StepFailedError(Exception):
    """A playbook of a demonstration failed."""


class Stage:
    """An emulator and the means to run playbooks on it."""

    def __init__(self, emulator: EmulatorControl, home: Path) -> None:
        self.emulator = emulator
        self._environment = {**ansible_environment(emulator, home), "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
        if sys.stdout.isatty():
            self._environment["ANSIBLE_FORCE_COLOR"] = "1"

    def run(self, announcement: str, *arguments: str, expect: Collection[int] = (0,)) -> None:
        """Announce and run ansible-playbook, then count its calls; StepFailedError at another return code."""
        say(announcement)
        print(f"    ansible-playbook {' '.join(arguments)}", flush=True)
        self.emulator.clear_requests()
        process = subprocess.Popen(["ansible-playbook", *arguments], env=self._environment)
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if code not in expect:
            raise StepFailedError(f"ansible-playbook {arguments[0]} failed: see its output above.")
        calls = ", ".join(f"{count} x {operation}" for operation, count in Counter(self.emulator.calls()).items())
        print(f"    Calls to AWS: {calls}", flush=True)


def say(text: str) -> None:
    """Print what comes next."""
    print(f"\n\033[1m>>> {text}\033[0m" if sys.stdout.isatty() else f"\n>>> {text}", flush=True)


def perform(story: Callable[[Stage], None]) -> int:
    """Run a story with an emulator of its own, which stops however the story ends; the exit code."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, start_emulator() as emulator:
            story(Stage(emulator, Path(home)))
    except KeyboardInterrupt:
        say("Interrupted. The emulator is stopped.")
        return 130
    except StepFailedError as error:
        say(f"{error} The emulator is stopped.")
        return 1
    say("Done. The emulator is stopped.")
    return 0
