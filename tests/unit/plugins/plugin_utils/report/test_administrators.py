# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""How listed delegated administrators and the desired state compare."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.administrators import (
    describe_accounts,
    registration_states,
    registrations,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._role.administrators import delegation_options
from ansible_collections.orgops.aws.tests.unit.plugins.plugin_utils.administrators import (
    ACCOUNTS,
    AUDIT,
    BACKUP,
    CONFIG,
    OLD,
    SECURITY,
    SSO,
)


def test_states_without_a_desired_state() -> None:
    assert set(registration_states(registrations(ACCOUNTS), delegation_options({})).values()) == {"unlisted"}


def test_states_in_exact_mode() -> None:
    wanted = {
        "delegated_administrators": {SECURITY: [CONFIG], AUDIT: [BACKUP]},
        "purge_delegated_administrators": True,
        "keep_service_principals": ["sso.*"],
    }
    states = registration_states(registrations(ACCOUNTS), delegation_options(wanted))
    assert {f"{one.account_id} {one.service_principal}": state for one, state in states.items()} == {
        f"{SECURITY} {CONFIG}": "wanted",
        f"{SECURITY} {SSO}": "kept",
        f"{AUDIT} {BACKUP}": "missing",
        f"{OLD} {CONFIG}": "extra",
    }
    described = describe_accounts(ACCOUNTS, states, {})
    assert [(one["account_id"], one["name"], one["wanted"]) for one in described] == [
        (SECURITY, f"name of {SECURITY}", True),
        (AUDIT, None, True),
        (OLD, f"name of {OLD}", False),
    ]
    assert described[2]["services"] == [{"service_principal": CONFIG, "state": "extra", "regions": None}]


def test_states_in_exact_mode_for_named_services() -> None:
    wanted = {
        "delegated_administrators": {SECURITY: [CONFIG]},
        "purge_delegated_administrators": True,
        "purge_scope": "services",
    }
    states = registration_states(registrations(ACCOUNTS), delegation_options(wanted))
    assert {f"{one.account_id} {one.service_principal}": state for one, state in states.items()} == {
        f"{SECURITY} {CONFIG}": "wanted",
        f"{SECURITY} {SSO}": "unlisted",
        f"{OLD} {CONFIG}": "extra",
    }


def test_a_registration_that_cannot_be_made_is_invalid() -> None:
    options = delegation_options({"delegated_administrators": {AUDIT: [SSO]}})
    with pytest.raises(ValueError, match=f"{SECURITY} is registered, so {AUDIT} cannot be registered"):
        registration_states(registrations(ACCOUNTS), options)
