# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layout of plugins/: what may import what, what runs on the controller, sizes, and a test file for each file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ansible_collections.orgops.aws.tests.emulator.process import ROOT

COLLECTION = "ansible_collections.orgops.aws."
PRIVATE = "plugins.module_utils._organizations"

# The files of _organizations: each imports only those before it.
LAYERS = (
    "startup",
    "secrets",
    "remedies",
    "catalog",
    "service_apis",
    "errors",
    "names",
    "options",
    "retries",
    "connection",
    "responses",
    "client",
    "changes",
    "preflight",
    "safeguards",
    "desired_state",
    "service_access_plan",
    "service_access",
    "service_api_plan",
    "service_api_client",
    "own_states",
    "integrated_service_access",
    "service_access_info",
    "delegated_administrators_plan",
    "registrations",
    "moves",
    "delegated_administrators",
    "delegated_administrators_info",
    "organization",
    "module",
)
# The folders of plugins: each imports only these.
FOLDERS = {
    "action": {"plugin_utils", "module_utils"},
    "doc_fragments": set(),
    "module_utils": {"module_utils"},
    "modules": {"module_utils"},
    "plugin_utils": {"plugin_utils", "module_utils"},
}
MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 250

# Each module of the controller, in a fresh process without botocore.
IMPORT_WITHOUT_BOTO = """
import importlib, sys

sys.modules.update(boto3=None, botocore=None)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def module_name(path: Path) -> str:
    """The name below the collection: "plugins.action.service_access_apply"."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(path): ast.parse(path.read_text()) for path in sorted((ROOT / "plugins").rglob("*.py"))}


def imports(module: str) -> set[tuple[str, str | None]]:
    """(module of this collection, name) for each name that a module imports; without a name for a whole module."""
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
ORGANIZATIONS = sorted(module.rpartition(".")[2] for module in TREES if module.startswith(f"{PRIVATE}."))
CONTROLLER = sorted(module for module in TREES if module.split(".")[1] in ("action", "plugin_utils"))


def public(module: str) -> set[str]:
    """The names in the ``__all__`` of a module."""
    for node in TREES[module].body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_the_import_graph_has_no_cycle() -> None:
    assert f"{PRIVATE}.retries" in GRAPH[f"{PRIVATE}.connection"]  # relative
    assert f"{PRIVATE}.names" in GRAPH["plugins.plugin_utils._report_data"]  # absolute
    assert set(TopologicalSorter(GRAPH).static_order()) == set(TREES)


@pytest.mark.parametrize("module", TREES)
def test_a_folder_imports_only_what_is_below_it(module: str) -> None:
    assert {source.split(".")[1] for source in GRAPH[module]} <= FOLDERS[module.split(".")[1]]


@pytest.mark.parametrize("name", ORGANIZATIONS)
def test_a_layer_imports_only_earlier_ones(name: str) -> None:
    earlier = {f"{PRIVATE}.{layer}" for layer in LAYERS[: LAYERS.index(name)]}
    assert GRAPH[f"{PRIVATE}.{name}"] <= earlier | {"plugins.module_utils._version"}


@pytest.mark.parametrize("module", TREES)
def test_only_public_names_are_imported(module: str) -> None:
    private = {(source, name) for source, name in imports(module) if name not in public(source)}
    assert {(source, name) for source, name in private if source != "plugins.module_utils._version"} == set()


@pytest.mark.parametrize("name", ORGANIZATIONS)
def test_a_file_of_organizations_has_public_names_and_one_purpose(name: str) -> None:
    assert public(f"{PRIVATE}.{name}")
    lines = (ROOT / PRIVATE.replace(".", "/") / f"{name}.py").read_text().count("\n")
    assert lines <= MAX_FILE_LINES or name == "catalog"


def test_the_client_is_used_through_its_class_only() -> None:
    client = f"{PRIVATE}.client"
    classes = {node.name for node in TREES[client].body if isinstance(node, ast.ClassDef)}
    assert {name for module in TREES for source, name in imports(module) if source == client} <= classes


@pytest.mark.parametrize("module", TREES)
def test_no_function_is_long(module: str) -> None:
    functions = [node for node in ast.walk(TREES[module]) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lines = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: count for name, count in lines.items() if count > MAX_FUNCTION_LINES} == {}


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


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        *(("module_utils", name) for name in ORGANIZATIONS),
        *(("plugin_utils", module.rpartition("._")[2]) for module in CONTROLLER if "plugin_utils" in module),
    ],
)
def test_a_file_has_a_test_file_of_its_name(folder: str, name: str) -> None:
    assert (ROOT / "tests" / "unit" / "plugins" / folder / f"test_{name}.py").is_file()
