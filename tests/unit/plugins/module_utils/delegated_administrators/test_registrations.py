# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading registrations: which calls, and what is remembered of the accounts."""

from __future__ import annotations

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.registrations import (
    RegistrationReader,
    by_account,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

SECURITY, AUDIT = "222222222222", "333333333333"
CONFIG, SSO = "config.amazonaws.com", "sso.amazonaws.com"


def test_one_service_or_everything(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    registered = {CONFIG: [SECURITY, AUDIT], SSO: [SECURITY]}
    emulator.organization(
        enabled=[CONFIG, SSO], members={SECURITY: "security", AUDIT: "audit"}, delegated_administrators=registered
    )
    reader = RegistrationReader(client)
    assert reader.of([SSO]) == {Registration(SECURITY, SSO)}
    assert emulator.calls() == ["ListDelegatedAdministrators"]
    emulator.clear_requests()
    found = reader.everything()
    assert by_account(found) == {SECURITY: [CONFIG, SSO], AUDIT: [CONFIG]}
    assert emulator.calls() == ["ListDelegatedAdministrators", *["ListDelegatedServicesForAccount"] * 2]
    assert [entry["name"] for entry in reader.entries(found)] == ["security", "audit"]


def test_an_account_that_was_not_read_has_no_name(client: OrganizationsClient) -> None:
    (entry,) = RegistrationReader(client).entries([Registration(AUDIT, SSO)])
    assert entry == {
        "account_id": AUDIT,
        "name": None,
        "email": None,
        "status": None,
        "state": None,
        "service_principals": [SSO],
    }
