# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of the services' APIs: each row as a task for a REST, a query and a JSON service.

Service Catalog speaks JSON with botocore 1.35 and CBOR since 1.44. The task enables the service with its API,
another one with AWS Organizations, and purges a third.
"""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import ALONE, COMPLETE, SERVICE_API_ROWS, SWITCH, UNCONFIRMED, ServiceApiRow

CONFIG, OLD = "config.amazonaws.com", "devops-guru.amazonaws.com"
SERVICES = {
    "REST": "wellarchitected.amazonaws.com",
    "query": "member.org.stacksets.cloudformation.amazonaws.com",
    "JSON": "servicecatalog.amazonaws.com",
}


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("protocol", SERVICES)
@pytest.mark.parametrize("row", SERVICE_API_ROWS, ids=lambda row: f"{row.fault} ({row.call})")
def test_row(
    service_access: RunModule,
    service_access_info: RunModule,
    emulator: EmulatorControl,
    row: ServiceApiRow,
    protocol: str,
) -> None:
    def state() -> list[str]:
        entries = service_access_info()["enabled_service_principals"]
        return [entry["service_principal"] for entry in entries]

    name = SERVICES[protocol]
    api = API_OF[name]
    assert api.read
    operation = api.enable.name if row.call == SWITCH else api.read.operation.name
    task = {"purge_service_principals": True, "prefer_service_api": True, "force": True}
    emulator.organization(enabled=[OLD])
    emulator.fault(operation, **row.script)
    result = service_access([CONFIG, name], **task, **row.options)

    assert ("failed" not in result) is (row.outcome == COMPLETE), result
    assert row.sees in result.get("msg", "")
    assert "Traceback" not in result.get("msg", "")
    assert "max retries" not in result.get("msg", "")
    assert emulator.calls().count(operation) == row.requests
    if row.outcome == ALONE:
        assert list(result["failed_service_principals"]) == [name]
        assert result["enabled"] == [CONFIG]
        is_unknown = row.call == SWITCH and (row.script.get("status") == 500 or "body" in row.script)
        assert result.get("outcome_unknown", []) == ([name] if is_unknown else [])
    if row.outcome == UNCONFIRMED:
        assert "failed_service_principals" not in result
        assert result["enabled"] == sorted([CONFIG, name])
        assert "but could not be confirmed" in result["msg"]
    if row.outcome != COMPLETE and row.script.get("after") is None:
        assert OLD in state()
        assert name not in state()
        assert result.get("switched_with", {}) == {}

    emulator.clear_faults()
    again = service_access([CONFIG, name], **task)
    assert "failed" not in again
    assert again["changed"] is (row.outcome != COMPLETE and row.script.get("after") is None)
    assert state() == sorted([CONFIG, name])
    assert service_access([CONFIG, name], **task)["changed"] is False
