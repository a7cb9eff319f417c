# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Accounts that are to be registered: whether AWS would register them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..aws.errors import AnsibleOrganizationsError, foreseen_error
from ..aws.organizations import Account, OrganizationsClient
from ..task.changes import Progress, names
from ..task.context import Warn

REFUSED_STATES = ("SUSPENDED", "CLOSED")  # of accounts, which AWS does not register as delegated administrators


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
        ending = [moves[one] for one in refused]
        why = " ".join(error.in_sentence() for error in reasons.values())
        raise AnsibleOrganizationsError(
            message=(
                f"Nothing was changed: {names(refused)} cannot be registered, and {names(ending)} would have to be "
                f"deregistered first. {why}{progress.others_not_attempted([*map(str, refused), *map(str, ending)])}"
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
    """Return the management account of an account's organization: arn:aws:organizations::111111111111:account/..."""
    return (account["arn"] or "").partition(":organizations::")[2].partition(":")[0]


def _management_account(account_id: str) -> AnsibleOrganizationsError:
    return _refusal("MASTER", f"{account_id} is the organization's management account.")


def _refusal(kind: str, message: str) -> AnsibleOrganizationsError:
    reason = f"CANNOT_REGISTER_{kind}_AS_DELEGATED_ADMINISTRATOR"
    return foreseen_error("RegisterDelegatedAdministrator", "ConstraintViolationException", message, reason)


__all__ = ["NewAdministrators"]
