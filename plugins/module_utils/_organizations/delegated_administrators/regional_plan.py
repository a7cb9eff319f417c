# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""How the administrators that the services list in each Region differ from the desired ones. Pure: no calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from ..aws.administrator_apis import RegionalAdministrator
from ..catalog.administrator_apis import DISABLING, ENABLED
from ..task.changes import names
from .options import DelegatedAdministratorOptions, Registration
from .plan import DelegationPlan, administrators, how_to_replace

Pair = tuple[str, str]  # service principal, Region
Lists = Mapping[Pair, Sequence[RegionalAdministrator]]
# {service principal: {Region: its administrator, or None}}
Regions = dict[str, dict[str, Optional[RegionalAdministrator]]]


class Designation(NamedTuple):
    """An account as administrator of a service in a Region."""

    account_id: str
    service_principal: str
    region: str

    def __str__(self) -> str:
        return f"{self.account_id} for {self.service_principal} in {self.region}"

    @property
    def pair(self) -> Pair:
        """The service principal and the Region, whose list shows the administrator."""
        return self.service_principal, self.region

    def result(self) -> dict[str, Any]:
        """Return {account_id, service_principal, region}, as the module returns it."""
        return self._asdict()


@dataclass(frozen=True)
class RegionalPlan:
    """Who administers which service in which Region, and what will change; designations sorted.

    ``unusable``: those of them that fail before any write, because the list of their Region is not known or is about to
    change. ``in_the_way``: other accounts that the task may not remove.
    """

    before: Regions = field(default_factory=dict)
    to_designate: tuple[Designation, ...] = ()
    to_remove: tuple[Designation, ...] = ()
    unusable: frozenset[Designation] = frozenset()
    in_the_way: tuple[Designation, ...] = ()

    def after(self, designated: Iterable[Designation], removed: Iterable[Designation]) -> Regions:
        """Return who administers which service in which Region once these are designated and removed."""
        after = {principal: dict(regions) for principal, regions in self.before.items()}
        for _account_id, principal, region in removed:
            after[principal][region] = None
        for account_id, principal, region in designated:
            after.setdefault(principal, {})[region] = RegionalAdministrator(account_id, ENABLED)
        return after

    def regions_of(self, one: Registration) -> list[str]:
        """Return the Regions in which an account is to be removed, sorted."""
        return [region for account_id, principal, region in self.to_remove if (account_id, principal) == one]


def make_regional_plan(
    lists: Lists, unusable: Collection[Pair], plan: DelegationPlan, options: DelegatedAdministratorOptions
) -> RegionalPlan:
    """Compare the desired state with the administrators that the services list. Pure.

    ``unusable``: what was not read, or has a pending change. ``plan``: that of AWS Organizations for the same options.
    """
    pairs = {*lists, *unusable}
    wanted = {principal: administrators(options.wanted, principal) for principal, _region in pairs}
    listed = {
        Designation(entry.account_id, principal, region)
        for (principal, region), entries in lists.items()
        for entry in entries
        if entry.status == ENABLED and (principal, region) not in unusable
    }
    others = {one for one in listed if one.account_id not in wanted[one.service_principal]}
    if options.state == "absent":
        to_designate, to_remove, in_the_way = set(), listed - others, set()
        ending = wanted
    else:
        to_designate = _designations(pairs, wanted) - listed
        to_remove = {one for one in others if options.purges(one.service_principal)}
        in_the_way = others - to_remove
        # Not those of the services that the task names, because their accounts cannot be designated there.
        ending = {name: administrators(plan.to_deregister, name) for name, accounts in wanted.items() if not accounts}
    to_remove |= _designations(unusable, ending)  # they may be there, and must not
    return RegionalPlan(
        before=administrators_by_region(lists, unusable),
        to_designate=tuple(sorted(to_designate)),
        to_remove=tuple(sorted(to_remove)),
        unusable=frozenset(one for one in to_designate | to_remove if one.pair in unusable),
        in_the_way=tuple(sorted(in_the_way)),
    )


def _designations(pairs: Iterable[Pair], accounts: Mapping[str, Iterable[str]]) -> set[Designation]:
    return {
        Designation(account_id, principal, region)
        for principal, region in pairs
        for account_id in accounts.get(principal, ())
    }


def administrators_by_region(lists: Lists, unusable: Iterable[Pair]) -> Regions:
    """Return the administrators of the Regions whose lists are known, of all services, sorted."""
    found: Regions = {principal: {} for principal, _region in sorted([*lists, *unusable])}
    for (principal, region), entries in sorted(lists.items()):
        found[principal][region] = administrator_among(entries)
    return found


def administrator_among(entries: Collection[RegionalAdministrator]) -> RegionalAdministrator | None:
    """Return the administrator in the list of a Region: an enabled one, if there is one."""
    enabled_first = sorted(entries, key=lambda entry: entry.status != ENABLED)
    return enabled_first[0] if enabled_first else None


def pending(lists: Lists, plan: DelegationPlan, options: DelegatedAdministratorOptions) -> list[Pair]:
    """Return where the service is removing an administrator, and the task cannot go on before it has; sorted."""
    found = []
    for (principal, region), entries in sorted(lists.items()):
        enabled = {entry.account_id for entry in entries if entry.status == ENABLED}
        ending = {entry.account_id for entry in entries if entry.status == DISABLING}
        wanted = set(administrators(options.wanted, principal))
        if options.state == "absent":
            matters = ending & wanted
        else:
            matters = (wanted - enabled) | ending.intersection(administrators(plan.to_deregister, principal))
        if ending and matters:
            found.append((principal, region))
    return found


def regional_problems(plan: RegionalPlan, options: DelegatedAdministratorOptions) -> list[str]:
    """Return other accounts that the task may not remove, and services without a Region; a sentence each."""
    problems = []
    regions: dict[Registration, list[str]] = {}
    for account_id, principal, region in plan.in_the_way:
        regions.setdefault(Registration(account_id, principal), []).append(region)
    for (account_id, principal), found in regions.items():
        added = names(administrators(options.wanted, principal))
        problems.append(
            f"{account_id} administers {principal} in {names(found)}, so {added} cannot be designated. "
            f"{how_to_replace(principal, options)}"
        )
    return problems + [
        f"{principal} exists in none of the Regions that regions and exclude_regions leave to this task, so no account "
        "can administer it there. Remove it from delegated_administrators, or change regions or exclude_regions."
        for principal in options.regional_services
        if options.state == "present" and principal not in plan.before
    ]


__all__ = [
    "Designation",
    "Pair",
    "RegionalPlan",
    "Regions",
    "administrator_among",
    "administrators_by_region",
    "make_regional_plan",
    "pending",
    "regional_problems",
]
