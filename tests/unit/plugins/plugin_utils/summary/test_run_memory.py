# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.run_memory import remembered, run_file


@pytest.fixture(autouse=True)
def _folder_of_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))


def test_what_one_process_keeps_another_finds() -> None:
    child = os.fork()
    if child == 0:
        with remembered("hosts") as memory:
            memory.value = {"north": ["é", 1]}
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with remembered("hosts") as memory:
        assert memory.value == {"north": ["é", 1]}
        memory.value["north"].append(2)
    with remembered("hosts") as memory:
        assert memory.value == {"north": ["é", 1, 2]}


def test_nothing_is_remembered_at_first_or_under_other_names() -> None:
    with remembered("first") as memory:
        assert memory.value is None
        memory.value = 1
    with remembered("second") as memory:
        assert memory.value is None


def test_a_failure_keeps_what_was_remembered() -> None:
    with remembered("count") as memory:
        memory.value = 1
    with contextlib.suppress(OSError), remembered("count") as memory:
        memory.value = 2
        raise OSError
    with remembered("count") as memory:
        assert memory.value == 1


def test_two_processes_do_not_lose_each_others_changes() -> None:
    children = []
    for _number in range(2):
        child = os.fork()
        if child == 0:
            for _turn in range(50):
                with remembered("count") as memory:
                    memory.value = (memory.value or 0) + 1
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    with remembered("count") as memory:
        assert memory.value == 100
    assert run_file("count").read_text() == "100"
