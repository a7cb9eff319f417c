# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report
from ansible_collections.orgops.aws.plugins.plugin_utils._report.region_texts import (
    describe_administered,
    describe_regions,
)
from ansible_collections.orgops.aws.tests.report_examples import GUARDDUTY, NETWORK, SECURITY, organization

DUBLIN, LONDON, PARIS = "eu-west-1", "eu-west-2", "eu-west-3"
MANY = [f"eu-west-{number}" for number in range(17)]


def service(administered: list[str], lacking: list[str], unread: list[str]) -> dict[str, Any]:
    regions = {"administered": administered, "lacking": lacking, "unread": unread}
    return {"service_principal": GUARDDUTY, "state": "wanted", "regions": regions}


@pytest.mark.parametrize(
    ("regions", "text"),
    [
        ((MANY, [], []), "in 17 Regions"),
        (([DUBLIN], [LONDON], [PARIS]), f"in {DUBLIN}, not in {LONDON}, unknown in {PARIS}"),
        (([], MANY, []), "in no Region"),
        (([], [], [PARIS]), f"unknown in {PARIS}"),
    ],
)
def test_where_an_account_administers_a_service(regions: tuple[list[str], ...], text: str) -> None:
    assert describe_regions(service(*regions)) == text
    assert describe_administered(service(*regions)) == f"{GUARDDUTY} (wanted; {text})"


def test_a_service_without_regions_has_no_text_about_them() -> None:
    assert describe_regions({"regions": None}) == ""
    assert describe_administered({**service([], [], []), "regions": None}) == f"{GUARDDUTY} (wanted)"


def test_the_report_names_regions_that_lack_the_administrator() -> None:
    result = organization(
        GUARDDUTY,
        accounts={SECURITY: [GUARDDUTY]},
        service_principals=[GUARDDUTY],
        delegated_administrators={SECURITY: [GUARDDUTY]},
    )
    result["service_administrators"] = {
        GUARDDUTY: {DUBLIN: {"account_id": NETWORK, "status": "ENABLED"}, LONDON: {"account_id": None}, PARIS: None}
    }
    report = make_report({"a": result}, "2026-01-31T08:00:00Z")
    (found,) = report["organizations"]
    assert report["headline"].endswith("(1 delegated administrator registered, but not working yet).")
    assert found["summary"] == "1 wanted, 1 delegated administrator not working yet"
    assert found["differences"] == [
        {
            "service_principal": GUARDDUTY,
            "state": "not_working_yet",
            "account_id": SECURITY,
            "text": f"administrator not working yet: {SECURITY} for {GUARDDUTY} in {DUBLIN} and {LONDON}",
        }
    ]
    assert found["services"][0]["notes"] == [
        f"{SECURITY} is registered, but not working yet: the service does not list it as its administrator in {DUBLIN} "
        f"and {LONDON}. Apply the variables to designate it there.",
        f"Whether {SECURITY} administers it could not be read in {PARIS}.",
        f"{NETWORK} administers it in {DUBLIN}, and is not registered with AWS Organizations.",
    ]
    assert "not_working_yet" in found["marks"]


def test_an_incompletely_read_organization_is_no_match() -> None:
    result = organization(
        GUARDDUTY,
        accounts={SECURITY: [GUARDDUTY]},
        service_principals=[GUARDDUTY],
        delegated_administrators={SECURITY: [GUARDDUTY]},
    )
    result["service_administrators"] = {GUARDDUTY: {PARIS: None}}
    report = make_report({"a": result}, "2026-01-31T08:00:00Z")
    assert report["headline"] == "Of 1 organization, 1 was not read completely."
    assert report["anything_off"] is True
