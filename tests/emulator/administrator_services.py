# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services whose administrator is designated with a call of their own: names, operations, refusals.

BC = botocore's models. Error codes that BC does not model for the operation, or whose case no source shows, are
guesses; ``Settings.administrator_errors`` replaces any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Refusal = tuple[int, str]  # status, code


@dataclass(frozen=True)
class Service:
    """A service: its signing name, and the members of its requests and responses as they are sent."""

    name: str
    principal: str
    account_in: tuple[str, ...]  # of enabling and disabling; as sent
    default: Refusal  # of every case that ``refusals`` does not name
    regional: bool = True
    accounts: str = ""  # the member of the list's response; as in BC
    account_id: str = ""
    status: str = ""
    ending: str = "DISABLE_IN_PROGRESS"
    page_size: int = 0  # BC: the largest one
    result: str = ""  # a member of the response to enabling and disabling: the account
    refusals: dict[str, Refusal] = field(default_factory=dict)


SERVICES = (
    # BC: every refusal of GuardDuty is a BadRequestException.
    Service(
        "guardduty",
        "guardduty.amazonaws.com",
        ("adminAccountId",),
        (400, "BadRequestException"),
        accounts="AdminAccounts",
        account_id="AdminAccountId",
        status="AdminStatus",
        page_size=50,
    ),
    # conflict: terraform-provider-aws#17996. caller, central: BC, AccessDeniedException; which case has it is a guess.
    Service(
        "securityhub",
        "securityhub.amazonaws.com",
        ("AdminAccountId",),
        (400, "InvalidInputException"),
        accounts="AdminAccounts",
        account_id="AccountId",
        status="Status",
        page_size=10,
        refusals={
            "caller": (403, "AccessDeniedException"),
            "central": (403, "AccessDeniedException"),
            "conflict": (409, "ResourceConflictException"),
            "repeated": (409, "ResourceConflictException"),
            "stranger": (403, "AccessDeniedException"),
        },
    ),
    # other: sources have ConflictException and ValidationException. conflict, absent: guesses.
    Service(
        "macie2",
        "macie.amazonaws.com",
        ("adminAccountId",),
        (400, "ValidationException"),
        accounts="adminAccounts",
        account_id="accountId",
        status="status",
        ending="DISABLING_IN_PROGRESS",
        page_size=25,
        refusals={
            "absent": (404, "ResourceNotFoundException"),
            "caller": (403, "AccessDeniedException"),
            "conflict": (409, "ConflictException"),
            "not enabled": (403, "AccessDeniedException"),
            "other": (409, "ConflictException"),
            "pending": (409, "ConflictException"),
            "repeated": (409, "ConflictException"),
            "stranger": (403, "AccessDeniedException"),
        },
    ),
    # other, repeated: ConflictException, "already enabled" of the latter (terraform-provider-aws). The rest: guesses.
    Service(
        "inspector2",
        "inspector2.amazonaws.com",
        ("delegatedAdminAccountId",),
        (400, "ValidationException"),
        accounts="delegatedAdminAccounts",
        account_id="accountId",
        status="status",
        page_size=5,
        result="delegatedAdminAccountId",
        refusals={
            "absent": (404, "ResourceNotFoundException"),
            "caller": (403, "AccessDeniedException"),
            "conflict": (409, "ConflictException"),
            "other": (409, "ConflictException"),
            "pending": (409, "ConflictException"),
            "repeated": (409, "ConflictException"),
            "stranger": (403, "AccessDeniedException"),
        },
    ),
    # other, stranger: ValidationException; caller: AccessDeniedException (public notes, see MESSAGES).
    Service(
        "detective",
        "detective.amazonaws.com",
        ("AccountId",),
        (400, "ValidationException"),
        accounts="Administrators",
        account_id="AccountId",
        page_size=200,
        refusals={"caller": (403, "AccessDeniedException")},
    ),
    # BC models no errors of EC2. Its "Error codes": UnauthorizedOperation; the others are guesses.
    Service(
        "ec2",
        "ipam.amazonaws.com",
        ("DelegatedAdminAccountId",),
        (400, "InvalidParameterValue"),
        regional=False,
        refusals={"caller": (403, "UnauthorizedOperation"), "stranger": (403, "UnauthorizedOperation")},
    ),
    # BC: the codes and their meaning.
    Service(
        "cloudtrail",
        "cloudtrail.amazonaws.com",
        ("MemberAccountId", "DelegatedAdminAccountId"),
        (400, "InvalidParameterException"),
        regional=False,
        refusals={
            "absent": (400, "AccountNotRegisteredException"),
            "access": (400, "CloudTrailAccessNotEnabledException"),
            "caller": (400, "NotOrganizationManagementAccountException"),
            "features": (400, "OrganizationNotInAllFeaturesModeException"),
            "limit": (400, "DelegatedAdminAccountLimitExceededException"),
            "management": (400, "CannotDelegateManagementAccountException"),
            "not a member": (400, "AccountNotFoundException"),
            "repeated": (400, "AccountRegisteredException"),
            "stranger": (400, "OrganizationsNotInUseException"),
        },
    ),
    # BC: the codes; which case has which is a guess.
    Service(
        "securitylake",
        "securitylake.amazonaws.com",
        ("accountId",),
        (400, "BadRequestException"),
        regional=False,
        refusals={
            "absent": (404, "ResourceNotFoundException"),
            "caller": (403, "AccessDeniedException"),
            "other": (409, "ConflictException"),
            "repeated": (409, "ConflictException"),
            "stranger": (403, "AccessDeniedException"),
        },
    ),
)
OF_NAME = {service.name: service for service in SERVICES}

# {(service, case): message}; those that no public source shows are made up, and in MADE_UP.
MESSAGES = {
    # landing-zone-accelerator-on-aws, a live integration test
    ("guardduty", "other"): (
        "The request failed because another account is already enabled as GuardDuty delegated administrator for the "
        "organization."
    ),
    # terraform-provider-aws and others, issue threads
    ("guardduty", "not a member"): (
        "The request failed because admin account passed is not member of AWS Organizations."
    ),
    # aws-ia/terraform-aws-guardduty#2
    ("guardduty", "caller"): ("The request failed because you are not the master account for your AWS Organization."),
    # terraform-provider-aws reads it as no administrator
    ("securityhub", "stranger"): "Your account is not a member of an organization",
    # public notes of Macie's refusals
    ("macie2", "other"): (
        "The request failed because another account has already been designated as the delegated Macie administrator "
        "account for your organization"
    ),
    ("macie2", "not a member"): "The account is not a member in the AWS Organization",
    ("macie2", "caller"): (
        "The request failed because you must be a user of the management account for your AWS organization to perform "
        "this operation"
    ),
    # terraform-provider-aws reads it as no administrator
    ("macie2", "not enabled"): "Macie is not enabled",
    # terraform-provider-aws and aws-security-reference-architecture-examples look for the last two words
    ("inspector2", "repeated"): "The delegated administrator is already enabled",
    # terraform-provider-aws
    ("inspector2", "itself"): "The account is the delegated admin",
    # landing-zone-accelerator-on-aws, issue threads
    ("detective", "stranger"): "account is not a member of an organization",
    ("detective", "caller"): "Caller is not an organization manager or delegated administrator",
}
MADE_UP = {
    "absent": "The account is not the administrator.",
    "access": "Trusted access is not enabled.",
    "caller": "Only the management account can call this.",
    "central": "Central configuration manages the administrator.",
    "conflict": "Another request for the organization is in progress.",
    "features": "The organization does not have all features enabled.",
    "limit": "There are as many administrators as possible.",
    "management": "The management account cannot be the administrator.",
    "not a member": "The account is not a member of the organization.",
    "other": "Another account is the administrator.",
    "paging": "The paging parameters are not valid.",
    "pending": "The administrator is being removed.",
    "repeated": "The account is the administrator already.",
    "stranger": "The account is in no organization.",
    "suspended": "The account is not active.",
}

# What ``Settings.administrator_errors`` can replace.
REPLACEABLE = {f"{service.name} {case}" for service in SERVICES for case in (*MADE_UP, *(of for _name, of in MESSAGES))}
