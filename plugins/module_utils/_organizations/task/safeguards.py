# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks that can block a plan unless ``force`` is set: what is risky to disable, and how any objection blocks.

``force`` does not override what AWS itself refuses: to disable some services while they have delegated administrators.
policy_types.py and right_organization.py check what ``force`` does not override either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..aws.errors import AnsibleOrganizationsError, foreseen_error
from ..aws.organizations import DelegatedAdministrator, OrganizationsClient
from ..catalog.services import BY_PRINCIPAL
from .changes import Progress
from .context import Warn


@dataclass(frozen=True)
class Objection:
    """Why a change should not be made; each reason is a sentence and says what to do.

    ``result``: what the results of the module have for the subject, besides the reasons. ``is_final``: ``force`` does
    not help, for example because AWS refuses the change. ``parts``: the subjects of its changes, if there are several.
    """

    subject: str
    reasons: tuple[str, ...]
    result: Mapping[str, Any]
    error: AnsibleOrganizationsError | None = None
    is_final: bool = False
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        first, *others = self.reasons
        return f"{self.subject}: {' '.join([first, *(reason[0].upper() + reason[1:] for reason in others)])}"


def objections_to_disabling(
    client: OrganizationsClient, to_disable: Iterable[str], ending: Collection[tuple[str, str]] = ()
) -> list[Objection]:
    """Return the safeguards' objections: one ListDelegatedAdministrators listing for each principal, and the catalog.

    Delegated administrators that could not be read are an objection too, because the consequences are unknown. After an
    error that all further calls would hit, no more are made. ``ending``: (account ID, service principal) of the
    registrations that the task ends first.
    """
    objections = []
    lasting_error: AnsibleOrganizationsError | None = None
    for principal in to_disable:
        administrators: list[DelegatedAdministrator] = []
        unread, cause = "", lasting_error
        if cause:
            unread = "its delegated administrators could not be read either."
        else:
            try:
                administrators = _administrators(client, principal, ending)
            except AnsibleOrganizationsError as error:
                cause = error
                unread = f"its delegated administrators could not be read. {error.result()['msg']}"
                lasting_error = None if error.concerns_one_subject else error
        reasons = _reasons_not_to_disable(principal, administrators, unread)
        if reasons:
            objections.append(_objection_to_disabling(principal, administrators, reasons, cause))
    return objections


def _reasons_not_to_disable(
    principal: str, administrators: Sequence[DelegatedAdministrator], unread: str
) -> tuple[str, ...]:
    """Return a sentence each. ``unread``: why its administrators are not known."""
    service = BY_PRINCIPAL.get(principal)
    reasons = [unread] if unread else []
    if administrators:
        reasons.append(_delegation(principal, administrators))
    if service and service.disable_disrupts:
        reasons.append(f"disabling it affects users. {service.disable_disrupts}")
    if service and reasons:
        reasons.append(f"{service.disable_note} See {service.documentation_url}".lstrip() + " first.")
    return tuple(reasons)


def _objection_to_disabling(
    principal: str,
    administrators: Sequence[DelegatedAdministrator],
    reasons: tuple[str, ...],
    cause: AnsibleOrganizationsError | None,
) -> Objection:
    service = BY_PRINCIPAL.get(principal)
    accounts = [{"account_id": account["account_id"], "name": account["name"]} for account in administrators]
    result = {"service_principal": principal, "delegated_administrators": accounts}
    if administrators and service and service.administrators_prevent_disabling:
        return Objection(principal, reasons, result, _refusal(principal), is_final=True)
    return Objection(principal, reasons, result, cause)


def _refusal(principal: str) -> AnsibleOrganizationsError:
    message = f"{principal} has delegated administrators, so AWS refuses to disable it."
    reason = "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"
    return foreseen_error("DisableAWSServiceAccess", "ConstraintViolationException", message, reason)


def _administrators(
    client: OrganizationsClient, principal: str, ending: Collection[tuple[str, str]]
) -> list[DelegatedAdministrator]:
    """Return the delegated administrators that stay; none if AWS rejects the call for a service without such."""
    try:
        registered = client.list_delegated_administrators(principal)
    except AnsibleOrganizationsError as error:
        service = BY_PRINCIPAL.get(principal)
        if service and not service.delegated_administrator and error.details()["code"] == "InvalidInputException":
            return []
        raise
    return [account for account in registered if (account["account_id"], principal) not in ending]


def _delegation(principal: str, administrators: Iterable[DelegatedAdministrator]) -> str:
    shown = []
    for account in administrators:
        name = f" ({account['name']})" if account["name"] else ""
        shown.append(f"{account['account_id']}{name}")
    service = BY_PRINCIPAL.get(principal)
    or_service = " or the service's console or API" if service and service.organizations_register_insufficient else ""
    if service and service.administrators_prevent_disabling:
        consequence = "AWS refuses to disable it while they are, and force=true does not change that."
    else:
        consequence = "AWS probably refuses to disable it while they are."
    return (
        f"delegated administrators are registered: {', '.join(shown)}. {consequence} Deregister them first, with "
        f"orgops.aws.organizations_delegated_administrator and state=absent{or_service}."
    )


def enforce(objections: Sequence[Objection], force: bool, warn: Warn, remedy: str, progress: Progress) -> None:
    """Fail before any write, naming everything that is blocked; with force, warn instead, except of what is final.

    ``remedy``: how to go on without force, a sentence.
    """
    final = [objection for objection in objections if objection.is_final]
    blocking = final if force else objections
    if not blocking:
        for objection in objections:
            warn(f"{objection} Not blocked because force=true.")
        return
    are_refusals = all(objection.error for objection in blocking)
    cause = "AWS refuses" if force and are_refusals else "safeguards block"
    which = "the others" if final else "them"
    forcing = f" To make {which} anyway, set force=true." if len(blocking) > len(final) else ""
    concerned = [name for objection in blocking for name in (objection.subject, *objection.parts)]
    others = progress.others_not_attempted(concerned)
    named = " ".join(map(str, blocking))
    errors = [objection.error.result() for objection in blocking if objection.error]
    first = errors[0] if errors else {}
    raise AnsibleOrganizationsError(
        message=f"Nothing was changed, because {cause} these changes: {named}{forcing} {remedy}{others}",
        held_back=[{**objection.result, "reasons": list(objection.reasons)} for objection in blocking],
        not_attempted=progress.results(progress.not_attempted),
        **{key: first[key] for key in ("error", "reason") if key in first},
    )


__all__ = ["Objection", "enforce", "objections_to_disabling"]
