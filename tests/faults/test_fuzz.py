# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""For any options and responses: a JSON result, never a traceback, never a write after a malformed listing.

EXAMPLES=2000 runs more than the fixed examples.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..examples import generated_data
from ..fixtures import RunModule
from .rows import ADMINISTRATORS, DISABLE, ENABLE, LIST, NEW, OLD

FUZZ = generated_data(60)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from([*NEW, *OLD, "gaurdduty.amazonaws.com", "*", "x" * 200, "", " ", "true", "0"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
ATTEMPTS = st.one_of(SCALARS, st.integers(0, 2))
RETRIES = st.one_of(JSON, st.fixed_dictionaries({}, optional={"max_attempts": ATTEMPTS, "mode": SCALARS}))
OPTIONS = st.fixed_dictionaries(
    {"service_principals": st.one_of(st.lists(st.sampled_from([*NEW, *OLD])), JSON)},
    optional={
        "state": st.one_of(st.sampled_from(["present", "absent"]), JSON),
        "purge_service_principals": st.one_of(st.booleans(), JSON),
        "keep_service_principals": st.one_of(st.lists(SCALARS, max_size=3), JSON),
        "force": st.one_of(st.booleans(), JSON),
        "unknown_service_principals": st.one_of(st.sampled_from(["warn", "fail", "ignore"]), JSON),
        "wait": st.booleans(),
        "wait_timeout": st.one_of(st.integers(-1, 3), st.text(max_size=5)),
        "aws_config": st.one_of(JSON, st.fixed_dictionaries({"retries": RETRIES})),
        "session_token": SCALARS,
        "check_mode": st.booleans(),
        "diff": st.booleans(),
    },
)

ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "ServicePrincipal": st.one_of(st.sampled_from([*NEW, *OLD]), JSON),
        "DateEnabled": st.one_of(st.integers(0, 2**31), JSON),
        "Extra": JSON,
    },
)
LISTING = st.fixed_dictionaries(
    {},
    optional={
        "EnabledServicePrincipals": st.one_of(st.lists(st.one_of(ENTRY, JSON), max_size=3), JSON),
        "DelegatedAdministrators": JSON,
        "NextToken": st.one_of(st.none(), st.text(max_size=5), JSON),
        "__type": JSON,
        "message": JSON,
    },
)
OPERATIONS = [LIST, LIST, LIST, ENABLE, DISABLE, ADMINISTRATORS, "DescribeOrganization", "GetCallerIdentity"]
BODIES = st.one_of(st.text(max_size=80), JSON.map(json.dumps), LISTING.map(json.dumps))


def assert_an_outcome(result: dict[str, Any]) -> None:
    """Assert that a failure has a message that is not a traceback, and a success every result."""
    if result.get("failed"):
        assert isinstance(result["msg"], str)
        assert result["msg"].strip()
        assert "Traceback" not in result["msg"]
        assert "max retries" not in result["msg"]
    else:
        assert {"changed", "enabled", "disabled", "enabled_service_principals"} <= set(result)


def state(emulator: EmulatorControl, service_access_info: RunModule) -> list[str]:
    emulator.clear_faults()
    return [entry["service_principal"] for entry in service_access_info()["enabled_service_principals"]]


@FUZZ
@given(options=OPTIONS)
def test_options(
    service_access: RunModule,
    service_access_info: RunModule,
    emulator: EmulatorControl,
    fake_clock: list[float],  # noqa: ARG001 - no waiting
    options: dict[str, Any],
) -> None:
    emulator.reset()
    emulator.organization(enabled=OLD)
    result = service_access(**options)
    assert_an_outcome(result)
    told = {*OLD, *result.get("enabled", [])} - set(result.get("disabled", []))
    if options.get("check_mode"):
        assert emulator.writes() == []
    else:
        assert state(emulator, service_access_info) == sorted(told)


@FUZZ
@given(
    body=BODIES,
    operation=st.sampled_from(OPERATIONS),
    after=st.integers(0, 1),
    status=st.sampled_from([200, 200, 200, 400, 403, 404, 500, 503]),
    content_type=st.sampled_from(["text/html", "application/x-amz-json-1.1", "application/xml"]),
    check_mode=st.booleans(),
)
def test_responses(
    service_access: RunModule,
    service_access_info: RunModule,
    emulator: EmulatorControl,
    fake_clock: list[float],  # noqa: ARG001 - no waiting
    body: str,
    operation: str,
    after: int,
    status: int,
    content_type: str,
    check_mode: bool,
) -> None:
    emulator.reset()
    emulator.organization(enabled=OLD)
    emulator.fault(operation, count=None, after=after, body=body, status=status, content_type=content_type)
    result = service_access(NEW, purge_service_principals=True, check_mode=check_mode, wait_timeout=1)
    assert_an_outcome(result)
    if check_mode:
        assert emulator.writes() == []
    if operation == LIST:
        assert result.get("changed", False) is bool(emulator.writes()) or check_mode
    if operation == LIST and after == 0 and not (status == 200 and is_listing(body)):
        assert result["failed"] is True
        assert emulator.writes() == []
        assert state(emulator, service_access_info) == OLD


def is_listing(body: str) -> bool:
    """Return whether the body has the listing's key."""
    try:
        return isinstance(json.loads(body)["EnabledServicePrincipals"], list)
    except (ValueError, TypeError, KeyError):
        return False
