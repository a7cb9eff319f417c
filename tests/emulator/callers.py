# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which account may call which operation.

API, the last sentence of each operation's description; GUIDE, "Delegated administrator for AWS services that work with
Organizations", the list of permissions. A delegation policy, which could grant more, is not emulated.
"""

from __future__ import annotations

from enum import Enum

from .errors import access_denied, constraint_violation


class Role(Enum):
    """The role of an account in its organization."""

    MANAGEMENT = "management account"
    DELEGATED_ADMINISTRATOR = "delegated administrator"
    MEMBER = "member account"


# API: "from any account in an organization".
ANY_MEMBER = {"DescribeEffectivePolicy", "DescribeHandshake", "DescribeOrganization", "ListHandshakesForAccount"}
# GUIDE: what a delegated administrator of any service may read. Everything else requires the management account.
DELEGATED_ADMINISTRATORS = ANY_MEMBER | {
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "DescribeResourcePolicy",
    "ListAccounts",
    "ListAccountsForParent",
    "ListAWSServiceAccessForOrganization",
    "ListChildren",
    "ListCreateAccountStatus",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListHandshakesForOrganization",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
}
# The caller has no organization yet.
STRANGERS = {"CreateOrganization"}
# API: the operations on service access and delegated administrators have ConstraintViolationException, reads included;
# terraform-provider-aws guards the listing with the text of ORGANIZATION_NOT_IN_ALL_FEATURES_MODE. GUIDE, "Enabling all
# features": so do policy types and closing accounts.
NEED_ALL_FEATURES = {
    "CloseAccount",
    "DeregisterDelegatedAdministrator",
    "DisableAWSServiceAccess",
    "EnableAWSServiceAccess",
    "EnablePolicyType",
    "ListAWSServiceAccessForOrganization",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "RegisterDelegatedAdministrator",
}


def check_caller(operation: str, role: Role, feature_set: str) -> None:
    """Raise AWS's refusal unless an account of this role may call the operation in such an organization."""
    allowed = (
        role is Role.MANAGEMENT
        or (role is Role.DELEGATED_ADMINISTRATOR and operation in DELEGATED_ADMINISTRATORS)
        or operation in ANY_MEMBER
    )
    if not allowed:
        raise access_denied()
    if feature_set != "ALL" and operation in NEED_ALL_FEATURES:
        raise constraint_violation("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
