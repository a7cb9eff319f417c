# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses of another type than AWS's. test_client.py has those to writes."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import MalformedResponseError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

READS: dict[str, tuple[str, Any]] = {
    "ListAWSServiceAccessForOrganization": (
        '{"EnabledServicePrincipals": %s}',
        lambda client: client.list_service_access(),
    ),
    "ListDelegatedAdministrators": (
        '{"DelegatedAdministrators": %s}',
        lambda client: client.list_delegated_administrators(),
    ),
    "ListDelegatedServicesForAccount": (
        '{"DelegatedServices": %s}',
        lambda client: client.list_delegated_services("222222222222"),
    ),
    "ListRoots": ('{"Roots": [{"Id": "r-ab12", "PolicyTypes": %s}]}', lambda client: client.policy_types()),
}


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("value", ["{}", '""', "0", "false"])
def test_a_wrong_type_is_no_empty_list(
    client: OrganizationsClient, emulator: EmulatorControl, operation: str, value: str
) -> None:
    emulator.organization(members={"222222222222": "security"})
    body, read = READS[operation]
    emulator.fault(operation, body=body % value, content_type="application/x-amz-json-1.1")
    with pytest.raises(MalformedResponseError, match="check proxies"):
        read(client)


@pytest.mark.parametrize("operation", READS)
def test_an_empty_list_is_one(client: OrganizationsClient, emulator: EmulatorControl, operation: str) -> None:
    emulator.organization(members={"222222222222": "security"})
    body, read = READS[operation]
    emulator.fault(operation, body=body % "[]", content_type="application/x-amz-json-1.1")
    assert not read(client)


@pytest.mark.parametrize("value", ["null", "12345678901", '"o-abc"', "{}"])
def test_a_management_account_is_an_account_id(
    client: OrganizationsClient, emulator: EmulatorControl, value: str
) -> None:
    emulator.fault("DescribeOrganization", body=f'{{"Organization": {{"MasterAccountId": {value}}}}}')
    with pytest.raises(MalformedResponseError):
        _ = client.management_account_id
