# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of faults as a task; a second run reaches the desired state."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import (
    BACKUP,
    DELEGATION_NEW,
    DELEGATION_OLD,
    DELEGATION_ROWS,
    DEREGISTER,
    DISABLE,
    ENABLE,
    NEW,
    NEW_ACCOUNT,
    OLD,
    OLD_ACCOUNT,
    REGISTER,
    ROWS,
    SSO,
    DelegationRow,
    Row,
)


def assert_as_documented(row: Row, result: dict[str, Any], requests: list[dict[str, Any]]) -> None:
    """Assert what the user sees, and how often the affected operation was called."""
    assert ("failed" not in result) is row.succeeds, result
    assert row.sees in result.get("msg", "")
    assert "Traceback" not in result.get("msg", "")
    assert "max retries" not in result.get("msg", "")
    assert sum(request["operation"] == row.operation for request in requests) == row.requests


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fault)
def test_row(service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, row: Row) -> None:
    def state() -> list[str]:
        entries = service_access_info()["enabled_service_principals"]
        return [entry["service_principal"] for entry in entries]

    emulator.organization(enabled=OLD)
    emulator.fault(row.operation, **row.script)
    emulator.settings(**row.settings)
    result = service_access(NEW, purge_service_principals=True, **row.options)
    requests = emulator.requests()

    assert_as_documented(row, result, requests)

    emulator.clear_faults()
    emulator.settings(stale_listings=0)
    assert state() == sorted(row.state)
    told = {*OLD, *result.get("enabled", [])} - set(result.get("disabled", []))
    assert told == set(row.state)
    assert result.get("changed", False) is (sorted(row.state) != sorted(OLD))
    if row.operation in (ENABLE, DISABLE) and not row.succeeds:
        assert result["failed_service_principals"]

    again = service_access(NEW, purge_service_principals=True)
    assert "failed" not in again
    assert state() == NEW


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("row", DELEGATION_ROWS, ids=lambda row: row.fault)
def test_delegation_row(
    delegated_administrator: RunModule, run_module: RunModule, emulator: EmulatorControl, row: DelegationRow
) -> None:
    def state() -> list[str]:
        accounts = run_module("organizations_delegated_administrator_info")["delegated_administrators"]
        return [
            f"{account['account_id']} {service['service_principal']}"
            for account in accounts
            for service in account["service_principals"]
        ]

    emulator.organization(
        enabled=[line.split()[1] for line in {*DELEGATION_OLD, *DELEGATION_NEW}],
        members={OLD_ACCOUNT: "old", NEW_ACCOUNT: "new"},
        delegated_administrators={line.split()[1]: [OLD_ACCOUNT] for line in DELEGATION_OLD},
    )
    emulator.fault(row.operation, **row.script)
    emulator.settings(**row.settings)
    wanted = {NEW_ACCOUNT: [BACKUP, SSO]}
    result = delegated_administrator(wanted, purge_delegated_administrators=True, **row.options)
    assert_as_documented(row, result, emulator.requests())

    emulator.clear_faults()
    emulator.settings(stale_listings=0)
    assert state() == sorted(row.state)
    added, removed = (
        {f"{one['account_id']} {one['service_principal']}" for one in result.get(key, [])}
        for key in ("registered", "deregistered")
    )
    if "somebody else" not in row.fault:
        assert {*DELEGATION_OLD, *added} - removed == set(row.state)
    assert result.get("changed", False) is bool(added or removed)
    if row.operation in (REGISTER, DEREGISTER) and not row.succeeds:
        assert result["failed_registrations"]

    again = delegated_administrator(wanted, purge_delegated_administrators=True)
    assert "failed" not in again
    assert state() == sorted(DELEGATION_NEW)
