# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import (
    ServiceAccessOptions,
    make_plan,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._service_access_report import make_report, service_states

CONFIG, MACIE, SSO = "config.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"
NAMES = [CONFIG, MACIE, SSO, "a.guardduty.amazonaws.com", "new.amazonaws.com"]


def enabled(*names: str, date: str | None = "2024-05-01T08:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"enabled_service_principals": [{"service_principal": name, "date_enabled": date, **more} for name in names]}


def organization(*names: str, wanted: list[str] | None, exact: bool = False, **more: Any) -> dict[str, Any]:
    return {"result": enabled(*names), "service_principals": wanted, "purge_service_principals": exact, **more}


@pytest.mark.parametrize(
    ("wanted", "exact", "keep", "states"),
    [
        pytest.param([CONFIG], False, (), {CONFIG: "missing", MACIE: "unlisted", SSO: "unlisted"}, id="additive"),
        pytest.param([SSO], True, (), {SSO: "wanted", MACIE: "extra"}, id="exact"),
        pytest.param([SSO], True, ("mac*",), {SSO: "wanted", MACIE: "kept"}, id="exact, kept"),
        pytest.param([], True, (), {SSO: "extra", MACIE: "extra"}, id="exact, nothing wanted"),
        pytest.param(None, True, (), {SSO: "unlisted", MACIE: "unlisted"}, id="nothing declared"),
    ],
)
def test_states(wanted: list[str] | None, exact: bool, keep: tuple[str, ...], states: dict[str, str]) -> None:
    assert service_states([SSO, MACIE], wanted, exact, keep) == states


@given(
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.booleans(),
    st.sets(st.sampled_from(["*", "*.guardduty.*", SSO])),
)
def test_missing_and_extra_are_what_applying_would_change(
    found: set[str], wanted: set[str], exact: bool, keep: set[str]
) -> None:
    states = service_states(found, wanted, exact, tuple(keep))
    plan = make_plan(found, ServiceAccessOptions(frozenset(wanted), purge=exact, keep=tuple(keep)))
    assert sorted(name for name, state in states.items() if state == "missing") == list(plan.to_enable)
    assert sorted(name for name, state in states.items() if state == "extra") == list(plan.to_disable)
    assert set(states) == found | wanted


HEADLINES: list[Any] = [
    pytest.param(
        {"a": organization(CONFIG, wanted=[CONFIG]), "b": organization(SSO, wanted=[SSO], exact=True)},
        "Nothing is off: 2 organizations as wanted.",
        id="nothing off",
    ),
    pytest.param(
        {"a": organization(SSO, wanted=[CONFIG], exact=True), "b": {"result": {"failed": True, "msg": "denied"}}},
        "Of 2 organizations, 1 differs from what is wanted (1 missing, 1 extra) and 1 could not be read.",
        id="both",
    ),
    pytest.param({"a": {}}, "Of 1 organization, 1 could not be read.", id="no result"),
    pytest.param(
        {"a": organization(wanted=[], exact=True), "b": organization(SSO, wanted=None)},
        "Nothing is off: 1 organization as wanted. 1 more has nothing declared as wanted.",
        id="one undeclared",
    ),
    pytest.param(
        {"a": organization(SSO, wanted=None)},
        "Nothing is declared as wanted for 1 organization, so nothing can be off.",
        id="all undeclared",
    ),
    pytest.param({}, "There is no organization in the report.", id="none"),
]


@pytest.mark.parametrize(("organizations", "headline"), HEADLINES)
def test_headline_answers_whether_anything_is_off(organizations: dict[str, Any], headline: str) -> None:
    report = make_report(organizations, "2026-01-31T08:00:00Z")
    assert report["headline"] == headline
    assert report["anything_off"] is headline.startswith("Of ")


def test_an_organization_that_was_not_read_is_never_shown_as_empty() -> None:
    failed = {"failed": True}
    broken: list[dict[str, Any]] = [{}, {"result": {}}, {"result": {**failed, "msg": "denied"}}, {"result": failed}]
    report = make_report({str(number): {**known, "service_principals": []} for number, known in enumerate(broken)}, "")
    assert {entry["state"] for entry in report["organizations"]} == {"unreadable"}
    assert all(entry["error"] for entry in report["organizations"])


def test_what_has_to_be_looked_at_comes_first() -> None:
    report = make_report(
        {
            "a": organization(CONFIG, wanted=[CONFIG]),
            "b": organization(CONFIG, wanted=None),
            "c": organization("new.amazonaws.com", MACIE, wanted=[SSO, MACIE], exact=True),
            "d": {"result": {"failed": True, "msg": "denied"}},
        },
        "",
    )
    assert [entry["name"] for entry in report["organizations"]] == ["d", "c", "b", "a"]
    assert [(service["service_principal"], service["state"]) for service in report["organizations"][1]["services"]] == [
        (SSO, "missing"),
        ("new.amazonaws.com", "extra"),
        (MACIE, "wanted"),
    ]


def test_advice_of_the_catalog_is_in_the_report() -> None:
    report = make_report({"a": organization(SSO, "ram.amazonaws.com", "new.amazonaws.com", wanted=[])}, "")
    by_name = {service["service_principal"]: service for service in report["services"]}
    assert "stops working" in by_name[SSO]["disable_disrupts"]
    assert by_name["ram.amazonaws.com"]["insufficient"]
    assert "not in the catalog" in by_name["new.amazonaws.com"]["unknown"]
    assert report["counts"]["unknown"] == 1


def test_timeline_goes_by_month_and_leaves_out_what_has_no_date() -> None:
    report = make_report(
        {
            "b": {"result": enabled(SSO, date="2024-05-02T23:00:00+00:00")},
            "a": {"result": enabled(SSO, date="2024-05-01T08:00:00+00:00")},
            "c": {"result": enabled(MACIE, date="2019-12-31T08:00:00+00:00")},
            "d": {"result": enabled(MACIE, date=None)},
        },
        "",
    )
    assert [(month["month"], [event["organization"] for event in month["events"]]) for month in report["timeline"]] == [
        ("2019-12", ["c"]),
        ("2024-05", ["a", "b"]),
    ]


def test_the_order_of_the_input_does_not_matter() -> None:
    organizations = {"a": organization(SSO, CONFIG, wanted=[MACIE]), "b": organization(CONFIG, SSO, wanted=[MACIE])}
    turned = {
        name: {**known, "result": {"enabled_service_principals": known["result"]["enabled_service_principals"][::-1]}}
        for name, known in reversed(organizations.items())
    }
    assert make_report(turned, "now") == make_report(organizations, "now")
