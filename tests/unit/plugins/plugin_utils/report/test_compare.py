# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.options import (
    ServiceAccessOptions,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.plan import make_plan
from ansible_collections.orgops.aws.plugins.plugin_utils._report.compare import compare_organization, service_states
from ansible_collections.orgops.aws.tests.examples import generated_data
from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.administrators import ACCOUNTS

CONFIG, MACIE, SSO = "config.amazonaws.com", "macie.amazonaws.com", "sso.amazonaws.com"
NAMES = [CONFIG, MACIE, SSO, "a.guardduty.amazonaws.com", "new.amazonaws.com"]
SECURITY, NETWORK = "222222222222", "333333333333"


def enabled(*names: str) -> dict[str, Any]:
    return {"enabled_service_principals": [{"service_principal": name, "date_enabled": None} for name in names]}


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
def test_invalid_variables_make_the_organization_invalid(wanted: dict[str, Any], error: str) -> None:
    found = compare_organization("a", {**enabled(SSO), "wanted": wanted})
    assert found["state"] == "invalid"
    assert error in found["error"]
    assert [service["state"] for service in found["services"]] == ["unlisted"]


def test_a_string_of_names_is_read_as_the_module_reads_it() -> None:
    found = compare_organization("a", {**enabled(SSO), "wanted": {"service_principals": f"{CONFIG},{SSO}"}})
    states = {service["service_principal"]: service["state"] for service in found["services"]}
    assert states == {CONFIG: "missing", SSO: "wanted"}


def test_variables_that_cannot_be_templated_are_told() -> None:
    found = compare_organization("a", {**enabled(SSO), "wanted": {}, "wanted_error": "'x' is undefined"})
    assert (found["state"], found["error"]) == ("invalid", "'x' is undefined")


def administered(**wanted: Any) -> dict[str, Any]:
    """Return an organization in which an account administers AWS Config and IAM Identity Center."""
    registered = [{"service_principal": name, "delegation_enabled_date": None} for name in (CONFIG, SSO)]
    account = {"account_id": SECURITY, "name": "security", "email": "a@b", "status": "ACTIVE"}
    return {
        **enabled(CONFIG, SSO, MACIE),
        "delegated_administrators": [{**account, "service_principals": registered}],
        "wanted": wanted,
    }


def test_administrators_of_a_service_are_account_ids() -> None:
    found = compare_organization(
        "a",
        administered(
            delegated_administrators={SECURITY: [CONFIG], NETWORK: [MACIE]}, purge_delegated_administrators=True
        ),
    )
    assert {
        service["service_principal"]: (
            service["delegated_administrators"],
            service["missing_administrators"],
            service["extra_administrators"],
        )
        for service in found["services"]
    } == {CONFIG: ([SECURITY], [], []), SSO: ([SECURITY], [], [SECURITY]), MACIE: ([], [NETWORK], [])}
    assert found["administrator_counts"] == {"missing": 1, "extra": 1, "wanted": 1, "kept": 0, "unlisted": 0}
    assert found["state"] == "differs"


def test_an_account_has_its_name_and_email_address() -> None:
    (account,) = compare_organization("a", administered())["accounts"]
    assert (account["name"], account["email"], account["status"], account["state"]) == (
        "security",
        "a@b",
        "ACTIVE",
        None,
    )
    assert account["services"] == [
        {"service_principal": CONFIG, "state": "unlisted", "regions": None},
        {"service_principal": SSO, "state": "unlisted", "regions": None},
    ]


def test_administrators_that_were_not_read_are_null() -> None:
    found = compare_organization("a", {**enabled(SSO), "delegated_administrators_unread": "denied"})
    assert [service["delegated_administrators"] for service in found["services"]] == [None]
    assert found["services"][0]["without_administrator"] is False


def test_services_that_support_an_administrator_and_have_none() -> None:
    backup = "backup.amazonaws.com"
    result = {**enabled(CONFIG, backup, "ram.amazonaws.com", "new.amazonaws.com"), "delegated_administrators": ACCOUNTS}

    def without(**wanted: Any) -> list[str]:
        services = compare_organization("a", {**result, "wanted": wanted})["services"]
        return [one["service_principal"] for one in services if one["without_administrator"]]

    assert without() == [backup]
    assert without(service_principals=[MACIE]) == [backup], "what is not enabled has none either"
    assert without(delegated_administrators={SECURITY: [backup]}) == [], "it is to have one"


def test_unread_wanted_administrators_make_it_unreadable() -> None:
    wanted = {"delegated_administrators": {SECURITY: [CONFIG]}}
    found = compare_organization("a", {**enabled(SSO), "wanted": wanted, "delegated_administrators_unread": "denied"})
    assert found["state"] == "unreadable"
    assert found["error"].endswith("could not be read. denied")
