# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example that enables services in member accounts makes the calls that the module returns as next steps."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_APIS,
)
from ansible_collections.orgops.aws.tests.paths import ROOT

from ..end_to_end.fixtures import Playbook
from . import aws_cli

EXAMPLE = Path("examples/auto_enable_members.yml")
MEMBER, REGIONS = "333333333333", ("eu-central-1", "us-east-1")


@pytest.fixture
def calls_of(playbook: Playbook, tmp_path: Path) -> Any:
    """Run the example with a stand-in for the AWS CLI; return its calls."""
    folder, log = tmp_path / "bin", tmp_path / "calls.jsonl"
    folder.mkdir()
    command = folder / "aws"
    command.write_text(aws_cli.PROGRAM)
    command.chmod(0o755)
    (tmp_path / "aws_config").write_text("[profile security]\n")

    def run(*arguments: str) -> list[dict[str, Any]]:
        log.write_text("")
        variables = {"administrator_profile": "security", "existing_members": [MEMBER]}
        environment = {
            "PATH": os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "AWS_CLI_CALLS": str(log),
            "AWS_CONFIG_FILE": str(tmp_path / "aws_config"),
        }
        playbook(EXAMPLE, "--extra-vars", json.dumps(variables), *arguments, environment=environment)
        return aws_cli.calls_in(log)

    return run


def test_the_example_makes_the_next_steps_in_every_region(calls_of: Any) -> None:
    calls = calls_of()
    assert {call["profile"] for call in calls} == {"security"}
    made = [(call["operation"], call["region"], call["arguments"]) for call in calls if "List" not in call["operation"]]
    expected = []
    for api in ADMINISTRATOR_APIS:
        for step in api.next_steps if api.by_region else ():
            for region in REGIONS:
                values = {
                    "DETECTOR_ID": aws_cli.DETECTOR,
                    "GRAPH_ARN": aws_cli.GRAPH.replace("REGION", region),
                    "MEMBER_ACCOUNT_ID": MEMBER,
                }
                arguments = {
                    name: values.get(value, value) if isinstance(value, str) else value
                    for name, value in step.arguments.items()
                }
                expected.append((f"{api.client}:{step.operation}", region, arguments))
    assert sorted(made, key=str) == sorted(expected, key=str)


def test_check_mode_of_the_example_only_reads(calls_of: Any) -> None:
    assert {call["operation"] for call in calls_of("--check")} == {"guardduty:ListDetectors", "detective:ListGraphs"}


def test_the_guide_shows_the_example() -> None:
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_delegated_administrators.rst").read_text()
    assert f".. literalinclude:: /{EXAMPLE}" in guide
