# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What to switch with a service's own API, and what with AWS Organizations. Pure: no calls, no botocore.

A service is present if service access is listed and its own state, if it has one, is enabled. It is absent if neither
holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..catalog.service_apis import API_OF, DISABLED, ENABLED, FAILED, PENDING, ServiceApi
from .options import ServiceAccessOptions
from .plan import Plan, make_plan


@dataclass(frozen=True)
class ServiceApiPlan:
    """``access``: all that changes, whichever way. The others: the principals to switch with their own API; sorted."""

    access: Plan
    own_enable: tuple[str, ...] = ()
    own_disable: tuple[str, ...] = ()


def states_to_read(listed: Collection[str], options: ServiceAccessOptions) -> list[str]:
    """The service principals whose own state the task depends on, sorted.

    Without an own way to disable, the listing alone says whether a service is absent.
    """
    surplus = make_plan(listed, options).to_disable
    present = options.service_principals if options.state == "present" else frozenset()
    absent = options.service_principals if options.state == "absent" else surplus
    readable = [api.principal for api in API_OF.values() if api.read]
    return sorted(name for name in readable if name in present or (name in absent and API_OF[name].disable is not None))


def make_service_api_plan(
    listed: Collection[str],
    states: Mapping[str, str],
    unreadable: Collection[str],
    options: ServiceAccessOptions,
) -> ServiceApiPlan:
    """Compare the desired state with what is listed and with the own states.

    ``states``: {service principal: own state} of those that were read. ``unreadable``: those that are left alone.
    """
    base = make_plan(listed, options)
    present = options.service_principals if options.state == "present" else frozenset()
    absent = options.service_principals if options.state == "absent" else frozenset(base.to_disable)
    settled = [name for name in API_OF if name not in unreadable and states.get(name) != PENDING]
    own_enable = {name for name in present.intersection(settled) if _enables(API_OF[name], name in listed, states)}
    own_disable = {name for name in absent.intersection(settled) if _disables(API_OF[name], name in listed, states)}
    alone = set(API_OF) - set(settled)
    access = Plan(
        before=base.before,
        to_enable=tuple(sorted((set(base.to_enable) | own_enable) - alone)),
        to_disable=tuple(sorted((set(base.to_disable) | own_disable) - alone)),
    )
    return ServiceApiPlan(access, tuple(sorted(own_enable)), tuple(sorted(own_disable)))


def _enables(api: ServiceApi, listed: bool, states: Mapping[str, str]) -> bool:
    """Whether enabling needs the service's own call. An own state that is enabled already needs none."""
    state = states.get(api.principal)
    if state is None or (state == ENABLED and api.outlives_disabling):
        return not listed
    return state in (DISABLED, FAILED)


def _disables(api: ServiceApi, listed: bool, states: Mapping[str, str]) -> bool:
    """Whether disabling needs the service's own call."""
    if api.disable is None:
        return False
    state = states.get(api.principal)
    return state == ENABLED or (state == FAILED and listed)


__all__ = ["ServiceApiPlan", "make_service_api_plan", "states_to_read"]
