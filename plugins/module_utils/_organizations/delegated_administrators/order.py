# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The order of the changes to delegated administrators, and which failure blocks which of them. Pure.

Registrations come first, then replacements, then deregistrations. Where the task uses a service's API, its calls come
before those of AWS Organizations. In a replacement, the present account is removed first.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..catalog.administrator_apis import AdministratorApi
from ..task.changes import DEREGISTER, DESIGNATE, REGISTER, REMOVE, Change
from .options import Registration
from .plan import DelegationPlan
from .regional_plan import RegionalPlan

ADDING, ENDING = (DESIGNATE, REGISTER), (REMOVE, DEREGISTER)


def registration_of(subject: Any) -> Registration:
    """Return the registration that a designation belongs to; a registration is its own."""
    return Registration(subject.account_id, subject.service_principal)


@dataclass(frozen=True)
class ChangeOrder:
    """``apis``: the services' APIs that the task uses, by service principal; empty if it uses AWS Organizations only.

    Changes with the API of a service without Regions have a registration as their subject.
    """

    plan: DelegationPlan
    regional: RegionalPlan
    apis: Mapping[str, AdministratorApi]

    @property
    def added(self) -> list[Registration]:
        """Return what is registered, or designated in a Region, sorted."""
        return sorted({*self.plan.to_register, *map(registration_of, self.regional.to_designate)})

    @property
    def ended(self) -> list[Registration]:
        """Return what is deregistered, or removed in a Region, sorted."""
        return sorted({*self.plan.to_deregister, *map(registration_of, self.regional.to_remove)})

    @functools.cached_property
    def replacements(self) -> dict[Registration, list[Registration]]:
        """Return {what is added: what has to end first}, without what needs no room; sorted by service principal."""
        by_service = sorted(self.added, key=lambda one: (one.service_principal, one.account_id))
        ends_first = {one: self._ends_first(one) for one in by_service}
        return {one: before for one, before in ends_first.items() if before}

    def _ends_first(self, added: Registration) -> list[Registration]:
        """Return what ends first. In a Region there is room for one account, so all others of the service do."""
        if self._by_region(added):
            return [one for one in self.ended if one.service_principal == added.service_principal]
        return [self.plan.makes_room[added]] if added in self.plan.makes_room else []

    def _by_region(self, one: Registration) -> bool:
        return one.service_principal in self.apis and self.apis[one.service_principal].by_region

    def changes(self) -> list[Change]:
        """Return the changes in the order of the writes. What is unusable comes first, so that it can block others."""
        changes = [change for one in self.added if one not in self.replacements for change in self._add(one)]
        for added, before in self.replacements.items():
            changes += self._in_regions(DESIGNATE, added, unusable=True)
            for one in before:
                changes += self._end(one)
            changes += self._add(added)
        for one in self.ended:
            changes += self._end(one)
        return list(dict.fromkeys(changes))

    def _add(self, one: Registration) -> list[Change]:
        own = self._with_api(DESIGNATE, one)
        return [*own, Change(REGISTER, one)] if one in self.plan.to_register else own

    def _end(self, one: Registration) -> list[Change]:
        own = self._with_api(REMOVE, one)
        return [*own, Change(DEREGISTER, one)] if one in self.plan.to_deregister else own

    def _with_api(self, verb: str, one: Registration) -> list[Change]:
        """Return the changes with the service's API."""
        if one.service_principal in self.apis and not self._by_region(one):
            return [Change(verb, one)]
        return [*self._in_regions(verb, one, unusable=True), *self._in_regions(verb, one, unusable=False)]

    def _in_regions(self, verb: str, one: Registration, unusable: bool) -> list[Change]:
        planned = self.regional.to_designate if verb == DESIGNATE else self.regional.to_remove
        found = [designation for designation in planned if registration_of(designation) == one]
        return [Change(verb, each) for each in found if (each in self.regional.unusable) is unusable]

    def blocks(self, failed: Change, later: Change, working: Collection[Registration]) -> bool:
        """Return whether a failed change forbids a later one.

        ``working``: what the service's API has designated in a Region at least, or once.
        """
        if failed.verb in ADDING:
            return self._failed_addition_blocks(failed, later, working)
        return self._failed_ending_blocks(failed, later)

    def _failed_addition_blocks(self, failed: Change, later: Change, working: Collection[Registration]) -> bool:
        """Return whether a failed addition blocks an ending. What AWS does not know concerns its service only.

        A refusal in one Region does not stop the designation in others.
        """
        unusable = failed.subject in self.regional.unusable
        one, other = registration_of(failed.subject), registration_of(later.subject)
        replaces = later.verb in ADDING and other in self.replacements
        if one == other and later.verb in ADDING and not (unusable and replaces):
            return later.verb == REGISTER and one not in working
        if later.verb not in ENDING and not replaces:
            return False
        return not unusable or one.service_principal == other.service_principal

    def _failed_ending_blocks(self, failed: Change, later: Change) -> bool:
        """Return whether an ending that failed blocks its replacement, or the deregistration of what is still there."""
        one, other = registration_of(failed.subject), registration_of(later.subject)
        deregisters = one in self.plan.to_deregister
        if later.verb in ENDING:
            replaced = any(one in before for before in self.replacements.values())
            return one == other and (later.verb == DEREGISTER or (replaced and deregisters))
        if one not in self.replacements.get(other, ()):
            return False
        if deregisters or later.verb == REGISTER:
            return True
        return bool(failed.subject.region == later.subject.region)


__all__ = ["ADDING", "ENDING", "ChangeOrder", "registration_of"]
