# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two delegated administrators, as organizations_delegated_administrator_info lists them."""

from __future__ import annotations

from typing import Any

SECURITY, AUDIT, OLD = "222222222222", "333333333333", "444444444444"
BACKUP, CONFIG, RAM, SSO = (f"{name}.amazonaws.com" for name in ("backup", "config", "ram", "sso"))


def account(account_id: str, *principals: str) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "name": f"name of {account_id}",
        "email": None,
        "arn": None,
        "status": "ACTIVE",
        "state": "CLOSED",
        "delegation_enabled_date": "2026-01-01",
        "service_principals": [
            {"service_principal": principal, "service_name": None, "delegation_enabled_date": "2026-02-02"}
            for principal in principals
        ],
    }


ACCOUNTS = [account(SECURITY, CONFIG, SSO), account(OLD, CONFIG)]
