# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many organizations: one inventory host each, with credentials of its own, against the framework's floor."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import boto3

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .measure import MemorySampler, WrongWorkError, check_calls, execute, work
from .rows import CONTENDERS, ENABLED, Workshop

ROLE = "orgops.aws.service_access_apply"
TASK = str(CONTENDERS / "organizations.yml")
FLOOR = str(CONTENDERS / "organizations_minimal.yml")
FIRST_ACCOUNT = 100000000001
WANTED, BEFORE = ENABLED, ENABLED[:-1]  # one service is missing in each organization


@dataclass(frozen=True)
class Cell:
    """Organizations and forks, how often, and whether the plain task and its floor are measured too."""

    organizations: int
    forks: int
    rounds: int = 1
    floor: bool = True


# With one fork a hundred hosts take their time, and the floor says nothing that ten do not say.
CELLS = (
    *(Cell(1, forks, rounds=2) for forks in (1, 5, 10)),
    *(Cell(10, forks) for forks in (1, 5, 10)),
    Cell(50, 1, floor=False),
    Cell(50, 5, floor=False),
    Cell(50, 10),
    Cell(100, 1, floor=False),
    Cell(100, 5, floor=False),
    Cell(100, 10, rounds=2),
)


class CellResult(TypedDict):
    """Medians in seconds, organizations a minute, and the peak memory of the role's runs in MiB."""

    organizations: int
    forks: int
    runs: int
    seconds: float
    per_minute: float
    task_seconds: float | None
    floor_seconds: float | None
    controller_memory: float
    module_memory: float
    memory: float


def account_ids(count: int) -> list[str]:
    """The management accounts of this many organizations."""
    return [str(FIRST_ACCOUNT + number) for number in range(count)]


def write_inventory(emulator: EmulatorControl, workshop: Workshop, count: int) -> str:
    """Make the organizations, and an inventory of a host with credentials for each; its path."""
    emulator.reset()
    sts = boto3.client(
        "sts",
        endpoint_url=emulator.url,
        region_name="us-east-1",
        aws_access_key_id="AKIDEMULATED",
        aws_secret_access_key="emulated-secret-key",
    )
    hosts = {}
    for account_id in account_ids(count):
        emulator.organization(account_id, enabled=BEFORE)
        role = f"arn:aws:iam::{account_id}:role/benchmark"
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="benchmark")["Credentials"]
        hosts[f"organization-{account_id}"] = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "session_token": credentials["SessionToken"],
            "names": list(WANTED),
            **{f"service_access_{name}": f"{{{{ {name} }}}}" for name in ("access_key", "secret_key", "session_token")},
            "service_access_service_principals": list(WANTED),
        }
    emulator.clear_requests()
    inventory = workshop.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    return str(inventory)


def check_organizations(key: str, emulator: EmulatorControl, count: int) -> None:
    """WrongWorkError unless each organization got exactly P + k + P' calls."""
    requests = emulator.requests()
    expected = work(BEFORE, WANTED)
    for account_id in account_ids(count):
        check_calls(f"{key} {account_id}", (r for r in requests if r["account_id"] == account_id), expected)
    if len(requests) != count * expected.total():
        raise WrongWorkError(f"{key}: {Counter(request['account_id'] for request in requests)}")


def measure_cell(emulator: EmulatorControl, workshop: Workshop, cell: Cell) -> CellResult:
    """The role's playbook, the plain task's and the floor's, in turn."""
    seconds: dict[str, list[float]] = {}
    memory = MemorySampler()
    for _round in range(cell.rounds):
        for playbook in (ROLE, TASK, FLOOR) if cell.floor else (ROLE,):
            inventory = write_inventory(emulator, workshop, cell.organizations)
            key = f"{playbook} {cell.organizations} x {cell.forks}"
            command = ["ansible-playbook", playbook, "-i", inventory, "--forks", str(cell.forks)]
            with MemorySampler() as sampler:
                run = execute(key, command, workshop.environment)
            check_organizations(key, emulator, cell.organizations)
            seconds.setdefault(playbook, []).append(run.seconds)
            if playbook == ROLE:
                memory.keep_peaks_of(sampler)
    medians = {playbook: round(statistics.median(runs), 2) for playbook, runs in seconds.items()}
    return CellResult(
        organizations=cell.organizations,
        forks=cell.forks,
        runs=cell.rounds,
        seconds=medians[ROLE],
        per_minute=round(60 * cell.organizations / medians[ROLE], 1),
        task_seconds=medians.get(TASK),
        floor_seconds=medians.get(FLOOR),
        controller_memory=round(memory.controller, 1),
        module_memory=round(memory.module, 1),
        memory=round(memory.together, 1),
    )


def measure_organizations(
    emulator: EmulatorControl, workshop: Workshop, cells: Sequence[Cell] = CELLS
) -> Iterator[CellResult]:
    """Each cell as it is done."""
    for cell in cells:
        yield measure_cell(emulator, workshop, cell)
