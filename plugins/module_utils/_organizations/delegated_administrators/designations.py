# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Designating and removing administrators with the services' APIs, as part of a task.

The first designation of a service is alone until the service lists it, because it also registers the account with AWS
Organizations, and a second one at the same time fails. An account is replaced once no Region lists the removed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..aws.administrator_apis import AdministratorApiClient
from ..aws.errors import AnsibleOrganizationsError
from ..aws.service_clients import ServiceApiError
from ..catalog.administrator_apis import DISABLING, ENABLED
from ..task.changes import DEREGISTER, DESIGNATE, REGISTER, REMOVE, Change, Progress, names
from ..task.context import TaskContext
from .administrator_lists import AdministratorLists
from .options import DelegatedAdministratorOptions, Registration
from .order import registration_of
from .plan import DelegationPlan
from .regional_plan import Designation, RegionalPlan, Regions, make_regional_plan, pending
from .registrations import RegistrationReader
from .results import by_region, next_steps, skipped_regions


class NotListedError(ServiceApiError):
    """A service accepted a designation, and does not list it in time."""

    def __init__(self, problem: str, remedy: str, unread: AnsibleOrganizationsError | None, was_written: bool) -> None:
        """``unread``: why the list could not be read, if that is the problem."""
        super().__init__(f"{problem}. {remedy}" if remedy else problem, unread.exception if unread else None)
        if self.exception is None:
            self.kwargs["error"] = {"code": "NotListedYet", "message": f"{problem}."}
        self.was_written = was_written


class Designations:
    """The designations of an organization, and the changes to them.

    ``working``: the accounts that a service lists in a Region at least, or has accepted. ``unlisted``: designations
    that the service accepted and does not list, so that nothing more of the service is attempted.
    """

    def __init__(
        self, context: TaskContext, options: DelegatedAdministratorOptions, reader: RegistrationReader
    ) -> None:
        self._context = context
        self._options = options
        self._apis = options.administrator_apis
        self._client = AdministratorApiClient(context.client)
        self._reader = reader
        self.lists = AdministratorLists(self._client, options.regions, options.exclude_regions)
        self.plan = RegionalPlan()
        self.working: set[Registration] = set()
        self.unlisted: set[Any] = set()
        self._listed: set[str] = set()  # services of which the first designation is listed
        self._removed: dict[str, list[Change]] = {}  # by service principal: removals that may still be listed
        self._called: set[Change] = set()  # changes that the services accepted
        self._compared: set[Registration] = set()  # those looked up in AWS Organizations after a service's call

    def read(self, plan: DelegationPlan) -> None:
        """Read the services' lists, wait for removals that are under way, and plan.

        ``plan``: how the registrations with AWS Organizations differ from the desired ones.
        """
        concerned = {*self._options.service_principals, *(one.service_principal for one in plan.to_deregister)}
        self.lists.read(sorted(concerned.intersection(self._apis)))

        def not_settled() -> list[tuple[str, str]]:
            return pending(self.lists.lists, plan, self._options)

        if self._context.wait and not_settled():
            self._context.waiting.settle(not_settled, self.lists.read_again)
        remedy = "Run the task again later, or set wait=true."
        if self._context.wait:
            remedy = self._context.waiting.timeout_remedy
        self.lists.refuse_pending(not_settled(), remedy)
        self.plan = make_regional_plan(self.lists.lists, self.lists.errors, plan, self._options)
        if any(one.service_principal in self.plan.before for one in plan.to_deregister):
            self.lists.read_left_alone()
        for principal, regions in self.plan.before.items():
            accounts = {found.account_id for found in regions.values() if found and found.status == ENABLED}
            self.working.update(Registration(account_id, principal) for account_id in accounts)

    def refuse_unusable(self, subject: Any) -> None:
        """Raise why the list of its Region is not known, before any write."""
        if subject in self.plan.unusable:
            raise self.lists.errors[subject.pair]

    def predict(self, change: Change) -> None:
        """Check mode: assume that the service accepts a designation."""
        if change.verb == DESIGNATE:
            self.working.add(registration_of(change.subject))

    def write(self, change: Change, later: Sequence[Change]) -> bool:
        """Call the service. Returns whether it changed anything. ``later``: the changes planned after this one."""
        if change.verb == REMOVE:
            return self._remove(change)
        one = registration_of(change.subject)
        self.require_removed(one.service_principal)
        others = any(registration_of(other.subject) == one for other in later)
        is_first = isinstance(change.subject, Designation) and others and one.service_principal not in self._listed
        written = self._call(change, is_first)
        self.working.add(one)
        if is_first:
            self._require_listed(change, written)
            self._listed.add(one.service_principal)
        return written

    def _remove(self, change: Change) -> bool:
        """Call the service, unless its operation would remove another account, because it names none."""
        operation = self._apis[change.subject.service_principal].disable
        if operation and operation.account_member is None and not self._is_listed(change.subject):
            return False
        written = self._call(change)
        if isinstance(change.subject, Designation):
            self._removed.setdefault(change.subject.service_principal, []).append(change)
        return written

    def _call(self, change: Change, is_first: bool = False) -> bool:
        """Call the service. After a refusal, what it lists decides, because one code means several things.

        ``is_first``: it designates the first administrator of a service, which others have to wait for.
        """
        subject = change.subject
        write = self._client.enable if change.verb == DESIGNATE else self._client.disable
        try:
            write(self._apis[subject.service_principal], getattr(subject, "region", None), subject.account_id)
        except ServiceApiError as error:
            waits = is_first and error.leaves_outcome_unknown
            if not error.concerns_one_subject or not self._is_in_effect(change, waits):
                raise
            return error.leaves_outcome_unknown
        self._called.add(Change(change.verb, registration_of(subject)))
        return True

    def _is_in_effect(self, change: Change, waits: bool) -> bool:
        """Return whether a change that was refused is listed: somebody else, or a lost attempt, made it."""
        try:
            if waits:
                return not self.lists.wait_until_shown([change], self._context.waiting)
            listed = self._is_listed(change.subject)
        except AnsibleOrganizationsError:
            return False
        return listed == (change.verb == DESIGNATE)

    def _is_listed(self, subject: Any) -> bool:
        """Read again whether an account is an administrator. One whose removal is under way is none."""
        if not isinstance(subject, Designation):
            return subject in self._reader.of([subject.service_principal])
        self.lists.read_again([subject.pair])
        if not self.lists.is_known(subject):
            raise self.lists.errors.get(subject.pair) or ServiceApiError(self.lists.skipped[subject.pair])
        return self.lists.status(subject) == ENABLED

    def _require_listed(self, change: Change, written: bool) -> None:
        """Wait until the service lists its first designation."""
        subject, waiting = change.subject, self._context.waiting
        accepted = f"{subject.service_principal} accepted {subject.account_id} as administrator in {subject.region}"
        try:
            if not self.lists.wait_until_shown([change], waiting):
                return
            self.lists.require_known([change])
        except AnsibleOrganizationsError as error:
            self.unlisted.add(subject)
            remedy = "" if error.exception else error.message
            raise NotListedError(f"{accepted}, but its list could not be read", remedy, error, written) from error
        self.unlisted.add(subject)
        problem = f"{accepted}, but does not list it after {waiting.seconds:g} seconds"
        remedy = "Other Regions wait for the first one. Run the task again later, or raise wait_timeout."
        raise NotListedError(problem, remedy, None, written)

    def require_removed(self, principal: str) -> None:
        """Wait until no Region lists an account that was removed."""
        removals = self._removed.pop(principal, [])
        unshown = self.lists.wait_until_shown(removals, self._context.waiting) if removals else []
        if not unshown:
            return
        self._removed[principal] = unshown
        self.lists.require_known(unshown)
        regions = names(one.subject.region for one in unshown)
        message = f"{principal} still lists the account that was removed in {regions}."
        raise ServiceApiError.with_code("StillListed", message, self._context.waiting.timeout_remedy)

    def brought_about(self, change: Change, planned: Sequence[Change]) -> list[Change]:
        """Return the planned change with AWS Organizations that the service has made with this one.

        One listing after the first call of a service. If it fails, the planned change is made as usual.
        """
        subject = change.subject
        one, designates = registration_of(subject), change.verb == DESIGNATE
        follows = Change(REGISTER if designates else DEREGISTER, one)
        asks = change.verb in (DESIGNATE, REMOVE) and (designates or not isinstance(subject, Designation))
        if not asks or follows not in planned or one in self._compared:
            return []
        self._compared.add(one)
        try:
            registered = self._reader.of([one.service_principal])
        except AnsibleOrganizationsError:
            return []
        return [follows] if (one in registered) is designates else []

    def was_called_for(self, change: Change) -> bool:
        """Return whether a change with AWS Organizations follows one that a service has accepted in this task."""
        verb = DESIGNATE if change.verb == REGISTER else REMOVE
        return Change(verb, change.subject) in self._called

    def after(self, progress: Progress) -> Regions:
        """Return who administers which service in which Region after the changes of this task and of others."""
        designated = [one for one in progress.subjects(DESIGNATE) if isinstance(one, Designation)]
        removed = [one for one in progress.subjects(REMOVE) if isinstance(one, Designation)]
        after = self.plan.after(designated, removed)
        others = [change.subject for change in progress.unnecessary if isinstance(change.subject, Designation)]
        ending = [subject for subject in removed if self.lists.status(subject) == DISABLING]
        for subject in [*others, *ending]:
            after[subject.service_principal][subject.region] = self.lists.administrator(subject)
        return after

    def note_unlisted(self, changes: Sequence[Change]) -> None:
        """Note which of these completed changes designate an account that the lists, read again, do not show."""
        designated = [change for change in changes if change.verb == DESIGNATE]
        self.unlisted = {change.subject for change in designated if not self.lists.shows(change)}

    def results(self, progress: Progress) -> dict[str, Any]:
        """Return the changes, the state by Region and what remains to do; not_visible_yet if it waited in vain."""
        unknown = {*self.lists.errors.keys() - self.lists.lists.keys(), *(one.pair for one in self.unlisted)}
        unknown.update(one.pair for one in progress.outcome_unknown if isinstance(one, Designation))
        not_listed = progress.results(change.subject for change, error in progress.failed.items() if error.was_written)
        return {
            **({"not_visible_yet": not_listed} if not_listed else {}),
            "designated": [subject.result() for subject in sorted(progress.subjects(DESIGNATE))],
            "removed": [subject.result() for subject in sorted(progress.subjects(REMOVE))],
            "service_administrators": by_region(self.after(progress), unknown, self._options.regional_services),
            "skipped_regions": skipped_regions(self.lists.skipped),
            "next_steps": next_steps(progress.subjects(DESIGNATE), self._apis),
        }


__all__ = ["Designations"]
