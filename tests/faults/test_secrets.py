# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output of ansible-playbook at -vvvv, whether the task succeeds or fails in any way."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

from ansible_collections.orgops.aws.plugins.module_utils._organizations.connection import CONNECTION_ARGUMENT_SPEC
from ansible_collections.orgops.aws.plugins.modules import (
    organizations_service_access,
    organizations_service_access_info,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment

from ..fixtures import numbered
from .rows import ADMINISTRATORS, DISABLE, ROWS

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "SECRET-ACCESS-KEY/xyz+1",
    "AWS_SESSION_TOKEN": "SECRET-SESSION-TOKEN==",
}
PROXY_PASSWORD = "SECRET-PROXY-PASSWORD"


def test_every_row_of_the_table_in_one_playbook(emulator: EmulatorControl, tmp_path: Path) -> None:
    """Each row has its own access key and service. Each response contains the secrets, as a malicious one could."""
    quoted = " ".join([*SECRETS.values(), PROXY_PASSWORD])
    to_disable = numbered(len(ROWS))
    to_enable = numbered(len(ROWS), first=500)
    emulator.organization(enabled=to_disable)
    tasks: list[dict[str, Any]] = []
    for number, row in enumerate(ROWS):
        script = {**row.script, "after": 0, "count": None, "delay": 0, "message": f"You sent {quoted}."}
        if "html" in row.script.get("body", ""):
            script["body"] = f"<html>You sent {quoted}</html>"
        access_key = f"AKIDROW{number}"
        emulator.fault(row.operation, **script, access_key_id=access_key)
        absent = row.operation in (DISABLE, ADMINISTRATORS)
        options = {
            "access_key": access_key,
            "service_principal": (to_disable if absent else to_enable)[number],
            "state": "absent" if absent else "present",
            "unknown_service_principals": "ignore",
            "aws_config": {
                "retries": {"total_max_attempts": 1},
                "proxies": {"ftp": f"http://me:{PROXY_PASSWORD}@proxy:1"},
            },
        }
        tasks.append({"orgops.aws.organizations_service_access": options, "ignore_errors": True})
    tasks.append({"orgops.aws.organizations_service_access_info": {}})
    path = tmp_path / "playbook.yml"
    path.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    done = subprocess.run(
        ["ansible-playbook", "-vvvv", "--diff", str(path)],
        env={**ansible_environment(emulator, tmp_path), **SECRETS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    lagging = sum("stale_listings" in row.settings for row in ROWS)
    assert done.stdout.count("...ignoring") == len(ROWS) - lagging
    for secret in (*SECRETS.values(), PROXY_PASSWORD, "AWS4-HMAC-SHA256", "Signature="):
        assert secret not in done.stdout


@pytest.mark.parametrize("module", [organizations_service_access, organizations_service_access_info])
def test_no_log_is_set_correctly_for_every_option(module: Any) -> None:
    options = {**aws_argument_spec(), **CONNECTION_ARGUMENT_SPEC, **module.ARGUMENT_SPEC}
    secret = {name for name, option in options.items() if option.get("no_log")}
    assert secret == {"secret_key", "session_token", "assume_role_external_id"}
