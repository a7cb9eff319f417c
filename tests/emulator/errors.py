# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of AWS Organizations that moto does not raise, or raises without ``Reason``.

API = AWS Organizations API reference, GUIDE = AWS Organizations user guide.
"""

from __future__ import annotations

import re

from moto.organizations.exceptions import OrganizationsClientError

from .settings import SETTINGS

# API, ConstraintViolationException: the reasons. The texts are AWS's own where a public source shows one.
CONSTRAINTS = {
    # quoted in the source of terraform-provider-aws, which has guarded the listing with it since 2018
    "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE": (
        "The request failed because the organization does not have all features enabled. "
        "Please enable all features in your organization and then retry."
    ),
    # seen in public issue threads
    "SERVICE_ACCESS_NOT_ENABLED": (
        "You must enable service access before you delegate an administrator for this service. "
        "Call the AWS API EnableAWSServiceAccess first."
    ),
    # aws-solutions/quota-monitor-for-aws issue 102, with today's word for the account
    "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR": (
        "You cannot register management account/yourself as delegated administrator for your organization."
    ),
    # API, the reason's description
    "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR": (
        "You cannot register a suspended account as a delegated administrator."
    ),
    # seen in public issue threads
    "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED": (
        "You have exceeded the allowed number of delegated administrators for the delegated service."
    ),
    # recorded on AWS by the public repository radkawar/stackd (centralized root access, 2026-09)
    "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE": (
        "You have delegated administrator/s for this service. De-register them in order to disable service access."
    ),
    # seen in public issue threads
    "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG": (
        "You cannot remove a delegated administrator from the organization without de-registering the account."
    ),
    # API, the reason's description; no public source shows the text
    "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE": (
        "You attempted to disable service access before you disabled the policy type."
    ),
}

# API, InvalidInputException: the reasons. The texts are moto's, or the reasons' descriptions where moto has none.
INVALID_INPUTS = {
    "INPUT_REQUIRED": "You must include a value for all required parameters.",
    "INVALID_ENUM": "You specified an invalid value.",
    "INVALID_ENUM_POLICY_TYPE": "You specified an invalid value.",
    "INVALID_NEXT_TOKEN": "You provided an invalid value for NextToken.",
    "INVALID_PATTERN": "You provided a value that does not match the required pattern.",
    "INVALID_PATTERN_TARGET_ID": "You specified an invalid value.",
    "MAX_LENGTH_EXCEEDED": "You provided a string parameter that is longer than allowed.",
    "MAX_VALUE_EXCEEDED": "You provided a numeric parameter that has a larger value than allowed.",
    "MIN_LENGTH_EXCEEDED": "You provided a string parameter that is shorter than allowed.",
    "MIN_VALUE_EXCEEDED": "You provided a numeric parameter that has a smaller value than allowed.",
    "UNRECOGNIZED_SERVICE_PRINCIPAL": "You specified an unrecognized service principal.",
}


class ReasonedError(OrganizationsClientError):
    """An error with the member ``Reason``, which moto leaves out (API, InvalidInputException)."""

    def __init__(self, code: str, message: str, reason: str | None = None) -> None:
        super().__init__(code, message)
        if reason:
            self.Reason = reason


class UnknownOperationError(Exception):
    """The operation does not exist, or is not emulated."""


class UnreadableRequestError(Exception):
    """The body is not JSON, or has a value of the wrong type."""


def invalid_input(reason: str, member: str = "") -> ReasonedError:
    """Return the response to an invalid parameter; ``member`` is the parameter's name."""
    message = INVALID_INPUTS[reason]
    has_a_name = reason.endswith(("_POLICY_TYPE", "_TARGET_ID"))  # that these are not named twice is a guess
    if member and SETTINGS.reasons_name_the_member and not has_a_name:
        reason += ":" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", member).upper()
    return ReasonedError("InvalidInputException", message, reason)


def constraint_violation(reason: str) -> ReasonedError:
    """Return the response to a request that violates one of the organization's constraints."""
    return ReasonedError("ConstraintViolationException", CONSTRAINTS[reason], reason)


def access_denied() -> ReasonedError:
    """Return AWS's response to a caller from the wrong account.

    The text: radkawar/stackd, organizations_delegation_authority.json, recorded on AWS.
    """
    return ReasonedError("AccessDeniedException", "You don't have permissions to access this resource.")
