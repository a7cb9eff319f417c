# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of the benchmark: ours, and other ways to do the same."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..emulator.faults import RATES
from .measure import ENABLE, Contender, execute, work

CONTENDERS = Path(__file__).parent / "contenders"
# Names that the catalog knows and that need no warning, as in a usual task; and invented ones, as many as needed.
KNOWN = sorted(name for name, service in BY_PRINCIPAL.items() if not service.insufficient)
ENABLED, MISSING = KNOWN[:20], KNOWN[20:40]
MANY = [f"svc-{number:03}.emulated.amazonaws.com" for number in range(200)]
THROTTLED = "TooManyRequestsException"
AWS_CLI = Path(sys.prefix) / "aws-cli" / "bin" / "aws"


@dataclass(frozen=True)
class Rounds:
    """How often the rows run: those of a second or two, those of many, and single processes."""

    quick: int = 7
    slow: int = 3
    process: int = 15


@dataclass(frozen=True)
class Workshop:
    """Where the commands run: an environment that leads to the emulator, and a folder for their files."""

    environment: Mapping[str, str]
    folder: Path

    def playbook(self, name: str, names: Sequence[str]) -> list[str]:
        """The command that runs a playbook of the contenders with these service principals."""
        variables = self.folder / f"names-{len(names)}-{names[0]}.json" if names else self.folder / "names.json"
        variables.write_text(json.dumps({"names": list(names), "aws_cli": str(AWS_CLI)}))
        return ["ansible-playbook", str(CONTENDERS / f"{name}.yml"), "-e", f"@{variables}"]

    def payload(self, emulator: EmulatorControl, contender: Contender) -> list[str]:
        """The command with which ansible-playbook starts the module of a contender's only task.

        It is what a run with ANSIBLE_KEEP_REMOTE_FILES leaves behind.
        """
        remote = self.folder / "payloads" / contender.key
        contender.prepare(emulator)
        keep = {"ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TEMP": str(remote)}
        execute(contender.key, contender.command, {**contender.environment, **keep})
        (payload,) = remote.glob("*/AnsiballZ_*.py")
        return [sys.executable, str(payload)]


def playbook_rows(workshop: Workshop, rounds: Rounds) -> list[Contender]:
    """Whole commands, from the start of ansible-playbook, Python or a shell to its end."""
    twenty = [*ENABLED, *MISSING]
    change = work(ENABLED, twenty)

    def row(key: str, what: str, command: list[str], calls: Counter[str], **fields: object) -> Contender:
        given = {"enabled": ENABLED, "wanted": twenty, "rounds": rounds.quick, **fields}
        return Contender(key, what, command, calls=calls, environment=workshop.environment, **given)  # type: ignore[arg-type]

    def ours(key: str, what: str, playbook: str, enabled: Sequence[str], wanted: Sequence[str]) -> Contender:
        command = workshop.playbook(playbook, wanted)
        return row(key, what, command, work(enabled, wanted), enabled=enabled, wanted=wanted)

    one_by_one = sum((work([*ENABLED, *MISSING[:done]], [MISSING[done]]) for done in range(20)), Counter())
    return [
        ours("task", "one task, 20 changes", "task", ENABLED, twenty),
        row("minimal", "minimal module, same calls", workshop.playbook("minimal", twenty), change),
        row(
            "boto3", "boto3 script, same calls", [sys.executable, str(CONTENDERS / "boto3_script.py"), *twenty], change
        ),
        ours("task_unchanged", "one task, no change, 20 enabled", "task", ENABLED, ENABLED),
        ours("task_unchanged_200", "one task, no change, 200 enabled", "task", MANY, MANY),
        ours("info_200", "info, 200 enabled", "info", MANY, []),
        row("nothing", "playbook without a task", workshop.playbook("nothing", []), Counter(), wanted=[]),
        row(
            "task_loop",
            "one task for each principal, 20 changes",
            workshop.playbook("task_loop", MISSING),
            one_by_one,
            rounds=rounds.slow,
        ),
        row(
            "aws_cli",
            "AWS CLI in a shell loop, 20 changes",
            ["sh", str(CONTENDERS / "aws_cli.sh"), str(AWS_CLI), *MISSING],
            work(ENABLED, twenty, listings=0),
            rounds=rounds.slow,
        ),
        row(
            "aws_cli_command",
            "AWS CLI in a loop of ansible.builtin.command, 20 changes",
            workshop.playbook("aws_cli_loop", MISSING),
            work(ENABLED, twenty, listings=0),
            rounds=rounds.slow,
        ),
    ]


MODULE_ROWS = ("task", "minimal", "task_unchanged", "minimal_unchanged", "task_unchanged_200", "info_200")


def module_rows(
    emulator: EmulatorControl, workshop: Workshop, playbooks: Sequence[Contender], rounds: Rounds
) -> list[Contender]:
    """The module processes of the playbooks' tasks alone."""
    by_key = {contender.key: contender for contender in playbooks}
    if "minimal" in by_key:
        by_key["minimal_unchanged"] = replace(
            by_key["minimal"],
            key="minimal_unchanged",
            what="minimal module, no change, 20 enabled",
            command=workshop.playbook("minimal", ENABLED),
            wanted=ENABLED,
            calls=work(ENABLED, ENABLED),
        )
    return [
        replace(by_key[key], command=workshop.payload(emulator, by_key[key]), rounds=rounds.process)
        for key in MODULE_ROWS
        if key in by_key
    ]


def measure_throttled(emulator: EmulatorControl, workshop: Workshop) -> dict[str, float]:
    """50 changes at AWS's rates: seconds, the seconds that no task can do without, calls made and calls rejected."""
    names = KNOWN[:50]
    rate, burst = RATES[ENABLE]
    contender = Contender(
        "throttled",
        "one task, 50 changes, AWS's rates",
        workshop.playbook("task", names),
        enabled=[],
        wanted=names,
        calls=work([], names),
        rounds=1,
        environment=workshop.environment,
    )
    contender.prepare(emulator)
    emulator.settings(rate_limits=True)
    run = execute(contender.key, contender.command, contender.environment)
    contender.check(emulator, refused=THROTTLED)
    made = emulator.requests()
    rejected = sum(entry["error"] == THROTTLED for entry in made)
    bound = (len(names) - burst) / rate
    return {"seconds": round(run.seconds, 2), "bound": bound, "calls": len(made), "rejected": rejected}


__all__ = ["ENABLED", "MISSING", "Rounds", "Workshop", "measure_throttled", "module_rows", "playbook_rows"]
