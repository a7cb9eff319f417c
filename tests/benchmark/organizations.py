# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many organizations: one inventory host each, with its own credentials; the role, a plain task, and the floor."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter, defaultdict
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .measure import InvalidRunError, PeakMemory, check_calls, execute, work
from .rows import CONTENDERS, ENABLED, Bench

ROLE = "orgops.aws.service_access_apply"
TASK = str(CONTENDERS / "organizations.yml")
FLOOR = str(CONTENDERS / "organizations_minimal.yml")
FIRST_ACCOUNT = 100000000001
WANTED, BEFORE = ENABLED, ENABLED[:-1]  # one service is missing in each organization
CELLS = tuple((organizations, forks) for organizations in (1, 10, 50, 100) for forks in (1, 5, 10))


def account_ids(count: int) -> list[str]:
    """The management accounts of this many organizations."""
    return [str(FIRST_ACCOUNT + number) for number in range(count)]


def write_inventory(emulator: EmulatorControl, bench: Bench, count: int) -> str:
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
            **{f"service_access_{name}": f"{{{{ {name} }}}}" for name in credentials},
            "service_access_service_principals": list(WANTED),
        }
    emulator.clear_requests()
    inventory = bench.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    return str(inventory)


def check_organizations(key: str, emulator: EmulatorControl, count: int) -> None:
    """InvalidRunError unless each organization received exactly P + k + P' calls."""
    requests = emulator.requests()
    expected = work(BEFORE, WANTED)
    for account_id in account_ids(count):
        check_calls(f"{key} {account_id}", (r for r in requests if r["account_id"] == account_id), expected)
    if len(requests) != count * expected.total():
        raise InvalidRunError(f"{key}: {Counter(request['account_id'] for request in requests)}")


def measure_cell(emulator: EmulatorControl, bench: Bench, organizations: int, forks: int) -> dict[str, Any]:
    """Medians in seconds, organizations a minute, and the peak memory of the role's runs in MiB."""
    seconds: dict[str, list[float]] = defaultdict(list)
    memory = PeakMemory()
    rounds = 2 if organizations == 1 or (organizations, forks) == (100, 10) else 1
    # With few forks, many organizations take long, and the floor shows no more than it does with ten.
    playbooks = (ROLE, TASK, FLOOR) if organizations <= 10 or forks == 10 else (ROLE,)
    for playbook in playbooks * rounds:
        inventory = write_inventory(emulator, bench, organizations)
        key = f"{playbook} {organizations} x {forks}"
        command = ["ansible-playbook", playbook, "-i", inventory, "--forks", str(forks)]
        with (memory if playbook == ROLE else PeakMemory()).sampled():
            seconds[playbook].append(execute(key, command, bench.environment).seconds)
        check_organizations(key, emulator, organizations)
    medians = {playbook: round(statistics.median(runs), 2) for playbook, runs in seconds.items()}
    return {
        "organizations": organizations,
        "forks": forks,
        "runs": rounds,
        "seconds": medians[ROLE],
        "per_minute": round(60 * organizations / medians[ROLE], 1),
        "task_seconds": medians.get(TASK),
        "floor_seconds": medians.get(FLOOR),
        "controller_memory": round(memory.controller, 1),
        "module_memory": round(memory.module, 1),
        "memory": round(memory.together, 1),
    }
