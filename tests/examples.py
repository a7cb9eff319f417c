# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of examples in tests with generated data."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FEW = 10


def generated_data(number: int) -> settings:
    """Return settings of a test with ``number`` fixed examples if all are requested, and otherwise a few.

    ``make test-generated`` wants all (HYPOTHESIS_EXAMPLES=all). HYPOTHESIS_EXAMPLES=2000 takes as many random ones.
    """
    wanted = os.environ.get("HYPOTHESIS_EXAMPLES", "")
    return settings(
        max_examples=int(wanted) if wanted.isdigit() else number if wanted == "all" else FEW,
        derandomize=not wanted.isdigit(),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
