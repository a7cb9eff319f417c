# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a move that failed halfway leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.moves import (
    explain_move,
    explain_regions,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.regional_plan import (
    Designation,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import Change, Progress
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, client_error

SSO, OLD, NEW = "sso.amazonaws.com", "222222222222", "333333333333"
FIRST = Change("deregister", Registration(OLD, SSO))
SECOND = Change("register", Registration(NEW, SSO))
MEMBERS: dict[str, Any] = {
    "enabled": [SSO],
    "members": {OLD: "old", NEW: "new"},
    "delegated_administrators": {SSO: [OLD]},
}
REGISTER, DEREGISTER = "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"
NONE_LEFT = f"{SSO} now has no delegated administrator: "
UNKNOWN = f"It is unknown whether {SSO} now has a delegated administrator: "
WAS = f"{OLD} for {SSO} was deregistered"


def failure(reason: str | None = None, unknown: bool = False) -> AnsibleOrganizationsError:
    error = AnsibleOrganizationsError("Failed", client_error("ConstraintViolationException", reason))
    error.leaves_outcome_unknown = unknown
    return error


def explained(has_others: bool = False, **progress: Any) -> list[str]:
    return explain_move(FIRST, SECOND, Progress([FIRST, SECOND], **progress), has_others)


def test_the_second_half_failed() -> None:
    halfway: dict[str, Any] = {"done": [FIRST], "failed": {SECOND: failure()}}
    assert explained(**halfway) == [f"{NONE_LEFT}{WAS}, and {NEW} could not be registered."]
    assert explained(has_others=True, **halfway) == [f"{WAS}, and {NEW} could not be registered."]
    assert explained(foreseen=True, **halfway) == [
        f"{SSO} would have no delegated administrator: {OLD} for {SSO} would be deregistered, "
        f"and {NEW} cannot be registered."
    ]


def test_somebody_else_made_the_first_half() -> None:
    (sentence,) = explained(unnecessary=[FIRST], failed={SECOND: failure()})
    assert sentence == f"{NONE_LEFT}somebody else deregistered {OLD} for {SSO}, and {NEW} could not be registered."


@pytest.mark.parametrize(
    "reason",
    [
        "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
        "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
    ],
)
def test_aws_says_that_there_is_an_administrator(reason: str) -> None:
    (sentence,) = explained(done=[FIRST], failed={SECOND: failure(reason)})
    assert sentence == f"{UNKNOWN}{WAS}, and {NEW} could not be registered."


def test_the_outcome_of_a_half_is_unknown() -> None:
    unknown = failure(unknown=True)
    assert explained(failed={FIRST: unknown}) == [
        f"{UNKNOWN}{OLD} for {SSO} may be deregistered, and {NEW} was not registered."
    ]
    assert explained(done=[FIRST], failed={SECOND: unknown}) == [f"{UNKNOWN}{WAS}, and {NEW} may be registered."]


def test_nothing_is_said_of_a_move_that_did_not_begin() -> None:
    assert explained(failed={FIRST: failure()}) == explained() == []


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("operation", [REGISTER, DEREGISTER])
def test_a_lost_response_to_a_half_is_told(
    emulator: EmulatorControl, delegated_administrator: RunModule, operation: str
) -> None:
    emulator.organization(**MEMBERS)
    emulator.fault(operation, reset=True, apply=True)
    emulator.fault(operation, code="AccessDeniedException", count=None)
    result = delegated_administrator({NEW: [SSO]}, purge_delegated_administrators=True)
    account_id = NEW if operation == REGISTER else OLD
    assert result["outcome_unknown"] == [{"account_id": account_id, "service_principal": SSO}]
    assert UNKNOWN in result["msg"]
    assert NONE_LEFT not in result["msg"]
    assert "deregistered nothing" not in result["msg"]


GUARDDUTY = "guardduty.amazonaws.com"
ONE, TWO = "eu-west-1", "us-east-1"
REMOVED = [Change("remove", Designation(OLD, GUARDDUTY, region)) for region in (ONE, TWO)]
ENDED = Change("deregister", Registration(OLD, GUARDDUTY))
DESIGNATED = [Change("designate", Designation(NEW, GUARDDUTY, region)) for region in (ONE, TWO)]


@pytest.mark.parametrize(
    ("done", "failed", "sentences"),
    [
        (REMOVED[:1], {REMOVED[1]: failure()}, [f"no administrator in {ONE}: {OLD} was removed there, and {NEW} was"]),
        ([*REMOVED, ENDED, DESIGNATED[1]], {DESIGNATED[0]: failure()}, [f"now has no administrator in {ONE}: "]),
        ([*REMOVED, ENDED], {DESIGNATED[0]: failure(), DESIGNATED[1]: failure()}, [f"in {ONE}, {TWO}: "]),
        ([*REMOVED, ENDED, DESIGNATED[1]], {DESIGNATED[0]: failure(unknown=True)}, [f"unknown whether {GUARDDUTY}"]),
        (REMOVED[:1], {REMOVED[1]: failure(unknown=True)}, [f"administrator in {ONE}: ", f"administrator in {TWO}."]),
        ([ENDED], {DESIGNATED[0]: failure()}, [f"now has no delegated administrator: {OLD} for {GUARDDUTY} was dereg"]),
        ([*REMOVED, ENDED, *DESIGNATED], {}, []),
        ([], {REMOVED[0]: failure()}, []),
    ],
)
def test_regions_that_a_failed_move_leaves_without_administrator(
    done: list[Change], failed: dict[Change, AnsibleOrganizationsError], sentences: list[str]
) -> None:
    progress = Progress([*REMOVED, ENDED, *DESIGNATED], done=list(done), failed=dict(failed))
    found = explain_regions(Registration(NEW, GUARDDUTY), Registration(OLD, GUARDDUTY), progress)
    assert len(found) == len(sentences)
    for sentence, words in zip(found, sentences):
        assert words in sentence
