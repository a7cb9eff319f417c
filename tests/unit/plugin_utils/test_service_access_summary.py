# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_summary import summarize

OUTCOMES: list[Any] = [
    pytest.param(
        {"changed": False, "enabled_service_principals": [{}, {}]}, False, "unchanged  x: 2 enabled.", id="ok"
    ),
    pytest.param(
        {"changed": False, "enabled_service_principals": []}, True, "as wanted  x: 0 enabled.", id="as wanted"
    ),
    pytest.param(
        {"changed": True, "enabled": ["a", "b"], "disabled": ["c"]},
        False,
        "changed    x: enabled: a, b; disabled: c.",
        id="changed",
    ),
    pytest.param(
        {"changed": True, "enabled": [], "disabled": ["c"]}, True, "differ     x: would be disabled: c.", id="foreseen"
    ),
    pytest.param({"failed": True, "changed": True, "msg": "Half."}, False, "failed     x: Half.", id="half done"),
    pytest.param(
        {"failed": True, "msg": "Held back.", "held_back": [{}], "not_attempted": ["a", "sso"]},
        True,
        "failed     x: Held back. Not attempted: a, sso.",
        id="held back",
    ),
    pytest.param({}, False, "failed     x: no result: it failed before the role began", id="no result"),
]


@pytest.mark.parametrize(("result", "check_mode", "line"), OUTCOMES)
def test_line_of_an_organization(result: dict[str, Any], check_mode: bool, line: str) -> None:
    assert summarize({"x": result}, check_mode)[1].startswith(line)


def test_failed_first_then_changed_then_unchanged_each_by_name() -> None:
    unchanged: dict[str, Any] = {"changed": False}
    changed = {"changed": True, "enabled": ["a"]}
    lines = summarize({"d": unchanged, "b": changed, "a": changed, "z": {"failed": True, "msg": "m"}, "c": unchanged})
    assert lines[0] == "5 organizations: 1 failed, 2 changed, 2 unchanged."
    assert [line.split()[1] for line in lines[1:]] == ["z:", "a:", "b:", "c:", "d:"]
