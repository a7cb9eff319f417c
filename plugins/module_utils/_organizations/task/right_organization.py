# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Whether the task reaches the right organization, with credentials that can change it.

``force`` does not override these checks.
"""

from __future__ import annotations

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient
from ..catalog.remedies import REMEDIES
from .context import Warn


def require_management_account(client: OrganizationsClient, expected: str) -> None:
    """Fail unless the organization's management account is the expected one: one DescribeOrganization."""
    found = client.management_account_id
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
        management_account_id = client.management_account_id
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


__all__ = ["check_preconditions", "require_management_account"]
