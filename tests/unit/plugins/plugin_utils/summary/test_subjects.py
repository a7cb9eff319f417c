# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import outcome
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.subjects import (
    enumerated,
    few_regions,
    number,
    subject_words,
)

GUARDDUTY, MACIE = "guardduty.amazonaws.com", "macie.amazonaws.com"
SECURITY, OLD = "222222222222", "333333333333"
MANY = [f"eu-west-{number}" for number in range(17)]


def designation(principal: str, region: str | None = None, account_id: str = SECURITY) -> dict[str, Any]:
    found = {"account_id": account_id, "service_principal": principal}
    return {**found, "region": region} if region else found


@pytest.mark.parametrize(
    ("regions", "text"),
    [(MANY[:1], "eu-west-0"), (MANY[:3], "eu-west-0, eu-west-1 and eu-west-2"), (MANY, "17 Regions")],
)
def test_many_regions_are_counted_instead_of_named(regions: list[str], text: str) -> None:
    assert few_regions(regions) == text


def test_a_number_agrees_with_its_words() -> None:
    assert [number(count, "service") for count in (0, 1, 2)] == ["0 services", "1 service", "2 services"]
    assert [number(count, "was", "were") for count in (1, 2)] == ["1 was", "2 were"]
    assert [enumerated(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_regions_of_an_account_and_a_service_are_together() -> None:
    designations = [designation(GUARDDUTY, region) for region in MANY]
    texts = [f"{SECURITY} for {GUARDDUTY} in {region}" for region in MANY]
    for subjects in (designations, texts):
        assert subject_words([*subjects, "config.amazonaws.com", designation(MACIE, MANY[0])]) == [
            f"{SECURITY} for {GUARDDUTY} in 17 Regions",
            "config.amazonaws.com",
            f"{SECURITY} for {MACIE} in eu-west-0",
        ]


def test_a_registration_is_told_once_with_its_regions() -> None:
    result = {
        "changed": True,
        "registered": [designation(GUARDDUTY)],
        "designated": [*(designation(GUARDDUTY, region) for region in MANY), designation(MACIE, MANY[0])],
        "deregistered": [designation(GUARDDUTY, account_id=OLD)],
        "removed": [designation(GUARDDUTY, MANY[0], OLD), designation(MACIE, MANY[0], OLD)],
    }
    assert outcome(result).words == (
        f"registered: {SECURITY} for {GUARDDUTY} in 17 Regions; "
        f"completed (registered before, but not working yet): {SECURITY} for {MACIE} in eu-west-0; "
        f"removed: {OLD} for {MACIE} in eu-west-0; deregistered: {OLD} for {GUARDDUTY} in eu-west-0."
    )
    assert outcome({**result, "check_mode": True}).words.startswith(f"would be registered: {SECURITY} for {GUARDDUTY}")


def test_a_blocked_plan_counts_its_regions() -> None:
    planned = [f"{SECURITY} for {GUARDDUTY} in {region}" for region in MANY]
    found = outcome({"failed": True, "msg": "Blocked.", "held_back": [], "not_attempted": planned})
    assert found.words == f"Blocked. Not attempted: {SECURITY} for {GUARDDUTY} in 17 Regions."
    assert found.details["not_attempted"] == planned


def test_regions_that_failed_are_details() -> None:
    failure = {"code": "AccessDenied", "reason": None, "message": "no"}
    failed = [{**designation(GUARDDUTY, MANY[0]), **failure}, {**designation(MACIE), **failure}]
    found = outcome({"failed": True, "msg": "Failed.", "failed_registrations": failed})
    assert found.details["failed_regions"] == [
        {**designation(GUARDDUTY, MANY[0]), "code": "AccessDenied", "message": "no"}
    ]
