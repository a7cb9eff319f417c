# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of examples in tests with generated data, and of rows in large tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

FEW = 5
WANTED = os.environ.get("EXAMPLES", "")
Row = TypeVar("Row")


def generated_data(number: int) -> settings:
    """Return settings of a test with ``number`` fixed examples if all are requested, and otherwise a few.

    ``make test-generated`` wants all (EXAMPLES=all). EXAMPLES=2000 takes as many random ones.
    """
    return settings(
        max_examples=int(WANTED) if WANTED.isdigit() else number if WANTED == "all" else FEW,
        derandomize=not WANTED.isdigit(),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def first_rows(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the first rows of a table, and all of them if all examples are requested."""
    return rows if WANTED else rows[:FEW]
