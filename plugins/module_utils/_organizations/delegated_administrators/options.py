# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The options of organizations_delegated_administrator. Pure: no calls, no botocore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..catalog.administrator_apis import ADMINISTRATOR_API_OF, AdministratorApi
from ..catalog.names import case_problems, matches_any, require_valid_names
from ..catalog.option_values import account_id_problems, wait_problems
from .chosen_regions import REGION_ARGUMENTS, region_option_problems

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "delegated_administrators": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "account_id": {"type": "str", "required": True},
            "service_principals": {"type": "list", "elements": "str", "required": True},
        },
    },
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "purge_delegated_administrators": {"type": "bool", "default": False},
    "purge_scope": {"type": "str", "choices": ["organization", "services"], "default": "organization"},
    "keep_service_principals": {"type": "list", "elements": "str", "default": []},
    "prefer_service_api": {"type": "bool", "default": False},
    **REGION_ARGUMENTS,
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 60},
}


class Registration(NamedTuple):
    """An account as delegated administrator of a service."""

    account_id: str
    service_principal: str

    def __str__(self) -> str:
        return f"{self.account_id} for {self.service_principal}"

    def result(self) -> dict[str, Any]:
        """Return {account_id, service_principal}, as the module returns it."""
        return self._asdict()


@dataclass(frozen=True)
class DelegatedAdministratorOptions:
    """The validated options of organizations_delegated_administrator, without duplicates."""

    wanted: frozenset[Registration]
    state: str = "present"
    purge: bool = False
    purge_scope: str = "organization"
    keep: tuple[str, ...] = ()
    force: bool = False
    wait: bool = True
    wait_timeout: int = 60
    prefer_service_api: bool = False
    regions: tuple[str, ...] = ()
    exclude_regions: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> DelegatedAdministratorOptions:
        """Return the options of a module whose params are those of ARGUMENT_SPEC."""
        return cls(
            wanted=frozenset(
                Registration(entry["account_id"], principal)
                for entry in params["delegated_administrators"] or []
                for principal in entry["service_principals"]
            ),
            state=params["state"],
            purge=params["purge_delegated_administrators"],
            purge_scope=params["purge_scope"],
            keep=tuple(params["keep_service_principals"] or []),
            force=params["force"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
            prefer_service_api=params["prefer_service_api"],
            regions=tuple(sorted(set(params["regions"] or []))),
            exclude_regions=tuple(params["exclude_regions"] or []),
        )

    @property
    def service_principals(self) -> list[str]:
        """The services named, sorted."""
        return sorted({registration.service_principal for registration in self.wanted})

    @property
    def concerns_organization(self) -> bool:
        """Whether the services that are not named matter too."""
        return self.purge and self.purge_scope == "organization"

    def purges(self, service_principal: str) -> bool:
        """Return whether registrations of a service that are not listed have to end."""
        in_scope = self.concerns_organization or service_principal in self.service_principals
        return self.purge and in_scope and not matches_any(service_principal, self.keep)

    @property
    def administrator_apis(self) -> Mapping[str, AdministratorApi]:
        """The services' APIs that the task uses, by service principal; none without prefer_service_api."""
        return ADMINISTRATOR_API_OF if self.prefer_service_api else {}

    @property
    def regional_services(self) -> list[str]:
        """The services named that have an administrator in each Region, as far as the task uses their APIs; sorted."""
        apis = self.administrator_apis
        return [principal for principal in self.service_principals if principal in apis and apis[principal].by_region]


def as_list(by_account: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return the role's {account ID: service principals} as the option delegated_administrators."""
    return [
        {"account_id": str(account_id), "service_principals": principals or []}
        for account_id, principals in by_account.items()
    ]


def by_account_problems(by_account: Any) -> list[str]:
    """Return a sentence for each value of {account ID: service principals} that is not a list of names."""
    if not isinstance(by_account, Mapping):
        return ["delegated_administrators must be a dictionary of account IDs, each with a list of service principals."]
    wrong = [account_id for account_id, principals in by_account.items() if not _are_names(principals)]
    return [f"delegated_administrators must hold a list of service principals for account {one}." for one in wrong]


def _are_names(principals: Any) -> bool:
    """Return whether a value is a list of texts. An empty value stands for an empty list."""
    if principals is None:
        return True
    return isinstance(principals, list) and all(isinstance(name, str) for name in principals)


def option_problems(params: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem of the params, whose types are those of ARGUMENT_SPEC."""
    entries: list[Mapping[str, Any]] = params["delegated_administrators"] or []
    purge = params["purge_delegated_administrators"]
    of_organization = params["purge_scope"] == "organization"
    problems = []
    if not entries and not (purge and of_organization and params["force"]):
        remedy = "List at least one delegated administrator"
        remedy += ", or set force=true to deregister all of them." if purge and of_organization else "."
        problems.append(f"delegated_administrators is empty, most likely because a variable is empty. {remedy}")
    for entry in entries:
        problems += account_id_problems(entry["account_id"]) + _principal_problems(entry)
        if entry["account_id"] == params.get("management_account_id") and params["state"] == "present":
            problems.append(
                f"account_id {entry['account_id']} is the management account, which AWS does not register as a "
                "delegated administrator. List a member account."
            )
    problems += require_valid_names("keep_service_principals", params["keep_service_principals"] or [], patterns=True)
    listed = {principal for entry in entries for principal in entry["service_principals"] or []}
    problems += case_problems("delegated_administrators", listed)
    if purge and params["state"] == "absent":
        problems.append("purge_delegated_administrators=true requires state=present.")
    if not (purge or of_organization):
        problems.append(
            "purge_scope=services has no effect without purge_delegated_administrators=true. Set both, or remove "
            "purge_scope."
        )
    problems += region_option_problems(params, "prefer_service_api") + wait_problems(params["wait_timeout"])
    return list(dict.fromkeys(problems))


def _principal_problems(entry: Mapping[str, Any]) -> list[str]:
    if not entry["service_principals"]:
        return [
            f"service_principals of account {entry['account_id']} is empty, most likely because a variable is empty. "
            "List at least one service principal, or remove the account."
        ]
    return require_valid_names(f"service_principals of account {entry['account_id']}", entry["service_principals"])


__all__ = [
    "ARGUMENT_SPEC",
    "DelegatedAdministratorOptions",
    "Registration",
    "as_list",
    "by_account_problems",
    "option_problems",
]
