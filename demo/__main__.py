# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from pathlib import Path

from .stage import Stage, perform, say

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


def story(stage: Stage) -> None:
    """One organization that was set up by hand comes to its wanted state."""
    stage.emulator.organization(enabled=BY_HAND)
    say(f"An organization on the emulator at {stage.emulator.url}, with services that were enabled by hand:")
    print("    " + "\n    ".join(BY_HAND), flush=True)
    for announcement, (playbook, *options) in STEPS:
        stage.run(announcement, str(HERE / playbook), *options)


if __name__ == "__main__":
    sys.exit(perform(story))
