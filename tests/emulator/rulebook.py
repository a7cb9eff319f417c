# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-rulebook on the emulator, for the demonstration and the tests of the rulebooks."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from ..paths import ROOT
from .control import EmulatorControl

# What `make demo-events` and `make aws-cli` set up.
EVENTS = ROOT / ".nox" / "events" / "bin"
AWS_CLI = ROOT / ".nox" / "aws-cli" / "bin" / "aws"
COLOR = re.compile(r"\x1b\[[0-9;]*m")
SECONDS = 60
POLLS = ("LookupEvents", "ReceiveMessage")  # the calls of the event sources


class Rulebook:
    """A running ansible-rulebook, and what it has printed."""

    def __init__(self, process: subprocess.Popen[str], *, show: bool) -> None:
        self.process = process
        self.show = show
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if self.show:
                sys.stdout.write(f"    {line}")
                sys.stdout.flush()
            with self._changed:
                self._lines.append(COLOR.sub("", line))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def output(self) -> str:
        """Everything so far, without colors."""
        return "".join(self._lines)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Return when the output contains the text so often; TimeoutError with the output if it never does."""
        deadline = time.monotonic() + SECONDS
        with self._changed:
            while self.output.count(text) < times:
                if not self._reader.is_alive() or not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"{text!r} did not appear {times} times: {self.output}")

    def wait_until_listening(self, emulator: EmulatorControl) -> None:
        """Return when the event source has asked for events; from then on it misses none."""
        deadline = time.monotonic() + SECONDS
        while not set(POLLS) & set(emulator.calls()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"the event source asked for no events: {self.output}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it, and wait for the rest of its output."""
        self.process.terminate()
        self.process.wait(SECONDS)
        self._reader.join(SECONDS)


def rulebook_environment(emulator: EmulatorControl, environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of ansible-rulebook, its playbooks and the AWS CLI, from that of ansible-playbook."""
    return {
        **environment,
        "PATH": os.pathsep.join([str(EVENTS), environment["PATH"].partition(os.pathsep)[2]]),
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_DEFAULT_REGION": environment["AWS_REGION"],
    }


@contextlib.contextmanager
def run_rulebook(environment: dict[str, str], folder: Path, *arguments: str, show: bool = False) -> Iterator[Rulebook]:
    """Run ansible-rulebook in the folder, stopped at the end of the block."""
    process = subprocess.Popen(
        ["ansible-rulebook", *arguments],
        executable=EVENTS / "ansible-rulebook",
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    rulebook = Rulebook(process, show=show)
    try:
        yield rulebook
    finally:
        rulebook.stop()
