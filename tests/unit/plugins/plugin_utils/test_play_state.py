# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._play_state import play_state, records


def test_the_hosts_of_the_play_and_those_of_this_batch() -> None:
    variables: dict[str, Any] = {
        "ansible_play_hosts_all": ["c", "a", "b"],
        "ansible_play_hosts": ["a", "b"],
        "ansible_play_batch": ["a"],
        "inventory_hostname": "a",
    }
    state = play_state(variables)
    assert (state.hosts, state.host) == (["c", "a", "b"], "a")
    assert state.elsewhere == {"b"}


def test_only_a_result_is_a_record() -> None:
    result = {"changed": False}
    hostvars = {"a": {"held": result}, "b": {"held": "text"}, "c": {}, "d": {"held": result}}
    found = records({"hostvars": hostvars}, ["a", "b", "c"], "held")
    assert (found["a"], found["c"], set(found)) == (result, None, {"a", "b", "c"})
    assert "Remove your own variable of this name." in (found["b"] or {})["msg"]
