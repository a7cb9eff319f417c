# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""organizations_service_access, run in this process on the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, numbered, principals

LIST = "ListAWSServiceAccessForOrganization"
ENABLE = "EnableAWSServiceAccess"
DISABLE = "DisableAWSServiceAccess"
ADMINISTRATORS = "ListDelegatedAdministrators"
FORESIGHT = ["DescribeOrganization", "GetCallerIdentity"]


def pages(count: int) -> int:
    return max(1, -(-count // 20))


@pytest.mark.parametrize("count", [1, 20, 21, 40, 41, 200])
def test_no_change_costs_one_listing(service_access: RunModule, emulator: EmulatorControl, count: int) -> None:
    emulator.organization(enabled=numbered(count))
    result = service_access(numbered(count), purge_service_principals=True)
    assert result["changed"] is False
    assert principals(result) == numbered(count)
    assert emulator.calls() == [LIST] * pages(count)


def test_no_change_in_an_empty_organization_costs_one_listing(
    service_access: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization()
    result = service_access(["config.amazonaws.com"], state="absent")
    assert result["changed"] is False
    assert principals(result) == []
    assert emulator.calls() == [LIST]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("count", [0, 1, 20, 21, 40, 41, 200])
def test_a_change_costs_its_writes_and_one_more_listing(
    service_access: RunModule, emulator: EmulatorControl, count: int, wait: bool
) -> None:
    emulator.organization(enabled=numbered(count))
    added = numbered(3, first=500)
    result = service_access(added[::-1] + added, wait=wait)
    assert result["changed"] is True
    assert result["enabled"] == added
    assert result["disabled"] == []
    assert principals(result) == numbered(count) + added
    confirmation = [LIST] * pages(count + 3) if wait else []
    assert emulator.calls() == [LIST] * pages(count) + [ENABLE] * 3 + confirmation
    assert [principal for _operation, principal in emulator.writes()] == added


def test_dates_are_known_after_waiting_and_not_before(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization()
    (quick,) = service_access(["guardduty.amazonaws.com"], wait=False)["enabled_service_principals"]
    assert quick == {
        "service_principal": "guardduty.amazonaws.com",
        "date_enabled": None,
        "service_name": "Amazon GuardDuty",
    }
    result = service_access(["guardduty.amazonaws.com", "config.amazonaws.com"])
    assert all(entry["date_enabled"].startswith("20") for entry in result["enabled_service_principals"])


def test_the_second_run_changes_nothing(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["sso.amazonaws.com"])
    wanted = ["guardduty.amazonaws.com", "config.amazonaws.com"]
    assert service_access(wanted)["changed"] is True
    emulator.clear_requests()
    assert service_access(wanted)["changed"] is False
    assert emulator.calls() == [LIST]


def test_absent(service_access: RunModule, emulator: EmulatorControl, enabled: Any) -> None:
    emulator.organization(enabled=numbered(3))
    result = service_access([*numbered(2), "config.amazonaws.com"], state="absent")
    assert result["disabled"] == numbered(2)
    assert enabled() == numbered(1, first=2)


def test_exact_mode_enables_before_it_disables_and_keeps(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any
) -> None:
    emulator.organization(enabled=["sso.amazonaws.com", *numbered(3)])
    result = service_access(
        ["guardduty.amazonaws.com", "svc-001.emulated.amazonaws.com"],
        purge_service_principals=True,
        keep_service_principals=["sso.*", "svc-002.emulated.amazonaws.com"],
    )
    assert emulator.writes() == [(ENABLE, "guardduty.amazonaws.com"), (DISABLE, "svc-000.emulated.amazonaws.com")]
    assert (
        enabled()
        == principals(result)
        == sorted(["guardduty.amazonaws.com", "sso.amazonaws.com", *numbered(2, first=1)])
    )


@pytest.mark.parametrize("purge", [False, True])
def test_check_mode_foresees_what_the_run_does(
    service_access: RunModule, emulator: EmulatorControl, purge: bool
) -> None:
    emulator.organization(enabled=numbered(2))
    task = {"service_principals": ["config.amazonaws.com"], "purge_service_principals": purge, "diff": True}
    foreseen = service_access(**task, check_mode=True)
    assert emulator.calls() == [LIST, *([ADMINISTRATORS] * 2 if purge else []), *FORESIGHT]
    done = service_access(**task)
    for key in ("changed", "enabled", "disabled", "diff"):
        assert foreseen[key] == done[key]
    assert principals(foreseen) == principals(done)
    assert foreseen.keys() == done.keys()


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("page", [1, 2])
def test_a_page_without_its_key_never_makes_exact_mode_destroy(
    service_access: RunModule, emulator: EmulatorControl, enabled: Any, page: int, check_mode: bool
) -> None:
    emulator.organization(enabled=numbered(21))
    emulator.fault(LIST, after=page - 1, body="<html>Sign in</html>")
    result = service_access(numbered(1), purge_service_principals=True, check_mode=check_mode)
    assert result["failed"] is True
    assert result["error"]["code"] == "MalformedResponse"
    assert emulator.writes() == []
    assert enabled() == numbered(21)
