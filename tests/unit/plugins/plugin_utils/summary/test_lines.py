# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.summary.plays import (
    CHANGE,
    FAILURE,
    did,
    lines,
    play,
)

OUTCOMES: list[Any] = [
    pytest.param(
        {"changed": False, "enabled_service_principals": [{}, {}]}, "unchanged  x: 2 enabled.", id="unchanged"
    ),
    pytest.param(
        {"changed": True, "enabled": ["a", "b"], "disabled": ["c"]},
        "changed    x: enabled: a, b; disabled: c.",
        id="changed",
    ),
    pytest.param(
        {"changed": True, "disabled": ["c"], "check_mode": True},
        "would change  x: would be disabled: c.",
        id="foreseen",
    ),
    pytest.param(
        {"changed": True, "enabled": ["a", "ram"], "completed": ["ram"], "check_mode": True},
        "would change  x: would be enabled: a; would be completed (enabled before, but not working yet): ram.",
        id="completed",
    ),
    pytest.param({"changed": True, "dest": "/d/f.yml"}, "changed    x: written: /d/f.yml.", id="exported"),
    pytest.param(
        {"changed": True, "dest": "/d/f.yml", "check_mode": True},
        "would change  x: would be written: /d/f.yml.",
        id="export foreseen",
    ),
    pytest.param({**FAILURE, "changed": True, "msg": "Half."}, "failed     x: Half.", id="half done"),
    pytest.param({"failed": True}, "failed     x: no message.", id="no message"),
    pytest.param(
        {**FAILURE, "msg": "Blocked.", "held_back": [{}], "not_attempted": ["a", "sso"]},
        "failed     x: Blocked. Not attempted: a, sso.",
        id="blocked",
    ),
]


@pytest.mark.parametrize(("result", "line"), OUTCOMES)
def test_line_of_an_organization(result: dict[str, Any], line: str) -> None:
    assert lines({}, play("x", steps=[did("x", result)]))[1] == line


def test_failed_first_then_changed_then_unchanged_each_by_name() -> None:
    unchanged: dict[str, Any] = {"changed": False}
    results = {"d": unchanged, "b": CHANGE, "a": CHANGE, "z": FAILURE, "c": unchanged}
    found = lines({}, play(*results, steps=[did(name, result) for name, result in results.items()]))
    assert found[0] == "5 organizations: 1 failed, 2 changed, 2 unchanged."
    assert [line.split()[1] for line in found[1:]] == ["z:", "a:", "b:", "c:", "d:"]
