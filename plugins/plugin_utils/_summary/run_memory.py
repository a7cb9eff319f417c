# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What a run of Ansible remembers: each task of each host is a process of its own, which forgets everything.

The files are in the run's temporary folder, so they end with the run.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible import constants


@dataclass
class Memory:
    """A value of plain data, None if there is none yet."""

    value: Any


def run_file(name: str) -> Path:
    """Return the path of a file of this run."""
    return Path(constants.DEFAULT_LOCAL_TMP) / f"service-access-{name}"


@contextmanager
def remembered(name: str) -> Iterator[Memory]:
    """Yield what this run remembers under a name, to one process at a time. What is then in ``value`` is kept."""
    with run_file(name).open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        memory = Memory(json.loads(text) if text else None)
        yield memory
        kept = json.dumps(memory.value)
        if kept != text:
            file.truncate(0)
            file.write(kept)


__all__ = ["Memory", "remembered", "run_file"]
