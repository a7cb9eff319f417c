# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What the main process imports before it forks the workers, and what of ansible-core a fork needs.

Nine tenths of a module's CPU time are imports. The main process imports an action plugin, and with it this file, before
it forks the workers, so the imports are made once.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import importlib
import os
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

from .choice import Loaded, why_no_imports

MODULES = "ansible_collections.orgops.aws.plugins.modules."


def load(names: tuple[str, ...]) -> Loaded:
    """Import the modules, and check what of ansible-core the fork needs."""
    process_id = os.getpid()
    collects = gc.isenabled()
    gc.disable()  # it would examine the objects that the imports create again and again
    try:
        problem = why_no_imports()
        if problem:
            return Loaded(process_id, {}, problem=problem)
        require_what_a_fork_needs()
        modules = {name: importlib.import_module(f"{MODULES}{name}") for name in names}
        data = botocores_data()
    except Exception as error:
        return Loaded(process_id, {}, problem=f"{type(error).__name__}: {error}", is_defect=True)
    finally:
        if collects:
            gc.enable()
    gc.freeze()  # they live until the end, and workers would copy the memory of what they examine
    return Loaded(process_id, modules, data)


def controller_flag() -> tuple[ModuleType, str]:
    """Return where ansible-core keeps whether a process is a controller, which shows warnings and returns none."""
    module, name = importlib.import_module("ansible.module_utils._internal"), "is_controller"
    if getattr(module, name) is not True:
        raise RuntimeError(f"{name} is not true")
    return module, name


def require_what_a_fork_needs() -> None:
    """Raise if this release of ansible-core lacks something that is used before, in or after a fork."""
    controller_flag()
    exception_handler()
    built = importlib.import_module("ansible.executor.module_common")._BuiltModule
    unknown = {field.name for field in dataclasses.fields(built)} - vars(NO_ARCHIVE).keys()
    if unknown:
        raise RuntimeError(f"a built module has {', '.join(sorted(unknown))}")


def exception_handler() -> Callable[[BaseException, str], NoReturn]:
    """Return the function that prints the result of a module that raised an exception, and exits."""
    name = "ansible.module_utils._internal._ansiballz._loader"
    handler: Callable[[BaseException, str], NoReturn] = importlib.import_module(name)._handle_exception
    return handler


def botocores_data() -> Any:
    """Return a loader that has read what every client needs, from botocore's folders: no profile is read."""
    loader = importlib.import_module("botocore.loaders").create_loader()
    for service in ("organizations", "sts"):
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")
    loader.load_data("endpoints")
    loader.load_data("partitions")
    loader.load_data("sdk-default-configuration")
    return loader


def shared_loader(search_path: str | None = None) -> Any:
    """Return the loader that has read the models, unless the user's configuration names further folders."""
    return importlib.import_module("botocore.loaders").create_loader(search_path) if search_path else loaded().data


@functools.lru_cache(maxsize=1)
def loaded() -> Loaded:
    """Import, in the main process if this is first called there. Return what was imported."""
    return load(
        (
            "organizations_delegated_administrator",
            "organizations_delegated_administrator_info",
            "organizations_service_access",
            "organizations_service_access_info",
            "role_organization",
        )
    )


NO_ARCHIVE = SimpleNamespace(
    module_style="new",
    shebang=f"#!{sys.executable}",
    b_module_data=b"",
    serialization_profile="legacy",
    has_async=False,
    has_become=False,
    has_environment=True,
    command_lookup=None,
    get_command_args=lambda *_arguments: None,
    process_result=None,
)


loaded()


__all__ = ["NO_ARCHIVE", "controller_flag", "exception_handler", "loaded", "shared_loader"]
