# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is made, looked up or connected twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import boto3.session
import botocore.credentials
import botocore.session
import pytest

from ansible_collections.orgops.aws.tests.emulator import control
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ...fixtures import CREDENTIALS, RunModule, numbered

LIST = "ListAWSServiceAccessForOrganization"
NAMES = numbered(25)
NOT_IN_THE_TASK = {"access_key": None, "secret_key": None}
MODES = pytest.mark.parametrize(
    ("enabled", "options", "clients"),
    [
        pytest.param(NAMES, {}, ["organizations"], id="no change"),
        pytest.param(NAMES, {"check_mode": True}, ["organizations"], id="no change, check mode"),
        pytest.param(NAMES[:5], {}, ["organizations"], id="change"),
        pytest.param(NAMES[:5], {"check_mode": True}, ["organizations", "sts"], id="change, check mode"),
    ],
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counter[str]:
    """How often what is made: sessions, look-ups of credentials, and clients by their service."""
    counts: Counter[str] = Counter()

    def count(owner: Any, method: str, name: str | None) -> None:
        original = getattr(owner, method)

        def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
            counts[name or args[0]] += 1
            return original(self, *args, **kwargs)

        monkeypatch.setattr(owner, method, counted)

    credentials = tmp_path / "credentials"
    credentials.write_text("[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = wJalrXUtnFEMI\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    count(boto3.session.Session, "__init__", "session")
    count(botocore.credentials.CredentialResolver, "load_credentials", "credentials")
    count(botocore.session.Session, "create_client", None)
    return counts


@MODES
def test_one_session_for_each_client_and_one_look_up_of_credentials(
    service_access: RunModule,
    emulator: EmulatorControl,
    made: Counter[str],
    enabled: list[str],
    options: dict[str, Any],
    clients: list[str],
) -> None:
    emulator.organization(enabled=enabled)
    service_access(NAMES, **NOT_IN_THE_TASK, **options)
    assert made == {"session": len(clients), "credentials": 1, **dict.fromkeys(clients, 1)}
    assert {entry["access_key_id"] for entry in emulator.requests()} == {"AKIDFILE"}


@MODES
def test_one_connection_for_each_client(
    service_access: RunModule,
    emulator: EmulatorControl,
    enabled: list[str],
    options: dict[str, Any],
    clients: list[str],
) -> None:
    emulator.organization(enabled=enabled)
    service_access(NAMES, **options)
    connections = {(entry["service"], entry["connection"]) for entry in emulator.requests()}
    assert sorted(service for service, _number in connections) == clients


@pytest.mark.parametrize("token", [None, "session-token"])
def test_a_credential_process_runs_once_even_in_check_mode(
    service_access: RunModule,
    emulator: EmulatorControl,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    token: str | None,
) -> None:
    given = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "wJalrXUtnFEMI", "SessionToken": token}
    (tmp_path / "credentials.json").write_text(json.dumps(given))
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\ncat {tmp_path}/credentials.json\n")
    program.chmod(0o700)
    configuration = tmp_path / "config"
    configuration.write_text(f"[profile with-program]\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    emulator.organization()
    result = service_access(NAMES, check_mode=True, profile="with-program", **NOT_IN_THE_TASK)
    assert result["enabled"] == NAMES
    assert "GetCallerIdentity" in emulator.calls()
    assert {entry["access_key_id"] for entry in emulator.requests()} == {"AKIDPROCESS"}
    assert (tmp_path / "runs").read_text() == "run\n"


# What atexit calls last is what was registered first.
TELL_OF_GARBAGE = """
import atexit, gc, runpy, sys
from ansible.module_utils.testing import patch_module_args

@atexit.register
def tell():
    print("collections:", sum(generation["collections"] for generation in gc.get_stats()) - before, file=sys.stderr)
    print("left to the end:", gc.get_count()[0] + len(gc.get_objects()), file=sys.stderr)

before = sum(generation["collections"] for generation in gc.get_stats())
with patch_module_args({arguments}):
    runpy.run_module("ansible_collections.orgops.aws.plugins.modules.{module}", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("organizations_service_access", {"service_principals": ["config.amazonaws.com"]}),
        ("organizations_service_access_info", {}),
    ],
)
def test_a_module_process_spends_no_time_on_garbage(
    emulator: EmulatorControl, module: str, options: dict[str, Any]
) -> None:
    emulator.organization()
    arguments = {**CREDENTIALS, "endpoint_url": emulator.url, **options}
    program = TELL_OF_GARBAGE.format(arguments=arguments, module=module)
    # The process finds the collection where this one has it, whoever imported it here.
    search_path = [str(Path(control.__file__).parents[5]), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(search_path)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ") for line in done.stderr.splitlines())
    assert int(told["collections"]) < 10, "without care there are about a hundred"
    assert int(told["left to the end"]) < 1000, "without care there are hundreds of thousands"
    assert LIST in emulator.calls()
