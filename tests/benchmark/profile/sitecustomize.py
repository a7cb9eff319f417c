# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module process spends its time. Python imports this before anything else, from PYTHONPATH.

Every moment counts for exactly one phase: entering an import or a function that belongs to another phase stops the
clock of the one before and goes back to it at the end. What an import imports in turn counts for the import, unless it
belongs to a phase itself. The result is written as JSON to the file that PHASES_FILE names; PHASES_START is the
parent's monotonic clock when it started this process.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import sys
import time
from collections import defaultdict
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

UNPACKING = "unpack the payload"
MODULE = "the module's own code"

# The longest prefix of a module's name decides.
IMPORTS = {
    "ansible": "import ansible.module_utils",
    "boto3": "import boto3 and botocore",
    "botocore": "import boto3 and botocore",
    "ansible_collections.amazon": "import amazon.aws",
    "ansible_collections.orgops": "import orgops.aws",
    "ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog": "import the catalog",
}
FUNCTIONS = {
    "ansible.module_utils._internal._ansiballz._loader": {"run_module": MODULE},
    "ansible.module_utils.basic": {
        "AnsibleModule.__init__": "check the options",
        "AnsibleModule.exit_json": "print the result",
    },
    "boto3.session": {"Session.__init__": "session and credentials", "Session.client": "client"},
    "botocore.session": {"Session.get_credentials": "session and credentials"},
    "botocore.loaders": {
        "Loader.load_service_model": "service model and endpoint data",
        "Loader.load_data": "service model and endpoint data",
        "Loader.load_data_with_path": "service model and endpoint data",
    },
    "botocore.client": {"BaseClient._make_api_call": "calls"},
}
Wrapped = Callable[..., Any]


class Clock:
    """Exclusive seconds of each phase."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._since = float(os.environ["PHASES_START"])
        self._phase = "start the interpreter"
        self.switch(UNPACKING)

    def switch(self, phase: str) -> str:
        """Count for this phase from now on; the one before."""
        now = time.monotonic()
        self.spent[self._phase] += now - self._since
        before, self._phase, self._since = self._phase, phase, now
        return before

    def timed(self, phase: str, function: Wrapped) -> Wrapped:
        """The function, with its time counted for the phase."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            before = self.switch(phase)
            try:
                return function(*args, **kwargs)
            finally:
                self.switch(before)

        return run


CLOCK = Clock()


def phase_of(module: str) -> str | None:
    """The phase that importing this module counts for; None for that of whoever imports it."""
    prefixes = [prefix for prefix in IMPORTS if module == prefix or module.startswith(f"{prefix}.")]
    return IMPORTS[max(prefixes, key=len)] if prefixes else None


class TimedLoader:
    """A loader that counts the execution of one module, and wraps the module's functions of FUNCTIONS afterwards."""

    def __init__(self, loader: Any, phase: str) -> None:
        self._loader = loader
        self._phase = phase

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module on the clock."""
        CLOCK.timed(self._phase, self._loader.exec_module)(module)
        for path, phase in FUNCTIONS.get(module.__name__, {}).items():
            class_name, _dot, name = path.rpartition(".")
            owner = getattr(module, class_name) if class_name else module
            setattr(owner, name, CLOCK.timed(phase, getattr(owner, name)))


class TimedFinder:
    """Stands before the other finders and counts their search."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """What the other finders find, with a loader on the clock."""
        phase = phase_of(name)
        if phase is None:
            return None
        before = CLOCK.switch(phase)
        try:
            others = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not TimedFinder)
            spec = next((found for found in others if found), None)
            if spec and spec.loader:
                spec.loader = TimedLoader(spec.loader, phase)  # type: ignore[assignment]
            return spec
        finally:
            CLOCK.switch(before)


def write() -> None:
    """Stop the clock."""
    CLOCK.switch("")
    result = {"phases": CLOCK.spent, "ended": time.monotonic()}
    Path(os.environ["PHASES_FILE"]).write_text(json.dumps(result))


sys.meta_path.insert(0, TimedFinder)
atexit.register(write)
