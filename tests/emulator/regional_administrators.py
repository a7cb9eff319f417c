# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who administers a service in which Region: the state, without the services' rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .administrator_services import SERVICES
from .settings import SETTINGS


@dataclass
class Administrator:
    """An administrator in one Region. ``pending_reads``: how many further lists do not show its change as complete."""

    account_id: str
    ending: bool = False
    pending_reads: int = 0


class RegionalAdministrators:
    """The administrators of an organization, {service principal: {Region: administrator}}."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Administrator]] = {}
        self._first: dict[str, str] = {}  # {service principal: Region whose first administrator no list has shown yet}
        self._shown: dict[tuple[str, str], Administrator | None] = {}

    def of(self, principal: str) -> dict[str, Administrator]:
        """Return {Region: administrator} of a service."""
        return self._of.setdefault(principal, {})

    def seed(self, administrators: Mapping[str, Mapping[str, str | Mapping[str, Any]]]) -> None:
        """Add administrators, {service principal: {Region: account id, or the members of ``Administrator``}}."""
        if unknown := set(administrators) - {service.principal for service in SERVICES if service.regional}:
            raise ValueError(f"no administrators by Region: {sorted(unknown)}")
        for principal, regions in administrators.items():
            for region, entry in regions.items():
                values = {"account_id": entry} if isinstance(entry, str) else entry
                self.of(principal)[region] = Administrator(**values)

    def begin(self, principal: str, region: str, account_id: str, *, first: bool) -> None:
        """Make the account the administrator; ``first``: a list has to show it before other Regions can follow."""
        self.of(principal)[region] = Administrator(account_id, pending_reads=SETTINGS.administrator_enabling_reads)
        if first:
            self._first[principal] = region

    def end(self, principal: str, region: str) -> None:
        """Begin the removal of the Region's administrator."""
        if self._first.get(principal) == region:
            del self._first[principal]
        if not SETTINGS.administrator_disabling_reads:
            del self.of(principal)[region]
            return
        administrator = self.of(principal)[region]
        administrator.ending, administrator.pending_reads = True, SETTINGS.administrator_disabling_reads

    def end_everywhere(self, principal: str, account_id: str) -> None:
        """Begin the removal of the account in all Regions, of no other account."""
        for region, administrator in list(self.of(principal).items()):
            if administrator.account_id == account_id and not administrator.ending:
                self.end(principal, region)

    def listed(self, principal: str, region: str, *, again: bool) -> Administrator | None:
        """Return what one more list shows; ``again``: on a further page, which shows the same."""
        if not again:
            self._shown[principal, region] = self._next(principal, region)
        return self._shown.get((principal, region))

    def _next(self, principal: str, region: str) -> Administrator | None:
        administrator = self.of(principal).get(region)
        if administrator is None:
            return None
        if administrator.pending_reads:
            administrator.pending_reads -= 1
            return administrator if administrator.ending else None
        if administrator.ending:
            del self.of(principal)[region]
            return None
        if self._first.get(principal) == region:
            del self._first[principal]
        return administrator

    def unlisted_first(self, principal: str, region: str) -> bool:
        """Return whether another Region has the first administrator, and no list has shown it."""
        return self._first.get(principal, region) != region
