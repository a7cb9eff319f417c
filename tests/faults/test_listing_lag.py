# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stale listing never makes a second run revert the first one."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import RunModule
from .rows import NEW, OLD


@pytest.mark.parametrize("purge", [True, False])
def test_a_second_run_on_a_stale_listing_undoes_nothing(
    service_access: RunModule, service_access_info: RunModule, emulator: EmulatorControl, purge: bool
) -> None:
    emulator.organization(enabled=OLD)
    emulator.settings(stale_listings=1)
    task = {"service_principals": NEW, "purge_service_principals": purge, "wait": False}
    first, second = service_access(**task), service_access(**task)
    assert first["enabled"] == NEW
    assert "failed" not in second
    emulator.settings(stale_listings=0)
    listed = [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]
    assert listed == (NEW if purge else sorted([*OLD, *NEW]))
