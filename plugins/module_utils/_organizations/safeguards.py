# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks that can block a plan unless ``force`` is set: what is risky to disable, or to deregister.

What AWS itself refuses, such as a policy type that is still enabled, and whether this is the right organization, is in
preflight.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalog import BY_PRINCIPAL
from .client import DelegatedAdministrator, OrganizationsClient
from .errors import AnsibleOrganizationsError
from .preflight import Warn


@dataclass(frozen=True)
class Objection:
    """Why a change should not be made; each reason is a sentence and says what to do.

    ``result``: what the results of the module have for the subject, besides the reasons.
    """

    subject: str
    reasons: tuple[str, ...]
    result: Mapping[str, Any]
    error: AnsibleOrganizationsError | None = None

    def __str__(self) -> str:
        first, *others = self.reasons
        return f"{self.subject}: {' '.join([first, *(reason[0].upper() + reason[1:] for reason in others)])}"


def objections_to_disabling(
    client: OrganizationsClient, to_disable: Iterable[str], ending: Collection[tuple[str, str]] = ()
) -> list[Objection]:
    """The safeguards: one ListDelegatedAdministrators listing for each principal to be disabled, and the catalog.

    Delegated administrators that could not be read are an objection too, because the consequences are unknown. After an
    error that all further calls would hit, no more are made. ``ending``: (account ID, service principal) of the
    registrations that the task ends first.
    """
    objections = []
    lasting_error: AnsibleOrganizationsError | None = None
    for principal in to_disable:
        service = BY_PRINCIPAL.get(principal)
        reasons: list[str] = []
        administrators: list[DelegatedAdministrator] = []
        cause = lasting_error
        if cause:
            reasons.append("its delegated administrators could not be read either.")
        else:
            try:
                registered = _administrators(client, principal)
                administrators = [one for one in registered if (one["account_id"], principal) not in ending]
            except AnsibleOrganizationsError as error:
                cause = error
                reasons.append(f"its delegated administrators could not be read. {error.result()['msg']}")
                lasting_error = None if error.concerns_one_subject else error
        if administrators:
            reasons.append(_delegation(principal, administrators))
        if service and service.disable_disrupts:
            reasons.append(f"disabling it affects users. {service.disable_disrupts}")
        if reasons and service:
            reasons.append(f"{service.disable_note} See {service.documentation_url}".lstrip() + " first.")
        if reasons:
            accounts = [{"account_id": account["account_id"], "name": account["name"]} for account in administrators]
            result = {"service_principal": principal, "delegated_administrators": accounts}
            objections.append(Objection(principal, tuple(reasons), result, cause))
    return objections


def objections_to_deregistering(registrations: Iterable[tuple[str, str]]) -> list[Objection]:
    """(account ID, service principal) of the registrations whose end destroys or disrupts something (catalog)."""
    objections = []
    for account_id, principal in registrations:
        service = BY_PRINCIPAL.get(principal)
        if service and service.deregister_disrupts:
            reason = f"{service.deregister_disrupts} See {service.documentation_url} first."
            result = {"account_id": account_id, "service_principal": principal}
            objections.append(Objection(f"{account_id} for {principal}", (reason,), result))
    return objections


def _administrators(client: OrganizationsClient, principal: str) -> list[DelegatedAdministrator]:
    """The delegated administrators; none if AWS rejects the call for a service that cannot have any."""
    try:
        return client.list_delegated_administrators(principal)
    except AnsibleOrganizationsError as error:
        service = BY_PRINCIPAL.get(principal)
        if service and not service.delegated_administrator and error.details()["code"] == "InvalidInputException":
            return []
        raise


def _delegation(principal: str, administrators: Iterable[DelegatedAdministrator]) -> str:
    accounts = ", ".join(
        f"{account['account_id']} ({account['name']})" if account["name"] else account["account_id"]
        for account in administrators
    )
    service = BY_PRINCIPAL.get(principal)
    own_way = " or the service's own console or API" if service and service.native_delegated_administrator_api else ""
    return (
        f"delegated administrators are registered: {accounts}. Deregister them first, with "
        f"orgops.aws.organizations_delegated_administrator and state=absent{own_way}."
    )


def enforce(
    objections: Sequence[Objection], force: bool, warn: Warn, remedy: str, not_attempted: Iterable[Any]
) -> None:
    """Fail before any write, naming everything that is blocked; with force, warn instead.

    ``remedy``: how to go on without force. ``not_attempted``: the whole plan, for the failure's results.
    """
    if not objections:
        return
    if force:
        for objection in objections:
            warn(f"{objection} Not blocked because force=true.")
        return
    errors = [objection.error.result() for objection in objections if objection.error]
    raise AnsibleOrganizationsError(
        message=(
            "Nothing was changed, because safeguards block these changes: "
            + " ".join(str(objection) for objection in objections)
            + f" To make them anyway, set force=true. {remedy}"
        ),
        held_back=[{**objection.result, "reasons": list(objection.reasons)} for objection in objections],
        not_attempted=list(not_attempted),
        **{key: value for key, value in (errors[0].items() if errors else ()) if key in ("error", "reason")},
    )


__all__ = ["Objection", "enforce", "objections_to_deregistering", "objections_to_disabling"]
