# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How the desired delegated administrators differ from those registered. Pure: no calls, no botocore."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..catalog.names import differ_in_case_only
from ..catalog.services import BY_PRINCIPAL
from .options import DelegatedAdministratorOptions, Registration


@dataclass(frozen=True)
class DelegationPlan:
    """What is registered of what was read, and what will change; registrations sorted.

    ``makes_room``: {registration: the one that has to end first, because the service is at its documented limit}.
    """

    before: frozenset[Registration]
    to_register: tuple[Registration, ...] = ()
    to_deregister: tuple[Registration, ...] = ()
    makes_room: Mapping[Registration, Registration] = field(default_factory=dict)

    def after(self, registered: Iterable[Registration], deregistered: Iterable[Registration]) -> list[Registration]:
        """Return the registrations once these of the plan are made and ended, sorted."""
        return sorted((self.before | set(registered)) - set(deregistered))


def limit_of(service_principal: str) -> int | None:
    """Return the documented number of delegated administrators, None where AWS documents none."""
    service = BY_PRINCIPAL.get(service_principal)
    return service.most_delegated_administrators if service else None


def administrators(registrations: Iterable[Registration], service_principal: str) -> list[str]:
    """Return the account IDs registered for a service, sorted."""
    return sorted(account_id for account_id, principal in registrations if principal == service_principal)


def make_plan(before: Collection[Registration], options: DelegatedAdministratorOptions) -> DelegationPlan:
    """Compare the desired state with the registrations that were read. Pure."""
    registered = frozenset(before)
    if options.state == "absent":
        return DelegationPlan(registered, to_deregister=tuple(sorted(registered & options.wanted)))
    to_register = tuple(sorted(options.wanted - registered))
    surplus = registered - options.wanted
    to_deregister = tuple(sorted(one for one in surplus if options.purges(one.service_principal)))
    makes_room: dict[Registration, Registration] = {}
    for principal in sorted({one.service_principal for one in to_register}):
        limit = limit_of(principal)
        if limit is not None:
            added = [one for one in to_register if one.service_principal == principal]
            removed = [one for one in to_deregister if one.service_principal == principal]
            room = max(0, limit - len(administrators(registered, principal)))
            makes_room.update(zip(added[room:], removed))
    return DelegationPlan(registered, to_register, to_deregister, makes_room)


def plan_problems(plan: DelegationPlan, options: DelegatedAdministratorOptions) -> list[str]:
    """Return services with more delegated administrators than documented, and names that differ only in case."""
    after = plan.after(plan.to_register, plan.to_deregister)
    problems = _case_problems(plan)
    for principal in sorted({one.service_principal for one in plan.to_register}):
        limit = limit_of(principal)
        if limit is not None and len(administrators(after, principal)) > limit:
            problems.append(_too_many(principal, limit, plan, options))
    return problems


def _case_problems(plan: DelegationPlan) -> list[str]:
    added = {one.service_principal for one in plan.to_register}
    removed = {one.service_principal for one in plan.to_deregister}
    return [
        f"Administrators of {wanted} would be registered and those of {other} deregistered, but the names differ only "
        "in case. Fix the name in delegated_administrators."
        for wanted, other in differ_in_case_only(added, removed)
    ]


def _too_many(principal: str, limit: int, plan: DelegationPlan, options: DelegatedAdministratorOptions) -> str:
    allowed = "one delegated administrator" if limit == 1 else f"{limit} delegated administrators"
    wanted = administrators(options.wanted, principal)
    if len(wanted) > limit:
        return f"{principal} can have {allowed}, but {len(wanted)} are listed: {', '.join(wanted)}."
    present = administrators(plan.before, principal)
    added = administrators(plan.to_register, principal)
    return (
        f"{principal} can have {allowed}, and {', '.join(present)} {'is' if len(present) == 1 else 'are'} registered, "
        f"so {', '.join(added)} cannot be registered. {how_to_replace(principal, options)}"
    )


def how_to_replace(service_principal: str, options: DelegatedAdministratorOptions) -> str:
    """Return how to replace the accounts of a service that the task does not list, in sentences."""
    api = options.administrator_apis.get(service_principal)
    if api and api.removal_refused:
        return api.removal_refused
    if options.purge:
        return "keep_service_principals protects them; remove its pattern so that they can be replaced."
    return (
        "To replace administrators in one task, set purge_delegated_administrators=true and purge_scope=services. This "
        "deregisters every account that is not listed for a service that is."
    )


def with_remedies_once(problems: Sequence[str], options: DelegatedAdministratorOptions) -> list[str]:
    """Return the problems, of which several may end with the same way to replace accounts, with it in the last one."""
    remedies = {how_to_replace(principal, options) for principal in options.service_principals}
    told = []
    for number, problem in enumerate(problems, start=1):
        later = problems[number:]
        repeated = [one for one in remedies if problem.endswith(one) and any(other.endswith(one) for other in later)]
        told.append(problem.removesuffix(repeated[0]).rstrip() if repeated else problem)
    return told


__all__ = ["DelegationPlan", "administrators", "how_to_replace", "make_plan", "plan_problems", "with_remedies_once"]
