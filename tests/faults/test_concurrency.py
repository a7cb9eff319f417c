# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two concurrent runs: both end, the final state is that of some serial order, and each reports what it did."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import CREDENTIALS, RunModule
from .rows import BACKUP, DELEGATION_NEW, DELEGATION_OLD, NEW_ACCOUNT, OLD_ACCOUNT, SSO

MODULES = "ansible_collections.orgops.aws.plugins.modules"


def start_module(
    emulator: EmulatorControl, access_key: str, name: str = "organizations_service_access", **options: Any
) -> subprocess.Popen[str]:
    """Start the module in a process, as Ansible runs it on a host."""
    arguments = {"endpoint_url": emulator.url, **CREDENTIALS, "access_key": access_key, **options}
    program = (
        "import json, sys\n"
        "from ansible.module_utils.testing import patch_module_args\n"
        f"from {MODULES}.{name} import main\n"
        "with patch_module_args(json.loads(sys.argv[1])):\n"
        "    main()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors, errors
    result: dict[str, Any] = json.loads(output)
    return result


def did(emulator: EmulatorControl, access_key: str, operation: str) -> set[str]:
    """Return the service principals of this access key's successful calls."""
    return {
        request["parameters"]["ServicePrincipal"]
        for request in emulator.requests()
        if (request["access_key_id"], request["operation"], request["status"]) == (access_key, operation, 200)
    }


SAME = ["backup.amazonaws.com", "config.amazonaws.com", "macie.amazonaws.com"]
OTHER = ["account.amazonaws.com", "health.amazonaws.com", "ssm.amazonaws.com"]
GONE = ["devops-guru.amazonaws.com", "ds.amazonaws.com"]
PURGE = {"service_principals": SAME, "purge_service_principals": True}


@pytest.mark.parametrize("round_number", range(2))
@pytest.mark.parametrize(
    ("first", "second", "end_states"),
    [
        pytest.param({"service_principals": SAME}, {"service_principals": SAME}, [[*GONE, *SAME]], id="same-set"),
        pytest.param(
            {"service_principals": SAME}, {"service_principals": OTHER}, [[*GONE, *SAME, *OTHER]], id="disjoint-sets"
        ),
        pytest.param(PURGE, PURGE, [SAME], id="both-purge"),
        pytest.param(PURGE, {"service_principals": OTHER}, None, id="one-purges"),
    ],
)
def test_two_runs_at_once(
    service_access_info: RunModule,
    emulator: EmulatorControl,
    first: dict[str, Any],
    second: dict[str, Any],
    end_states: list[list[str]] | None,
    round_number: int,
) -> None:
    emulator.organization(enabled=GONE)
    emulator.settings(write_seconds=0.05 * (1 + round_number))
    options: dict[str, Any] = {"wait_timeout": 3}
    processes = {
        "AKIDFIRST": start_module(emulator, "AKIDFIRST", **first, **options),
        "AKIDSECOND": start_module(emulator, "AKIDSECOND", **second, **options),
    }
    results = {key: result_of(process) for key, process in processes.items()}

    for key, result in results.items():
        assert set(result["enabled"]) == did(emulator, key, "EnableAWSServiceAccess")
        assert set(result["disabled"]) == did(emulator, key, "DisableAWSServiceAccess")
        if "failed" in result:  # the other run reverted this one's change, and this one reports it
            assert result["not_visible_yet"]
            assert set(result["not_visible_yet"]) <= {*result["enabled"], *result["disabled"]}
        else:
            assert result["changed"] is bool(result["enabled"] or result["disabled"])
    emulator.settings(write_seconds=0)
    state = [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]
    if end_states:
        assert state in [sorted(end_state) for end_state in end_states]
    else:  # each of OTHER was enabled before the purging run listed, or after
        assert set(SAME) <= set(state) <= {*SAME, *OTHER}
        assert set(state) - set(SAME) == set(OTHER) - set(results["AKIDFIRST"]["disabled"])


@pytest.mark.parametrize("round_number", range(2))
def test_two_runs_at_once_on_delegated_administrators(
    run_module: RunModule, emulator: EmulatorControl, round_number: int
) -> None:
    """Both want the same, in exact mode; what one has done is neither a change nor a failure of the other."""
    emulator.organization(
        enabled=[line.split()[1] for line in {*DELEGATION_OLD, *DELEGATION_NEW}],
        members={OLD_ACCOUNT: "old", NEW_ACCOUNT: "new"},
        delegated_administrators={line.split()[1]: [OLD_ACCOUNT] for line in DELEGATION_OLD},
    )
    emulator.settings(write_seconds=0.05 * (1 + round_number))
    name = "organizations_delegated_administrator"
    wanted = [{"account_id": NEW_ACCOUNT, "service_principals": [BACKUP, SSO]}]
    options = {"delegated_administrators": wanted, "purge_delegated_administrators": True, "wait_timeout": 10}
    processes = [start_module(emulator, key, name, **options) for key in ("AKIDFIRST", "AKIDSECOND")]
    results = [result_of(process) for process in processes]
    emulator.settings(write_seconds=0)
    made = [
        (change["account_id"], change["service_principal"])
        for result in results
        for key in ("registered", "deregistered")
        for change in result[key]
    ]
    assert sorted(made) == sorted(tuple(line.split()) for line in {*DELEGATION_OLD, *DELEGATION_NEW})
    assert run_module(name, **options)["changed"] is False
