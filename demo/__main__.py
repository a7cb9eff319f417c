# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType

from tests.emulator.control import EmulatorControl
from tests.emulator.process import ansible_environment, start_emulator

HERE = Path(__file__).parent

BY_HAND = {
    "cloudtrail.amazonaws.com": "2021-03-01T08:15:00",
    "config.amazonaws.com": "2021-03-01T08:20:00",
    "devops-guru.amazonaws.com": "2023-11-20T16:05:00",
    "sso.amazonaws.com": "2021-02-15T11:30:00",
}
STEPS = [
    ("What would the wanted set change? Check mode writes nothing.", ["wanted.yml", "--check", "--diff"]),
    ("Enable it for real.", ["wanted.yml", "--diff"]),
    ("Run it again: nothing left to do, and one listing is all it costs.", ["wanted.yml", "--diff"]),
    ("Exact mode: disable what is not listed, except for what it is told to keep.", ["exact.yml", "--diff"]),
    ("What is enabled now, since when?", ["list.yml"]),
    ("Enable 25 services: AWS lists 20 a page, and every page is read.", ["many.yml"]),
]


class StepFailedError(Exception):
    """A playbook of the demo failed."""


def say(text: str) -> None:
    print(f"\n\033[1m>>> {text}\033[0m" if sys.stdout.isatty() else f"\n>>> {text}", flush=True)


def run_step(emulator: EmulatorControl, environment: dict[str, str], announcement: str, arguments: list[str]) -> None:
    say(announcement)
    print(f"    ansible-playbook {' '.join(arguments)}", flush=True)
    emulator.clear_requests()
    playbook, *options = arguments
    process = subprocess.Popen(["ansible-playbook", str(HERE / playbook), *options], env=environment)
    try:
        failed = process.wait() != 0
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if failed:
        raise StepFailedError(f"ansible-playbook {playbook} failed: see its output above.")
    calls = ", ".join(f"{count} x {operation}" for operation, count in Counter(emulator.calls()).items())
    print(f"    Calls to AWS: {calls}", flush=True)


def main() -> int:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with tempfile.TemporaryDirectory() as home, start_emulator() as emulator:
            emulator.organization(enabled=BY_HAND)
            say(f"An organization on the emulator at {emulator.url}, with services that were enabled by hand:")
            print("    " + "\n    ".join(BY_HAND), flush=True)
            environment = {**ansible_environment(emulator, Path(home)), "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
            if sys.stdout.isatty():
                environment["ANSIBLE_FORCE_COLOR"] = "1"
            for announcement, arguments in STEPS:
                run_step(emulator, environment, announcement, arguments)
    except KeyboardInterrupt:
        say("Interrupted. The emulator is stopped.")
        return 130
    except StepFailedError as error:
        say(f"{error} The emulator is stopped.")
        return 1
    say("Done. The emulator is stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
