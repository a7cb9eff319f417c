# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of all modules: what is refused before any call."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import RunModule

ROLE = "arn:aws:iam::111111111111:role/ServiceAccess"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"management_account_id": ""}, "management_account_id is blank"),
        ({"management_account_id": "  "}, "management_account_id is blank"),
        ({"management_account_id": 11111111111}, "not '11111111111'. Quote it"),
        ({"management_account_id": "1111-1111-1111"}, "must be the 12 digits"),
        ({"management_account_id": "\u0661" * 12}, "must be the 12 digits"),
        ({"management_account_id": "{{ account }}"}, "must be the 12 digits"),
        ({"management_account_id": True}, "must be the 12 digits"),
        ({"assume_role_arn": ""}, "assume_role_arn is blank"),
        ({"assume_role_arn": " \n"}, "assume_role_arn is blank"),
        ({"assume_role_arn": "ServiceAccess"}, "must be the ARN of an IAM role"),
        ({"assume_role_arn": "arn:aws:iam::1:role/x"}, "must be the ARN of an IAM role"),
        ({"assume_role_arn": "arn:aws:iam:::role/x"}, "must be the ARN of an IAM role"),
        ({"assume_role_arn": 5}, "must be the ARN of an IAM role"),
        ({"assume_role_arn": ROLE, "assume_role_external_id": ""}, "assume_role_external_id is blank"),
        ({"assume_role_arn": ROLE, "assume_role_external_id": "a b"}, "assume_role_external_id must be"),
        ({"assume_role_arn": ROLE, "assume_role_session_name": ""}, "assume_role_session_name is blank"),
        ({"assume_role_arn": ROLE, "assume_role_session_name": "a b"}, "assume_role_session_name must be"),
        ({"assume_role_external_id": "secret"}, "but assume_role_arn is not"),
        ({"assume_role_session_name": "night"}, "but assume_role_arn is not"),
    ],
    ids=str,
)
@pytest.mark.parametrize("module", ["organizations_service_access", "organizations_service_access_info"])
def test_wrong_options_are_named_before_any_call(
    run_module: RunModule, emulator: EmulatorControl, module: str, options: dict[str, Any], message: str
) -> None:
    emulator.organization()
    result = run_module(module, service_principals=["config.amazonaws.com"], **options)
    assert result["failed"] is True
    assert message in result["msg"]
    assert emulator.calls() == []


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(AnsibleOrganizationsError, match=r"management_account_id.* assume_role_arn.* secret_key"):
        ConnectionOptions.from_params({"management_account_id": "", "assume_role_arn": "", "secret_key": "a\nb"})


@pytest.mark.parametrize(
    ("params", "regional"),
    [
        ({}, False),
        ({"prefer_service_api": True}, False),  # of service access, which calls one Region
        ({"regions": None, "prefer_service_api": False, "include_service_api_state": False}, False),
        ({"regions": None, "prefer_service_api": True}, True),
        ({"regions": ["eu-west-1"], "include_service_api_state": True}, True),
    ],
)
def test_tokens_are_regional_only_if_regions_are_called(params: dict[str, Any], regional: bool) -> None:
    assert ConnectionOptions.from_params(params).regional_sts is regional
