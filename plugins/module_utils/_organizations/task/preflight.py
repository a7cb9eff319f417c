# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checked before the first write: what AWS would refuse, or what is not the right organization.

The management account, always; policy types that keep a service from being disabled; accounts that replace a delegated
administrator; in check mode, whether the organization can be changed, and every new delegated administrator. ``force``
overrides none of it; what it overrides is in safeguards.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ..aws.errors import AnsibleOrganizationsError, foreseen_error
from ..aws.organizations import Account, OrganizationsClient, PolicyType
from ..catalog.remedies import REMEDIES
from ..catalog.services import POLICY_TYPES, POSSIBLE_POLICY_TYPES
from .changes import Progress, names

Warn = Callable[[str], None]
REFUSED_STATES = ("SUSPENDED", "CLOSED")  # of accounts, which AWS does not register as delegated administrators


def require_management_account(client: OrganizationsClient, expected: str) -> None:
    """Fail unless the organization's management account is the expected one: one DescribeOrganization."""
    found = client.describe_organization()["management_account_id"]
    if found != expected:
        message = f"This organization's management account is {found}, not {expected}."
        raise AnsibleOrganizationsError(
            message=(
                f"Wrong organization: {message} Nothing else was read, and nothing was changed. Fix "
                "management_account_id, or the credentials, profile or role that this task uses."
            ),
            error={"code": "WrongOrganization", "message": message},
        )


def check_preconditions(client: OrganizationsClient, operation: str, warn: Warn) -> str | None:
    """Check mode: fail as the first write would if the caller is not the management account. Returns the latter.

    Reads DescribeOrganization and sts:GetCallerIdentity. If one fails, it is a warning, and the result is None.
    ``operation`` is that of the first write. An organization without all features does not get here: AWS already
    refuses the listing.
    """
    try:
        management_account_id = client.describe_organization()["management_account_id"]
        account_id = client.caller_account_id()
    except AnsibleOrganizationsError as error:
        warn(
            "Check mode could not verify that the credentials are those of the organization's management account. "
            f"{error.result()['msg']}"
        )
        return None
    if account_id != management_account_id:
        message = (
            f"The credentials are those of account {account_id}; the organization's management account is "
            f"{management_account_id}."
        )
        raise AnsibleOrganizationsError(
            message=(
                "The changes would fail with AccessDeniedException: "
                f"{message} {REMEDIES['AccessDeniedException'].format(operation=operation)}"
            ),
            error={"code": "AccessDeniedException", "message": message},
        )
    return management_account_id


def check_policy_types(client: OrganizationsClient, to_disable: Iterable[str], warn: Warn, progress: Progress) -> None:
    """Fail if AWS refuses to disable one of these because of an enabled policy type.

    One ListRoots, and only if a policy type belongs to one of these; if it fails, that is a warning. So is a policy
    type that is about to be enabled or disabled, or of which AWS does not document that it matters.
    """
    concerned = [name for name in to_disable if name in POLICY_TYPES or name in POSSIBLE_POLICY_TYPES]
    if not concerned:
        return
    try:
        found = client.policy_types()
    except AnsibleOrganizationsError as error:
        warn(f"Could not verify that no policy type prevents disabling {', '.join(concerned)}. {error.result()['msg']}")
        return
    for name in concerned:
        _warn_of_policy_types(name, found, warn)
    refusing = [(name, policy_type) for name in concerned for policy_type in _refusing(name, found)]
    if refusing:
        message = "; ".join(
            f"the policy type {policy_type} is enabled, so AWS refuses to disable {name}"
            for name, policy_type in refusing
        )
        remedies = " ".join(_disabling(policy_type, found) for _name, policy_type in refusing)
        raise AnsibleOrganizationsError(
            message=(
                f"Nothing was changed: {message}. {remedies} force=true does not change that. To leave "
                "a service enabled in exact mode, list it in service_principals or keep_service_principals."
                f"{progress.others_not_attempted([name for name, _policy_type in refusing])}"
            ),
            error={"code": "ConstraintViolationException", "message": f"{message[0].upper()}{message[1:]}."},
            reason="POLICY_TYPE_ENABLED_FOR_THIS_SERVICE",
            not_attempted=progress.results(progress.not_attempted),
        )


def _refusing(name: str, found: Mapping[str, PolicyType]) -> list[str]:
    """The enabled policy types because of which AWS refuses to disable a service, sorted."""
    documented = POLICY_TYPES.get(name, frozenset())
    return sorted(documented.intersection(one for one, policy_type in found.items() if policy_type.status == "ENABLED"))


def _disabling(policy_type: str, found: Mapping[str, PolicyType]) -> str:
    """A sentence with the command that disables a policy type."""
    return (
        f"To disable the policy type first, run aws organizations disable-policy-type --root-id "
        f"{found[policy_type].root_id} --policy-type {policy_type} (AWS then detaches all policies of this type)."
    )


def _warn_of_policy_types(name: str, found: Mapping[str, PolicyType], warn: Warn) -> None:
    for policy_type in sorted(POLICY_TYPES.get(name, frozenset()) | POSSIBLE_POLICY_TYPES.get(name, frozenset())):
        status = found[policy_type].status if policy_type in found else ""
        if status.startswith("PENDING_"):
            warn(
                f"The status of the policy type {policy_type} is {status}, so AWS may refuse to disable {name} for "
                "now. If it does, run the task again once the policy type is disabled (DisablePolicyType)."
            )
        elif status == "ENABLED" and policy_type not in POLICY_TYPES.get(name, frozenset()):
            warn(
                f"The policy type {policy_type} is enabled. AWS does not document whether it refuses to disable {name} "
                f"then. {_disabling(policy_type, found)}"
            )


class NewAdministrators:
    """Whether AWS would register accounts: one DescribeAccount for each.

    ``accounts``: those that were read; ``refused``: why AWS would not register one, as its error; by account ID.
    """

    def __init__(self, client: OrganizationsClient, warn: Warn) -> None:
        self._client = client
        self._warn = warn
        self._asked: set[str] = set()
        self._lasting_error = False
        self.accounts: dict[str, Account] = {}
        self.refused: dict[str, AnsibleOrganizationsError] = {}

    def read(self, account_ids: Iterable[str], management_account_id: str | None = None) -> None:
        """Read those that were not read before, except the management account if it is known.

        What could not be read is a warning; after an error that all further calls would hit, no more are made.
        """
        for account_id in account_ids:
            if account_id in self._asked or self._lasting_error:
                continue
            self._asked.add(account_id)
            if account_id == management_account_id:
                self.refused[account_id] = _management_account(account_id)
                continue
            try:
                account = self._client.describe_account(account_id)
            except AnsibleOrganizationsError as error:
                self._record(account_id, error)
            else:
                self.accounts[account_id] = account
                self._check(account)

    def refuse_moves(self, moves: Mapping[Any, Any], progress: Progress) -> None:
        """Fail if AWS would refuse a registration of {registration: the one that has to end first}."""
        refused = [one for one in sorted(moves) if one.account_id in self.refused]
        if not refused:
            return
        reasons = {one.account_id: self.refused[one.account_id] for one in refused}
        first = self.refused[refused[0].account_id].result()
        del first["msg"]
        ending = names(moves[one] for one in refused)
        raise AnsibleOrganizationsError(
            message=(
                f"Nothing was changed: {names(refused)} cannot be registered, and {ending} "
                f"would have to be deregistered first. {' '.join(error.in_sentence() for error in reasons.values())}"
                f"{progress.others_not_attempted([str(one) for new in refused for one in (new, moves[new])])}"
            ),
            **first,
            not_attempted=progress.results(progress.not_attempted),
        )

    def _record(self, account_id: str, error: AnsibleOrganizationsError) -> None:
        if error.details()["code"] == "AccountNotFoundException":
            self.refused[account_id] = error
            return
        self._warn(f"Could not verify that account {account_id} can be registered. {error.result()['msg']}")
        self._lasting_error = not error.concerns_one_subject

    def _check(self, account: Account) -> None:
        account_id, state = account["account_id"], account["state"] or account["status"]
        if _management_account_of(account) == account_id:
            self.refused[account_id] = _management_account(account_id)
        elif state in REFUSED_STATES:
            self.refused[account_id] = _refusal("SUSPENDED_ACCOUNT", f"The state of account {account_id} is {state}.")
        elif state is None:
            self._warn(f"AWS did not return the state of account {account_id}. AWS registers active accounts only.")
        elif state != "ACTIVE":
            self._warn(f"The state of account {account_id} is {state}, so AWS may refuse to register it.")


def _management_account_of(account: Account) -> str:
    """The management account of an account's organization: arn:aws:organizations::111111111111:account/..."""
    return (account["arn"] or "").partition(":organizations::")[2].partition(":")[0]


def _management_account(account_id: str) -> AnsibleOrganizationsError:
    return _refusal("MASTER", f"{account_id} is the organization's management account.")


def _refusal(kind: str, message: str) -> AnsibleOrganizationsError:
    reason = f"CANNOT_REGISTER_{kind}_AS_DELEGATED_ADMINISTRATOR"
    return foreseen_error("RegisterDelegatedAdministrator", "ConstraintViolationException", message, reason)


__all__ = [
    "NewAdministrators",
    "Warn",
    "check_policy_types",
    "check_preconditions",
    "require_management_account",
]
