# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._report.administrators import describe_accounts
from ansible_collections.orgops.aws.plugins.plugin_utils._report.control_facts import control_facts
from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report

CONFIG, BACKUP, RAM = "config.amazonaws.com", "backup.amazonaws.com", "ram.amazonaws.com"
SECURITY, NETWORK = "222222222222", "333333333333"
REGISTERED = {
    Registration(SECURITY, CONFIG): "wanted",
    Registration(NETWORK, CONFIG): "missing",
    Registration(NETWORK, BACKUP): "extra",
}


def described(states: dict[Registration, str]) -> list[dict[str, Any]]:
    return describe_accounts([{"account_id": SECURITY, "name": "security"}], states, {})


def of_service(facts: dict[str, Any], principal: str) -> dict[str, Any]:
    (found,) = [service for service in facts["services"] if service["service_principal"] == principal]
    return {name: value for name, value in found.items() if not name.startswith("service_")}


def test_exactly_the_services_that_support_an_administrator() -> None:
    facts = control_facts(None, {}, None, administrators_expected=False)
    listed = [service["service_principal"] for service in facts["services"]]
    assert listed == sorted(name for name, service in BY_PRINCIPAL.items() if service.delegated_administrator)
    assert RAM not in listed


def test_what_is_and_what_is_expected() -> None:
    states = {CONFIG: "wanted", BACKUP: "unlisted"}
    facts = control_facts(states, {CONFIG: {}, BACKUP: {}}, described(REGISTERED), administrators_expected=True)
    assert of_service(facts, CONFIG) == {
        "enabled": True,
        "enabled_expected": True,
        "delegated_administrators": [SECURITY],
        "delegated_administrators_expected": [SECURITY, NETWORK],
    }
    assert of_service(facts, BACKUP) == {
        "enabled": True,
        "enabled_expected": False,
        "delegated_administrators": [NETWORK],
        "delegated_administrators_expected": [],
    }
    assert of_service(facts, "guardduty.amazonaws.com") == {
        "enabled": False,
        "enabled_expected": False,
        "delegated_administrators": [],
        "delegated_administrators_expected": [],
    }
    assert facts["accounts"] == [
        {
            "account_id": SECURITY,
            "name": "security",
            "service_principals": [CONFIG],
            "service_principals_expected": [CONFIG],
        },
        {
            "account_id": NETWORK,
            "name": None,
            "service_principals": [BACKUP],
            "service_principals_expected": [CONFIG],
        },
    ]


def test_an_account_without_services_is_no_administrator() -> None:
    states = {Registration(NETWORK, CONFIG): "missing"}
    assert control_facts(None, {}, described(states), administrators_expected=True)["accounts"] == []


def test_what_is_not_known_is_null() -> None:
    facts = control_facts(None, {CONFIG: {}}, None, administrators_expected=True)
    assert of_service(facts, CONFIG) == {
        "enabled": True,
        "enabled_expected": None,
        "delegated_administrators": None,
        "delegated_administrators_expected": None,
    }
    assert facts["accounts"] is None
    facts = control_facts(None, {CONFIG: {}}, described(REGISTERED), administrators_expected=False)
    assert of_service(facts, CONFIG)["delegated_administrators_expected"] is None
    assert [account["service_principals_expected"] for account in facts["accounts"]] == [None, None]


def test_the_report_has_them_for_what_was_read() -> None:
    result = {"enabled_service_principals": [{"service_principal": CONFIG, "date_enabled": None}]}
    wanted = {"service_principals": [CONFIG], "delegated_administrators": {SECURITY: [CONFIG]}}
    broken = {"service_principals": [CONFIG], "delegated_administrators": {SECURITY: [""]}}
    organizations: dict[str, dict[str, Any]] = {
        "read": {**result, "wanted": wanted, "delegated_administrators": []},
        "invalid": {**result, "wanted": broken, "delegated_administrators": []},
        "unread": {"failed": True, "msg": "denied"},
    }
    report = make_report(organizations, "2026-01-01T00:00:00Z")
    facts = {entry["name"]: entry["control_facts"] for entry in report["organizations"]}
    assert facts["unread"] is None
    assert of_service(facts["read"], CONFIG) == {
        "enabled": True,
        "enabled_expected": True,
        "delegated_administrators": [],
        "delegated_administrators_expected": [SECURITY],
    }
    assert of_service(facts["invalid"], CONFIG)["delegated_administrators_expected"] is None
