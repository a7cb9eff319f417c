# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example for AWX: its settings, and the playbooks of its workflow, in slices on the emulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.paths import ROOT

from ..end_to_end.fixtures import Command, Inventory
from ..end_to_end.guides import Guide
from ..end_to_end.organizations import CONFIG, MACIE, NORTH, SOUTH, WEST, role_in

AWX = ROOT / "examples" / "awx"
(PLAY,) = DataLoader().load_from_file(str(AWX / "settings.yml"))
# (module without awx.awx, its arguments) of each task
TASKS: list[tuple[str, dict[str, Any]]] = [
    (name.removeprefix("awx.awx."), arguments)
    for task in PLAY["tasks"]
    for name, arguments in task.items()
    if name.startswith("awx.awx.")
]
JOB_TEMPLATES = [arguments for module, arguments in TASKS if module == "job_template"]


def created(module: str) -> set[str]:
    return {arguments["name"] for name, arguments in TASKS if name == module}


def test_modules_of_awx_have_the_options_of_the_settings(command: Command) -> None:
    modules = sorted({f"awx.awx.{module}" for module, _arguments in TASKS})
    found = json.loads(command("ansible-doc", "--json", *modules, warnings=None, expect=None).stdout or "{}")
    if not found:
        pytest.skip("awx.awx is not installed")
    for module, arguments in TASKS:
        options = found[f"awx.awx.{module}"]["doc"]["options"]
        assert set(arguments) <= set(options), module
        assert {name for name, option in options.items() if option.get("required")} <= set(arguments), module
        for name, value in arguments.items():
            assert value in options[name].get("choices", [value]), (module, name)


def test_the_settings_create_what_they_refer_to() -> None:
    for template in JOB_TEMPLATES:
        assert {template["project"]} <= created("project")
        assert {template["inventory"]} <= created("inventory")
        assert {template["execution_environment"]} <= created("execution_environment")
        assert set(template.get("credentials", [])) <= created("credential")
        assert set(template.get("notification_templates_error", [])) <= created("notification_template")
        assert (AWX / template["playbook"]).is_file()
    (workflow,) = (arguments for module, arguments in TASKS if module == "workflow_job_template")
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    assert {node["unified_job_template"]["name"] for node in nodes.values()} == created("job_template")
    next_nodes = [node["related"]["always_nodes"] for node in nodes.values() if "related" in node]
    assert [[node["identifier"] for node in found] for found in next_nodes] == [["merge"], ["no_drift"]]
    (source,) = (arguments for module, arguments in TASKS if module == "inventory_source")
    assert source["source_path"] in Guide(ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst").files
    (schedule,) = (arguments for module, arguments in TASKS if module == "schedule")
    assert schedule["unified_job_template"] == workflow["name"]


def test_the_credential_injects_variables_of_the_role() -> None:
    (kind,) = (arguments for module, arguments in TASKS if module == "credential_type")
    (credential,) = (arguments for module, arguments in TASKS if module == "credential")
    specs = yaml.safe_load((ROOT / "roles" / "service_access" / "meta" / "argument_specs.yml").read_text())
    assert set(kind["injectors"]["extra_vars"]) <= set(specs["argument_specs"]["main"]["options"])
    fields = {field["id"] for field in kind["inputs"]["fields"]}
    values = [*kind["injectors"]["extra_vars"].values(), *kind["injectors"]["env"].values()]
    assert {value.strip("{} ") for value in values} == fields == set(credential["inputs"])
    assert all("lookup('ansible.builtin.env'" in value for value in credential["inputs"].values())


class Workflow:
    """The jobs of a workflow run, each with the extra variables that AWX adds."""

    def __init__(self, command: Command, inventory: Inventory, folder: Path) -> None:
        self.command = command
        self.inventory = inventory
        self.folder = folder

    def run(self, playbook: str, hosts: Mapping[str, dict[str, Any]], expect: int, **variables: Any) -> dict[str, Any]:
        """Run a job, and return its artifacts."""
        given = {"results_directory": str(self.folder / "results"), "awx_workflow_job_id": 7, **variables}
        done = self.command(
            *("ansible-playbook", str(AWX / playbook), *self.inventory(**hosts), "--extra-vars", json.dumps(given)),
            expect=expect,
            environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"},
        )
        (line,) = [line for line in done.stdout.splitlines() if line.startswith("\tRUN: ")]
        artifacts: dict[str, Any] = json.loads(line.removeprefix("\tRUN: "))
        return artifacts


@pytest.fixture
def workflow(command: Command, inventory: Inventory, tmp_path: Path) -> Workflow:
    return Workflow(command, inventory, tmp_path)


def test_drift_and_failures_of_all_slices_are_told_apart(workflow: Workflow, emulator: EmulatorControl) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    emulator.organization(SOUTH, enabled=[MACIE])
    north, south, west = ({name: role_in(number)} for name, number in (("n", NORTH), ("s", SOUTH), ("w", WEST)))
    first = workflow.run("drift.yml", north, 0, awx_job_id=8)
    second = workflow.run("drift.yml", {**south, **west}, 2, awx_job_id=9)  # WEST has no organization
    folder = {"drift_results_directory": first["drift_results_directory"]}
    assert second["drift_results_directory"] == folder["drift_results_directory"]

    found = workflow.run("merge.yml", {**north, **south, **west, "late": {}}, 2, **folder)
    names = {"failed_organizations": ["w"], "missing_organizations": ["late"], "drifted_organizations": ["s"]}
    assert found == names
    assert workflow.run("no_drift.yml", {}, 2, **found) == {"drifted_organizations": ["s"]}
    assert emulator.writes() == []


def test_a_slice_without_results_fails_the_merge(workflow: Workflow, emulator: EmulatorControl) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    north = {"north": role_in(NORTH)}
    drift = workflow.run("drift.yml", north, 0, awx_job_id=8)
    hosts = {**north, "late": role_in(SOUTH)}
    found = workflow.run("merge.yml", hosts, 2, drift_results_directory=drift["drift_results_directory"])
    assert found["missing_organizations"] == ["late"]


def test_the_workflow_succeeds_without_drift(workflow: Workflow, emulator: EmulatorControl) -> None:
    emulator.organization(NORTH, enabled=[CONFIG])
    hosts = {"north": role_in(NORTH)}
    drift = workflow.run("drift.yml", hosts, 0, awx_job_id=8)
    merged = workflow.run("merge.yml", hosts, 0, drift_results_directory=drift["drift_results_directory"])
    assert workflow.run("no_drift.yml", hosts, 0, **merged) == {"drifted_organizations": []}
