# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info module on the emulator: filters, and what it calls."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

SECURITY, AUDIT, OLD = ("222222222222", "333333333333", "444444444444")
BACKUP, CONFIG, SSO = ("backup.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com")
LIST, SERVICES_OF = "ListDelegatedAdministrators", "ListDelegatedServicesForAccount"


def organization(emulator: EmulatorControl, registered: dict[str, list[str]]) -> None:
    members = {SECURITY: "security", AUDIT: "audit", OLD: "old"}
    emulator.organization(enabled=list(registered), members=members, delegated_administrators=registered)


def test_an_account_that_is_no_longer_registered_has_no_services(
    emulator: EmulatorControl, run_module: RunModule
) -> None:
    organization(emulator, {CONFIG: [SECURITY]})
    emulator.fault(SERVICES_OF, code="AccountNotRegisteredException", count=1)
    assert run_module("organizations_delegated_administrator_info")["delegated_administrators"] == []


def test_info_filters_by_account_and_service(emulator: EmulatorControl, run_module: RunModule) -> None:
    organization(emulator, {CONFIG: [SECURITY, AUDIT], SSO: [SECURITY], BACKUP: [OLD]})
    options: dict[str, Any] = {"account_ids": [SECURITY, OLD], "service_principals": ["config*", "sso*"]}
    result = run_module("organizations_delegated_administrator_info", **options)
    (account,) = result["delegated_administrators"]
    assert account["account_id"] == SECURITY
    assert [(service["service_principal"], service["service_name"]) for service in account["service_principals"]] == [
        (CONFIG, "AWS Config"),
        (SSO, "AWS IAM Identity Center"),
    ]
    assert account["joined_method"] == "CREATED"
    assert emulator.calls() == [LIST, SERVICES_OF, SERVICES_OF]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"account_ids": ["12345678901"]}, "Quote it"),
        ({"account_ids": ["1234567890123"]}, "Each entry of account_ids must be the 12 digits"),
        ({"service_principals": ["a b"]}, "service_principals must hold"),
    ],
)
def test_wrong_options_are_refused_before_any_call(
    emulator: EmulatorControl, run_module: RunModule, options: dict[str, Any], problem: str
) -> None:
    result = run_module("organizations_delegated_administrator_info", **options)
    assert problem in result["msg"]
    assert emulator.calls() == []
