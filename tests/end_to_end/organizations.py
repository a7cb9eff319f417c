# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are organizations, and what a run's output and the emulator's log show for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl

APPLY = "orgops.aws.service_access_apply"
DRIFT = "orgops.aws.service_access_drift"
EXPORT = "orgops.aws.service_access_export"
REPORT = "orgops.aws.service_access_report"

NORTH, SOUTH, WEST = "111111111111", "222222222222", "333333333333"
CONFIG, MACIE, SSO = "config.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"

COUNTS = re.compile(r"\d+ organizations?: (\d[\w ,]*)\.")
LINE = re.compile(r'^\s*"?(failed|not reached|would change|changed|unchanged) +([\w-]+): (.*?)"?,?$', re.MULTILINE)


def role_in(account_id: str, **variables: Any) -> dict[str, Any]:
    """Return the variables of an organization whose management account has this id."""
    return {
        "service_access_management_account_id": account_id,
        "service_access_assume_role_arn": f"arn:aws:iam::{account_id}:role/service-access",
        "service_access_service_principals": [CONFIG],
        **variables,
    }


def calls_of(emulator: EmulatorControl, account_id: str) -> list[str]:
    """Return the operations called with an identity of the account."""
    return [request["operation"] for request in emulator.requests() if request["account_id"] == account_id]


def calls_of_the_controller(emulator: EmulatorControl) -> list[str]:
    """Return the operations called with the credentials in the controller's environment, or in its account."""
    return calls_of(emulator, MANAGEMENT_ACCOUNT)


def outputs_of_plays(output: str) -> dict[str, str]:
    """Return {name of a play: its output, of all batches} of a run."""
    parts = re.split(r"^PLAY \[(.*)\] \*+$", output.partition("PLAY RECAP")[0], flags=re.MULTILINE)
    found: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2]):
        found[name] = found.get(name, "") + text
    return found


class Summary:
    """The last summary in the output of a run: its counts, and the state and the words about each organization.

    If each host prints a part of it (free, host_pinned), later lines replace those of earlier parts.
    """

    def __init__(self, output: str) -> None:
        found = list(COUNTS.finditer(output))
        self.number = len(found)
        self.counts: dict[str, int] = {}
        self.states: dict[str, str] = {}
        self.words: dict[str, str] = {}
        for summary in found:
            self.counts = {}
            for part in summary[1].split(", "):
                count, _space, state = part.partition(" ")
                self.counts[state] = int(count)
            lines, _bracket, _rest = output[summary.end() :].partition("\n    ]")
            told = LINE.findall(lines)
            if len(told) == sum(self.counts.values()):
                self.states, self.words = {}, {}
            for state, host, words in told:
                self.states[host] = state
                self.words[host] = words


def without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    """Return only the states that some organization is in."""
    return {state: count for state, count in counts.items() if count}
