# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How the desired service access differs from what is enabled. Pure: no calls, no botocore.

Where a service's API is used, a service is present if service access is listed and the service's state, if it has one,
is enabled. It is absent if neither holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..catalog.names import differ_in_case_only, matches_any
from ..catalog.service_apis import DISABLED, ENABLED, FAILED, PENDING, ServiceApi
from .options import EMPTY_LIST, ServiceAccessOptions

NO_STATES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Plan:
    """What is enabled, and what will change, whichever way; names sorted.

    ``enable_with_api``, ``disable_with_api``: those of them that are switched with the service's API.
    """

    before: tuple[str, ...]
    to_enable: tuple[str, ...] = ()
    to_disable: tuple[str, ...] = ()
    enable_with_api: tuple[str, ...] = ()
    disable_with_api: tuple[str, ...] = ()

    @property
    def after(self) -> tuple[str, ...]:
        """The names enabled after the plan is applied."""
        return tuple(sorted((set(self.before) | set(self.to_enable)) - set(self.to_disable)))

    @property
    def diff(self) -> dict[str, dict[str, list[str]]]:
        """Before and after as Ansible shows them."""
        return {
            "before": {"service_principals": list(self.before)},
            "after": {"service_principals": list(self.after)},
        }

    def without(self, left: Collection[str], failed: Collection[str]) -> Plan:
        """Return the plan without the changes that were not made.

        ``left``: names with a change that was not carried out. ``failed``: names whose service reports that a change
        failed, which does not undo service access.
        """
        not_enabled = {*left, *(name for name in failed if name in self.before)}
        not_disabled = {*left, *(name for name in failed if name not in self.before)}
        to_enable = tuple(name for name in self.to_enable if name not in not_enabled)
        to_disable = tuple(name for name in self.to_disable if name not in not_disabled)
        return Plan(self.before, to_enable, to_disable)


def states_to_read(listed: Collection[str], options: ServiceAccessOptions) -> list[str]:
    """Return the service principals whose service's state the task depends on, sorted.

    Where the service's API cannot disable, the listing alone says whether a service is absent.
    """
    absent = _unwanted(listed, options)
    with_state = [api for api in options.service_apis.values() if api.read]
    to_enable = {api.principal for api in with_state if api.principal in options.wanted}
    to_disable = {api.principal for api in with_state if api.principal in absent and api.disable}
    return sorted(to_enable | to_disable)


def make_plan(
    enabled: Iterable[str],
    options: ServiceAccessOptions,
    states: Mapping[str, str] = NO_STATES,
    left_alone: Collection[str] = (),
) -> Plan:
    """Compare the desired state with what is enabled, and with the services' states where their APIs are used. Pure.

    ``states``: {service principal: the service's state} of those that were read; a pending one is left alone too.
    """
    before = frozenset(enabled)
    absent = _unwanted(before, options)
    alone = {name for name in options.service_apis if name in left_alone or states.get(name) == PENDING}
    usable = {name: api for name, api in options.service_apis.items() if name not in alone}
    enable_with_api = {name for name in options.wanted & usable.keys() if _enables(usable[name], before, states)}
    disable_with_api = {name for name in absent & usable.keys() if _disables(usable[name], before, states)}
    to_enable = (options.wanted - before) | enable_with_api
    to_disable = (absent & before) | disable_with_api
    return Plan(
        before=tuple(sorted(before)),
        to_enable=tuple(sorted(to_enable - alone)),
        to_disable=tuple(sorted(to_disable - alone)),
        enable_with_api=tuple(sorted(enable_with_api)),
        disable_with_api=tuple(sorted(disable_with_api)),
    )


def _unwanted(enabled: Collection[str], options: ServiceAccessOptions) -> frozenset[str]:
    """Return the service principals that shall not be enabled."""
    if options.state == "absent":
        return options.service_principals
    if not options.purge:
        return frozenset()
    surplus = frozenset(enabled) - options.service_principals
    return frozenset(name for name in surplus if not matches_any(name, options.keep))


def _enables(api: ServiceApi, listed: Collection[str], states: Mapping[str, str]) -> bool:
    """Return whether enabling needs the service's API. A service's state that is enabled already needs none."""
    state = states.get(api.principal)
    if state is None or (state == ENABLED and api.outlives_disabling):
        return api.principal not in listed
    return state in (DISABLED, FAILED)


def _disables(api: ServiceApi, listed: Collection[str], states: Mapping[str, str]) -> bool:
    """Return whether disabling needs the service's API."""
    if api.disable is None:
        return False
    state = states.get(api.principal)
    return state == ENABLED or (state == FAILED and api.principal in listed)


def plan_problems(plan: Plan, options: ServiceAccessOptions) -> list[str]:
    """Return why a plan looks like a mistake: an empty list that disables services, names that differ only in case."""
    problems = []
    if options.purge and not options.service_principals and plan.to_disable and not options.force:
        problems.append(
            f"{EMPTY_LIST} purge_service_principals=true would disable {', '.join(plan.to_disable)}. List the "
            "desired service principals, or set force=true to disable all of them."
        )
    problems += [
        f"{wanted} would be enabled and {other} disabled, but the names differ only in case. Fix the name in "
        "service_principals."
        for wanted, other in differ_in_case_only(plan.to_enable, plan.to_disable)
    ]
    return problems


__all__ = ["Plan", "make_plan", "plan_problems", "states_to_read"]
