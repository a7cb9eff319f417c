# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import describe_organization
from ansible_collections.orgops.aws.plugins.plugin_utils._report.texts import (
    describe_administrators,
    describe_policy_types,
    explain_reading,
)

RAM, SSO, NEW = "ram.amazonaws.com", "sso.amazonaws.com", "new.amazonaws.com"
SECURITY, NETWORK = "222222222222", "333333333333"


def described(*enabled: str, accounts: dict[str, list[str]] | None = None, **wanted: Any) -> dict[str, Any]:
    listed = [
        {"account_id": one, "name": None, "service_principals": [{"service_principal": name} for name in names]}
        for one, names in (accounts or {}).items()
    ]
    entries = [{"service_principal": name, "date_enabled": None} for name in enabled]
    result = {"enabled_service_principals": entries, "delegated_administrators": listed, "wanted": wanted}
    return describe_organization("a", result)


def notes(organization: dict[str, Any], principal: str) -> list[str]:
    (found,) = [one["notes"] for one in organization["services"] if one["service_principal"] == principal]
    return list(found)


def test_a_missing_service_says_what_else_it_needs() -> None:
    assert notes(described(service_principals=[RAM]), RAM)[0].startswith("Service access alone is not enough. ")
    assert notes(described(RAM, service_principals=[RAM]), RAM) == []


def test_an_extra_service_says_what_disabling_does() -> None:
    exact = {"service_principals": [RAM], "purge_service_principals": True}
    found = notes(described(SSO, accounts={SECURITY: [SSO]}, **exact), SSO)
    assert found[0].startswith("Disabling it affects users. ")
    assert found[-1] == "Deregister its delegated administrators before it is disabled."


def test_an_extra_service_names_the_policy_type_that_holds_it() -> None:
    hub = "securityhub.amazonaws.com"
    types = [{"policy_type": "SECURITYHUB_POLICY", "status": "ENABLED"}]
    wanted = {"service_principals": [RAM], "purge_service_principals": True}
    listed = [{"service_principal": name, "date_enabled": None} for name in (hub, RAM)]
    result = {"enabled_service_principals": listed, "policy_types": types, "wanted": wanted}
    text = "The policy type SECURITYHUB_POLICY is enabled, so AWS refuses to disable the service."
    assert text in notes(describe_organization("a", result), hub)
    types[0]["status"] = "PENDING_DISABLE"
    assert text not in notes(describe_organization("a", result), hub)


@pytest.mark.parametrize(
    ("types", "unread", "told"),
    [
        (
            [("TAG_POLICY", "ENABLED"), ("S3_POLICY", "PENDING_ENABLE")],
            None,
            ["TAG_POLICY", "S3_POLICY (PENDING_ENABLE)"],
        ),
        ([], None, ["none enabled"]),
        (None, None, ["not read"]),
        (None, "denied", ["not read: denied"]),
    ],
)
def test_policy_types_that_were_not_read_are_not_called_none(
    types: list[tuple[str, str]] | None, unread: str | None, told: list[str]
) -> None:
    found = None if types is None else [{"policy_type": name, "status": status} for name, status in types]
    assert describe_policy_types({"policy_types": found, "policy_types_unread": unread}) == told


def test_an_unknown_service_says_so_in_every_organization() -> None:
    assert "not in the catalog" in notes(described(NEW), NEW)[0]


def test_differences_are_what_applying_changes() -> None:
    found = described(
        SSO,
        accounts={SECURITY: [SSO]},
        service_principals=[RAM],
        purge_service_principals=True,
        delegated_administrators={NETWORK: [RAM]},
        purge_delegated_administrators=True,
    )
    assert [one["text"] for one in found["differences"]] == [
        f"missing: {RAM}",
        f"extra: {SSO}",
        f"administrator extra: {SECURITY} for {SSO}",
        f"administrator missing: {NETWORK} for {RAM}",
    ]
    assert found["summary"] == "1 missing, 1 extra, 1 delegated administrator missing, 1 delegated administrator extra"


@pytest.mark.parametrize(
    ("wanted", "mode"),
    [
        ({}, "No variable defines the desired state."),
        ({"service_principals": [SSO]}, "Services that are not listed stay enabled."),
        (
            {"service_principals": [SSO], "purge_service_principals": True},
            "Exact mode: services that are not listed are disabled.",
        ),
        ({"service_principals": ["a b"]}, ""),
    ],
    ids=str,
)
def test_mode_says_what_happens_to_services_that_are_not_listed(wanted: dict[str, Any], mode: str) -> None:
    assert described(SSO, **wanted)["mode"] == mode


def test_administrators_are_named_with_their_state() -> None:
    service = {
        "service_principal": SSO,
        "delegated_administrators": [SECURITY],
        "extra_administrators": [SECURITY],
        "missing_administrators": [NETWORK],
        "without_administrator": False,
    }
    regions = {"administered": ["eu-west-1"], "lacking": [], "unread": []}
    accounts = {SECURITY: {"name": "security", "services": [{"service_principal": SSO, "regions": regions}]}}
    assert describe_administrators(service, accounts) == [
        f"security ({SECURITY}, extra; in eu-west-1)",
        f"{NETWORK}, missing",
    ]
    assert describe_administrators({**service, "delegated_administrators": None}, {}) == ["not read"]
    nobody = {**service, "delegated_administrators": [], "missing_administrators": [], "without_administrator": True}
    assert describe_administrators(nobody, {}) == ["none: administered from the management account"]


def test_only_what_was_read_is_called_read() -> None:
    organization = {"state": "as_wanted", "read_at": "2026-01-31T08:00:00Z", "age": "3 days", "stale": False}
    assert explain_reading(organization) == "Read 2026-01-31 08:00:00 UTC"
    assert explain_reading({**organization, "state": "unreadable", "stale": True}) == (
        "Tried 2026-01-31 08:00:00 UTC, 3 days before this report"
    )
