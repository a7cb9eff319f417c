# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: the emulator, and ansible-playbook run against it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT, ansible_environment

from ..fixtures import *  # noqa: F403

Command = Callable[..., subprocess.CompletedProcess[str]]
Playbook = Callable[..., subprocess.CompletedProcess[str]]
WARNING = "[WARNING]"
NOISE = ("[DEPRECATION WARNING]", "Traceback (most recent call last)")


@pytest.fixture
def command(emulator: EmulatorControl, tmp_path: Path) -> Command:
    """Run one of Ansible's commands; refuse noise and unexpected warnings."""

    def run(
        *words: str,
        expect: int = 0,
        warnings: int = 0,
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            words,
            cwd=folder,
            env={**ansible_environment(emulator, tmp_path), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == expect, done.stdout
        assert done.stdout.count(WARNING) == warnings, done.stdout
        for noise in NOISE:
            assert noise not in done.stdout, done.stdout
        return done

    return run


@pytest.fixture
def playbook(command: Command, tmp_path: Path) -> Playbook:
    """Run a playbook, given as text or as a file of the repository."""

    def run(text: str | Path, *arguments: str, **expectations: Any) -> subprocess.CompletedProcess[str]:
        path = ROOT / text if isinstance(text, Path) else tmp_path / "playbook.yml"
        if isinstance(text, str):
            path.write_text(text)
        return command("ansible-playbook", str(path), *arguments, **expectations)

    return run
