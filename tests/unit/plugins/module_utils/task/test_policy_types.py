# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policy types that keep AWS from disabling a service: checked before the first write."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, aws_client

SECURITY_HUB, TAG_POLICIES = "securityhub.amazonaws.com", "tagpolicies.tag.amazonaws.com"


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("force", [True, False])
def test_a_policy_type_that_prevents_disabling_is_foreseen(
    service_access: RunModule, emulator: EmulatorControl, check_mode: bool, force: bool
) -> None:
    emulator.organization(enabled=[SECURITY_HUB, "config.amazonaws.com"], policy_types=["SECURITYHUB_POLICY"])
    task = {"purge_service_principals": True, "force": force, "check_mode": check_mode}
    result = service_access(["macie.amazonaws.com"], **task)
    assert result["reason"] == "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"
    assert f"the policy type SECURITYHUB_POLICY is enabled, so AWS refuses to disable {SECURITY_HUB}" in result["msg"]
    root_id = aws_client(emulator, "organizations").list_roots()["Roots"][0]["Id"]
    command = f"aws organizations disable-policy-type --root-id {root_id} --policy-type SECURITYHUB_POLICY"
    assert f" run {command} (AWS then detaches all policies of this type)." in result["msg"]
    others = "enable macie.amazonaws.com; disable config.amazonaws.com"
    assert result["msg"].endswith(f" Not attempted either: {others}.")
    assert result["not_attempted"] == ["macie.amazonaws.com", "config.amazonaws.com", SECURITY_HUB]
    assert result["changed"] is False
    assert emulator.writes() == []
    assert emulator.calls().count("ListRoots") == 2  # that of the test, and one of the task


def test_absent_tells_how_to_leave_a_service_enabled(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    refused = service_access([SECURITY_HUB], state="absent")["msg"]
    assert refused.endswith("To leave services enabled, remove them from service_principals.")


def test_a_policy_type_that_may_matter_is_a_warning(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[TAG_POLICIES], policy_types=["TAG_POLICY", "GUARDDUTY_POLICY"])
    result = service_access([TAG_POLICIES], state="absent")
    assert result["disabled"] == [TAG_POLICIES]
    (warning,) = result["warnings"]
    assert "TAG_POLICY is enabled. AWS does not document whether it refuses" in warning
    assert re.search(r" disable-policy-type --root-id r-[0-9a-z]{4,32} --policy-type TAG_POLICY ", warning)


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("status", ["PENDING_ENABLE", "PENDING_DISABLE"])
def test_a_pending_policy_type_is_a_warning(
    service_access: RunModule, emulator: EmulatorControl, status: str, check_mode: bool
) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    types = [{"Type": "SECURITYHUB_POLICY", "Status": status}, {"Type": "TAG_POLICY", "Status": status}]
    emulator.fault("ListRoots", body=json.dumps({"Roots": [{"Id": "r-ab12", "PolicyTypes": types}]}))
    result = service_access([SECURITY_HUB], state="absent", check_mode=check_mode)
    assert result["disabled"] == [SECURITY_HUB]
    (warning,) = result["warnings"]
    assert f"The status of the policy type SECURITYHUB_POLICY is {status}, so AWS may refuse" in warning


def test_without_permission_to_list_policy_types_it_warns(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    emulator.fault("ListRoots", code="AccessDeniedException", count=None)
    result = service_access([SECURITY_HUB], state="absent")
    assert result["disabled"] == [SECURITY_HUB]
    (warning,) = result["warnings"]
    assert f"Could not verify that no policy type prevents disabling {SECURITY_HUB}" in warning
    assert "organizations:ListRoots" in warning


@pytest.mark.parametrize("body", ['{"Roots": [{}]}', "{}", "<html>"])
def test_a_malformed_list_of_roots_is_never_no_policy_type(
    service_access: RunModule, emulator: EmulatorControl, body: str
) -> None:
    emulator.organization(enabled=[SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    emulator.fault("ListRoots", body=body)
    assert "Could not verify" in service_access([SECURITY_HUB], state="absent")["warnings"][0]


@pytest.mark.parametrize("root_id", ["r-ab12; reboot", "r-AB12", "r-{{ x }}", "ou-ab12", None])
def test_an_invalid_root_id_is_never_shown_in_a_command(
    service_access: RunModule, emulator: EmulatorControl, root_id: str | None
) -> None:
    emulator.organization(enabled=[SECURITY_HUB])
    types = [{"Type": "SECURITYHUB_POLICY", "Status": "ENABLED"}]
    emulator.fault("ListRoots", body=json.dumps({"Roots": [{"Id": root_id, "PolicyTypes": types}]}))
    (warning,) = service_access([SECURITY_HUB], state="absent", check_mode=True)["warnings"]
    assert "which cannot be the ID of a root" in warning
    assert "disable-policy-type" not in warning


def test_other_services_need_no_policy_types(service_access: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=["config.amazonaws.com", SECURITY_HUB], policy_types=["SECURITYHUB_POLICY"])
    assert service_access(["config.amazonaws.com"], state="absent")["changed"] is True
    assert "ListRoots" not in emulator.calls()
