# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.age import (
    current_time,
    describe_age,
    is_stale,
    parse_time,
)

NOW = "2026-01-31T08:00:00Z"


@pytest.mark.parametrize(
    ("read_at", "age", "stale"),
    [
        (NOW, "less than an hour", False),
        ("2026-01-31T09:00:00Z", "less than an hour", False),
        ("2026-01-31T07:00:00Z", "1 hour", False),
        ("2026-01-30T08:00:00Z", "24 hours", False),
        ("2026-01-30T07:59:59Z", "24 hours", True),
        ("2026-01-29T08:00:00Z", "2 days", True),
        ("2025-01-31T08:00:00Z", "365 days", True),
    ],
)
def test_age(read_at: str, age: str, stale: bool) -> None:
    assert describe_age(read_at, NOW) == age
    assert is_stale(read_at, NOW) is stale


def test_times_are_utc() -> None:
    written = parse_time(current_time())
    assert timedelta(0) <= datetime.now(timezone.utc) - written < timedelta(minutes=1)


@pytest.mark.parametrize("text", ["", "2026-02-30T08:00:00Z", "2026-01-31T08:00:00Z\n"], ids=ascii)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted|day is out of range"):
        parse_time(text)
