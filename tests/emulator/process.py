# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator as its own process, and the environment for ansible-playbook."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..paths import ROOT
from .control import EmulatorControl

SECRET_KEY = "emulated-secret-key"


@contextlib.contextmanager
def start_emulator(python: str = sys.executable, **options: Any) -> Iterator[EmulatorControl]:
    """Yield the emulator in a process that ends with the block, and with this process, even if that is killed."""
    with subprocess.Popen(
        [python, "-m", "tests.emulator", "--until-eof"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for this process; the emulator ends when its input ends
        **options,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            control = EmulatorControl(process.stdout.readline().strip())
            control.wait_until_ready()
            yield control
        finally:
            process.stdin.close()


def ansible_environment(emulator: EmulatorControl, home: Path) -> dict[str, str]:
    """Return the environment in which ansible-playbook uses the emulator, without the user's own settings."""
    configuration = home / "ansible.cfg"
    configuration.write_text("[defaults]\nlocalhost_warning = false\n[inventory]\ninventory_unparsed_warning = false\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise every process compiles Ansible and botocore again
    return {
        **environment,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")]),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(home / "remote"),
        "ANSIBLE_CONFIG": str(configuration),
        "AWS_URL": emulator.url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEMULATED",
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
