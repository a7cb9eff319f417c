# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that are to be registered: which AWS would refuse, as check mode predicts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import HAS_ACCOUNT_STATE, RunModule

MEMBER = "222222222222"
NEEDS_STATE = pytest.mark.skipif(not HAS_ACCOUNT_STATE, reason="this botocore drops State")


def account(emulator: EmulatorControl, **members: Any) -> None:
    emulator.organization(enabled=["config.amazonaws.com"], members={MEMBER: "security"})
    body = {"Account": {"Id": MEMBER, "Name": "security", **members}}
    emulator.fault("DescribeAccount", body=json.dumps(body), count=None)


class TestNewAdministrators:
    @pytest.mark.parametrize(
        ("members", "state"),
        [
            ({"Status": "SUSPENDED"}, "SUSPENDED"),
            pytest.param({"State": "CLOSED"}, "CLOSED", marks=NEEDS_STATE),
            pytest.param({"State": "CLOSED", "Status": "SUSPENDED"}, "CLOSED", marks=NEEDS_STATE),
            pytest.param({"State": "SUSPENDED", "Status": "ACTIVE"}, "SUSPENDED", marks=NEEDS_STATE),
        ],
    )
    def test_suspended_and_closed_accounts_are_refused(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str], state: str
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert result["reason"] == "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"
        assert f"The state of account {MEMBER} is {state}." in result["msg"]

    @pytest.mark.parametrize(
        ("members", "warning"),
        [
            ({}, f"AWS did not return the state of account {MEMBER}"),
            ({"Status": "PENDING_CLOSURE"}, f"The state of account {MEMBER} is PENDING_CLOSURE"),
            ({"Status": "NEW"}, f"The state of account {MEMBER} is NEW"),
            pytest.param(
                {"State": "PENDING_ACTIVATION", "Status": "SUSPENDED"},
                f"The state of account {MEMBER} is PENDING_ACTIVATION",
                marks=NEEDS_STATE,
            ),
        ],
    )
    def test_other_and_unknown_states_warn(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str], warning: str
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert "failed" not in result
        assert [text for text in result["warnings"] if warning in text]

    @pytest.mark.parametrize(
        "members",
        [
            {"Status": "ACTIVE"},
            pytest.param({"State": "ACTIVE"}, marks=NEEDS_STATE),
            pytest.param({"State": "ACTIVE", "Status": "ACTIVE"}, marks=NEEDS_STATE),
        ],
    )
    def test_active_accounts_need_no_word(
        self, delegated_administrator: RunModule, emulator: EmulatorControl, members: dict[str, str]
    ) -> None:
        account(emulator, **members)
        result = delegated_administrator({MEMBER: ["config.amazonaws.com"]}, check_mode=True)
        assert "warnings" not in result
        (found,) = result["delegated_administrators"]
        assert (found["status"], found["state"]) == (members.get("Status"), members.get("State"))
