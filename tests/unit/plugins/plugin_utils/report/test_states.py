# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.orgops.aws.plugins.plugin_utils._report.states import (
    EXPECTED,
    PRESENT,
    STATES,
    states_of,
)


def test_every_state() -> None:
    found = states_of("abcd", "ae", to_add="e", to_remove="b", kept="c")
    assert found == {"a": "wanted", "b": "extra", "c": "kept", "d": "unlisted", "e": "missing"}
    assert set(found.values()) == set(STATES)
    assert {thing for thing, state in found.items() if state in PRESENT} == set("abcd")
    assert {thing for thing, state in found.items() if state in EXPECTED} == set("ae")
