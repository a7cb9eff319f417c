# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task connects once to each service, and looks its credentials up once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, numbered

NAMES = numbered(25)


@pytest.mark.parametrize(
    ("enabled", "options", "clients"),
    [
        pytest.param(NAMES, {}, ["organizations"], id="no change"),
        pytest.param(NAMES, {"check_mode": True}, ["organizations"], id="no change, check mode"),
        pytest.param(NAMES[:5], {}, ["organizations"], id="change"),
        pytest.param(NAMES[:5], {"check_mode": True}, ["organizations", "sts"], id="change, check mode"),
    ],
)
@pytest.mark.parametrize("token", [None, "session-token"])
def test_one_connection_for_each_service_and_one_credential_run(
    service_access: RunModule,
    emulator: EmulatorControl,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    token: str | None,
    enabled: list[str],
    options: dict[str, Any],
    clients: list[str],
) -> None:
    given = {"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "wJalrXUtnFEMI", "SessionToken": token}
    (tmp_path / "credentials.json").write_text(json.dumps(given))
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\ncat {tmp_path}/credentials.json\n")
    program.chmod(0o700)
    configuration = tmp_path / "config"
    configuration.write_text(f"[profile with-program]\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    emulator.organization(enabled=enabled)
    result = service_access(NAMES, profile="with-program", access_key=None, secret_key=None, **options)
    assert result["enabled"] == [name for name in NAMES if name not in enabled]
    connections = {(entry["service"], entry["connection"]) for entry in emulator.requests()}
    assert sorted(service for service, _number in connections) == clients
    assert {entry["access_key_id"] for entry in emulator.requests()} == {"AKIDPROCESS"}
    assert (tmp_path / "runs").read_text() == "run\n"
