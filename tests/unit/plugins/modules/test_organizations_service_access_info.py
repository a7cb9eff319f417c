# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""organizations_service_access_info, run in this process on the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role, numbered, principals

LIST = "ListAWSServiceAccessForOrganization"
ADMINISTRATORS = "ListDelegatedAdministrators"


@pytest.mark.parametrize("check_mode", [True, False])
def test_lists_everything(service_access_info: RunModule, emulator: EmulatorControl, check_mode: bool) -> None:
    emulator.organization(enabled=numbered(41)[::-1])
    result = service_access_info(check_mode=check_mode)
    assert result["changed"] is False
    assert principals(result) == numbered(41)
    keys = {"service_principal", "date_enabled", "service_name", "delegated_administrator"}
    assert set(result["enabled_service_principals"][0]) == keys
    assert emulator.calls() == [LIST] * 3


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (None, ["Config.amazonaws.com", "config.amazonaws.com", "ssm.amazonaws.com", "x.ssm.amazonaws.com"]),
        ([], ["Config.amazonaws.com", "config.amazonaws.com", "ssm.amazonaws.com", "x.ssm.amazonaws.com"]),
        (["config.amazonaws.com"], ["config.amazonaws.com"]),
        (["*ssm.amazonaws.com"], ["ssm.amazonaws.com", "x.ssm.amazonaws.com"]),
        (["[x]*", "ssm*"], ["ssm.amazonaws.com", "x.ssm.amazonaws.com"]),
        (["nothing*"], []),
    ],
)
def test_filters(
    service_access_info: RunModule, emulator: EmulatorControl, patterns: list[str] | None, expected: list[str]
) -> None:
    emulator.organization(
        enabled=["config.amazonaws.com", "Config.amazonaws.com", "ssm.amazonaws.com", "x.ssm.amazonaws.com"]
    )
    assert principals(service_access_info(service_principals=patterns)) == expected


def test_page_size(service_access_info: RunModule, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(12))
    assert principals(service_access_info(page_size=5)) == numbered(12)
    assert [request["parameters"]["MaxResults"] for request in emulator.requests()] == [5, 5, 5]


def test_delegated_administrators_of_what_is_asked_for(
    service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(
        enabled=["guardduty.amazonaws.com", "config.amazonaws.com", "macie.amazonaws.com"],
        members={"222222222222": "security"},
        delegated_administrators={"guardduty.amazonaws.com": ["222222222222"]},
    )
    result = service_access_info(service_principals=["guardduty*", "config*"], include_delegated_administrators=True)
    config, guardduty = result["enabled_service_principals"]
    assert config["delegated_administrators"] == []
    (administrator,) = guardduty["delegated_administrators"]
    keys = {"account_id", "name", "email", "arn", "status", "state", "delegation_enabled_date"}
    assert set(administrator) == keys
    assert (administrator["account_id"], administrator["name"]) == ("222222222222", "security")
    assert emulator.calls() == [LIST, ADMINISTRATORS, ADMINISTRATORS]


def test_delegated_administrators_that_may_not_be_read_fail(
    service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(enabled=["config.amazonaws.com"])
    emulator.fault(ADMINISTRATORS, code="AccessDeniedException")
    result = service_access_info(include_delegated_administrators=True)
    assert result["failed"] is True
    assert result["error"]["code"] == "AccessDeniedException"
    assert "organizations:ListDelegatedAdministrators" in result["msg"]


def test_works_from_a_delegated_administrator_account(
    service_access_info: RunModule, emulator: EmulatorControl
) -> None:
    emulator.organization(
        enabled=["config.amazonaws.com"],
        members={"222222222222": "security", "333333333333": "plain"},
        delegated_administrators={"config.amazonaws.com": ["222222222222"]},
    )

    def listing_from(account_id: str) -> dict[str, Any]:
        credentials = assume_role(emulator, account_id)
        return service_access_info(**credentials, include_delegated_administrators=True)

    assert principals(listing_from("222222222222")) == ["config.amazonaws.com"]
    refused = listing_from("333333333333")
    assert refused["error"]["code"] == "AccessDeniedException"
    assert "management account" in refused["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"page_size": 0}, "page_size must be 1 to 20, not 0"),
        ({"page_size": 21}, "page_size must be 1 to 20, not 21"),
        ({"page_size": "many"}, "page_size"),
        ({"service_principals": ["a b"], "page_size": 99}, "'a b'"),
        ({"service_principals": [""]}, "(blank)"),
        ({"aws_config": {"nonsense": 1}}, "aws_config"),
    ],
    ids=str,
)
def test_bad_input_fails_before_any_call(
    service_access_info: RunModule, emulator: EmulatorControl, options: dict[str, Any], message: str
) -> None:
    result = service_access_info(**options)
    assert result["failed"] is True
    assert message in result["msg"]
    assert emulator.calls() == []
