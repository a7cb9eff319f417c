# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a test or the demo can switch while the emulator runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

PAGE_LIMIT = 20  # API reference, ListAWSServiceAccessForOrganization: MaxResults 1..20; AWS fills pages of 20


@dataclass
class Settings:
    """Switches, all at what AWS does by default except for the rate limits."""

    # Token buckets as in the user guide's "Throttling limits for the AWS Organizations API".
    rate_limits: bool = False
    # Sizes of the next pages of any listing, used up one by one; 0 gives an empty page that still has a token.
    page_sizes: list[int] = field(default_factory=list)
    # How long a write takes; another one meanwhile is a conflict (ConcurrentModificationException).
    write_seconds: float = 0
    # How many complete listings still show the state from before a write (eventual consistency).
    stale_listings: int = 0
    # Documented for S3 Storage Lens, StackSets, Service Catalog, EC2 Capacity Manager and Agent Registry.
    refuse_disable_with_delegated_administrators: bool = False

    def update(self, values: dict[str, Any]) -> None:
        """Set the given switches; an unknown name is an error, so that a misspelt test cannot pass."""
        known = {known.name for known in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"unknown settings {sorted(unknown)}, known are {sorted(known)}")
        for name, value in values.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Back to the defaults."""
        self.__init__()  # type: ignore[misc]


SETTINGS = Settings()
