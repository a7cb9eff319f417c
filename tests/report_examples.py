# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports for the tests."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report
from ansible_collections.orgops.aws.tests.paths import ROOT

CONFIG, GUARDDUTY, MACIE, SSO = (
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "macie.amazonaws.com",
    "sso.amazonaws.com",
)
SECURITY, NETWORK = "222222222222", "333333333333"
SCHEMA = json.loads((ROOT / "roles" / "service_access_report" / "files" / "report.schema.json").read_text())


def organization(*enabled: str, accounts: dict[str, list[str]] | None = None, **wanted: Any) -> dict[str, Any]:
    """Return the result of a reading, with the delegated administrators {account: services}."""
    listed = [
        {
            "account_id": one,
            "name": "security",
            "email": "security@example.com",
            "status": "ACTIVE",
            "service_principals": [{"service_principal": name} for name in names],
        }
        for one, names in (accounts or {}).items()
    ]
    entries = [{"service_principal": name, "date_enabled": "2024-05-01T08:00:00+00:00"} for name in enabled]
    return {
        "enabled_service_principals": entries,
        "delegated_administrators": listed,
        "policy_types": [{"policy_type": "TAG_POLICY", "status": "ENABLED"}],
        "wanted": wanted,
    }


def report(generated_at: str, older: dict[str, Any] | None = None, **organizations: dict[str, Any]) -> dict[str, Any]:
    """Return the report as it is read from its file."""
    return dict(json.loads(json.dumps(make_report(organizations, generated_at, older=older))))


def report_with_everything() -> dict[str, Any]:
    """Return a report about organizations of every state, with changes."""
    exact: dict[str, Any] = {"service_principals": [CONFIG], "purge_service_principals": True}
    regions = {"eu-west-1": {"account_id": NETWORK, "status": "ENABLED"}, "eu-west-2": None}
    by_region = {
        "service_administrators": {GUARDDUTY: regions},
        "skipped_regions": [
            {"service_principal": GUARDDUTY, "region": "eu-west-3", "reason": "It does not exist there."}
        ],
    }
    return report(
        "2026-01-31T08:00:00Z",
        report("2026-01-30T08:00:00Z", a=organization(SSO)),
        a=organization(SSO, accounts={SECURITY: [SSO]}, management_account_id=NETWORK, **exact),
        b={"failed": True, "msg": "denied"},
        c=organization("new.amazonaws.com", service_principals=["a b"]),
        d=organization(SSO),
        e={
            "enabled_service_principals": [],
            "delegated_administrators_unread": "denied",
            "policy_types": None,
            "policy_types_unread": "denied",
        },
        g={
            **organization(
                GUARDDUTY, accounts={SECURITY: [GUARDDUTY]}, delegated_administrators={SECURITY: [GUARDDUTY]}
            ),
            **by_region,
        },
        f={**organization(CONFIG, **exact), "read_at": "2025-01-31T08:00:00Z"},
    )
