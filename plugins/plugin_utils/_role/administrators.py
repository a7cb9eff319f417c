# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The delegated administrators of an organization, for the roles: what was listed, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._organizations.delegated_administrators.chosen_regions import region_option_problems
from ...module_utils._organizations.delegated_administrators.options import (
    ARGUMENT_SPEC,
    DelegatedAdministratorOptions,
    as_list,
    by_account_problems,
    option_problems,
)
from .variables import PREFIX, REGIONS, VariableError, boolean_of

Accounts = Iterable[Mapping[str, Any]]

SHARED_OPTIONS = (
    *("purge_scope", "keep_service_principals", "force", "wait", "wait_timeout", "management_account_id"),
    *("prefer_service_api", *REGIONS),
)
RESULTS_BY_REGION = ("service_administrators", "skipped_regions")


def is_managed(wanted: Mapping[str, Any]) -> bool:
    """Return whether the variables of the role say anything about delegated administrators.

    VariableError for a purge_delegated_administrators that is no boolean.
    """
    purge = boolean_of(wanted, "purge_delegated_administrators")
    return bool(purge or wanted.get("delegated_administrators", {}) != {})


def refuse_regions(wanted: Mapping[str, Any]) -> None:
    """Raise VariableError for invalid or blank variables about Regions, also where there are no administrators.

    A blank one does not count as "not set", because that means every Region. The module checks whether they have an
    effect, because the play's defaults can have prefer_service_api.
    """
    problems = [
        f"{PREFIX}{name} is blank, most likely because a variable is empty. Set it, or leave it undefined."
        for name in REGIONS
        if name in wanted and (wanted[name] is None or wanted[name] == "")
    ]
    if not problems:
        given = {name: wanted[name] for name in REGIONS if name in wanted}
        validated = ArgumentSpecValidator({name: ARGUMENT_SPEC[name] for name in REGIONS}).validate(given)
        parameters = {**validated.validated_parameters, "prefer_service_api": True}
        found = validated.error_messages or region_option_problems(parameters, "prefer_service_api")
        problems = [f"{problem} Each option is the variable {PREFIX}<option> of the role." for problem in found]
    if problems:
        raise VariableError(" ".join(problems))


def with_administrators(listed: Mapping[str, Any], administrators: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results of organizations_service_access_info with those of organizations_delegated_administrator_info.

    Each enabled service principal has ``delegated_administrators`` too, as with include_delegated_administrators.
    """
    accounts = administrators["delegated_administrators"]
    by_region = {name: administrators[name] for name in RESULTS_BY_REGION if name in administrators}
    entries = [
        {**entry, "delegated_administrators": _administrators(entry["service_principal"], accounts)}
        for entry in listed["enabled_service_principals"]
    ]
    return {**listed, "enabled_service_principals": entries, "delegated_administrators": accounts, **by_region}


def _administrators(principal: str, accounts: Accounts) -> list[dict[str, Any]]:
    found = []
    for account in accounts:
        described = {key: account[key] for key in ("account_id", "name", "email", "arn", "status", "state")}
        for service in account["service_principals"]:
            if service["service_principal"] == principal:
                found.append({**described, "delegation_enabled_date": service["delegation_enabled_date"]})
    return found


def delegation_options(wanted: Mapping[str, Any]) -> DelegatedAdministratorOptions | None:
    """Return the desired state, parsed as the module parses it; None if there is none.

    Raises ValueError with the message that the module would fail with.
    """
    refuse_regions(wanted)
    if not is_managed(wanted):
        return None
    by_account = wanted.get("delegated_administrators", {})
    problems = by_account_problems(by_account)
    if not problems:
        given = {name: wanted[name] for name in SHARED_OPTIONS if name in wanted}
        given["purge_delegated_administrators"] = wanted.get("purge_delegated_administrators", False)
        specification = {**ARGUMENT_SPEC, "management_account_id": {"type": "str"}}
        validated = ArgumentSpecValidator(specification).validate(
            {**given, "delegated_administrators": as_list(by_account)}
        )
        parameters = validated.validated_parameters
        problems = validated.error_messages or option_problems(parameters)
    if problems:
        raise ValueError(" ".join(problems))
    return DelegatedAdministratorOptions.from_params(parameters)


__all__ = ["delegation_options", "is_managed", "refuse_regions", "with_administrators"]
