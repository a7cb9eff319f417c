# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The options of organizations_service_access. Pure: no calls, no botocore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..catalog.names import case_problems, explain_unknown_names, require_valid_names
from ..catalog.option_values import wait_problems
from ..catalog.service_apis import API_OF, ServiceApi

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "service_principals": {"type": "list", "elements": "str", "required": True, "aliases": ["service_principal"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "purge_service_principals": {"type": "bool", "default": False},
    "keep_service_principals": {"type": "list", "elements": "str", "default": []},
    "force": {"type": "bool", "default": False},
    "unknown_service_principals": {"type": "str", "choices": ["warn", "fail", "ignore"], "default": "warn"},
    "prefer_service_api": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 60},
}

EMPTY_LIST = "service_principals is empty, most likely because a variable is empty."


@dataclass(frozen=True)
class ServiceAccessOptions:
    """The validated options of organizations_service_access, without duplicates."""

    service_principals: frozenset[str]
    state: str = "present"
    purge: bool = False
    keep: tuple[str, ...] = ()
    force: bool = False
    unknown: str = "warn"
    wait: bool = True
    wait_timeout: int = 60
    prefer_service_api: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ServiceAccessOptions:
        """Return the options of a module whose params are those of ARGUMENT_SPEC."""
        return cls(
            service_principals=frozenset(params["service_principals"] or []),
            state=params["state"],
            purge=params["purge_service_principals"],
            keep=tuple(params["keep_service_principals"] or []),
            force=params["force"],
            unknown=params["unknown_service_principals"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
            prefer_service_api=params["prefer_service_api"],
        )

    @property
    def wanted(self) -> frozenset[str]:
        """The service principals that shall be enabled."""
        return self.service_principals if self.state == "present" else frozenset()

    @property
    def service_apis(self) -> Mapping[str, ServiceApi]:
        """The services' APIs that the task uses, by service principal; none without prefer_service_api."""
        return API_OF if self.prefer_service_api else {}


def option_problems(params: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem of the params, whose types are those of ARGUMENT_SPEC."""
    principals: list[str] = params["service_principals"] or []
    problems = require_valid_names("service_principals", principals)
    problems += require_valid_names("keep_service_principals", params["keep_service_principals"] or [], patterns=True)
    problems += case_problems("service_principals", principals)
    if not principals and not params["purge_service_principals"]:
        problems.append(f"{EMPTY_LIST} List at least one service principal.")
    if params["unknown_service_principals"] == "fail" and params["state"] == "present":
        unknown = explain_unknown_names(principals)
        problems += [f"{text} Refused by unknown_service_principals=fail." for text in unknown]
    if params["purge_service_principals"] and params["state"] == "absent":
        problems.append("purge_service_principals=true requires state=present.")
    return problems + wait_problems(params["wait_timeout"])


__all__ = ["ARGUMENT_SPEC", "EMPTY_LIST", "ServiceAccessOptions", "option_problems"]
