# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import (
    ServiceAccessOptions,
    make_plan,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._report_data import make_report, service_states
from ansible_collections.orgops.aws.tests.examples import generated_data

CONFIG, MACIE, SSO = "config.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"
NAMES = [CONFIG, MACIE, SSO, "a.guardduty.amazonaws.com", "new.amazonaws.com"]


def enabled(*names: str, date: str | None = "2024-05-01T08:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"enabled_service_principals": [{"service_principal": name, "date_enabled": date, **more} for name in names]}


def organization(*names: str, wanted: list[str] | None, exact: bool = False, **more: Any) -> dict[str, Any]:
    return {
        **enabled(*names),
        "wanted": {"service_principals": wanted, "purge_service_principals": exact, **more},
    }


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
    options = None if wanted is None else ServiceAccessOptions(frozenset(wanted), purge=exact, keep=keep)
    assert service_states([SSO, MACIE], options) == states


@generated_data(100)
@given(
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.booleans(),
    st.sets(st.sampled_from(["*", "*.guardduty.*", SSO])),
)
def test_missing_and_extra_are_what_applying_would_change(
    found: set[str], wanted: set[str], exact: bool, keep: set[str]
) -> None:
    options = ServiceAccessOptions(frozenset(wanted), purge=exact, keep=tuple(keep))
    states = service_states(found, options)
    plan = make_plan(found, options)
    assert sorted(name for name, state in states.items() if state == "missing") == list(plan.to_enable)
    assert sorted(name for name, state in states.items() if state == "extra") == list(plan.to_disable)
    assert set(states) == found | wanted


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
    report = make_report(organizations, "2026-01-31T08:00:00Z")
    assert report["headline"] == headline
    assert report["anything_off"] is headline.startswith("Of ")


def test_an_organization_that_was_not_read_is_never_shown_as_empty() -> None:
    failed = {"failed": True}
    broken: list[dict[str, Any]] = [{}, {**failed, "msg": "denied"}, failed, {**failed, **enabled(SSO)}]
    report = make_report({str(number): known for number, known in enumerate(broken)}, "")
    assert {entry["state"] for entry in report["organizations"]} == {"unreadable"}
    assert all(entry["error"] for entry in report["organizations"])


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"service_principals": ["-", ""]}, "'' (blank)"),
        ({"service_principals": [{"a": 1}]}, "{'a': 1}"),
        ({"service_principals": [5]}, "made from a null, a boolean, a number or a date"),
        ({"service_principals": {"a": 1}}, "list"),
        ({"service_principals": []}, "service_principals is empty"),
        ({"service_principals": f"{CONFIG}, {SSO}"}, f"' {SSO}'"),
        ({"service_principals": [SSO], "purge_service_principals": "perhaps"}, "bool"),
        ({"service_principals": [SSO], "keep_service_principals": ["a b"]}, "'a b'"),
    ],
    ids=str,
)
def test_invalid_variables_are_one_organizations_matter(wanted: dict[str, Any], error: str) -> None:
    report = make_report({"bad": {**enabled(SSO), "wanted": wanted}, "good": organization(SSO, wanted=[SSO])}, "")
    bad, good = report["organizations"]
    assert (bad["state"], good["state"]) == ("invalid", "as_wanted")
    assert error in bad["error"]
    assert [service["state"] for service in bad["services"]] == ["unlisted"]
    assert report["headline"] == "Of 2 organizations, 1 has invalid variables."


def test_a_string_of_names_is_read_as_the_module_reads_it() -> None:
    report = make_report({"a": {**enabled(SSO), "wanted": {"service_principals": f"{CONFIG},{SSO}"}}}, "")
    states = {service["service_principal"]: service["state"] for service in report["organizations"][0]["services"]}
    assert states == {CONFIG: "missing", SSO: "wanted"}


def test_variables_that_cannot_be_templated_are_told() -> None:
    report = make_report({"a": {**enabled(SSO), "wanted": {}, "wanted_error": "'x' is undefined"}}, "")
    assert report["organizations"][0]["state"] == "invalid"
    assert report["organizations"][0]["error"] == "'x' is undefined"


def test_what_has_to_be_looked_at_comes_first() -> None:
    report = make_report(
        {
            "a": organization(CONFIG, wanted=[CONFIG]),
            "b": organization(CONFIG, wanted=None),
            "c": organization("new.amazonaws.com", MACIE, wanted=[SSO, MACIE], exact=True),
            "d": {"failed": True, "msg": "denied"},
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


@pytest.mark.parametrize(
    ("own_state", "state", "not_working_yet"),
    [
        ("enabled", "as_wanted", None),
        ("disabled", "differs", "is disabled. Apply with service_access_prefer_service_api=true"),
        ("failed", "differs", "which calls ram:EnableSharingWithAwsOrganization"),
        ("pending", "as_wanted", "still making the change"),
        (None, "as_wanted", None),
    ],
)
def test_a_service_that_is_enabled_but_does_not_work(
    own_state: str | None, state: str, not_working_yet: str | None
) -> None:
    ram = {
        **enabled("ram.amazonaws.com", service_api_state=own_state),
        "wanted": {"service_principals": ["ram.amazonaws.com"]},
    }
    report = make_report({"a": ram}, "")
    (found,) = report["organizations"]
    (service,) = found["services"]
    assert (found["state"], service["state"]) == (state, "wanted")
    assert service["service_api_state"] == (own_state or "not read")
    assert (not_working_yet or "") in (service["not_working_yet"] or "")
    assert report["counts"]["not_working_yet"] == bool(not_working_yet)
    assert ("1 enabled, but not working yet" in report["headline"]) is (state == "differs")


def test_one_that_nobody_wants_is_marked_but_is_no_drift() -> None:
    differs = organization(wanted=[CONFIG])
    unlisted = {**enabled("ram.amazonaws.com", service_api_state="disabled"), "wanted": {}}
    report = make_report({"a": unlisted}, "")
    assert report["anything_off"] is False
    assert "(1 missing)" in make_report({"a": unlisted, "b": differs}, "")["headline"]
    assert report["organizations"][0]["services"][0]["not_working_yet"]


def test_timeline_goes_by_month_and_leaves_out_what_has_no_date() -> None:
    report = make_report(
        {
            "b": enabled(SSO, date="2024-05-02T23:00:00+00:00"),
            "a": enabled(SSO, date="2024-05-01T08:00:00+00:00"),
            "c": enabled(MACIE, date="2019-12-31T08:00:00+00:00"),
            "d": enabled(MACIE, date=None),
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
        name: {**known, "enabled_service_principals": known["enabled_service_principals"][::-1]}
        for name, known in reversed(organizations.items())
    }
    assert make_report(turned, "now") == make_report(organizations, "now")
