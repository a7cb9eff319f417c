# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings that a test or the demo can change while the emulator runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from .administrator_services import REPLACEABLE

PAGE_LIMIT = 20  # API reference, ListAWSServiceAccessForOrganization: MaxResults 1..20; AWS fills pages of 20


@dataclass
class Settings:
    """Settings; the defaults are AWS's behavior, except for the rate limits."""

    # Token buckets as in the user guide's "Throttling limits for the AWS Organizations API".
    rate_limits: bool = False
    # Sizes of the next pages of any listing, used up one by one; 0 gives an empty page that still has a token.
    page_sizes: list[int] = field(default_factory=list)
    # How long a write takes; another one during that time is a conflict (ConcurrentModificationException).
    write_seconds: float = 0
    # How many complete listings still show the state from before a write (eventual consistency): of service access, and
    # of delegated administrators.
    stale_listings: int = 0
    # Whether DisableAWSServiceAccess refuses a service that has delegated administrators: "always", "never", or
    # "documented": for the services in names.yml where that is documented or was seen.
    refuse_disable_with_delegated_administrators: str = "documented"
    # ListDelegatedAdministrators refuses a service that supports none, as in moto (moto pull request 3200). What AWS
    # responds is not documented.
    refuse_listing_without_delegated_administrators: bool = False
    # Reasons of InvalidInputException name the parameter: radkawar/stackd recorded MAX_VALUE_EXCEEDED:MAX_RESULTS,
    # MIN_LENGTH_EXCEEDED:NAME, INVALID_PATTERN:ORGANIZATIONAL_UNIT_ID and others on AWS (organizations_inputs.json,
    # 2026-09). The API reference has them without. For INPUT_REQUIRED and INVALID_ENUM it is a guess.
    reasons_name_the_member: bool = True
    # Which of the two an account has. Both were recorded on AWS on 2026-09-13 (radkawar/stackd), after the day that was
    # announced for the retirement of Status (API reference, Account).
    account_state_members: list[str] = field(default_factory=lambda: ["State", "Status"])
    # How many reads of a service's state show the change that a switch has begun: PENDING, UNDER_CHANGE.
    service_api_pending_reads: int = 0
    # Service principals whose own enabling ends in FAILED; AWS User Notifications alone has this value.
    service_api_failures: list[str] = field(default_factory=list)
    # Service principals whose own switch leaves service access alone. What each switch does to it is documented for
    # some services only, see services.py.
    service_api_leaves_service_access: list[str] = field(default_factory=list)
    # Whether the support plan includes the API of AWS Health (botocore, EnableHealthServiceAccessForOrganization).
    health_api_subscribed: bool = True
    # How long every answer takes, in seconds; requests wait side by side.
    latency: float = 0
    # {signing name of a service: Regions in which it does not exist}: the connection ends without an answer.
    missing_regions: dict[str, list[str]] = field(default_factory=dict)
    # The Regions for which calls of STS are signed that count as calls of its global endpoint. Only the address tells
    # them apart on AWS, and the emulator has one: ["us-east-1"] plays a client that uses the global endpoint.
    global_sts_regions: list[str] = field(default_factory=list)
    # How many lists do not show a new administrator of a service yet, and how many show one that is being removed.
    administrator_enabling_reads: int = 0
    administrator_disabling_reads: int = 0
    # Service principals whose own designation requires trusted access; the others enable it. The guides of GuardDuty
    # and Macie disagree with that of Organizations.
    administrators_need_trusted_access: list[str] = field(
        default_factory=lambda: ["cloudtrail.amazonaws.com", "inspector2.amazonaws.com"]
    )
    # Service principals whose administrator the management account can be (their guides; Inspector says nothing).
    management_administrates: list[str] = field(
        default_factory=lambda: [f"{name}.amazonaws.com" for name in ("detective", "guardduty", "macie", "securityhub")]
    )
    # When designations in other Regions are refused until a list shows the first one: while that one has "registered"
    # the account with Organizations, "always" with a service's first one, or "never".
    first_administrator_conflicts: str = "registered"
    # Service principals whose administrators Organizations' deregistering ends in all Regions. Documented for Detective
    # and Security Hub; the others are guesses.
    deregistering_ends: list[str] = field(
        default_factory=lambda: [
            f"{name}.amazonaws.com" for name in ("detective", "guardduty", "inspector2", "macie", "securityhub")
        ]
    )
    # Whether designating the same account in the same Region again is refused; Inspector and CloudTrail always do.
    refuse_repeated_designation: bool = False
    # Whether Macie refuses lists and removals with "Macie is not enabled" where it has no administrator.
    macie_not_enabled: bool = False
    # Security Hub's central configuration: its own calls can neither change nor remove the administrator.
    security_hub_central_configuration: bool = False
    # {"SERVICE CASE": [status, code]} instead of those in administrator_services.py.
    administrator_errors: dict[str, list[Any]] = field(default_factory=dict)

    def update(self, values: dict[str, Any]) -> None:
        """Change these settings; an unknown name is an error, so that a misspelled test cannot pass."""
        known = {known.name for known in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"unknown settings {sorted(unknown)}, known are {sorted(known)}")
        choice = values.get("refuse_disable_with_delegated_administrators", "documented")
        if choice not in ("always", "documented", "never"):
            raise ValueError(f"refuse_disable_with_delegated_administrators cannot be {choice!r}")
        if unknown := set(values.get("account_state_members", [])) - {"State", "Status"}:
            raise ValueError(f"account_state_members cannot have {sorted(unknown)}")
        if values.get("first_administrator_conflicts", "never") not in ("always", "never", "registered"):
            raise ValueError("first_administrator_conflicts is always, never or registered")
        if unknown := set(values.get("administrator_errors", {})) - REPLACEABLE:
            raise ValueError(f"administrator_errors cannot have {sorted(unknown)}")
        for name, value in values.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Restore the defaults."""
        self.__init__()  # type: ignore[misc]


SETTINGS = Settings()
