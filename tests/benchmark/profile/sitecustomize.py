# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module process spends its time. Python imports this before anything else, from PYTHONPATH.

Every moment counts for exactly one phase. An import or a function that belongs to another phase switches to it, and
back at its end. Further imports count for the import that causes them, unless they belong to a phase themselves. The
result is written as JSON to the file in PHASES_FILE. PHASES_START is the parent's monotonic clock at the start.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import time
import zipimport
from collections import defaultdict
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

# The longest prefix of a module's name decides.
IMPORTS = {
    "ansible": "import ansible.module_utils",
    "boto3": "import boto3 and botocore",
    "botocore": "import boto3 and botocore",
    "ansible_collections.amazon": "import amazon.aws",
    "ansible_collections.orgops": "import orgops.aws",
    "ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services": "import the catalog",
}
FUNCTIONS = {
    "ansible.module_utils._internal._ansiballz._loader": {"run_module": "the module's own code"},
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
Function = Callable[..., Any]


class Clock:
    """Exclusive seconds of each phase."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._since = float(os.environ["PHASES_START"])
        self._phase = "start the interpreter"
        self.switch("unpack the payload")

    def switch(self, phase: str) -> str:
        """Count for this phase from now on. Return the previous phase."""
        now = time.monotonic()
        self.spent[self._phase] += now - self._since
        before, self._phase, self._since = self._phase, phase, now
        return before

    def timed(self, phase: str, function: Function) -> Function:
        """Call the function, and count its time for the phase."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            before = self.switch(phase)
            try:
                return function(*args, **kwargs)
            finally:
                self.switch(before)

        return run


CLOCK = Clock()


def time_imports(loader: type[Any]) -> None:
    """Count the execution of the modules of this loader, and wrap their functions listed in FUNCTIONS."""
    execute = loader.exec_module

    def exec_module(self: Any, module: ModuleType) -> None:
        name = module.__name__
        prefixes = [prefix for prefix in IMPORTS if f"{name}.".startswith(f"{prefix}.")]
        if not prefixes:
            execute(self, module)
            return
        CLOCK.timed(IMPORTS[max(prefixes, key=len)], execute)(self, module)
        for path, phase in FUNCTIONS.get(name, {}).items():
            class_name, _dot, function = path.rpartition(".")
            owner = getattr(module, class_name) if class_name else module
            setattr(owner, function, CLOCK.timed(phase, getattr(owner, function)))

    loader.exec_module = exec_module


@atexit.register
def write() -> None:
    """Stop the clock."""
    CLOCK.switch("")
    result = {"phases": CLOCK.spent, "ended": time.monotonic()}
    Path(os.environ["PHASES_FILE"]).write_text(json.dumps(result))


time_imports(SourceFileLoader)
time_imports(zipimport.zipimporter)  # Ansible's payload is a zip file
