# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays for tests of the summary: what hosts did, and what they hold."""

from __future__ import annotations

from typing import Any

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import BEGAN, ENDED, MARK, SUMMARY, Step
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.lines import summarize
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import RESULT, PlayState, outcome, outcomes

FAILURE = {"failed": True, "msg": "m"}
CHANGE = {"changed": True, "enabled": ["a"]}


def did(host: str, result: dict[str, Any] | None = None, identity: str = "1", variable: str = RESULT) -> list[Step]:
    """Return the steps of an action; without a result, it has not ended."""
    steps = [Step(BEGAN, [host], variable, identity)]
    return steps if result is None else [*steps, Step(ENDED, [host], variable, identity, list(outcome(result)))]


def summary(*hosts: str, kind: str = SUMMARY) -> list[Step]:
    return [Step(kind, hosts, "earlier", "0")]


def record(result: dict[str, Any], host: str, identity: str = "1") -> dict[str, Any]:
    return {**result, MARK: {"host": host, "id": identity}}


def play(*hosts: str, dead: str = "", kind: str = SUMMARY, steps: list[list[Step]] | None = None) -> PlayState:
    alive = [name for name in hosts if name not in dead]
    return PlayState(hosts, alive, hosts, hosts[0], kind, "here", 0, [step for some in steps or [] for step in some])


def lines(held: dict[str, Any], state: PlayState) -> list[str]:
    return summarize(outcomes(held, state))
