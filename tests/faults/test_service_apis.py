# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of the services' own APIs: each row as a task for a REST, a query and a JSON service.

Service Catalog speaks JSON with botocore 1.35 and CBOR since 1.44. The task enables the service with its own API,
another one with AWS Organizations, and purges a third.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import EXPIRED, HTML, endless, error

CONFIG, OLD = "config.amazonaws.com", "devops-guru.amazonaws.com"
SERVICES = {
    "REST": "wellarchitected.amazonaws.com",
    "query": "member.org.stacksets.cloudformation.amazonaws.com",
    "JSON": "servicecatalog.amazonaws.com",
}
READ, SWITCH = "read", "switch"
DONE, ALONE, STOPPED = "everything is done", "the service fails alone", "the task stops"
THROTTLED = error("ThrottlingException")
SERVER_ERROR = error("InternalFailure", status=500)


@dataclass(frozen=True)
class Row:
    """A fault of one call, what the user sees, the number of requests of that call, and what becomes of the task."""

    fault: str
    call: str
    script: dict[str, Any]
    sees: str
    requests: int
    outcome: str
    options: dict[str, Any] = field(default_factory=dict)


ROWS = [
    # A usual task reads the own state twice: before and after the switch.
    Row("throttled 7 times", SWITCH, {**THROTTLED, "count": 7}, "", 8, DONE),
    Row("throttled with status 429 twice", READ, {**THROTTLED, "status": 429, "count": 2}, "", 4, DONE),
    Row("server error twice", SWITCH, {**SERVER_ERROR, "count": 2}, "", 3, DONE),
    Row("bad gateway of a proxy twice", READ, {**HTML, "status": 502, "count": 2}, "", 4, DONE),
    Row("connection reset twice", SWITCH, {"reset": True, "count": 2}, "", 3, DONE),
    Row("connection reset after the write, once", SWITCH, {"reset": True, "apply": True}, "", 2, DONE),
    Row("throttled endlessly", SWITCH, endless(THROTTLED), "All retries failed", 8, ALONE),
    Row("throttled endlessly", READ, endless(THROTTLED), "All retries failed", 8, ALONE),
    Row("server errors endlessly", SWITCH, endless(SERVER_ERROR), "All retries failed", 8, ALONE),
    Row("connection reset endlessly", READ, endless({"reset": True}), "ConnectionClosedError", 3, ALONE),
    Row(
        "no response in time, endlessly",
        READ,
        endless({"delay": 0.6, "reset": True}),
        "ReadTimeoutError",
        3,
        ALONE,
        options={"aws_config": {"read_timeout": 0.3}},
    ),
    Row(
        "throttled endlessly, retries set to 2",
        READ,
        endless(THROTTLED),
        "All retries failed",
        3,
        ALONE,
        options={"aws_config": {"retries": {"max_attempts": 2}}},
    ),
    Row("access denied", READ, error("AccessDeniedException"), "allow this identity the IAM actions", 1, ALONE),
    Row("access denied", SWITCH, error("AccessDenied", status=403), "allow this identity the IAM actions", 1, ALONE),
    Row("a Region that is not enabled", READ, error("UnrecognizedClientException"), "Set the option region", 1, ALONE),
    Row("refused in its present state", SWITCH, error("InvalidStateException"), "in its present state", 1, ALONE),
    Row("an error that nobody has seen yet", SWITCH, error("BrandNewException"), "BrandNewException", 1, ALONE),
    Row("expired credentials", READ, EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    Row("expired credentials", SWITCH, EXPIRED, "Renew the temporary credentials", 1, STOPPED),
    Row("a proxy's page with status 200", READ, HTML, "This is not a valid response from AWS", 1, ALONE),
    Row("a proxy's page with status 200", SWITCH, HTML, "This is not a valid response from AWS", 1, ALONE),
    Row("an empty answer with status 200", READ, {"body": ""}, "This is not a valid response from AWS", 1, ALONE),
    Row(
        "a proxy's page instead of the state afterwards",
        READ,
        {**HTML, "after": 1},
        "This is not a valid response from AWS",
        2,
        ALONE,
    ),
    Row("credentials expire before the state afterwards", READ, {**EXPIRED, "after": 1}, "could not be", 2, STOPPED),
]


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("protocol", SERVICES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fault} ({row.call})")
def test_row(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, row: Row, protocol: str
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

    assert ("failed" not in result) is (row.outcome == DONE), result
    assert row.sees in result.get("msg", "")
    assert "Traceback" not in result.get("msg", "")
    assert "max retries" not in result.get("msg", "")
    assert emulator.calls().count(operation) == row.requests
    if row.outcome == ALONE:
        assert list(result["failed_service_principals"]) == [name]
        assert result["enabled"] == [CONFIG]
        is_unknown = row.call == SWITCH and (row.script.get("status") == 500 or "body" in row.script)
        assert result.get("outcome_unknown", []) == ([name] if is_unknown else [])
    if row.outcome != DONE and row.script.get("after") is None:
        assert OLD in state()
        assert name not in state()
        assert result.get("switched_with", {}) == {}

    emulator.clear_faults()
    again = service_access([CONFIG, name], **task)
    assert "failed" not in again
    assert again["changed"] is (row.outcome != DONE and row.script.get("after") is None)
    assert state() == sorted([CONFIG, name])
    assert service_access([CONFIG, name], **task)["changed"] is False
