# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""How long before the report an organization was read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .._summary.subjects import number

TIME = "%Y-%m-%dT%H:%M:%SZ"
STALE_AFTER = timedelta(days=1)


def current_time() -> str:
    """Return the time as the reports write it, in UTC."""
    return datetime.now(timezone.utc).strftime(TIME)


def parse_time(text: str) -> datetime:
    """Return a time of a report. Raises ValueError."""
    return datetime.strptime(text, TIME).replace(tzinfo=timezone.utc)


def describe_age(read_at: str, generated_at: str) -> str:
    """Return "3 days", "2 hours" or "less than an hour"."""
    passed = parse_time(generated_at) - parse_time(read_at)
    hours = passed // timedelta(hours=1)
    if hours < 1:
        return "less than an hour"
    return number(passed.days, "day") if hours >= 48 else number(hours, "hour")


def is_stale(read_at: str, generated_at: str) -> bool:
    """Return whether an organization was read more than a day before the report."""
    return parse_time(generated_at) - parse_time(read_at) > STALE_AFTER


__all__ = ["current_time", "describe_age", "is_stale", "parse_time"]
