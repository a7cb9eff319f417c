# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service principals that the emulator recognizes: names.yml, its own list, and made-up names for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LIST: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "names.yml").read_text())
RECOGNIZED: dict[str, dict[str, Any]] = LIST["recognized"]
POLICY_TYPES: list[str] = LIST["policy_types"]
# Made-up names for tests that need more principals than AWS has, e.g. svc-001.emulated.amazonaws.com.
INVENTED_SUFFIX = ".emulated.amazonaws.com"


def is_recognized(principal: str) -> bool:
    """Return whether AWS has a service of this name."""
    return principal in RECOGNIZED or principal.endswith(INVENTED_SUFFIX)


def supports_delegated_administrators(principal: str) -> bool:
    """GUIDE, "AWS services that you can use with AWS Organizations", column "Supports Delegated Administrator"."""
    return RECOGNIZED.get(principal, {}).get("delegated_administrator", True) is not False


def most_delegated_administrators(principal: str) -> int | None:
    """Return the documented limit; None where AWS documents none."""
    limit: int | None = RECOGNIZED.get(principal, {}).get("most_delegated_administrators")
    return limit


def must_deregister_before_disabling(principal: str) -> bool:
    """Return whether AWS is documented, or was seen, to refuse disabling it while it has delegated administrators."""
    return "deregister_before_disabling" in RECOGNIZED.get(principal, {})


def policy_type_of(principal: str) -> str | None:
    """Return the policy type that must be disabled first (API, POLICY_TYPE_ENABLED_FOR_THIS_SERVICE)."""
    policy_type: str | None = RECOGNIZED.get(principal, {}).get("policy_type")
    return policy_type
