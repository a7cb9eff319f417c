# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._records import Journal, Step, mark, place_of


class Task:
    """A task, or what loaded it."""

    def __init__(self, uuid: str, include: Task | None = None, static: bool = True) -> None:
        self._uuid = uuid
        self._include = include
        self.statically_loaded = static

    def get_first_parent_include(self) -> Task | None:
        return self._include

    def get_path(self) -> str:
        return "tasks/main.yml:4"


def test_a_mark_says_when_and_where_a_result_came_about() -> None:
    first, second = mark("one", "here"), mark("one", "there")
    assert (first["play"], first["place"], second["place"]) == ("one", "here", "there")
    assert first["finished"] <= second["finished"]


def test_the_journal_has_the_order_of_the_steps(tmp_path: Path) -> None:
    steps = [Step("p", "host", "here"), Step("p", "another\nhost", "here")]
    assert Journal(str(tmp_path)).steps() == []
    for step in steps:
        Journal(str(tmp_path)).add(step)
    assert Journal(str(tmp_path)).steps() == steps


def test_two_imports_of_one_role_are_two_places() -> None:
    places: set[Any] = {place_of(Task("apply", Task(uuid))) for uuid in ("first", "second")}
    assert len(places) == 2
    assert place_of(Task("apply", Task("first"))) in places


def test_what_an_include_loads_for_one_host_is_the_place_of_all_hosts() -> None:
    assert place_of(Task("one", Task("include", static=False))) == place_of(Task("two", Task("include", static=False)))
    assert place_of(Task("one")) != place_of(Task("two"))
