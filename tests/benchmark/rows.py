# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of the benchmark: the modules, and other methods."""

from __future__ import annotations

import json
import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_APIS,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..emulator.faults import RATES
from ..emulator.rulebook import AWS_CLI
from .measure import ENABLE, Contender, InvalidRunError, execute, measure, work

CONTENDERS = Path(__file__).parent / "contenders"
# Names in the catalog that cause no warning, as in a typical task; and made-up ones, which the catalog has too few for.
KNOWN = sorted(name for name, service in BY_PRINCIPAL.items() if not service.insufficient)
ENABLED, MISSING = KNOWN[:20], KNOWN[20:40]
TWENTY = [*ENABLED, *MISSING]
MANY = [f"svc-{number:03}.emulated.amazonaws.com" for number in range(200)]
THROTTLED = "TooManyRequestsException"
# The Regions that are enabled in a new account.
REGIONS = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)


class Rounds(NamedTuple):
    """How often the rows run: those of a second or two, those of many seconds, and single processes."""

    quick: int = 7
    slow: int = 3
    process: int = 15


class Bench(NamedTuple):
    """Where the commands run: an environment that leads to the emulator, and a folder for their files."""

    environment: Mapping[str, str]
    folder: Path

    def playbook(self, name: str, names: Sequence[str]) -> list[str]:
        """Return the command that runs a playbook of the contenders with these service principals."""
        variables = self.folder / f"names-{len(names)}-{names[0] if names else ''}.json"
        variables.write_text(json.dumps({"names": list(names), "aws_cli": str(AWS_CLI)}))
        return ["ansible-playbook", str(CONTENDERS / f"{name}.yml"), "-e", f"@{variables}"]

    def payload(self, emulator: EmulatorControl, contender: Contender) -> list[str]:
        """Return the command with which ansible-playbook starts the module of a contender's only task.

        It is what a run with ANSIBLE_KEEP_REMOTE_FILES leaves behind.
        """
        remote = self.folder / "payloads" / contender.key
        contender.prepare(emulator)
        keep = {"ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TEMP": str(remote)}
        replace(contender, environment={**contender.environment, **keep}).run()
        (payload,) = remote.glob("*/AnsiballZ_*.py")
        return [sys.executable, str(payload)]


def playbook_rows(bench: Bench, rounds: Rounds) -> list[Contender]:
    """Return the rows of whole commands, from the start of ansible-playbook, Python or a shell to its end."""

    def row(key: str, what: str, command: list[str], **fields: Any) -> Contender:
        given = {"enabled": ENABLED, "wanted": TWENTY, "rounds": rounds.quick, **fields}
        return Contender(key, what, command, environment=bench.environment, **given)

    def unchanged(key: str, what: str, playbook: str, names: Sequence[str], wanted: Sequence[str]) -> Contender:
        return row(key, what, bench.playbook(playbook, wanted), enabled=names, wanted=wanted)

    script = [sys.executable, str(CONTENDERS / "boto3_script.py"), *TWENTY]
    shell = ["sh", str(CONTENDERS / "aws_cli.sh"), str(AWS_CLI), *MISSING]
    loop, command = (bench.playbook(name, MISSING) for name in ("task_loop", "aws_cli_loop"))
    one_by_one = sum((work([*ENABLED, *MISSING[:done]], [MISSING[done]]) for done in range(20)), Counter())
    aws_cli: dict[str, Any] = {"listings": 0, "rounds": rounds.slow}
    return [
        row("task", "one task, 20 changes", bench.playbook("task", TWENTY)),
        row("minimal", "minimal module, same calls", bench.playbook("minimal", TWENTY)),
        row("boto3", "boto3 script, same calls", script),
        unchanged("task_unchanged", "one task, no change, 20 enabled", "task", ENABLED, ENABLED),
        unchanged("task_unchanged_200", "one task, no change, 200 enabled", "task", MANY, MANY),
        unchanged("info_200", "info, 200 enabled", "info", MANY, []),
        row("nothing", "playbook without a task", bench.playbook("nothing", []), wanted=[], listings=0),
        row("task_loop", "one task for each principal, 20 changes", loop, calls=one_by_one, rounds=rounds.slow),
        row("aws_cli", "AWS CLI in a shell loop, 20 changes", shell, **aws_cli),
        row("aws_cli_command", "AWS CLI in a loop of ansible.builtin.command, 20 changes", command, **aws_cli),
    ]


MODULE_ROWS = ("task", "minimal", "task_unchanged", "minimal_unchanged", "task_unchanged_200", "info_200")


def module_rows(
    emulator: EmulatorControl, bench: Bench, playbooks: Sequence[Contender], rounds: Rounds
) -> list[Contender]:
    """Return the module processes of the playbooks' tasks alone."""
    by_key = {contender.key: contender for contender in playbooks}
    if "minimal" in by_key:
        by_key["minimal_unchanged"] = replace(
            by_key["minimal"],
            key="minimal_unchanged",
            what="minimal module, no change, 20 enabled",
            command=bench.playbook("minimal", ENABLED),
            wanted=ENABLED,
        )
    return [
        replace(by_key[key], command=bench.payload(emulator, by_key[key]), rounds=rounds.process)
        for key in MODULE_ROWS
        if key in by_key
    ]


def measure_administrators(emulator: EmulatorControl, bench: Bench) -> dict[str, float]:
    """Measure exact mode over 200 accounts with 400 registrations, of which 10 are replaced, at AWS's rates.

    Seconds, the least seconds that they can take, calls made, calls rejected, and peak memory in MiB.
    """
    services, accounts = ["backup.amazonaws.com", "mgn.amazonaws.com"], [f"{number:012}" for number in range(1, 211)]
    emulator.reset()
    emulator.organization(
        enabled=services,
        members={account_id: f"account-{account_id}" for account_id in accounts},
        delegated_administrators=dict.fromkeys(services, accounts[:200]),
    )
    emulator.settings(rate_limits=True)
    wanted = dict.fromkeys(accounts[5:205], services)
    variables = bench.folder / "administrators.json"
    listed = [{"account_id": account_id, "service_principals": names} for account_id, names in wanted.items()]
    variables.write_text(json.dumps({"delegated_administrators": listed}))
    command = ["ansible-playbook", str(CONTENDERS / "administrators.yml"), "-e", f"@{variables}"]
    run = execute("administrators", command, bench.environment)
    made = emulator.requests()
    rejected = sum(entry["error"] == THROTTLED for entry in made)
    accepted = Counter(entry["operation"] for entry in made if not entry["error"])
    bound = max((accepted[operation] - burst) / rate for operation, ((rate, burst), _all) in RATES.items())
    if (accepted["RegisterDelegatedAdministrator"], accepted["DeregisterDelegatedAdministrator"]) != (10, 10):
        raise InvalidRunError(f"administrators: {dict(accepted)}")
    figures = {"seconds": round(run.seconds, 2), "bound": bound, "calls": len(made), "rejected": rejected}
    return {**figures, "memory": round(run.memory, 1)}


def measure_regions(emulator: EmulatorControl, bench: Bench) -> dict[str, float]:
    """Measure five services in 17 Regions without changes, each call answered after 0.1 seconds.

    Seconds of the module's process, of a script that makes the same calls one after the other, and calls made.
    """
    account, every = "222222222222", dict.fromkeys(REGIONS, "ENABLED_BY_DEFAULT")
    services = sorted(api.principal for api in ADMINISTRATOR_APIS if api.by_region)
    variables = bench.folder / "regions.json"
    listed = [{"account_id": account, "service_principals": services}]
    variables.write_text(json.dumps({"delegated_administrators": listed}))
    playbook = ["ansible-playbook", str(CONTENDERS / "regions.yml"), "-e", f"@{variables}"]
    script = [sys.executable, str(CONTENDERS / "regions.py"), *services]
    lists = {"ListDelegatedAdminAccounts": len(every), "ListOrganizationAdminAccounts": 4 * len(every)}
    calls = Counter({"ListDelegatedAdministrators": len(services), "ListRegions": 1, **lists})

    class Regional(Contender):
        def prepare(self, emulator: EmulatorControl) -> None:
            emulator.reset()
            emulator.organization(
                enabled=services,
                members={account: "security"},
                delegated_administrators={name: [account] for name in services},
                regions=every,
                regional_administrators={name: dict.fromkeys(every, account) for name in services},
            )
            emulator.fault(delay=0.1, count=None)

    given: dict[str, Any] = {"rounds": 3, "environment": bench.environment, "calls": calls}
    task = Regional("regions", "five services in 17 Regions", playbook, [], [], **given)
    task = replace(task, command=bench.payload(emulator, task))
    one_by_one = Regional("regions_script", "the same calls, one after the other", script, [], [], **given)
    runs = measure(emulator, [task, one_by_one])
    seconds = {key: round(statistics.median(run.seconds for run in made), 2) for key, made in runs.items()}
    return {"seconds": seconds["regions"], "one_by_one": seconds["regions_script"], "calls": calls.total()}


def measure_throttled(emulator: EmulatorControl, bench: Bench) -> dict[str, float]:
    """Measure 50 changes at AWS's rates: seconds, the least that they can take, calls made and calls rejected."""
    names = KNOWN[:50]
    (rate, burst), _of_organization = RATES[ENABLE]
    command, what = bench.playbook("task", names), "one task, 50 changes, AWS's rates"
    contender = Contender("throttled", what, command, [], names, rounds=1, environment=bench.environment)
    contender.prepare(emulator)
    emulator.settings(rate_limits=True)
    run = contender.run()
    contender.check(emulator, refused=THROTTLED)
    made = emulator.requests()
    rejected = sum(entry["error"] == THROTTLED for entry in made)
    bound = (len(names) - burst) / rate
    return {"seconds": round(run.seconds, 2), "bound": bound, "calls": len(made), "rejected": rejected}
