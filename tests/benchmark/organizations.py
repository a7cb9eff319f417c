# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many organizations: one inventory host each, with its own credentials. The role, a plain task, and other ways."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter, defaultdict
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .measure import InvalidRunError, PeakMemory, Run, check_calls, execute, work
from .rows import CONTENDERS, ENABLED, Bench

ROLE = "orgops.aws.service_access_apply"
TASK = str(CONTENDERS / "organizations.yml")
FLOOR = str(CONTENDERS / "organizations_minimal.yml")
FIRST_ACCOUNT = 100000000001
WANTED, BEFORE = ENABLED, ENABLED[:-1]  # one service is missing in each organization
CELLS = tuple((organizations, forks) for organizations in (1, 10, 100, 300) for forks in (1, 10, 25))
COMPARED = 10  # forks: with so many, the other ways are measured too
HUNDRED = 100
OWN = {"role": ["ansible-playbook", ROLE], "task": ["ansible-playbook", TASK]}
PROCESSES = ("--extra-vars", "orgops_aws_in_process=false")


def account_ids(count: int) -> list[str]:
    """Return the management accounts of this many organizations."""
    return [str(FIRST_ACCOUNT + number) for number in range(count)]


def write_inventory(emulator: EmulatorControl, bench: Bench, count: int, assumed_role: bool = False) -> str:
    """Create the organizations, and an inventory with a host and its credentials for each; its path."""
    from ..fixtures import assume_role  # noqa: PLC0415 - the peak memory of a command includes that of its parent

    emulator.reset()
    hosts = {}
    for account_id in account_ids(count):
        emulator.organization(account_id, enabled=BEFORE)
        credentials = assume_role(emulator, account_id)
        hosts[f"organization-{account_id}"] = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            **credentials,
            "names": list(WANTED),
            **(
                {"service_access_assume_role_arn": f"arn:aws:iam::{account_id}:role/benchmark"}
                if assumed_role
                else {f"service_access_{name}": f"{{{{ {name} }}}}" for name in credentials}
            ),
            "service_access_service_principals": list(WANTED),
        }
    emulator.clear_requests()
    inventory = bench.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    return str(inventory)


def check_organizations(key: str, emulator: EmulatorControl, count: int) -> None:
    """Raise InvalidRunError unless each organization received exactly P + k + P' calls, besides AssumeRole."""
    requests = [request for request in emulator.requests() if request["operation"] != "AssumeRole"]
    expected = work(BEFORE, WANTED)
    for account_id in account_ids(count):
        check_calls(f"{key} {account_id}", (r for r in requests if r["account_id"] == account_id), expected)
    if len(requests) != count * expected.total():
        raise InvalidRunError(f"{key}: {Counter(request['account_id'] for request in requests)}")


def contenders(forks: int) -> dict[str, list[str]]:
    """Return {key: command}, of which the inventory's path is the last argument but for the pool's."""
    if forks != COMPARED:
        return OWN
    return {
        **OWN,
        "role_assumed": ["ansible-playbook", ROLE],
        "role_process": ["ansible-playbook", ROLE, *PROCESSES],
        "task_process": ["ansible-playbook", TASK, *PROCESSES],
        "minimal": ["ansible-playbook", FLOOR],
        "pool": [sys.executable, str(CONTENDERS / "boto3_pool.py")],
    }


def measure_cell(emulator: EmulatorControl, bench: Bench, organizations: int, forks: int) -> dict[str, Any]:
    """Return {organizations, forks, runs of role and task, and for each way {seconds, cpu, controller, workers}}.

    Medians, in seconds and MiB.
    """
    runs: dict[str, list[Run]] = defaultdict(list)
    memory: dict[str, PeakMemory] = defaultdict(PeakMemory)
    rounds = 3 if organizations == 1 or (organizations >= 100 and forks == COMPARED) else 1
    for number in range(rounds):
        for key, command in contenders(forks).items():
            if number and organizations > 100 and key not in OWN:
                continue  # a round of the other ways takes five minutes
            inventory = write_inventory(emulator, bench, organizations, key == "role_assumed")
            words = ["-i", inventory, "--forks", str(forks)] if key != "pool" else [inventory, str(forks)]
            what = f"{key} {organizations} x {forks}"
            with memory[key].sampled():
                runs[key].append(execute(what, [*command, *words], bench.environment))
            check_organizations(what, emulator, organizations)
    return {
        "organizations": organizations,
        "forks": forks,
        "runs": rounds,
        **{
            key: {
                "seconds": round(statistics.median(run.seconds for run in of_key), 2),
                "cpu": round(statistics.median(run.cpu for run in of_key), 2),
                "controller": round(memory[key].controller, 1),
                "workers": round(memory[key].workers, 1),
            }
            for key, of_key in runs.items()
        },
    }


def measure_role(emulator: EmulatorControl, bench: Bench) -> dict[str, Any]:
    """Return the CPU seconds of the role with a results file and of the task, medians of runs that alternate."""
    results = bench.folder / "results.json"
    commands = {**OWN, "role": [*OWN["role"], "--extra-vars", f"service_access_results_file={results}"]}
    cpu: dict[str, list[float]] = defaultdict(list)
    for _round in range(3):
        for key, command in commands.items():
            inventory = write_inventory(emulator, bench, HUNDRED)
            run = execute(key, [*command, "-i", inventory, "--forks", str(COMPARED)], bench.environment)
            check_organizations(key, emulator, HUNDRED)
            cpu[key].append(run.cpu)
    if len(json.loads(results.read_text())["organizations"]) != HUNDRED:
        raise InvalidRunError("role: incomplete results file")
    return {key: round(statistics.median(of_key), 2) for key, of_key in cpu.items()}
