# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: the emulator, and ansible-playbook run against it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]
Playbook = Callable[..., subprocess.CompletedProcess[str]]
Inventory = Callable[..., tuple[str, str]]
WARNING = "[WARNING]"
# MODULES_AS_PROCESSES=1 runs every test the other way.
MODULES_AS_PROCESSES = bool(os.environ.get("MODULES_AS_PROCESSES"))
# amazon.aws 10 imports what ansible-core 2.20 deprecates.
NOISE_OF_AMAZON_AWS = re.compile(
    r"^\[WARNING\]: Deprecation warnings can be disabled .*\n"
    r"|^\[DEPRECATION WARNING\]: Importing '\w+' from 'ansible\.module_utils\._text' .*\n",
    re.MULTILINE,
)
NOISE = ("[DEPRECATION WARNING]", "Traceback (most recent call last)")


@pytest.fixture
def command(emulator: EmulatorControl, tmp_path: Path) -> Command:
    """Run a command of Ansible; fail on noise, or an unexpected exit status or number of warnings (None: any)."""

    def run(
        *words: str,
        expect: int | None = 0,
        warnings: int | None = 0,
        environment: Mapping[str, str | None] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        variables = {**ansible_environment(emulator, tmp_path), **(environment or {})}
        if MODULES_AS_PROCESSES and words[0] == "ansible-playbook":
            words = (*words, "--extra-vars", "orgops_aws_in_process=false")
        done = subprocess.run(
            words,
            cwd=folder or tmp_path,
            env={name: value for name, value in variables.items() if value is not None},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        done.stdout = NOISE_OF_AMAZON_AWS.sub("", done.stdout)
        assert expect in (None, done.returncode), done.stdout
        assert warnings in (None, done.stdout.count(WARNING)), done.stdout
        for noise in NOISE:
            assert noise not in done.stdout, done.stdout
        return done

    return run


@pytest.fixture
def playbook(command: Command, tmp_path: Path) -> Playbook:
    """Run a playbook: a text, a file of the repository, or the name of one of the collection."""

    def run(text: str | Path, *arguments: str, **expectations: Any) -> subprocess.CompletedProcess[str]:
        name = str(ROOT / text) if isinstance(text, Path) else text
        if "\n" in name:
            name = str(tmp_path / "playbook.yml")
            Path(name).write_text(str(text))
        return command("ansible-playbook", name, *arguments, **expectations)

    return run


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """Write an inventory of hosts with variables; the arguments for ansible-playbook."""

    def write(**hosts: dict[str, Any]) -> tuple[str, str]:
        path = tmp_path / "hosts.yml"
        variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        path.write_text(yaml.safe_dump({"all": {"vars": variables, "hosts": hosts}}, sort_keys=False))
        return ("--inventory", str(path))

    return write


def recap(output: str) -> dict[str, dict[str, int]]:
    """Return {host: {changed, failed, unreachable}} of the play recap, without zeros."""
    lines = output[output.index("PLAY RECAP") :].splitlines()[1:]
    return {
        line.split()[0]: {
            name: int(count) for name, count in re.findall(r"(changed|failed|unreachable)=(\d+)", line) if int(count)
        }
        for line in lines
        if " : " in line
    }
