# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Which accounts the services list as administrators, by Region: reading, reading again, and waiting."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..aws.administrator_apis import AdministratorApiClient, RegionalAdministrator, SkippedRegion
from ..aws.errors import AnsibleOrganizationsError
from ..aws.service_clients import ServiceApiError
from ..catalog.administrator_apis import ADMINISTRATOR_API_OF, ENABLED
from ..task.changes import DESIGNATE, Change, Waiting, names
from .chosen_regions import leaves_alone
from .regional_plan import Pair, administrator_among


class AdministratorLists:
    """The services' lists in the Regions of a task. Errors that all further calls would hit are raised.

    ``named``, ``excluded``: its options regions and exclude_regions. ``lists``: {(service principal, Region): its
    administrators} as last read. ``errors``: why a list is not known. ``skipped``: why a service has none in a Region.
    ``left_alone``: the enabled Regions that the task leaves alone, None before they are listed.
    """

    def __init__(self, client: AdministratorApiClient, named: Collection[str], excluded: Collection[str]) -> None:
        self._client = client
        self._named = named
        self._excluded = excluded
        self.lists: dict[Pair, tuple[RegionalAdministrator, ...]] = {}
        self.errors: dict[Pair, AnsibleOrganizationsError] = {}
        self.skipped: dict[Pair, str] = {}
        self.left_alone: list[str] | None = None

    def read(self, principals: Iterable[str]) -> None:
        """Read the lists of these services: one for each Region. Without a service, no call."""
        regional = [name for name in principals if ADMINISTRATOR_API_OF[name].by_region]
        regions = self.regions() if regional else []
        if not regions:
            return
        usable = []
        for principal in regional:
            try:
                self._client.require_sdk(ADMINISTRATOR_API_OF[principal], regions[0])
                usable.append(principal)
            except ServiceApiError as error:
                self.errors.update({(principal, region): error for region in regions})
        self.read_again((principal, region) for principal in usable for region in regions)

    def regions(self) -> list[str]:
        """Return the Regions of the task. Without the option regions, one listing."""
        found = list(self._named)
        if not found:
            found = self._client.enabled_regions()
            self.left_alone = [region for region in found if leaves_alone(region, self._named, self._excluded)]
        return [region for region in found if not leaves_alone(region, self._named, self._excluded)]

    def read_left_alone(self) -> None:
        """List the enabled Regions, if that is not known yet. If the call fails, it stays unknown."""
        if self.left_alone is None:
            try:
                enabled = self._client.enabled_regions()
            except ServiceApiError as error:
                if not error.concerns_one_subject:
                    raise
            else:
                self.left_alone = [region for region in enabled if leaves_alone(region, self._named, self._excluded)]

    def read_again(self, pairs: Iterable[Pair]) -> None:
        """Read these lists, side by side. Without any, no call."""
        wanted = [(ADMINISTRATOR_API_OF[principal], region) for principal, region in pairs]
        for pair, found in (self._client.read(wanted, self._named) if wanted else {}).items():
            self.errors.pop(pair, None)
            self.lists.pop(pair, None)
            if isinstance(found, SkippedRegion):
                self.skipped[pair] = found.reason
            elif isinstance(found, ServiceApiError):
                self.errors[pair] = found
            else:
                self.lists[pair] = tuple(found)

    def refuse_pending(self, pending: Iterable[Pair], remedy: str) -> None:
        """Record an error for each of these lists, whose administrator is being removed."""
        for principal, region in pending:
            accounts = names(entry.account_id for entry in self.lists[principal, region] if entry.status != ENABLED)
            message = f"{principal} is still removing {accounts} as administrator in {region}."
            self.errors[principal, region] = ServiceApiError.with_code("StillPending", message, remedy)

    def status(self, subject: Any) -> str | None:
        """Return how an account is listed in its Region: ENABLED, DISABLING, or None, also if the list is not known."""
        entries = self.lists.get(subject.pair, ())
        return next((entry.status for entry in entries if entry.account_id == subject.account_id), None)

    def administrator(self, subject: Any) -> RegionalAdministrator | None:
        """Return the administrator of a Region, as last read."""
        return administrator_among(self.lists.get(subject.pair, ()))

    def is_known(self, subject: Any) -> bool:
        """Return whether the list of its Region is known."""
        return subject.pair in self.lists

    def require_known(self, changes: Iterable[Change]) -> None:
        """Raise why a list with one of these changes is not known, if there is such a list."""
        for change in changes:
            if change.subject.pair in self.errors:
                raise self.errors[change.subject.pair]

    def shows(self, change: Change) -> bool:
        """Return whether the list shows a change: enabled once designated, not listed any more once removed."""
        status = self.status(change.subject)
        return status == ENABLED if change.verb == DESIGNATE else self.is_known(change.subject) and status is None

    def read_unshown(self, changes: Iterable[Change]) -> None:
        """Read the lists that do not show these changes."""
        unshown = [change.subject for change in changes if not self.shows(change)]
        self.read_again(dict.fromkeys(subject.pair for subject in unshown))

    def wait_until_shown(self, changes: Iterable[Change], waiting: Waiting) -> list[Change]:
        """Read until the lists show these changes, or until the timeout. Return those that they do not show."""
        unshown = list(changes)
        for _attempt in waiting.attempts():
            self.read_unshown(unshown)
            unshown = [change for change in unshown if not self.shows(change)]
            if not unshown:
                break
        return unshown


__all__ = ["AdministratorLists"]
