# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What stands against a plan: disables that do harm, and, in check mode, what would make the run fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Callable

from .catalog import BY_PRINCIPAL
from .client import DelegatedAdministrator, OrganizationsClient
from .errors import NOT_ALL_FEATURES, REASON_REMEDIES, REMEDIES, AnsibleOrganizationsError, concerns_one_principal

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Objection:
    """Why a service principal should not be disabled; each reason is a sentence with what to do."""

    service_principal: str
    reasons: tuple[str, ...]
    delegated_administrators: tuple[DelegatedAdministrator, ...] = ()
    error: AnsibleOrganizationsError | None = None

    def __str__(self) -> str:
        return f"{self.service_principal}: {' '.join(self.reasons)}"

    def result(self) -> dict[str, Any]:
        """{service_principal, reasons, delegated_administrators: [{account_id, name}]}."""
        return {
            "service_principal": self.service_principal,
            "reasons": list(self.reasons),
            "delegated_administrators": [
                {"account_id": administrator["account_id"], "name": administrator["name"]}
                for administrator in self.delegated_administrators
            ],
        }


def find_objections(client: OrganizationsClient, to_disable: Iterable[str]) -> list[Objection]:
    """The safeguards: one ListDelegatedAdministrators listing for each principal to be disabled, and the catalog.

    Delegated administrators that cannot be read are an objection too: nobody knows what would break. After an error
    that would meet every further question too, none is asked.
    """
    objections = []
    lasting_error: AnsibleOrganizationsError | None = None
    for principal in to_disable:
        reasons: list[str] = []
        administrators: list[DelegatedAdministrator] = []
        cause = lasting_error
        if cause:
            reasons.append("its delegated administrators could not be read either.")
        else:
            try:
                administrators = client.list_delegated_administrators(principal)
            except AnsibleOrganizationsError as error:
                cause = error
                reasons.append(f"its delegated administrators could not be read. {error.result()['msg']}")
                lasting_error = None if concerns_one_principal(error.exception) else error
        if administrators:
            reasons.append(_delegation(principal, administrators))
        service = BY_PRINCIPAL.get(principal)
        if service and service.disable_disrupts:
            reasons.append(f"disabling it disrupts people. {service.disable_disrupts}")
        if reasons and service:
            reasons.append(f"{service.disable_note} See {service.documentation_url}".lstrip() + " first.")
        if reasons:
            objections.append(Objection(principal, tuple(reasons), tuple(administrators), cause))
    return objections


def _delegation(principal: str, administrators: Iterable[DelegatedAdministrator]) -> str:
    accounts = ", ".join(
        f"{account['account_id']} ({account['name']})" if account["name"] else account["account_id"]
        for account in administrators
    )
    service = BY_PRINCIPAL.get(principal)
    own_way = (
        " or with the service's own console or API" if service and service.native_delegated_administrator_api else ""
    )
    return (
        f"delegated administrators are registered: {accounts}. Deregister each with aws organizations "
        f"deregister-delegated-administrator --service-principal {principal} --account-id <account>{own_way}."
    )


def apply_safeguards(client: OrganizationsClient, to_disable: Iterable[str], force: bool, warn: Warn) -> None:
    """Fail before any write, naming every principal that is held back; with force, warn instead."""
    objections = find_objections(client, to_disable)
    if not objections:
        return
    if force:
        for objection in objections:
            warn(f"{objection} It is not held back, because of force=true.")
        return
    errors = [objection.error.result() for objection in objections if objection.error]
    raise AnsibleOrganizationsError(
        message=(
            "Nothing was changed, because disabling is held back: "
            + " ".join(str(objection) for objection in objections)
            + " To disable all the same, set force=true; to leave them enabled in exact mode, name them in "
            "service_principals or keep_service_principals."
        ),
        held_back=[objection.result() for objection in objections],
        **{key: value for key, value in (errors[0].items() if errors else ()) if key in ("error", "reason")},
    )


def foresee_failure(client: OrganizationsClient, operation: str, warn: Warn) -> None:
    """Check mode: fail as the first write would, where the organization or the caller does not allow any.

    Two reads, DescribeOrganization and sts:GetCallerIdentity; one that fails is a warning. ``operation`` is the first
    write's.
    """
    try:
        organization = client.describe_organization()
    except AnsibleOrganizationsError as error:
        _could_not_verify(
            warn, "that the organization has all features, nor that this is its management account", error
        )
        return
    if organization["feature_set"] != "ALL":
        raise _foreseen(
            "ConstraintViolationException",
            f"The organization has the feature set {organization['feature_set']}, not all features.",
            REASON_REMEDIES[NOT_ALL_FEATURES],
            NOT_ALL_FEATURES,
        )
    try:
        account_id = client.caller_account_id()
    except AnsibleOrganizationsError as error:
        _could_not_verify(warn, "that this is the organization's management account", error)
        return
    if account_id != organization["management_account_id"]:
        raise _foreseen(
            "AccessDeniedException",
            f"The credentials are of account {account_id}; the organization's management account is "
            f"{organization['management_account_id']}.",
            REMEDIES["AccessDeniedException"].format(operation=operation),
        )


def _could_not_verify(warn: Warn, what: str, error: AnsibleOrganizationsError) -> None:
    warn(f"Check mode could not verify {what}. {error.result()['msg']}")


def _foreseen(code: str, message: str, remedy: str, reason: str | None = None) -> AnsibleOrganizationsError:
    return AnsibleOrganizationsError(
        message=f"The changes would fail with {code}: {message} {remedy}",
        error={"code": code, "message": message},
        **({"reason": reason} if reason else {}),
    )


__all__ = ["Objection", "Warn", "apply_safeguards", "find_objections", "foresee_failure"]
