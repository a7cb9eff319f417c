# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the AWS CLI, which notes its arguments in a file, and their check against botocore's models."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.model import Shape
from botocore.validate import ParamValidator

DETECTOR, GRAPH = "12abc34d567e8fa901bc2d34e56789f0", "arn:aws:detective:REGION:123456789012:graph:1"
# With the standard library only, because it starts for each call.
PROGRAM = f"""#!{sys.executable}
import json, os, sys

words = sys.argv[1:]
with open(os.environ["AWS_CLI_CALLS"], "a") as file:
    file.write(json.dumps({{"words": words, "profile": os.environ["AWS_PROFILE"]}}) + "\\n")
shown = {{"list-detectors": "{DETECTOR}", "list-graphs": "{GRAPH}"}}.get(words[1], "")
region = "=".join(words).partition("--region=")[2].partition("=")[0]
sys.stdout.write(shown.replace("REGION", region))
"""
ARGUMENT: dict[str, dict[str, Any]] = {
    "boolean": {"action": "store_true", "default": None},
    "structure": {"type": json.loads},
}


def arguments_of(shape: Shape, words: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the Region and the arguments of the operation with this input."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--region", required=True)
    parser.add_argument("--query")
    parser.add_argument("--output")
    for name, member in shape.members.items():
        parser.add_argument(f"--{xform_name(name, '-')}", dest=name, **ARGUMENT.get(member.type_name, {}))
    given = vars(parser.parse_args(words))
    found = {name: given[name] for name in shape.members if given[name] is not None}
    if problems := ParamValidator().validate(found, shape).generate_report():
        raise SystemExit(problems)
    return given["region"], found


def calls_in(log: Path) -> list[dict[str, Any]]:
    """Return the calls that the stand-in noted. Exit on one that the AWS CLI would refuse."""
    calls = []
    for line in log.read_text().splitlines():
        noted = json.loads(line)
        service, command, *words = noted["words"]
        client = boto3.client(service, region_name="us-east-1")
        operation = client.meta.method_to_api_mapping[command.replace("-", "_")]
        region, arguments = arguments_of(client.meta.service_model.operation_model(operation).input_shape, words)
        call = {"operation": f"{service}:{operation}", "region": region, "arguments": arguments}
        calls.append({**call, "profile": noted["profile"]})
    return calls
