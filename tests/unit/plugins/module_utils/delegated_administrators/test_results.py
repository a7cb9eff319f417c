# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the results tell about administrators by Region."""

from __future__ import annotations

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    RegionalAdministrator,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.regional_plan import (
    Designation,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.results import (
    accounts,
    by_region,
    next_steps,
    skipped_regions,
)

from .worlds import GUARDDUTY, IPAM, LAKE, MACIE, ONE, THREE, TWO, A, Registration

FOUND = {GUARDDUTY: {TWO: None, ONE: RegionalAdministrator(A, "ENABLED")}}


def test_an_unknown_region_is_not_one_without_administrator() -> None:
    assert by_region(FOUND, {(GUARDDUTY, THREE), (MACIE, ONE)}, [GUARDDUTY]) == {
        GUARDDUTY: {ONE: {"account_id": A, "status": "ENABLED"}, TWO: {}, THREE: None}
    }


def test_the_diff_has_the_account_of_each_region() -> None:
    assert accounts(FOUND) == {GUARDDUTY: {ONE: A, TWO: None}}


def test_skipped_regions_are_sorted() -> None:
    found = skipped_regions({(MACIE, TWO): "why", (GUARDDUTY, TWO): "why"})
    assert [entry["service_principal"] for entry in found] == [GUARDDUTY, MACIE]


def test_next_steps_name_the_regions_of_each_account() -> None:
    designated = [Designation(A, GUARDDUTY, TWO), Designation(A, GUARDDUTY, ONE), Registration(A, LAKE)]
    found = next_steps([*designated, Registration(A, IPAM)], ADMINISTRATOR_API_OF)
    assert [(step["service_principal"], step["regions"]) for step in found] == [(GUARDDUTY, [ONE, TWO]), (LAKE, [])]
    assert found[0]["arguments"] == {"DetectorId": "DETECTOR_ID", "AutoEnableOrganizationMembers": "ALL"}
