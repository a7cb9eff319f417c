# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin that runs moto's own tests of Organizations on the emulator: `make moto-suite`.

moto_differences.yml lists the tests that must fail, because AWS documents another behavior than moto's. Everything else
fails the run: another test that fails, a listed one that passes or is missing, and a listed one that fails otherwise
than listed.

With TEST_SERVER_MODE=true moto's tests talk to TEST_SERVER_MODE_ENDPOINT, the emulator.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import yaml

DIFFERENCES: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "moto_differences.yml").read_text())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every listed test must be there, and is expected to fail."""
    missing = set(DIFFERENCES) - {item.name for item in items}
    if missing:
        raise pytest.UsageError(f"moto_differences.yml lists tests that moto does not have: {sorted(missing)}")
    for item in items:
        if item.name in DIFFERENCES:
            item.add_marker(pytest.mark.xfail(reason=DIFFERENCES[item.name]["aws"], strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Require that a listed test fails with what is listed as seen, or the list hides another difference."""
    report = yield
    if hasattr(report, "wasxfail") and call.excinfo is not None:
        seen = DIFFERENCES[item.name]["seen"]
        if seen not in str(call.excinfo.value):
            report.outcome = "failed"
            report.longrepr = f"{item.name} was to fail with {seen!r}, but failed with {call.excinfo.value}"
            del report.wasxfail
    return report
