# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""If a module process is killed between two writes, the next run completes the changes."""

from __future__ import annotations

import signal
import time

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import (
    BACKUP,
    DELEGATION_NEW,
    DELEGATION_OLD,
    DEREGISTER,
    NEW,
    NEW_ACCOUNT,
    OLD,
    OLD_ACCOUNT,
    REGISTER,
    SSO,
)
from .test_concurrency import start_module


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
@pytest.mark.parametrize("written", range(5))
def test_killed_between_two_writes(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, how: int, written: int
) -> None:
    def state() -> list[str]:
        return [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]

    steps = [*NEW, *OLD]
    emulator.organization(enabled=OLD)
    # The next write is received, but not applied, because its sender is gone.
    struck = {"ServicePrincipal": steps[written]}
    emulator.fault(
        "EnableAWSServiceAccess" if written < 3 else "DisableAWSServiceAccess", parameters=struck, delay=5, reset=True
    )
    with start_module(emulator, "AKIDKILLED", service_principals=NEW, purge_service_principals=True) as process:
        deadline = time.monotonic() + 30
        while len(emulator.writes()) <= written:
            assert time.monotonic() < deadline
            assert process.poll() is None
        process.send_signal(how)
        process.wait(timeout=10)
        assert process.returncode != 0
    emulator.clear_faults()
    done = steps[:written]
    assert state() == sorted({*OLD, *done} - set(done[3:]))
    result = service_access(NEW, purge_service_principals=True)
    assert result["enabled"] + result["disabled"] == steps[written:]
    assert state() == NEW


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.parametrize("written", range(4))
def test_killed_between_two_writes_of_delegated_administrators(
    run_module: RunModule, emulator: EmulatorControl, written: int
) -> None:
    """Also in the middle of a move, after which the service has no administrator until the next run."""
    name = "organizations_delegated_administrator"
    emulator.organization(
        enabled=[line.split()[1] for line in {*DELEGATION_OLD, *DELEGATION_NEW}],
        members={OLD_ACCOUNT: "old", NEW_ACCOUNT: "new"},
        delegated_administrators={line.split()[1]: [OLD_ACCOUNT] for line in DELEGATION_OLD},
    )
    wanted = [{"account_id": NEW_ACCOUNT, "service_principals": [BACKUP, SSO]}]
    options = {"delegated_administrators": wanted, "purge_delegated_administrators": True}
    operation = [REGISTER, DEREGISTER, REGISTER, DEREGISTER][written]
    emulator.fault(operation, after=written // 2, delay=5, reset=True)
    with start_module(emulator, "AKIDKILLED", name, **options) as process:
        deadline = time.monotonic() + 30
        while len(emulator.writes()) <= written:
            assert time.monotonic() < deadline
            assert process.poll() is None
        process.kill()
        process.wait(timeout=10)
    emulator.clear_faults()
    result = run_module(name, **options)
    assert "failed" not in result
    assert len(result["registered"] + result["deregistered"]) == 4 - written
    assert run_module(name, **options)["changed"] is False
