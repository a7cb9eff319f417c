# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The course of a task: checks before writes, partial failure, and the results of several kinds of state."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import foreseen_error
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import Change, Progress
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.context import TaskContext
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.engine import (
    DesiredState,
    ensure,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.safeguards import Objection


class Lamps(DesiredState):
    """A kind of state that records what it is asked to do."""

    operations: Mapping[str, str] = MappingProxyType({"switch": "Switch"})
    leave_alone = "Keep them."

    def __init__(self, context: TaskContext, *, wanted: list[str], problem: str = "", objection: str = "") -> None:
        super().__init__(context)
        self.wanted, self.problem, self.objection = wanted, problem, objection
        self.asked: list[str] = []

    def read(self) -> None:
        self.asked.append("read")

    def changes(self) -> list[Change]:
        return [Change("switch", name) for name in self.wanted]

    def problems(self) -> list[str]:
        return [self.problem] if self.problem else []

    def objections(self, _progress: Progress) -> list[Objection]:
        return [Objection("lamp", (self.objection,), {"lamp": "lamp"})] if self.objection else []

    def write(self, change: Change) -> bool:
        self.asked.append(change.subject)
        if change.subject == "broken":
            raise foreseen_error("Switch", "InvalidInputException", "It is broken.")
        return bool(change.subject != "lit already")

    def blocks(self, failed: Change, later: Change) -> bool:
        return later.subject == "last" and failed.verb == "switch"

    def confirm(self, progress: Progress) -> None:
        self.asked.append(f"confirm {len(progress.done)}")

    def results(self, progress: Progress) -> dict[str, Any]:
        return {"switched": progress.subjects("switch"), "diff": {"before": {"a": 1}, "after": {"b": 2}}}

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        return {"lit": len(progress.done)}


@pytest.fixture
def warned() -> list[str]:
    return []


@pytest.fixture
def context(client: OrganizationsClient, warned: list[str]) -> TaskContext:
    return TaskContext(client, check_mode=False, warn=warned.append)


def run(lamps: Lamps) -> dict[str, Any]:
    return ensure([lamps], lamps.changes, lamps.blocks, lamps.context)


def test_changes_are_made_confirmed_and_counted(context: TaskContext) -> None:
    lamps = Lamps(context, wanted=["one", "lit already", "two"])
    assert run(lamps) == {
        "changed": True,
        "switched": ["one", "two"],
        "diff": {"before": {"a": 1}, "after": {"b": 2}},
        "lit": 2,
    }
    assert lamps.asked == ["read", "one", "lit already", "two", "confirm 2"]


def test_unnecessary_writes_are_no_change_and_not_confirmed(context: TaskContext) -> None:
    lamps = Lamps(context, wanted=["lit already"])
    assert run(lamps)["changed"] is False
    assert lamps.asked == ["read", "lit already"]


def test_a_failure_blocks_later_changes_and_tells_what_was_done(context: TaskContext) -> None:
    lamps = Lamps(context, wanted=["one", "broken", "two", "last"])
    result = run(lamps)
    assert result["failed"] is True
    assert result["switched"] == ["one", "two"]
    assert result["not_attempted"] == ["last"]
    assert "lit" not in result
    assert lamps.asked == ["read", "one", "broken", "two"]


@pytest.mark.parametrize("force", [True, False])
def test_problems_and_objections_come_before_any_write(context: TaskContext, warned: list[str], force: bool) -> None:
    context = TaskContext(context.client, False, context.warn, force=force)
    refused = Lamps(context, wanted=["one"], problem="No.")
    assert run(refused)["msg"] == "No."
    assert refused.asked == ["read"]
    blocked = Lamps(context, wanted=["one"], objection="it is hot.")
    result = run(blocked)
    assert (blocked.asked != ["read"]) is force
    assert bool(warned) is force
    if not force:
        assert result["held_back"] == [{"lamp": "lamp", "reasons": ["it is hot."]}]
        assert "Keep them." in result["msg"]
