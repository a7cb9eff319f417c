# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization in memory whose services have administrators by Region, for tests without calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    RegionalAdministrator,
    SkippedRegion,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import ServiceApiError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    DISABLING,
    ENABLED,
    AdministratorApi,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    DelegatedAdministratorOptions,
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.state import (
    ensure_delegated_administrators,
)

MANAGEMENT, A, B = "111111111111", "222222222222", "333333333333"
ONE, TWO, THREE = "af-south-1", "eu-west-1", "us-east-1"
GUARDDUTY, DETECTIVE, IPAM, LAKE, MACIE = (
    f"{name}.amazonaws.com" for name in ("guardduty", "detective", "ipam", "securitylake", "macie")
)
STATE = (
    "ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators."
    "designations.AdministratorApiClient"
)
Reading = Any


def refusal(code: str = "BadRequestException", leaves_outcome_unknown: bool = False) -> ServiceApiError:
    error = ServiceApiError(f"Refused with {code}.", error={"code": code, "message": "AWS's words."})
    error.leaves_outcome_unknown = leaves_outcome_unknown
    return error


@dataclass
class World:
    """Who administers what, how the services respond, and what was called.

    ``administrators``: {(service principal, Region): account ID}. ``lag``: how many reads of a Region show the state
    before. ``refuses``: {(verb, Region): error}. ``unreadable``: {(service principal, Region): reading}. ``registers``:
    whether the services register with AWS Organizations themselves.
    """

    registered: set[Registration] = field(default_factory=set)
    administrators: dict[tuple[str, str], str] = field(default_factory=dict)
    regions: tuple[str, ...] = (ONE, TWO, THREE)
    lag: int = 0
    refuses: dict[tuple[str, str | None], Exception] = field(default_factory=dict)
    applies_refused: bool = False
    unreadable: dict[tuple[str, str], Reading] = field(default_factory=dict)
    registers: bool = True
    enabled: list[str] = field(default_factory=lambda: [GUARDDUTY, DETECTIVE, IPAM, LAKE, MACIE])
    calls: list[str] = field(default_factory=list)
    _lagging: dict[tuple[str, str], list[Any]] = field(default_factory=dict)  # [reads left, entries]

    # the services

    def require_sdk(self, api: AdministratorApi, _region: str) -> None:
        pass

    def enabled_regions(self) -> list[str]:
        self.calls.append("regions")
        return list(self.regions)

    def read(
        self, pairs: Iterable[tuple[AdministratorApi, str]], _named_regions: Iterable[str] = ()
    ) -> dict[tuple[str, str], Reading]:
        return {(api.principal, region): self._list(api.principal, region) for api, region in pairs}

    def _list(self, principal: str, region: str) -> Reading:
        self.calls.append(f"list {principal.partition('.')[0]} {region}")
        pair = principal, region
        if pair in self.unreadable:
            return self.unreadable[pair]
        lagging = self._lagging.get(pair)
        if lagging and lagging[0] > 0:
            lagging[0] -= 1
            return lagging[1]
        account_id = self.administrators.get(pair)
        return (RegionalAdministrator(account_id, ENABLED),) if account_id else ()

    def enable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        self._write("designate", api, region, account_id)

    def disable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        self._write("remove", api, region, account_id)

    def _write(self, verb: str, api: AdministratorApi, region: str | None, account_id: str) -> None:
        principal = api.principal
        self.calls.append(f"{verb} {account_id} {principal.partition('.')[0]} {region}")
        error = self.refuses.get((verb, region))
        if error and not self.applies_refused:
            raise error
        one = Registration(account_id, principal)
        if region is None and verb == "remove":
            self.registered.discard(one)
        if region is not None:
            before = self.administrators.pop((principal, region), None)
            if verb == "designate":
                self.administrators[principal, region] = account_id
                self._lagging[principal, region] = [self.lag, ()]
            else:
                self._lagging[principal, region] = [self.lag, (RegionalAdministrator(str(before), DISABLING),)]
        if verb == "designate" and self.registers:
            self.registered.add(one)
        if error:
            raise error

    # AWS Organizations

    def list_delegated_administrators(self, principal: str | None = None) -> list[dict[str, Any]]:
        self.calls.append(f"registrations {principal.partition('.')[0] if principal else ''}".rstrip())
        found = sorted({one.account_id for one in self.registered if principal in (None, one.service_principal)})
        return [self.account(account_id) for account_id in found]

    @staticmethod
    def account(account_id: str) -> dict[str, Any]:
        return {"account_id": account_id, "name": None, "email": None, "arn": None, "status": None, "state": "ACTIVE"}

    def list_delegated_services(self, account_id: str) -> dict[str, str | None]:
        return {one.service_principal: None for one in self.registered if one.account_id == account_id}

    def list_service_access(self) -> dict[str, str | None]:
        return dict.fromkeys(self.enabled)

    def describe_account(self, account_id: str) -> dict[str, Any]:
        return self.account(account_id)

    management_account_id = MANAGEMENT

    def caller_account_id(self) -> str:
        return MANAGEMENT

    def register_delegated_administrator(self, account_id: str, principal: str) -> bool:
        return self._registration("register", Registration(account_id, principal))

    def deregister_delegated_administrator(self, account_id: str, principal: str) -> bool:
        return self._registration("deregister", Registration(account_id, principal))

    def _registration(self, verb: str, one: Registration) -> bool:
        self.calls.append(f"{verb} {one.account_id} {one.service_principal.partition('.')[0]}")
        error = self.refuses.get((verb, None))
        if error:
            raise error
        changes = (one not in self.registered) is (verb == "register")
        (self.registered.add if verb == "register" else self.registered.discard)(one)
        return changes

    # tests

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call.partition(" ")[0] not in ("list", "registrations", "regions")]

    def administers(self, account_id: str, principal: str = GUARDDUTY, registered: bool = True) -> World:
        """Let an account administer a service everywhere."""
        self.administrators.update({(principal, region): account_id for region in self.regions})
        if registered:
            self.registered.add(Registration(account_id, principal))
        return self


class Run:
    """Runs the module's work in a world. ``warnings``: those of the last run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.warnings: list[str] = []

    def __call__(
        self, world: World, *wanted: tuple[str, str], check_mode: bool = False, **given: Any
    ) -> dict[str, Any]:
        """``wanted``: pairs of account ID and service principal."""
        self._monkeypatch.setattr(STATE, lambda _client: world)
        registrations = frozenset(Registration(*one) for one in wanted or [(A, GUARDDUTY)])
        options = DelegatedAdministratorOptions(registrations, **{"prefer_service_api": True, **given})
        self.warnings = []
        world.calls.clear()
        organizations: Any = world
        result = ensure_delegated_administrators(organizations, options, check_mode, self.warnings.append)
        if check_mode:
            assert world.writes == []
        return result


EXACT: dict[str, Any] = {"purge": True, "purge_scope": "services", "force": True}

__all__ = [
    "A",
    "B",
    "DETECTIVE",
    "EXACT",
    "GUARDDUTY",
    "IPAM",
    "LAKE",
    "MACIE",
    "MANAGEMENT",
    "ONE",
    "THREE",
    "TWO",
    "AnsibleOrganizationsError",
    "Registration",
    "Run",
    "SkippedRegion",
    "World",
    "refusal",
]
