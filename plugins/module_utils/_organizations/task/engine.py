# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""One or several kinds of desired state of an organization: check, then apply and confirm, or predict in check mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable

from ..aws.errors import AnsibleOrganizationsError
from .changes import Change, Progress, apply_changes, as_it_is
from .context import TaskContext
from .right_organization import check_preconditions
from .safeguards import Objection, enforce


class DesiredState:
    """One kind of state, read once and compared with what is wanted.

    ``operations``: {verb: operation of AWS Organizations} of its changes. ``leave_alone``: how a user makes exact mode
    leave something alone, a sentence.
    """

    operations: Mapping[str, str]
    leave_alone: str

    def __init__(self, context: TaskContext) -> None:
        self.client = context.client
        self.context = context

    def changes(self) -> list[Change]:
        """The planned changes, in the order of the writes."""
        raise NotImplementedError

    def warn_beforehand(self) -> None:
        """Warn of what is unusual about the plan."""

    def problems(self) -> list[str]:
        """Why the plan is refused; a sentence each."""
        return []

    def objections(self) -> list[Objection]:
        """What the safeguards object to."""
        return []

    def require(self, progress: Progress) -> None:
        """Fail if the writes would; called in check mode too."""

    def foresee(self, management_account_id: str | None) -> None:
        """Check mode only: read what tells which writes would fail. The management account is None if it is unknown."""

    def write(self, change: Change) -> bool:
        """Make a change, or, in check mode, fail as it would. Returns whether it changed anything."""
        raise NotImplementedError

    def blocks(self, failed: Change, later: Change) -> bool:
        """Whether a failed change forbids a later one."""
        raise NotImplementedError

    def explain(self, progress: Progress) -> list[str]:  # noqa: ARG002 - subclasses need it
        """What failed changes leave behind; a sentence each."""
        return []

    def warn_afterwards(self, progress: Progress) -> None:
        """Warn of what else the completed changes need."""

    def confirm(self, progress: Progress) -> None:
        """Wait until AWS lists the completed changes."""
        raise NotImplementedError

    def results(self, progress: Progress) -> dict[str, Any]:
        """The results of success and failure alike, without ``changed``."""
        raise NotImplementedError

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """The results that only success has: the state afterwards."""
        raise NotImplementedError


Blocks = Callable[[Change, Change], bool]


def ensure(
    states: Sequence[DesiredState],
    planned: Sequence[Change],
    blocks: Blocks,
    context: TaskContext,
    show: Callable[[Any], Any] = as_it_is,
) -> dict[str, Any]:
    """Bring about the states. The module's results; those of a failure too, with what was done before.

    ``planned``: the changes of all states, in the order of the writes. ``show``: what results have for their subjects.
    """
    progress = Progress(planned, show=show, foreseen=context.check_mode)
    try:
        _bring_about(states, progress, blocks, context)
        afterwards = [state.state_afterwards(progress) for state in states]
    except AnsibleOrganizationsError as error:
        afterwards = [{"failed": True, **error.result()}]
    finally:
        for state in states:
            state.warn_afterwards(progress)
    results = [state.results(progress) for state in states]
    diff = {when: _merged(of_state["diff"][when] for of_state in results) for when in ("before", "after")}
    return {"changed": progress.changed, **_merged(results), "diff": diff, **_merged(afterwards)}


def _merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.items()}


def _bring_about(states: Sequence[DesiredState], progress: Progress, blocks: Blocks, context: TaskContext) -> None:
    """Check, then apply and confirm, or predict in check mode."""
    for state in states:
        state.warn_beforehand()
    AnsibleOrganizationsError.refuse([problem for state in states for problem in state.problems()])
    found = {state.leave_alone: state.objections() for state in states}
    objections = [objection for some in found.values() for objection in some]
    remedy = " ".join(leave_alone for leave_alone, some in found.items() if some)
    enforce(objections, context.force, context.warn, remedy, progress)
    for state in states:
        state.require(progress)
    operations = {verb: operation for state in states for verb, operation in state.operations.items()}
    if context.check_mode and progress.planned:
        first = operations[progress.planned[0].verb]
        management_account_id = check_preconditions(context.client, first, context.warn)
        for state in states:
            state.foresee(management_account_id)
    writers = {verb: state for state in states for verb in state.operations}
    apply_changes(
        progress,
        lambda change: writers[change.verb].write(change),
        blocks,
        lambda: [sentence for state in states for sentence in state.explain(progress)],
    )
    if context.wait and not context.check_mode:
        for state in states:
            if any(change.verb in state.operations for change in progress.done):
                state.confirm(progress)


__all__ = ["DesiredState", "ensure"]
