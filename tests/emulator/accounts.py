# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Member accounts with the states that AWS has; moto has two of them.

API = AWS Organizations API reference, GUIDE = AWS Organizations user guide, "Monitor the state of your AWS accounts".
"""

from __future__ import annotations

from typing import Any

from moto.organizations.exceptions import AccountAlreadyClosedException
from moto.organizations.models import FakeAccount

from .settings import SETTINGS

# GUIDE: the states. API, AccountStatus: the older status, which has no value for the first and the last. Status
# SUSPENDED of a closed account: API, CloseAccount. ACTIVE of an account that is not activated yet is a guess.
STATUS_OF_STATE = {
    "PENDING_ACTIVATION": "ACTIVE",
    "ACTIVE": "ACTIVE",
    "SUSPENDED": "SUSPENDED",
    "PENDING_CLOSURE": "PENDING_CLOSURE",
    "CLOSED": "SUSPENDED",
}


class EmulatedAccount(FakeAccount):
    """An account whose state decides its status."""

    def set_state(self, state: str) -> None:
        """Give the account one of AWS's states."""
        self.state, self.status = state, STATUS_OF_STATE[state]

    def describe(self) -> dict[str, Any]:
        """Return what DescribeAccount and listings show; ``Status`` was announced to be retired on 2026-09-09 (API)."""
        hidden = {"State", "Status"} - set(SETTINGS.account_state_members)
        return {name: value for name, value in super().describe().items() if name not in hidden}

    def close(self) -> None:
        """API, CloseAccount: PENDING_CLOSURE for a while, which is left out here, then the state CLOSED."""
        if self.state == "CLOSED":
            raise AccountAlreadyClosedException
        self.set_state("CLOSED")
