# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Delegated administrators as desired state: options -> listings -> plan (pure) -> safeguards -> apply -> result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import methodcaller
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..task.changes import DEREGISTER, DESIGNATE, REGISTER, REMOVE, Change, Progress, wait_until_visible
from ..task.context import TaskContext, Warn
from ..task.engine import DesiredState, ensure
from ..task.safeguards import Objection
from .accounts import NewAdministrators
from .designations import Designations
from .moves import explain_move, explain_regions
from .options import ARGUMENT_SPEC, DelegatedAdministratorOptions, Registration, option_problems
from .order import ADDING, ChangeOrder, registration_of
from .plan import DelegationPlan, administrators, make_plan, plan_problems, with_remedies_once
from .preconditions import require_service_access
from .regional_plan import Designation, RegionalPlan, regional_problems
from .registrations import RegistrationReader, by_account
from .results import accounts
from .safeguards import objections_to_ending
from .warnings import warn_of_registrations, warn_of_side_effects


def parse_options(params: Mapping[str, Any]) -> DelegatedAdministratorOptions:
    """Return validated options; AnsibleOrganizationsError names all problems in one message."""
    AnsibleOrganizationsError.refuse(option_problems(params))
    return DelegatedAdministratorOptions.from_params(params)


# By the option state, how to go on without what a safeguard blocks.
LEAVE_ALONE = {
    "present": (
        "To keep registrations in exact mode, list them in delegated_administrators, or their services in "
        "keep_service_principals."
    ),
    "absent": "To keep registrations, remove them from delegated_administrators.",
}


class DelegatedAdministrators(DesiredState):
    """The delegated administrators of an organization, designated with the services' APIs where the options say so."""

    operations: Mapping[str, str] = {
        DESIGNATE: "RegisterDelegatedAdministrator",
        REGISTER: "RegisterDelegatedAdministrator",
        REMOVE: "DeregisterDelegatedAdministrator",
        DEREGISTER: "DeregisterDelegatedAdministrator",
    }

    def __init__(self, context: TaskContext, options: DelegatedAdministratorOptions) -> None:
        super().__init__(context)
        self.leave_alone = LEAVE_ALONE[options.state]
        self._options = options
        self._enabled: Collection[str] | None = None  # services with service access by then; None to list them
        self._reader = RegistrationReader(self.client)
        self._designations = Designations(context, options, self._reader)
        self.plan = DelegationPlan(frozenset())
        self._order = ChangeOrder(self.plan, RegionalPlan(), options.administrator_apis)
        self._new = NewAdministrators(self.client, context.warn)
        self._confirmed: set[Registration] | None = None

    def read(self) -> None:
        """Read all registrations if exact mode is about the organization, else those of the services named.

        Then, with prefer_service_api, the lists of the services.
        """
        options = self._options
        everything = options.concerns_organization
        before = self._reader.everything() if everything else self._reader.of(options.service_principals)
        self.plan = make_plan(before, options)
        self._designations.read(self.plan)
        self._order = ChangeOrder(self.plan, self._designations.plan, options.administrator_apis)

    def changes(self) -> list[Change]:
        """Return registrations, moves (each in two halves), deregistrations."""
        return self._order.changes()

    def added(self) -> list[Registration]:
        """Return what the plan registers or designates, sorted."""
        return self._order.added

    def warn_beforehand(self) -> None:
        """Warn of services that AWS does not document, or for which registering is not enough, and of side effects."""
        registering = warn_of_registrations(self._order, self._options)
        for text in (*registering, *warn_of_side_effects(self._order, self.context.check_mode)):
            self.context.warn(text)

    def problems(self) -> list[str]:
        """Return services that would have more administrators than AWS documents, or another one in a Region."""
        of_regions = regional_problems(self._order.regional, self._options)
        return with_remedies_once([*plan_problems(self.plan, self._options), *of_regions], self._options)

    def objections(self, progress: Progress) -> list[Objection]:  # noqa: ARG002 - as DesiredState has it
        """Return deregistrations and removals that destroy or disrupt something."""
        return objections_to_ending(self._order, self._options, self._designations.lists.left_alone)

    def require(self, progress: Progress) -> None:
        """Fail if AWS would refuse registrations of services that are not enabled, or the second half of a move.

        The new administrators of moves are read, because a move ends the present registration first. So are accounts
        before a service's call, which AWS may accept for an account that it does not register.
        """
        require_service_access(self._order, self._enabled, self.context, progress)
        moves = {added: ended[0] for added, ended in self._order.replacements.items()}
        self._read_accounts(moves)
        self._new.refuse_moves(moves, progress)
        if not self.context.check_mode:
            self._read_accounts(one for one in self._order.added if one.service_principal in self._order.apis)

    def foresee(self, management_account_id: str | None) -> None:
        """Read the accounts that would be registered."""
        self._read_accounts(self._order.added, management_account_id)

    def _read_accounts(self, added: Iterable[Registration], management_account_id: str | None = None) -> None:
        self._new.read(sorted({one.account_id for one in added}), management_account_id)
        self._reader.remember(self._new.accounts)

    def write(self, change: Change) -> bool:
        """Call the service's API where the task uses it, and AWS Organizations for the rest."""
        self._designations.refuse_unusable(change.subject)
        if change.verb in ADDING and change.subject.account_id in self._new.refused:
            raise self._new.refused[change.subject.account_id]
        if self.context.check_mode:
            self._designations.predict(change)
            return True
        if change.verb in (DESIGNATE, REMOVE):
            planned = self._order.changes()
            return self._designations.write(change, later=planned[planned.index(change) + 1 :])
        if change.verb == DEREGISTER:
            self._designations.require_removed(change.subject.service_principal)
            written = self.client.deregister_delegated_administrator(*change.subject)
        else:
            written = self.client.register_delegated_administrator(*change.subject)
        return written or self._designations.was_called_for(change)

    def brought_about(self, change: Change) -> list[Change]:
        """Return the registration that a service has made, or ended, with a change of its own."""
        if self.context.check_mode:
            return []
        return self._designations.brought_about(change, self._order.changes())

    def is_replacement(self, change: Change) -> bool:
        """Return whether something has to end first to make room for this change."""
        return change.verb in ADDING and registration_of(change.subject) in self._order.replacements

    def blocks(self, failed: Change, later: Change) -> bool:
        """Return whether a failed change forbids a later one.

        Nothing more of a service is attempted that does not list what it has accepted.
        """
        is_unlisted = failed.subject in self._designations.unlisted
        if is_unlisted and registration_of(failed.subject) == registration_of(later.subject):
            return True
        return self._order.blocks(failed, later, self._designations.working)

    def explain(self, progress: Progress) -> list[str]:
        """Return a sentence about each move of which only the first half was made, or may be made."""
        sentences = []
        for added, ended in self._order.replacements.items():
            api = self._order.apis.get(added.service_principal)
            if api and api.by_region:
                sentences += [text for one in ended for text in explain_regions(added, one, progress)]
                continue
            expected = {*administrators(self._expected(progress), added.service_principal)}
            others = expected - {added.account_id, ended[0].account_id}
            halves = (REMOVE, DESIGNATE) if api else (DEREGISTER, REGISTER)
            first, second = Change(halves[0], ended[0]), Change(halves[1], added)
            sentences += explain_move(first, second, progress, bool(others))
        return sentences

    def _expected(self, progress: Progress) -> list[Registration]:
        """Return the registrations after what was done, by this task and by others meanwhile."""
        made = [*progress.done, *progress.unnecessary]
        return self.plan.after(
            [change.subject for change in made if change.verb == REGISTER],
            [change.subject for change in made if change.verb == DEREGISTER],
        )

    def confirm(self, progress: Progress) -> None:
        """List the administrators of the services that changed until the listings show the changes."""
        changes = [change for change in progress.done if change.verb in self.operations]
        in_regions = [change for change in changes if isinstance(change.subject, Designation)]
        state = self._confirmed = set(self._expected(progress))
        unconfirmed = {change.subject.service_principal for change in changes if change not in in_regions}

        def shows(registrations: set[Registration], change: Change) -> bool:
            if isinstance(change.subject, Designation):
                return self._designations.lists.shows(change)
            return (change.subject in registrations) == (change.verb in ADDING)

        def read() -> set[Registration]:
            for principal in sorted(unconfirmed):
                state.difference_update([one for one in state if one.service_principal == principal])
                state.update(self._reader.of([principal]))
                of_service = [one for one in changes if one.subject.service_principal == principal]
                if all(shows(state, change) for change in of_service if change not in in_regions):
                    unconfirmed.discard(principal)
            self._designations.lists.read_unshown(in_regions)
            self._designations.note_unlisted(in_regions)
            self._designations.lists.require_known(in_regions)
            return state

        waiting = self.context.waiting
        wait_until_visible(progress, changes, read, shows, waiting=waiting, listing="delegated administrators")

    def results(self, progress: Progress) -> dict[str, Any]:
        """Return registered, deregistered, diff; failed_registrations if there are any.

        With prefer_service_api, also service_administrators, skipped_regions, next_steps, and the former in the diff.
        """
        registered = sorted(progress.subjects(REGISTER))
        deregistered = sorted(progress.subjects(DEREGISTER))
        failed = [{**subject.result(), **error} for subject, error in progress.failures(self.operations)]
        diff: dict[str, dict[str, Any]] = {
            "before": self.shown(self.plan.before),
            "after": self.shown(self.plan.after(registered, deregistered)),
        }
        results: dict[str, Any] = {
            "registered": [one.result() for one in registered],
            "deregistered": [one.result() for one in deregistered],
            **({"failed_registrations": failed} if failed else {}),
        }
        if self._options.prefer_service_api:
            results.update(self._designations.results(progress))
            diff["before"]["service_administrators"] = accounts(self._order.regional.before)
            diff["after"]["service_administrators"] = accounts(self._designations.after(progress))
        return {**results, "diff": diff}

    def shown(self, registrations: Collection[Registration]) -> dict[str, Any]:
        """Return the registrations as the diff has them."""
        return by_account(registrations)

    def state_afterwards(self, progress: Progress) -> dict[str, Any]:
        """Return delegated_administrators, as listed or, without a listing, as expected."""
        after = self._expected(progress) if self._confirmed is None else self._confirmed
        return {"delegated_administrators": self._reader.entries(after)}


def ensure_delegated_administrators(
    client: OrganizationsClient, options: DelegatedAdministratorOptions, check_mode: bool, warn: Warn
) -> dict[str, Any]:
    """Read, plan, check, and, outside check mode, apply and confirm. Return the module's results."""
    context = TaskContext(client, check_mode, warn, options.force, options.wait, options.wait_timeout)
    delegation = DelegatedAdministrators(context, options)
    return ensure([delegation], delegation.changes, delegation.blocks, context, show=methodcaller("result"))


__all__ = ["ARGUMENT_SPEC", "DelegatedAdministrators", "ensure_delegated_administrators", "parse_options"]
