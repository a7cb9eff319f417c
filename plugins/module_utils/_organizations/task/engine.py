# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""One or several kinds of desired state of an organization: check, then apply and confirm, or predict in check mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ..aws.errors import AnsibleOrganizationsError
from .changes import Change, Progress, partial_failure
from .context import TaskContext
from .right_organization import check_preconditions
from .safeguards import Objection, enforce


class DesiredState:
    """One kind of state: ``read`` compares it with what is wanted, and the other methods follow from that.

    ``operations``: {verb: operation of AWS Organizations} of its changes. ``leave_alone``: how a user makes exact mode
    leave something alone, a sentence.
    """

    operations: Mapping[str, str]
    leave_alone: str

    def __init__(self, context: TaskContext) -> None:
        self.client = context.client
        self.context = context

    def read(self) -> None:
        """Read the present state, wait for changes that are under way, and plan. Called once, before all others."""
        raise NotImplementedError

    def warn_beforehand(self) -> None:
        """Warn of what is unusual about the plan."""

    def problems(self) -> list[str]:
        """Return why the plan is refused; a sentence each."""
        return []

    def objections(self, progress: Progress) -> list[Objection]:  # noqa: ARG002 - subclasses need it
        """Return what the safeguards object to."""
        return []

    def require(self, progress: Progress) -> None:
        """Fail if the writes would; called in check mode too."""

    def foresee(self, management_account_id: str | None) -> None:
        """Check mode only: read what tells which writes would fail. The management account is None if it is unknown."""

    def write(self, change: Change) -> bool:
        """Make a change, or, in check mode, fail as it would. Returns whether it changed anything."""
        raise NotImplementedError

    def brought_about(self, change: Change) -> list[Change]:  # noqa: ARG002 - subclasses need it
        """Return the later changes of the plan that AWS has made together with a completed one."""
        return []

    def explain(self, progress: Progress) -> list[str]:  # noqa: ARG002 - subclasses need it
        """Return what failed changes leave behind; a sentence each."""
        return []

    def warn_afterwards(self, progress: Progress) -> None:
        """Warn of what else the completed changes need."""

    def confirm(self, progress: Progress) -> None:
        """Wait until AWS lists the completed changes."""
        raise NotImplementedError

    def results(self, progress: Progress) -> dict[str, Any]:
        """Return the results of success and failure alike, without ``changed``."""
        raise NotImplementedError

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """Return the results that only success has: the state afterwards."""
        raise NotImplementedError


Blocks = Callable[[Change, Change], bool]  # whether a failed change forbids a later one


def ensure(
    states: Sequence[DesiredState],
    plan: Callable[[], Sequence[Change]],
    blocks: Blocks,
    context: TaskContext,
    show: Callable[[Any], Any] = str,
) -> dict[str, Any]:
    """Read the states and bring them about. Return the module's results; those of a failure too.

    ``plan``: returns the changes of all states, in the order of the writes, once they are read. ``show``: returns what
    results have for their subjects.
    """
    for state in states:
        state.read()
    progress = Progress(plan(), show=show, foreseen=context.check_mode)
    try:
        _check(states, progress, context)
        apply_changes(states, progress, blocks)
        _confirm(states, progress, context)
        afterwards = [state.state_afterwards(progress) for state in states]
    except AnsibleOrganizationsError as error:
        afterwards = [{"failed": True, **error.result()}]
    finally:
        for state in states:
            state.warn_afterwards(progress)
    results: dict[str, Any] = {"changed": progress.changed}
    diff: dict[str, dict[str, Any]] = {"before": {}, "after": {}}
    for state in states:
        of_state = state.results(progress)
        diff["before"].update(of_state["diff"]["before"])
        diff["after"].update(of_state["diff"]["after"])
        results.update(of_state)
    results["diff"] = diff
    for further in afterwards:
        results.update(further)
    return results


def _check(states: Sequence[DesiredState], progress: Progress, context: TaskContext) -> None:
    """Fail before the first write if the plan is refused, if a safeguard blocks it, or if the writes would fail."""
    for state in states:
        state.warn_beforehand()
    problems = []
    for state in states:
        problems += state.problems()
    AnsibleOrganizationsError.refuse(problems)
    _enforce_safeguards(states, progress, context)
    for state in states:
        state.require(progress)
    if context.check_mode and progress.planned:
        first = progress.planned[0].verb
        operation = _by_verb(states)[first].operations[first]
        management_account_id = check_preconditions(context.client, operation, context.warn)
        for state in states:
            state.foresee(management_account_id)


def _enforce_safeguards(states: Sequence[DesiredState], progress: Progress, context: TaskContext) -> None:
    objections: list[Objection] = []
    remedies = []
    for state in states:
        found = state.objections(progress)
        objections += found
        if found:
            remedies.append(state.leave_alone)
    enforce(objections, context.force, context.warn, " ".join(remedies), progress)


def _by_verb(states: Sequence[DesiredState]) -> dict[str, DesiredState]:
    """Return {verb: the state whose changes have it}."""
    return {verb: state for state in states for verb in state.operations}


def apply_changes(states: Sequence[DesiredState], progress: Progress, blocks: Blocks) -> None:
    """Make the planned changes in their order, one write at a time, or predict them in check mode.

    ``progress`` keeps the account. An error about one subject does not stop the others; any other error stops at once.
    Raises AnsibleOrganizationsError with what was done, if a write failed.
    """
    state_of = _by_verb(states)
    for change in progress.planned:
        if change in progress.done or any(blocks(failed, change) for failed in progress.failed):
            continue
        state = state_of[change.verb]
        try:
            written = state.write(change)
        except AnsibleOrganizationsError as error:
            progress.failed[change] = error
            if error.was_written:
                progress.done += [change, *state.brought_about(change)]
            if not error.concerns_one_subject:
                break
        else:
            (progress.done if written else progress.unnecessary).append(change)
            progress.done += state.brought_about(change)
    if progress.failed:
        aftermath = [sentence for state in states for sentence in state.explain(progress)]
        raise partial_failure(progress, aftermath) from list(progress.failed.values())[-1]


def _confirm(states: Sequence[DesiredState], progress: Progress, context: TaskContext) -> None:
    """Wait until AWS lists the completed changes, unless nothing was written or the task does not wait."""
    if context.check_mode or not context.wait:
        return
    verbs = {change.verb for change in progress.done}
    for state in states:
        if not verbs.isdisjoint(state.operations):
            state.confirm(progress)


__all__ = ["DesiredState", "ensure"]
