# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks of options that several modules have. Pure: no calls, no botocore."""

from __future__ import annotations

import re
from collections.abc import Iterable

ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
ACCOUNT_ID_MEANING = "the 12 digits of an AWS account ID"
# Any name that can be part of an endpoint's host: AWS adds Regions more often than botocore is updated.
REGION = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
REGION_PATTERN = re.compile(r"[a-z0-9*?\[\]!-]{1,63}")
MAX_WAIT = 86400  # seconds, a day


def quote_it(value: str) -> str:
    """Return a hint for what may be an account ID that YAML has read as a number, empty for other values."""
    is_number = re.fullmatch(r"\d{1,11}", value, re.ASCII)
    return " Quote it: YAML drops the leading zeros of a number." if is_number else ""


def account_id_problems(account_id: str, option: str = "account_id") -> list[str]:
    """Return what is wrong with an account ID, in at most one sentence. ``option``: what the sentence calls it."""
    if not account_id.strip():
        return [f"{option} is blank, most likely because a variable is empty."]
    if ACCOUNT_ID.fullmatch(account_id):
        return []
    return [f"{option} must be {ACCOUNT_ID_MEANING}, not {account_id[:80]!r}.{quote_it(account_id)}"]


def region_problems(option: str, names: Iterable[str], patterns: bool = False) -> list[str]:
    """Return what is wrong with names of Regions, or with shell-style patterns, in at most one sentence."""
    allowed = REGION_PATTERN if patterns else REGION
    invalid = [name for name in dict.fromkeys(names) if not allowed.fullmatch(name)]
    if not invalid:
        return []
    what = "names of Regions or patterns with * ? [ ] !" if patterns else "names of Regions"
    shown = [f"{name[:80]!r}{'' if name.strip() else ' (blank)'}" for name in invalid]
    return [f"{option} must hold {what}, such as eu-west-1; invalid: {', '.join(shown)}."]


def wait_problems(wait_timeout: int) -> list[str]:
    """Return what is wrong with the option wait_timeout, in at most one sentence."""
    allowed = 0 <= wait_timeout <= MAX_WAIT
    return [] if allowed else [f"wait_timeout must be 0 to {MAX_WAIT} seconds, not {wait_timeout}."]


__all__ = [
    "ACCOUNT_ID",
    "ACCOUNT_ID_MEANING",
    "REGION",
    "account_id_problems",
    "quote_it",
    "region_problems",
    "wait_problems",
]
