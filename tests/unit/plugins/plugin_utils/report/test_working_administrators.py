# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._report.compare import compare_organization
from ansible_collections.orgops.aws.plugins.plugin_utils._report.working_administrators import (
    lacking,
    regions_of,
    unregistered_administrators,
)
from ansible_collections.orgops.aws.tests.report_examples import CONFIG, GUARDDUTY, NETWORK, SECURITY, organization

DUBLIN, LONDON, PARIS, OHIO = "eu-west-1", "eu-west-2", "eu-west-3", "us-east-2"
LISTED: dict[str, dict[str, Any]] = {
    GUARDDUTY: {
        PARIS: None,
        DUBLIN: {"account_id": SECURITY, "status": "ENABLED"},
        LONDON: {"account_id": None, "status": None},
        OHIO: {"account_id": SECURITY, "status": "DISABLING"},
    }
}


def compared(regions: dict[str, Any], *registered: str, **wanted: Any) -> dict[str, Any]:
    """Return the organization, in which the security account is registered for these services."""
    result = organization(GUARDDUTY, accounts={SECURITY: list(registered)}, service_principals=[GUARDDUTY], **wanted)
    return compare_organization("a", {**result, "service_administrators": regions})


def test_each_region_is_administered_lacking_or_unread() -> None:
    assert regions_of(Registration(SECURITY, GUARDDUTY), LISTED) == {
        "administered": [DUBLIN],
        "lacking": [LONDON, OHIO],
        "unread": [PARIS],
    }


def test_a_service_that_was_not_asked_has_no_regions() -> None:
    assert regions_of(Registration(SECURITY, CONFIG), LISTED) is None
    assert regions_of(Registration(SECURITY, GUARDDUTY), {}) is None


def test_a_registration_that_is_missing_lacks_no_regions() -> None:
    regions = {"administered": [], "lacking": [DUBLIN], "unread": []}
    assert lacking({"state": "missing", "regions": regions}) == []
    assert lacking({"state": "unlisted", "regions": regions}) == [DUBLIN]


def test_an_unregistered_administrator_has_its_regions() -> None:
    other = {"account_id": NETWORK, "status": "ENABLED"}
    listed = {GUARDDUTY: {**LISTED[GUARDDUTY], OHIO: other, LONDON: other}}
    assert unregistered_administrators({Registration(SECURITY, GUARDDUTY)}, listed) == [
        {"account_id": NETWORK, "service_principal": GUARDDUTY, "regions": [LONDON, OHIO]}
    ]
    assert unregistered_administrators({Registration(SECURITY, CONFIG)}, {GUARDDUTY: {DUBLIN: None}}) == []


def test_a_region_without_the_wanted_administrator_is_drift() -> None:
    wanted = {"delegated_administrators": {SECURITY: [GUARDDUTY]}}
    found = compared(LISTED, GUARDDUTY, **wanted)
    assert (found["state"], found["administrators_to_complete"]) == ("differs", 1)
    complete = {GUARDDUTY: {DUBLIN: LISTED[GUARDDUTY][DUBLIN]}}
    assert compared(complete, GUARDDUTY, **wanted)["state"] == "as_wanted"


def test_a_region_that_was_not_read_is_neither_drift_nor_a_match() -> None:
    unread = {GUARDDUTY: {DUBLIN: LISTED[GUARDDUTY][DUBLIN], PARIS: None}}
    wanted = {"delegated_administrators": {SECURITY: [GUARDDUTY]}}
    found = compared(unread, GUARDDUTY, **wanted)
    assert (found["state"], found["administrators_to_complete"]) == ("unverified", 0)
    assert compared(unread, GUARDDUTY)["state"] == "as_wanted", "the variables do not ask for an administrator"


def test_the_facts_for_an_audit_contain_every_region() -> None:
    assert compared(LISTED, GUARDDUTY)["control_facts"]["service_administrators"] == LISTED
    result = organization(GUARDDUTY)
    assert compare_organization("a", result)["control_facts"]["service_administrators"] is None


def test_an_unregistered_administrator_counts_for_its_service() -> None:
    (service,) = compared({}, CONFIG)["services"]
    assert service["without_administrator"] is True
    (service,) = compared({GUARDDUTY: {DUBLIN: {"account_id": NETWORK, "status": "ENABLED"}}}, CONFIG)["services"]
    assert service["without_administrator"] is False
