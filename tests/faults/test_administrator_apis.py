# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of the APIs that designate administrators: each row as a task for a REST, a query and a JSON service.

The REST service has Regions: the fault meets the first of two. The other services list no administrators.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import ADMINISTRATOR_ROWS, APART, COMPLETE, DESIGNATE, LISTING, REMOVE, AdministratorRow

pytestmark = pytest.mark.usefixtures("service_administrators")

ACCOUNT = "222222222222"
CONFIG = "config.amazonaws.com"
FIRST, SECOND = "eu-west-1", "us-east-1"
SERVICES = {"REST": "guardduty.amazonaws.com", "query": "ipam.amazonaws.com", "JSON": "cloudtrail.amazonaws.com"}
CASES = [
    pytest.param(row, protocol, id=f"{row.fault} ({row.call}, {protocol})")
    for row in ADMINISTRATOR_ROWS
    for protocol in SERVICES
    if protocol == "REST" or row.call != LISTING
]


def operation_of(row: AdministratorRow, name: str) -> str:
    """Return the affected operation."""
    api = ADMINISTRATOR_API_OF[name]
    operation = {LISTING: api.listing, DESIGNATE: api.enable, REMOVE: api.disable}[row.call]
    assert operation
    return operation.name


def working(run_module: RunModule, name: str) -> set[str]:
    """Return where the account administers the service, "once" without Regions, and CONFIG if it does that too."""
    info = run_module(
        "organizations_delegated_administrator_info",
        service_principals=[name, CONFIG],
        include_service_api_state=True,
    )
    registered = {
        service["service_principal"]
        for account in info["delegated_administrators"]
        for service in account["service_principals"]
    }
    found = {region for region, found in info["service_administrators"].get(name, {}).items() if found}
    if name in registered and not ADMINISTRATOR_API_OF[name].by_region:
        found.add("once")
    return found | (registered & {CONFIG})


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize(("row", "protocol"), CASES)
def test_row(
    delegated_administrator: RunModule,
    run_module: RunModule,
    emulator: EmulatorControl,
    row: AdministratorRow,
    protocol: str,
) -> None:
    name = SERVICES[protocol]
    by_region = ADMINISTRATOR_API_OF[name].by_region
    everywhere = {CONFIG, FIRST, SECOND} if by_region else {CONFIG, "once"}
    desired: set[str] = set() if row.call == REMOVE else everywhere
    before = everywhere - desired
    administrators = {name: [ACCOUNT], CONFIG: [ACCOUNT]} if before else {}
    emulator.organization(
        enabled=[name, CONFIG],
        members={ACCOUNT: "security"},
        delegated_administrators=administrators,
        regions=dict.fromkeys((FIRST, SECOND), "ENABLED_BY_DEFAULT"),
        regional_administrators={name: dict.fromkeys((FIRST, SECOND), ACCOUNT)} if before and by_region else {},
    )
    operation = operation_of(row, name)
    limits = {"region": FIRST} if by_region else {}
    emulator.fault(operation, **limits, **row.script)

    def run(**options: Any) -> dict[str, Any]:
        task = {"prefer_service_api": True, "force": True, "state": "absent" if row.call == REMOVE else "present"}
        return delegated_administrator({ACCOUNT: [name, CONFIG]}, **task, **options)

    result = run(**row.options)
    met = [one for one in emulator.requests() if one["operation"] == operation and one["region"] in (FIRST, SECOND)]
    requests = [one for one in met if not by_region or one["region"] == FIRST]
    assert ("failed" not in result) is (row.outcome == COMPLETE), result
    assert row.sees in result.get("msg", "")
    assert "Traceback" not in result.get("msg", "")
    assert "max retries" not in result.get("msg", "")
    assert len(requests) == row.requests
    emulator.clear_faults()
    if row.outcome == APART:
        failed = [entry for entry in result["failed_registrations"] if entry.get("region") == FIRST or not by_region]
        assert {entry["service_principal"] for entry in failed} == {name}
        assert working(run_module, name) - {FIRST, "once"} == desired - {FIRST, "once"}
    again = run()
    assert "failed" not in again, again
    assert again["changed"] is (row.outcome != COMPLETE)
    assert working(run_module, name) == desired
    assert run()["changed"] is False
