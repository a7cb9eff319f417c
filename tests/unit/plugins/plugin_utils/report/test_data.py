# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import make_report

NOW = "2026-01-31T08:00:00Z"
CONFIG, MACIE, SSO = "config.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"


def enabled(*names: str, date: str | None = "2024-05-01T08:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"enabled_service_principals": [{"service_principal": name, "date_enabled": date, **more} for name in names]}


def organization(*names: str, wanted: list[str] | None, exact: bool = False, **more: Any) -> dict[str, Any]:
    return {
        **enabled(*names),
        "wanted": {"service_principals": wanted, "purge_service_principals": exact, **more},
    }


HEADLINES: list[Any] = [
    pytest.param(
        {"a": organization(CONFIG, wanted=[CONFIG]), "b": organization(SSO, wanted=[SSO], exact=True)},
        "No drift: 2 organizations match.",
        id="nothing off",
    ),
    pytest.param(
        {"a": organization(SSO, wanted=[CONFIG], exact=True), "b": {"failed": True, "msg": "denied"}},
        "Of 2 organizations, 1 differs from the desired state (1 missing, 1 extra) and 1 could not be read.",
        id="both",
    ),
    pytest.param({"a": {}}, "Of 1 organization, 1 could not be read.", id="no result"),
    pytest.param(
        {"a": organization(wanted=[], exact=True), "b": organization(SSO, wanted=None)},
        "No drift: 1 organization matches. 1 more has no desired state.",
        id="one undeclared",
    ),
    pytest.param(
        {"a": organization(SSO, wanted=None)},
        "No desired state is defined for 1 organization, so there is nothing to compare.",
        id="all undeclared",
    ),
    pytest.param({}, "The report contains no organization.", id="none"),
]


@pytest.mark.parametrize(("organizations", "headline"), HEADLINES)
def test_headline_answers_whether_anything_is_off(organizations: dict[str, Any], headline: str) -> None:
    report = make_report(organizations, NOW)
    assert report["headline"] == headline
    assert report["anything_off"] is headline.startswith("Of ")


def test_an_unread_organization_is_never_shown_as_empty() -> None:
    failed = {"failed": True}
    broken: list[dict[str, Any]] = [{}, {**failed, "msg": "denied"}, failed, {**failed, **enabled(SSO)}]
    report = make_report({str(number): known for number, known in enumerate(broken)}, NOW)
    assert {entry["state"] for entry in report["organizations"]} == {"unreadable"}
    assert all(entry["error"] for entry in report["organizations"])


def test_what_has_to_be_looked_at_comes_first() -> None:
    report = make_report(
        {
            "a": organization(CONFIG, wanted=[CONFIG]),
            "b": organization(CONFIG, wanted=None),
            "c": organization("new.amazonaws.com", MACIE, wanted=[SSO, MACIE], exact=True),
            "d": {"failed": True, "msg": "denied"},
        },
        NOW,
    )
    assert [entry["name"] for entry in report["organizations"]] == ["d", "c", "b", "a"]
    assert [(service["service_principal"], service["state"]) for service in report["organizations"][1]["services"]] == [
        (SSO, "missing"),
        ("new.amazonaws.com", "extra"),
        (MACIE, "wanted"),
    ]


def test_advice_of_the_catalog_is_in_the_report() -> None:
    report = make_report({"a": organization(SSO, "ram.amazonaws.com", "new.amazonaws.com", wanted=[])}, NOW)
    by_name = {service["service_principal"]: service for service in report["services"]}
    assert "stops working" in by_name[SSO]["disable_disrupts"]
    assert by_name["ram.amazonaws.com"]["insufficient"]
    assert "not in the catalog" in by_name["new.amazonaws.com"]["unknown"]
    assert report["counts"]["unknown"] == 1


@pytest.mark.parametrize(
    ("own_state", "state", "not_working_yet"),
    [
        ("enabled", "as_wanted", None),
        ("disabled", "differs", "the state disabled. Apply with service_access_prefer_service_api=true"),
        ("failed", "differs", "which calls ram:EnableSharingWithAwsOrganization"),
        ("pending", "as_wanted", "still making the change"),
        (None, "unverified", None),
    ],
)
def test_a_service_that_is_enabled_but_does_not_work(
    own_state: str | None, state: str, not_working_yet: str | None
) -> None:
    ram = {
        **enabled("ram.amazonaws.com", service_api_state=own_state),
        "wanted": {"service_principals": ["ram.amazonaws.com"]},
    }
    report = make_report({"a": ram}, NOW)
    (found,) = report["organizations"]
    (service,) = found["services"]
    assert found["to_complete"] == (state == "differs")
    assert (found["state"], service["state"]) == (state, "wanted")
    assert service["service_api_state"] == (own_state or "not read")
    assert (not_working_yet or "") in (service["not_working_yet"] or "")
    assert report["counts"]["not_working_yet"] == bool(not_working_yet)
    assert ("1 enabled, but not working yet" in report["headline"]) is (state == "differs")


def test_one_that_nobody_wants_is_marked_but_is_no_drift() -> None:
    differs = organization(wanted=[CONFIG])
    unlisted = {**enabled("ram.amazonaws.com", service_api_state="disabled"), "wanted": {}}
    report = make_report({"a": unlisted}, NOW)
    assert report["anything_off"] is False
    assert "(1 missing)" in make_report({"a": unlisted, "b": differs}, NOW)["headline"]
    assert report["organizations"][0]["services"][0]["not_working_yet"]


def test_the_order_of_the_input_does_not_matter() -> None:
    organizations = {"a": organization(SSO, CONFIG, wanted=[MACIE]), "b": organization(CONFIG, SSO, wanted=[MACIE])}
    turned = {
        name: {**known, "enabled_service_principals": known["enabled_service_principals"][::-1]}
        for name, known in reversed(organizations.items())
    }
    assert make_report(turned, NOW) == make_report(organizations, NOW)


def test_marks_are_the_filters_that_show_an_organization() -> None:
    report = make_report(
        {
            "a": organization(CONFIG, "new.amazonaws.com", wanted=[SSO]),
            "b": organization(CONFIG, wanted=[CONFIG]),
            "c": {"failed": True, "msg": "denied"},
        },
        NOW,
    )
    assert {entry["name"]: entry["marks"] for entry in report["organizations"]} == {
        "c": ["unreadable"],
        "a": ["differs", "missing", "unknown"],
        "b": ["as_wanted"],
    }
    assert [(one["mark"], one["count"]) for one in report["filters"]] == [
        ("unreadable", 1),
        ("differs", 1),
        ("missing", 1),
        ("unknown", 1),
        ("as_wanted", 1),
    ]


def test_services_count_organizations_in_each_state() -> None:
    report = make_report({"a": organization(CONFIG, wanted=[CONFIG]), "b": organization(wanted=[CONFIG])}, NOW)
    (config,) = report["services"]
    assert [one["text"] for one in config["summary"]] == ["missing in 1", "wanted in 1"]
