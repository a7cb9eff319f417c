# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How the desired service access differs from what is enabled. Pure: no calls, no botocore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..catalog.names import differ_in_case_only, matches_any
from .options import EMPTY_LIST, ServiceAccessOptions


@dataclass(frozen=True)
class Plan:
    """What is enabled, and what will change; names sorted."""

    before: tuple[str, ...]
    to_enable: tuple[str, ...] = ()
    to_disable: tuple[str, ...] = ()

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


def make_plan(enabled: Iterable[str], options: ServiceAccessOptions) -> Plan:
    """Compare the desired state with what is enabled. Pure."""
    before = set(enabled)
    wanted = options.service_principals
    if options.state == "absent":
        return Plan(before=tuple(sorted(before)), to_disable=tuple(sorted(before & wanted)))
    surplus = {name for name in before - wanted if not matches_any(name, options.keep)} if options.purge else set()
    return Plan(
        before=tuple(sorted(before)), to_enable=tuple(sorted(wanted - before)), to_disable=tuple(sorted(surplus))
    )


def plan_problems(plan: Plan, options: ServiceAccessOptions) -> list[str]:
    """Why a plan looks like a mistake: an empty list that disables services, or names that differ only in case."""
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


__all__ = ["Plan", "make_plan", "plan_problems"]
