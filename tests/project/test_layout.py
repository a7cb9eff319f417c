# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layout of plugins/: which room may import which, what runs on the controller, sizes, a test for each file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ansible_collections.orgops.aws.tests.paths import ROOT

COLLECTION = "ansible_collections.orgops.aws."
PRIVATE = "plugins.module_utils._organizations"

# From the bottom to the top: a folder of plugins/ imports only those before it, ...
FOLDERS = ("doc_fragments", "module_utils", "plugin_utils", "modules", "action")
# ... and so does a room; those of one floor do not import each other. The files beside the rooms are the room "".
ROOMS = {
    "module_utils": (("catalog",), ("aws",), ("task",), ("service_access", "delegated_administrators"), ("",)),
    "plugin_utils": (("_forks",), ("_summary",), ("_role",), ("_report",)),
}
MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 250  # without documentation and data: what is assigned to a name at the top level

# Each module of the controller, in a fresh process without botocore.
IMPORT_WITHOUT_BOTO = """
import importlib, sys

sys.modules.update(boto3=None, botocore=None)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def module_name(path: Path) -> str:
    """Return the name below the collection: "plugins.action.role_apply"."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(path): ast.parse(path.read_text()) for path in sorted((ROOT / "plugins").rglob("*.py"))}


def imports(module: str) -> set[tuple[str, str | None]]:
    """Return (module of this collection, name) for each name that a module imports; (module, None) for all of it."""
    found: set[tuple[str, str | None]] = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {(alias.name.replace(COLLECTION, "", 1), None) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join([*module.split(".")[: -node.level], ""]) if node.level else ""
            source = f"{package}{node.module or ''}".replace(COLLECTION, "", 1).rstrip(".")
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                found.add((whole, None) if whole in TREES else (source, alias.name))
    return {(source, name) for source, name in found if source.startswith("plugins.")}


GRAPH = {module: {source for source, _name in imports(module)} for module in TREES}
CONTROLLER = sorted(module for module in TREES if module.split(".")[1] in ("action", "plugin_utils"))
FILES = sorted(module for module in TREES if f"plugins.{module.split('.')[1]}" != module and "_utils." in module)


def place(module: str) -> tuple[str, str]:
    """Return (folder, room) of a module; the room is empty for a file beside the rooms."""
    folder, *rest = module.removeprefix("plugins.").replace("module_utils._organizations", "module_utils", 1).split(".")
    return folder, rest[0] if len(rest) > 1 or module in PACKAGES else ""


PACKAGES = {module_name(path) for path in (ROOT / "plugins").rglob("__init__.py")}


def floor(module: str) -> tuple[int, int]:
    """Return how high a module is: the number of its folder, and of its room's floor."""
    folder, room = place(module)
    floors = ROOMS.get(folder, ((room,),))
    return FOLDERS.index(folder), next(number for number, rooms in enumerate(floors) if room in rooms)


def public(module: str) -> set[str]:
    """Return the names in the ``__all__`` of a module: those that other files of plugins/ may import."""
    for node in TREES[module].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_the_import_graph_has_no_cycle() -> None:
    assert f"{PRIVATE}.aws.retries" in GRAPH[f"{PRIVATE}.aws.connection"]  # relative
    assert f"{PRIVATE}.module" in GRAPH["plugins.modules.organizations_service_access"]  # absolute
    assert set(TopologicalSorter(GRAPH).static_order()) == set(TREES)


@pytest.mark.parametrize("module", TREES)
def test_no_import_leads_to_a_higher_floor(module: str) -> None:
    for source in GRAPH[module]:
        is_version = source == "plugins.module_utils._version"
        assert is_version or floor(source) < floor(module) or place(source) == place(module)


@pytest.mark.parametrize("module", TREES)
def test_only_public_names_are_imported(module: str) -> None:
    private = {(source, name) for source, name in imports(module) if name not in public(source)}
    assert {(source, name) for source, name in private if source != "plugins.module_utils._version"} == set()


@pytest.mark.parametrize("module", FILES)
def test_a_public_name_is_imported(module: str) -> None:
    assert public(module) <= {name for other in TREES for source, name in imports(other) if source == module}


@pytest.mark.parametrize("module", TREES)
def test_files_and_functions_are_short(module: str) -> None:
    code = [node for node in TREES[module].body if not isinstance(node, (ast.Assign, ast.AnnAssign))]
    assert sum(length(node) for node in code) <= MAX_FILE_LINES
    functions = [node for node in ast.walk(TREES[module]) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert {node.name: length(node) for node in functions if length(node) > MAX_FUNCTION_LINES} == {}


def length(node: ast.stmt) -> int:
    """Return the lines of a statement."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_client_is_used_through_its_class_only() -> None:
    client = f"{PRIVATE}.aws.organizations"
    classes = {node.name for node in TREES[client].body if isinstance(node, ast.ClassDef)}
    assert {name for module in TREES for source, name in imports(module) if source == client} <= classes


def test_the_controller_needs_no_boto() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_WITHOUT_BOTO, *(f"{COLLECTION}{module}" for module in CONTROLLER)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", CONTROLLER)
def test_the_controller_imports_boto_only_with_the_modules(module: str) -> None:
    assert not re.search(r"^\s*(import|from) boto", ast.unparse(TREES[module]), re.MULTILINE)


@pytest.mark.parametrize("module", [module for module in FILES if public(module) and "_version" not in module])
def test_a_file_has_a_test_file_of_its_name(module: str) -> None:
    folder, room = place(module)
    name = f"test_{module.rpartition('.')[2].lstrip('_')}.py"
    assert (ROOT / "tests" / "unit" / "plugins" / folder / room.lstrip("_") / name).is_file()
