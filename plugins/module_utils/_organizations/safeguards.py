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
from .errors import NOT_ALL_FEATURES, REASON_REMEDIES, REMEDIES, AnsibleOrganizationsError

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Objection:
    """Why a service principal should not be disabled; each reason is a sentence with what to do."""

    service_principal: str
    reasons: tuple[str, ...]
    delegated_administrators: tuple[DelegatedAdministrator, ...] = ()

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

    Delegated administrators that cannot be read are an objection too: nobody knows what would break.
    """
    objections = []
    for principal in to_disable:
        reasons: list[str] = []
        administrators: list[DelegatedAdministrator] = []
        try:
            administrators = client.list_delegated_administrators(principal)
        except AnsibleOrganizationsError as error:
            reasons.append(f"its delegated administrators could not be read. {error.result()['msg']}")
        if administrators:
            reasons.append(_delegation(principal, administrators))
        service = BY_PRINCIPAL.get(principal)
        if service and service.disable_disrupts:
            reasons.append(
                f"disabling it disrupts people. {service.disable_disrupts} See {service.documentation_url} first."
            )
        if reasons:
            objections.append(Objection(principal, tuple(reasons), tuple(administrators)))
    return objections


def _delegation(principal: str, administrators: Iterable[DelegatedAdministrator]) -> str:
    accounts = ", ".join(f"{account['account_id']} ({account['name']})" for account in administrators)
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
    raise AnsibleOrganizationsError(
        message=(
            "Nothing was changed, because disabling is held back: "
            + " ".join(str(objection) for objection in objections)
            + " To disable all the same, set force=true; to leave them enabled in exact mode, name them in "
            "service_principals or keep_service_principals."
        ),
        held_back=[objection.result() for objection in objections],
    )


def foresee_failure(client: OrganizationsClient, warn: Warn) -> None:
    """Check mode: fail as the first write would, where the organization or the caller does not allow any.

    Two reads, DescribeOrganization and sts:GetCallerIdentity; one that fails is a warning.
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
            REMEDIES["AccessDeniedException"].format(operation="EnableAWSServiceAccess"),
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
