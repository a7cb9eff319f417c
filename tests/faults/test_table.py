# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of faults, run as a task; and a second run puts everything right."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import DISABLE, ENABLE, NEW, OLD, ROWS, Row


@pytest.mark.usefixtures("naps")
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

    assert ("failed" not in result) is row.succeeds, result
    assert row.sees in result.get("msg", "")
    assert "Traceback" not in result.get("msg", "")
    assert "max retries" not in result.get("msg", "")
    assert sum(request["operation"] == row.operation for request in requests) == row.requests

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
