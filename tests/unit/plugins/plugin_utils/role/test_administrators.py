# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delegated administrators for the roles: listed accounts and the desired state."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._role.administrators import (
    delegation_options,
    is_managed,
    refuse_regions,
    with_administrators,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import VariableError
from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.administrators import (
    ACCOUNTS,
    CONFIG,
    OLD,
    RAM,
    SECURITY,
)


def test_each_enabled_service_gets_its_administrators() -> None:
    listed = {"enabled_service_principals": [{"service_principal": CONFIG}, {"service_principal": RAM}]}
    result = with_administrators(listed, {"delegated_administrators": ACCOUNTS})
    config, ram = result["enabled_service_principals"]
    assert [one["account_id"] for one in config["delegated_administrators"]] == [SECURITY, OLD]
    assert config["delegated_administrators"][0] == {
        "account_id": SECURITY,
        "name": f"name of {SECURITY}",
        "email": None,
        "arn": None,
        "status": "ACTIVE",
        "state": "CLOSED",
        "delegation_enabled_date": "2026-02-02",
    }
    assert ram["delegated_administrators"] == []
    assert result["delegated_administrators"] == ACCOUNTS


def test_who_administers_a_service_in_which_region_is_kept() -> None:
    by_region = {"service_administrators": {CONFIG: {"eu-west-1": None}}, "skipped_regions": []}
    result = with_administrators(
        {"enabled_service_principals": []}, {"changed": False, "delegated_administrators": [], **by_region}
    )
    assert result == {"enabled_service_principals": [], "delegated_administrators": [], **by_region}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"regions": ["eu west 1"]}, "regions must hold names of Regions"),
        ({"regions": []}, "regions is empty"),
        ({"regions": None}, "service_access_regions is blank"),
        ({"regions": ""}, "service_access_regions is blank"),
        ({"exclude_regions": None}, "service_access_exclude_regions is blank"),
        ({"exclude_regions": ["https://x"]}, "exclude_regions must hold"),
        ({"regions": {"a": 1}}, "service_access_<option>"),
    ],
    ids=str,
)
def test_wrong_regions_are_refused_without_administrators_too(wanted: dict[str, Any], problem: str) -> None:
    with pytest.raises(VariableError, match=problem):
        refuse_regions(wanted)
    with pytest.raises(VariableError, match=problem):
        delegation_options(wanted)


def test_regions_of_a_group_need_no_administrators() -> None:
    assert delegation_options({"regions": ["eu-west-1"], "exclude_regions": ["us-*"]}) is None
    wanted = {"regions": "eu-west-1,us-east-1", "delegated_administrators": {SECURITY: [CONFIG]}}
    with pytest.raises(ValueError, match="regions has no effect without prefer_service_api=true"):
        delegation_options(wanted)
    options = delegation_options({**wanted, "prefer_service_api": True})
    assert options is not None
    assert options.regions == ("eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    ("wanted", "managed"),
    [
        ({}, False),
        ({"delegated_administrators": {}}, False),
        ({"delegated_administrators": {}, "purge_delegated_administrators": False}, False),
        ({"purge_scope": "services"}, False),
        ({"delegated_administrators": {}, "purge_delegated_administrators": True}, True),
        ({"delegated_administrators": {SECURITY: [CONFIG]}}, True),
    ],
)
def test_what_says_anything_about_delegated_administrators(wanted: dict[str, Any], managed: bool) -> None:
    assert is_managed(wanted) is managed


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"delegated_administrators": {12345678901: [CONFIG]}}, "Quote it"),
        ({"delegated_administrators": {SECURITY: CONFIG}}, "must hold a list"),
        ({"delegated_administrators": [SECURITY]}, "must be a dictionary"),
        ({"delegated_administrators": {SECURITY: []}}, "is empty"),
        ({"purge_delegated_administrators": True}, "is empty"),
        ({"purge_delegated_administrators": "sure"}, "must be a boolean"),
        ({"purge_delegated_administrators": ""}, "must be a boolean"),
        ({"purge_delegated_administrators": None}, "must be a boolean"),
        ({"delegated_administrators": {SECURITY: [CONFIG]}, "management_account_id": SECURITY}, "management account"),
        ({"delegated_administrators": {SECURITY: [CONFIG]}, "purge_scope": "services"}, "purge_scope=services has no"),
        ({"delegated_administrators": {SECURITY: [CONFIG]}, "purge_scope": "accounts"}, "purge_scope"),
        ({"delegated_administrators": {SECURITY: [CONFIG]}, "wait_timeout": -1}, "wait_timeout"),
        ({"delegated_administrators": {SECURITY: [CONFIG]}, "wait_timeout": "soon"}, "wait_timeout"),
    ],
)
def test_what_the_module_would_refuse_is_refused(wanted: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        delegation_options(wanted)
