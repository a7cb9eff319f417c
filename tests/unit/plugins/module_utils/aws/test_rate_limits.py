# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's rate limits, as the emulator applies them."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.faults import RATES
from ansible_collections.orgops.aws.tests.fixtures import connect, needs_the_emulators_clock, numbered


@needs_the_emulators_clock
class TestRateLimits:
    """AWS's rates, on a clock that only sleeping moves."""

    @pytest.mark.parametrize("write", ["enable", "disable"])
    def test_fifty_writes_take_the_time_that_the_rate_asks_for(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float], write: str
    ) -> None:
        emulator.organization(enabled=numbered(50) if write == "disable" else [])
        emulator.settings(rate_limits=True)
        for name in numbered(50):
            getattr(client, f"{write}_service_access")(name)
        rejected = [request for request in emulator.requests() if request["error"]]
        assert sum(fake_clock) <= 1.15 * (50 - 2)
        assert len(rejected) < 0.1 * 50
        assert len(emulator.writes()) == 50 + len(rejected)

    def test_ten_pages(self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]) -> None:
        emulator.organization(enabled=numbered(200))
        emulator.settings(rate_limits=True)
        assert list(client.list_service_access()) == numbered(200)
        assert sum(fake_clock) <= 1.15 * (10 - 3) + 1
        assert len([request for request in emulator.requests() if request["error"]]) <= 1

    @pytest.mark.parametrize("operation", ["DescribeOrganization", "ListRoots", "DescribeAccount"])
    def test_reads_of_check_mode_keep_to_their_rates(
        self, emulator: EmulatorControl, fake_clock: list[float], operation: str
    ) -> None:
        emulator.organization(members={"222222222222": "security"})
        emulator.settings(rate_limits=True)
        rate, burst = RATES[operation][0]
        calls = burst + 10
        client = connect(emulator)
        for _call in range(calls):
            client.__dict__.pop("management_account_id", None)  # it is cached
            reads = {
                "DescribeOrganization": lambda: client.management_account_id,
                "ListRoots": client.policy_types,
                "DescribeAccount": lambda: client.describe_account("222222222222"),
            }
            reads[operation]()
        rejected = [request for request in emulator.requests() if request["error"]]
        assert len(rejected) <= 1
        assert sum(fake_clock) <= 1.15 * (calls - burst) / rate + 1

    def test_enabling_does_not_wait_for_disabling(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]
    ) -> None:
        emulator.organization()
        emulator.settings(rate_limits=True)
        for name in numbered(5):
            client.enable_service_access(name)
        before = sum(fake_clock)
        for name in numbered(2):
            client.disable_service_access(name)
        assert sum(fake_clock) == before

    def test_an_endpoint_without_limits_is_not_slowed(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]
    ) -> None:
        emulator.organization()
        for name in numbered(50):
            client.enable_service_access(name)
        assert fake_clock == []
        assert len(emulator.writes()) == 50
