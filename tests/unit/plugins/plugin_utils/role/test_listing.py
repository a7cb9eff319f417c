# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.template import trust_as_template

from ansible_collections.orgops.aws.plugins.action import role_list

LISTED = {"enabled_service_principals": [{"service_principal": "config.amazonaws.com", "date_enabled": None}]}
DENIED = {"failed": True, "msg": "not you"}
ADMINISTRATORS_DENIED = {"failed": True, "msg": "Failed to list delegated administrators: not you"}


@pytest.mark.parametrize(
    ("variables", "read"),
    [
        ({}, False),
        ({"service_access_include_delegated_administrators": False}, False),
        ({"service_access_include_delegated_administrators": "false"}, False),
        ({"service_access_include_delegated_administrators": True}, True),
        ({"service_access_delegated_administrators": {}}, False),
        ({"service_access_delegated_administrators": {"222222222222": ["config.amazonaws.com"]}}, True),
    ],
    ids=str,
)
def test_administrators_are_read_if_asked_for_or_wanted(
    make: Any, ran: list[Any], variables: dict[str, Any], read: bool
) -> None:
    result = make(role_list, LISTED, {"delegated_administrators": []}).run(task_vars=variables)
    modules = ["organizations_service_access_info", "organizations_delegated_administrator_info"][: 1 + read]
    assert [name for name, _arguments in ran] == [f"orgops.aws.{name}" for name in modules]
    assert ("delegated_administrators" in result["enabled_service_principals"][0]) is read


BY_REGION = {"service_access_prefer_service_api": True, "service_access_exclude_regions": ["us-*"]}
WANTED = {"service_access_delegated_administrators": {"222222222222": ["guardduty.amazonaws.com"]}}


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({**BY_REGION, **WANTED}, {"include_service_api_state": True, "exclude_regions": ["us-*"]}),
        ({"service_access_prefer_service_api": True, **WANTED}, {"include_service_api_state": True}),
        (WANTED, {}),
        ({**BY_REGION, "service_access_include_delegated_administrators": True}, {}),
    ],
    ids=str,
)
def test_regions_are_read_only_for_wanted_administrators(
    make: Any, ran: list[Any], variables: dict[str, Any], options: dict[str, Any]
) -> None:
    found: dict[str, Any] = {"delegated_administrators": [], "service_administrators": {}, "skipped_regions": []}
    result = make(role_list, LISTED, found).run(task_vars=variables)
    assert ran[1] == ("orgops.aws.organizations_delegated_administrator_info", options)
    assert result["service_administrators"] == {}


def test_wrong_regions_are_reported_with_what_is_listed(make: Any, ran: list[Any]) -> None:
    variables = {"service_access_prefer_service_api": True, "service_access_regions": ["eu west 1"], **WANTED}
    result = make(role_list, LISTED, {"delegated_administrators": []}).run(task_vars=variables)
    assert "regions must hold names of Regions" in result["wanted_error"]
    assert [arguments for _name, arguments in ran] == [{}, {}]


def test_policy_types_are_read_with_the_same_listing(make: Any, ran: list[Any]) -> None:
    listed = {**LISTED, "policy_types": None, "policy_types_unread": "not you"}
    result = make(role_list, listed).run(task_vars={"service_access_include_policy_types": "yes"})
    assert [arguments for _name, arguments in ran] == [{"include_policy_types": True}]
    assert (result["policy_types"], result["policy_types_unread"]) == (None, "not you")


def test_the_list_without_administrators_is_worth_having(make: Any) -> None:
    variables = {"service_access_include_delegated_administrators": True}
    result = make(role_list, LISTED, ADMINISTRATORS_DENIED).run(task_vars=variables)
    assert result["enabled_service_principals"] == LISTED["enabled_service_principals"]
    assert result["delegated_administrators_unread"] == ADMINISTRATORS_DENIED["msg"]


def test_what_cannot_be_listed_fails(make: Any) -> None:
    assert make(role_list, DENIED).run(task_vars={})["failed"] is True


def test_an_organization_that_cannot_be_read_is_not_read_twice(make: Any, ran: list[Any]) -> None:
    variables = {"service_access_include_delegated_administrators": True}
    assert make(role_list, DENIED).run(task_vars=variables)["failed"] is True
    assert len(ran) == 1


def test_what_is_wanted_and_why_it_is_not_known(make: Any) -> None:
    known = make(role_list, LISTED).run(
        task_vars={"service_access_service_principals": ["a"], "service_access_wait_timeout": "soon"}
    )
    assert known["wanted"] == {"service_principals": ["a"], "wait_timeout": "soon"}
    broken = {"service_access_service_principals": trust_as_template("{{ missing }}x")}
    unknown = make(role_list, LISTED).run(task_vars=broken)
    assert unknown["wanted"] == {}
    assert "service_access_service_principals cannot be templated" in unknown["wanted_error"]


@pytest.mark.parametrize("name", ["purge_delegated_administrators", "prefer_service_api"])
@pytest.mark.parametrize("value", ["sure", "", None])
def test_a_wrong_boolean_of_the_desired_state_is_reported(make: Any, name: str, value: Any) -> None:
    variables = {f"service_access_{name}": value}
    result = make(role_list, LISTED, {"delegated_administrators": []}).run(task_vars=variables)
    assert result["wanted"] == {}
    assert f"service_access_{name} must be a boolean" in result["wanted_error"]


def test_a_wrong_boolean_of_the_list_is_refused(make: Any, ran: list[Any]) -> None:
    result = make(role_list).run(task_vars={"service_access_include_delegated_administrators": "sure"})
    assert "service_access_include_delegated_administrators must be a boolean" in result["msg"]
    assert ran == []
