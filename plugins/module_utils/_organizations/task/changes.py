# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Changes of any kind: report progress and partial failure, and wait until they are visible.

A change is a verb and a subject ("enable", "guardduty.amazonaws.com"). The caller knows how to write it and how a
listing shows it. Partial failure, unknown outcome and the bounded wait are the same for every kind.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, NamedTuple, TypeVar

from ..aws.errors import AnsibleOrganizationsError

FIRST_POLL_AFTER = 1.0  # seconds; AWS allows one listing a second
MAX_POLL_INTERVAL = 5.0

# Verbs: service access with AWS Organizations, the same with the service's API; delegated administrators with AWS
# Organizations, the same with the service's API.
ENABLE, DISABLE = "enable", "disable"
ACTIVATE, DEACTIVATE = "activate", "deactivate"
REGISTER, DEREGISTER = "register", "deregister"
DESIGNATE, REMOVE = "designate", "remove"

State = TypeVar("State")
Item = TypeVar("Item")


class Change(NamedTuple):
    """One write: "enable", "disable", ... of a subject whose ``str`` is its name in messages."""

    verb: str
    subject: Any

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


@dataclass
class Progress:
    """The progress of the planned changes, which are in the order of the writes.

    ``show``: what the results have for a subject. ``foreseen``: this is check mode, so that nothing is written.
    ``unnecessary``: changes that somebody else made after the listing.
    """

    planned: Sequence[Change]
    show: Callable[[Any], Any] = str
    foreseen: bool = False
    done: list[Change] = field(default_factory=list)
    unnecessary: list[Change] = field(default_factory=list)
    failed: dict[Change, AnsibleOrganizationsError] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything was written, or would be."""
        return bool(self.done)

    @property
    def not_attempted(self) -> list[Any]:
        """The subjects of the changes that were not attempted, in the order of the plan, without failed ones."""
        attempted = {*self.done, *self.unnecessary, *self.failed}
        failed = {change.subject for change in self.failed}
        left = (change.subject for change in self.planned if change not in attempted)
        return [subject for subject in dict.fromkeys(left) if subject not in failed]

    @property
    def outcome_unknown(self) -> list[Any]:
        """The subjects of the failed changes that AWS may have applied anyway."""
        return [change.subject for change, error in self.failed.items() if error.leaves_outcome_unknown]

    def subjects(self, verb: str) -> list[Any]:
        """Return the subjects of the completed changes with this verb."""
        return [change.subject for change in self.done if change.verb == verb]

    def planned_subjects(self, verb: str) -> list[Any]:
        """Return the subjects of the planned changes with this verb."""
        return [change.subject for change in self.planned if change.verb == verb]

    def failures(self, verbs: Container[str]) -> list[tuple[Any, dict[str, Any]]]:
        """Return (subject, {code, reason, message}) of each failed change with one of these verbs."""
        return [(change.subject, error.details()) for change, error in self.failed.items() if change.verb in verbs]

    def results(self, subjects: Iterable[Any]) -> list[Any]:
        """Return the subjects as the results of the module have them."""
        return [self.show(subject) for subject in subjects]

    def others_not_attempted(self, subjects: Container[str]) -> str:
        """Return a sentence about the planned changes of subjects that do not have these names; empty without any."""
        others: dict[str, list[Any]] = {}
        for verb, subject in self.planned:
            if str(subject) not in subjects:
                others.setdefault(verb, []).append(subject)
        described = "; ".join(f"{verb} {names(found)}" for verb, found in others.items())
        return f" Not attempted either: {described}." if others else ""

    def describe(self) -> str:
        """Return what was done: "enabled a, b; disabled nothing". No "nothing" where an outcome is unknown."""
        uncertain = {change.verb for change, error in self.failed.items() if error.leaves_outcome_unknown}
        verbs = dict.fromkeys(change.verb for change in self.planned)
        told = [verb for verb in verbs if verb not in uncertain or self.subjects(verb)]
        return "; ".join(f"{_past(verb)} {names(self.subjects(verb))}" for verb in told) or "nothing for certain"


class Waiting:
    """The seconds that a task waits at most, for everything that it waits for together."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = seconds

    @property
    def timeout_remedy(self) -> str:
        """How long the task waited, and what to do about it."""
        return f"Waited {self.seconds:g} seconds. Run the task again later, or raise wait_timeout."

    def attempts(self) -> Iterator[None]:
        """Yield when to read a state that changes: at once, after growing pauses, for the last time at the timeout."""
        interval = FIRST_POLL_AFTER
        while True:
            began = time.monotonic()
            yield
            self._left -= time.monotonic() - began
            if self._left <= 0:
                return
            pause = min(interval, self._left)
            time.sleep(pause)
            self._left -= pause
            interval = min(2 * interval, MAX_POLL_INTERVAL)

    def settle(self, pending: Callable[[], list[Item]], read: Callable[[list[Item]], None]) -> None:
        """Read again what is pending, which has just been read, until there is none, or until the timeout."""
        attempts = self.attempts()
        next(attempts)
        for _attempt in attempts:
            read(pending())
            if not pending():
                return


def _past(verb: str) -> str:
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def names(subjects: Iterable[Any]) -> str:
    """Return the subjects as part of a sentence, each account and service once with its Regions."""
    found: dict[str, list[str]] = {}
    for subject in subjects:
        text, region = _apart(subject)
        found.setdefault(text, []).extend([region] if region else [])
    return ", ".join(_in_regions(text, regions) for text, regions in found.items()) or "nothing"


def _apart(subject: Any) -> tuple[str, str]:
    """Return the subject's text without its Region, and the Region; empty for a subject without one."""
    region = getattr(subject, "region", "")
    return (str(subject).removesuffix(f" in {region}"), region) if region else (str(subject), "")


def _in_regions(text: str, regions: Sequence[str]) -> str:
    if not regions:
        return text
    *others, last = regions
    return f"{text} in {', '.join(others)} and {last}" if others else f"{text} in {last}"


def partial_failure(progress: Progress, aftermath: Iterable[str]) -> AnsibleOrganizationsError:
    """Return the failure of a task with a failed write: what was done, what failed and why, what was not attempted."""
    failed, done = ("Would fail", "Would be done") if progress.foreseen else ("Failed", "Done")
    sentences = _reasons(progress.failed)
    account = [*aftermath, f"{done}: {progress.describe()}.", f"Not attempted: {names(progress.not_attempted)}."]
    if progress.outcome_unknown:
        account.append(
            f"It is unknown whether AWS applied the change for {names(progress.outcome_unknown)}; "
            "the next run shows it."
        )
    last = list(progress.failed.values())[-1].result()
    del last["msg"]
    unknown = progress.results(progress.outcome_unknown)
    return AnsibleOrganizationsError(
        message=" ".join([*(f"{failed} to {sentence}" for sentence in sentences), *account]),
        **last,
        not_attempted=progress.results(progress.not_attempted),
        **({"outcome_unknown": unknown} if unknown else {}),
    )


def _reasons(failed: Mapping[Change, AnsibleOrganizationsError]) -> list[str]:
    """Return what failed and why. The same error in several Regions is told once, in the words about the first."""
    regions: dict[tuple[str, str, str], list[str]] = {}
    first: dict[tuple[str, str, str], AnsibleOrganizationsError] = {}
    for change, error in failed.items():
        text, region = _apart(change.subject)
        sentence = error.in_sentence()
        alike = (change.verb, text, sentence.replace(region, "") if region else sentence)
        regions.setdefault(alike, []).extend([region] if region else [])
        first.setdefault(alike, error)
    return [f"{_in_regions(f'{one[0]} {one[1]}', regions[one])}: {error.in_sentence()}" for one, error in first.items()]


def unconfirmed(progress: Progress, errors: Sequence[AnsibleOrganizationsError]) -> AnsibleOrganizationsError:
    """Return the failure of a task whose changes were written, but could not be confirmed because of these errors."""
    results = [error.result() for error in errors]
    reasons = " ".join(result.pop("msg") for result in results)
    return AnsibleOrganizationsError(
        message=f"The changes were written ({progress.describe()}) but could not be confirmed. {reasons}", **results[-1]
    )


def wait_until_visible(  # noqa: PLR0913 - what is read, and how it shows, differs for each kind of state
    progress: Progress,
    changes: Sequence[Change],
    read: Callable[[], State],
    shows: Callable[[State, Change], bool],
    *,
    waiting: Waiting,
    listing: str,
) -> State:
    """Read a state until it shows these completed changes, or until the timeout. Returns the last state read.

    ``listing`` names what is read, for messages. On timeout, AnsibleOrganizationsError lists what is not visible.
    """
    for _attempt in waiting.attempts():
        try:
            state = read()
        except AnsibleOrganizationsError as error:
            raise unconfirmed(progress, [error]) from error
        invisible = [change.subject for change in changes if not shows(state, change)]
        if not invisible:
            return state
    raise AnsibleOrganizationsError(
        message=(
            f"The changes were written ({progress.describe()}), but after {waiting.seconds:g} seconds the listing of "
            f"{listing} does not show these yet: {names(dict.fromkeys(invisible))}. The listing lags behind writes. "
            "Run the task again to see whether it has caught up, or raise wait_timeout."
        ),
        not_visible_yet=progress.results(dict.fromkeys(invisible)),
    )


__all__ = [
    "ACTIVATE",
    "DEACTIVATE",
    "DEREGISTER",
    "DESIGNATE",
    "DISABLE",
    "ENABLE",
    "REGISTER",
    "REMOVE",
    "Change",
    "Progress",
    "Waiting",
    "names",
    "partial_failure",
    "unconfirmed",
    "wait_until_visible",
]
