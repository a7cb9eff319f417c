# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Delegated administrators as desired state: options -> listings -> plan (pure) -> safeguards -> apply -> result."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.names import explain_unknown_names
from ..catalog.services import BY_PRINCIPAL, with_account_id
from ..task.changes import DEREGISTER, REGISTER, Change, Progress, names, wait_until_visible
from ..task.context import TaskContext, Warn
from ..task.engine import DesiredState, ensure
from ..task.safeguards import Objection, objections_to_deregistering
from .accounts import NewAdministrators
from .moves import Move, explain_move
from .options import ARGUMENT_SPEC, DelegatedAdministratorOptions, Registration, option_problems
from .plan import DelegationPlan, administrators, make_plan, plan_problems
from .registrations import RegistrationReader, by_account


def parse_options(params: Mapping[str, Any]) -> DelegatedAdministratorOptions:
    """Return validated options; AnsibleOrganizationsError names all problems in one message."""
    AnsibleOrganizationsError.refuse(option_problems(params))
    return DelegatedAdministratorOptions.from_params(params)


class DelegatedAdministrators(DesiredState):
    """The delegated administrators of an organization."""

    operations: Mapping[str, str] = {
        REGISTER: "RegisterDelegatedAdministrator",
        DEREGISTER: "DeregisterDelegatedAdministrator",
    }
    leave_alone = (
        "To keep registrations in exact mode, list them in delegated_administrators, or their services in "
        "keep_service_principals."
    )

    def __init__(
        self,
        context: TaskContext,
        options: DelegatedAdministratorOptions,
        enabled: Collection[str] | None = None,
    ) -> None:
        """``enabled``: the services with service access by the time of the registrations, None if it is not known."""
        super().__init__(context)
        self._options = options
        self._enabled = enabled
        self._reader = RegistrationReader(self.client)
        self.plan = DelegationPlan(frozenset())
        self._new = NewAdministrators(self.client, context.warn)
        self._confirmed: set[Registration] | None = None

    def read(self) -> None:
        """Read all registrations if exact mode is about the organization, else those of the services named."""
        options = self._options
        everything = options.concerns_organization
        before = self._reader.everything() if everything else self._reader.of(options.service_principals)
        self.plan = make_plan(before, options)

    def changes(self) -> list[Change]:
        """Return registrations, moves (each in two halves), deregistrations."""
        plan = self.plan
        moved = set(plan.makes_room.values())
        moves = [(Change(DEREGISTER, removed), Change(REGISTER, added)) for added, removed in plan.makes_room.items()]
        return [
            *(Change(REGISTER, one) for one in plan.to_register if one not in plan.makes_room),
            *(half for move in moves for half in move),
            *(Change(DEREGISTER, one) for one in plan.to_deregister if one not in moved),
        ]

    def warn_beforehand(self) -> None:
        """Warn of services that AWS does not document, or for which registering is not enough."""
        principals = sorted({one.service_principal for one in self.plan.to_register})
        for text in explain_unknown_names(principals):
            self.context.warn(text)
        for principal in principals:
            service = BY_PRINCIPAL.get(principal)
            if service and not service.delegated_administrator:
                self.context.warn(f"AWS documents no delegated administrators for {service.name} ({principal}).")
        for one in self.plan.to_register:
            service = BY_PRINCIPAL.get(one.service_principal)
            if service and service.organizations_register_insufficient:
                needed = with_account_id(service.organizations_register_insufficient, one.account_id)
                self.context.warn(
                    f"Registering a delegated administrator of {one.service_principal} with AWS Organizations is not "
                    f"enough for {service.name}. {needed} See {service.documentation_url}"
                )

    def problems(self) -> list[str]:
        """Return services that would have more delegated administrators than AWS documents as allowed."""
        return plan_problems(self.plan, self._options)

    def objections(self, progress: Progress) -> list[Objection]:
        """Return deregistrations that destroy or disrupt something."""
        return objections_to_deregistering(progress.planned_subjects(DEREGISTER))

    def require(self, progress: Progress) -> None:
        """Fail if AWS would refuse registrations of services that are not enabled, or the second half of a move."""
        self._require_service_access(progress)
        self._require_registrable_replacements(progress)

    def _require_service_access(self, progress: Progress) -> None:
        """Require service access; in check mode, warn."""
        wanted = {one.service_principal for one in self.plan.to_register}
        if not wanted:
            return
        enabled = self.client.list_service_access() if self._enabled is None else self._enabled
        missing = sorted(wanted.difference(enabled))
        if not missing:
            return
        concerned = [str(one) for one in self.plan.to_register if one.service_principal in missing]
        problem = f"Service access is not enabled for {names(missing)}"
        if self.context.check_mode:
            self.context.warn(
                f"{problem}. Registering delegated administrators fails unless an earlier task enables it, for example "
                "with orgops.aws.organizations_service_access."
            )
            return
        raise AnsibleOrganizationsError(
            message=(
                f"{problem}, so no delegated administrator can be registered. Nothing was changed. Enable it first, "
                f"with orgops.aws.organizations_service_access.{progress.others_not_attempted(concerned)}"
            ),
            error={"code": "ConstraintViolationException", "message": f"{problem}."},
            reason="SERVICE_ACCESS_NOT_ENABLED",
            not_attempted=progress.results(progress.not_attempted),
        )

    def _require_registrable_replacements(self, progress: Progress) -> None:
        """Read the new administrators of moves before any write, because a move ends the present registration first."""
        moves = self.plan.makes_room
        self._new.read(sorted({one.account_id for one in moves}))
        self._reader.remember(self._new.accounts)
        self._new.refuse_moves(moves, progress)

    def foresee(self, management_account_id: str | None) -> None:
        """Read the accounts that would be registered."""
        self._new.read(sorted({one.account_id for one in self.plan.to_register}), management_account_id)
        self._reader.remember(self._new.accounts)

    def write(self, change: Change) -> bool:
        """Call RegisterDelegatedAdministrator or DeregisterDelegatedAdministrator."""
        if not self.context.check_mode:
            write = {
                REGISTER: self.client.register_delegated_administrator,
                DEREGISTER: self.client.deregister_delegated_administrator,
            }
            return write[change.verb](*change.subject)
        if change.verb == REGISTER and change.subject.account_id in self._new.refused:
            raise self._new.refused[change.subject.account_id]
        return True

    def is_replacement(self, change: Change) -> bool:
        """Return whether this registration needs a deregistration to make room for it."""
        return change.verb == REGISTER and change.subject in self.plan.makes_room

    def blocks(self, failed: Change, later: Change) -> bool:
        """Return whether a failed registration blocks a deregistration, or a failed deregistration its replacement."""
        if failed.verb == REGISTER:
            return later.verb == DEREGISTER or self.is_replacement(later)
        return self.is_replacement(later) and self.plan.makes_room[later.subject] == failed.subject

    def explain(self, progress: Progress) -> list[str]:
        """Return a sentence about each move of which only the first half was made, or may be made."""
        sentences = []
        for added, removed in self.plan.makes_room.items():
            expected = {*administrators(self._expected(progress), added.service_principal)}
            others = expected - {added.account_id, removed.account_id}
            move = Move(Change(DEREGISTER, removed), Change(REGISTER, added))
            sentences += explain_move(move, progress, bool(others))
        return sentences

    def _expected(self, progress: Progress) -> list[Registration]:
        """Return the registrations after what was done, by this task and by others meanwhile."""
        made = [*progress.done, *progress.unnecessary]
        return self.plan.after(
            [change.subject for change in made if change.verb == REGISTER],
            [change.subject for change in made if change.verb == DEREGISTER],
        )

    def confirm(self, progress: Progress) -> None:
        """List the administrators of the services that changed until the listing shows the changes."""
        changes = [change for change in progress.done if change.verb in self.operations]
        state = self._confirmed = set(self._expected(progress))
        unconfirmed = {change.subject.service_principal for change in changes}

        def shows(registrations: set[Registration], change: Change) -> bool:
            return (change.subject in registrations) == (change.verb == REGISTER)

        def read() -> set[Registration]:
            for principal in sorted(unconfirmed):
                state.difference_update([one for one in state if one.service_principal == principal])
                state.update(self._reader.of([principal]))
                if all(shows(state, change) for change in changes if change.subject.service_principal == principal):
                    unconfirmed.discard(principal)
            return state

        waiting = self.context.waiting
        wait_until_visible(progress, changes, read, shows, waiting=waiting, listing="delegated administrators")

    def results(self, progress: Progress) -> dict[str, Any]:
        """Return registered, deregistered, diff; failed_registrations if there are any."""
        registered = sorted(progress.subjects(REGISTER))
        deregistered = sorted(progress.subjects(DEREGISTER))
        failed = [{**subject.result(), **error} for subject, error in progress.failures(self.operations)]
        return {
            "registered": [one.result() for one in registered],
            "deregistered": [one.result() for one in deregistered],
            "diff": {
                "before": by_account(self.plan.before),
                "after": by_account(self.plan.after(registered, deregistered)),
            },
            **({"failed_registrations": failed} if failed else {}),
        }

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
    return ensure([delegation], delegation.changes, delegation.blocks, context, show=Registration.result)


__all__ = ["ARGUMENT_SPEC", "DelegatedAdministrators", "ensure_delegated_administrators", "parse_options"]
