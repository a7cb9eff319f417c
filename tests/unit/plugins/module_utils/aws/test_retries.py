# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""One bounded layer of retries."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import SSLError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws import retries as retries_module
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.retries import (
    MAX_ATTEMPTS,
    MAX_ATTEMPTS_WITHOUT_RESPONSE,
    MAX_BACKOFF,
    RETRY_DEADLINE,
    RetryPolicy,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import connect, numbered

LIST = "ListAWSServiceAccessForOrganization"


TRANSIENT = [
    pytest.param({"code": "TooManyRequestsException", "status": 400}, MAX_ATTEMPTS, id="throttled-400"),
    pytest.param({"code": "TooManyRequestsException", "status": 429}, MAX_ATTEMPTS, id="throttled-429"),
    pytest.param({"code": "ConcurrentModificationException"}, MAX_ATTEMPTS, id="conflict"),
    pytest.param({"code": "ServiceException", "status": 400}, MAX_ATTEMPTS, id="service-400"),
    pytest.param({"code": "ServiceException", "status": 500}, MAX_ATTEMPTS, id="service-500"),
    pytest.param({"body": "<html>Bad gateway</html>", "status": 502}, MAX_ATTEMPTS, id="proxy-502"),
    pytest.param({"reset": True}, MAX_ATTEMPTS_WITHOUT_RESPONSE, id="reset"),
]


LASTING = [
    "AccessDeniedException",
    "AWSOrganizationsNotInUseException",
    "ConstraintViolationException",
    "InvalidInputException",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "UnsupportedAPIEndpointException",
]


@pytest.mark.parametrize(("fault", "attempts"), TRANSIENT)
def test_an_endless_fault_ends_after_its_attempts(
    client: OrganizationsClient,
    emulator: EmulatorControl,
    fake_clock: list[float],
    fault: dict[str, Any],
    attempts: int,
) -> None:
    emulator.organization()
    emulator.fault("EnableAWSServiceAccess", count=None, **fault)
    with pytest.raises(AnsibleOrganizationsError, match="Failed to enable service access"):
        client.enable_service_access("guardduty.amazonaws.com")
    assert len(emulator.writes()) == attempts
    assert len(fake_clock) >= attempts - 1
    assert sum(fake_clock) < RETRY_DEADLINE


@pytest.mark.parametrize(("fault", "attempts"), TRANSIENT)
def test_a_passing_fault_passes_unnoticed(
    client: OrganizationsClient,
    emulator: EmulatorControl,
    fake_clock: list[float],
    fault: dict[str, Any],
    attempts: int,
) -> None:
    emulator.organization(enabled=numbered(21))
    emulator.fault(LIST, count=attempts - 1, after=1, **fault)
    assert list(client.list_service_access()) == numbered(21)
    assert len(fake_clock) >= attempts - 1


@pytest.mark.parametrize("code", LASTING)
def test_a_lasting_error_is_not_retried(client: OrganizationsClient, emulator: EmulatorControl, code: str) -> None:
    emulator.fault("DisableAWSServiceAccess", count=None, code=code)
    with pytest.raises(AnsibleOrganizationsError, match=code):
        client.disable_service_access("guardduty.amazonaws.com")
    assert len(emulator.writes()) == 1


@pytest.mark.parametrize(
    ("retries", "attempts"),
    [
        ({"max_attempts": 0}, 1),
        ({"total_max_attempts": 1}, 1),
        ({"max_attempts": 2}, 3),
        ({"total_max_attempts": 5}, 5),
        ({"total_max_attempts": 3, "mode": "adaptive"}, 3),
        ({"max_attempts": 3, "mode": "legacy"}, 4),
    ],
    ids=str,
)
@pytest.mark.parametrize("fault", [{"code": "TooManyRequestsException"}, {"reset": True}], ids=str)
def test_the_users_retries_bound_every_layer(
    emulator: EmulatorControl, fake_clock: list[float], retries: dict[str, Any], attempts: int, fault: dict[str, Any]
) -> None:
    emulator.fault(LIST, count=None, **fault)
    with pytest.raises(AnsibleOrganizationsError):
        connect(emulator, retries=retries).list_service_access()
    assert len(emulator.calls()) == attempts
    assert len(fake_clock) >= attempts - 1  # adaptive mode also sleeps for its rate limit


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize("retries", [None, {"mode": "standard"}, {"mode": "legacy"}, {"mode": "adaptive"}], ids=str)
def test_the_environments_retries_have_no_effect(
    emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch, retries: dict[str, Any] | None
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "20")
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    emulator.fault(LIST, count=None, code="TooManyRequestsException")
    with pytest.raises(AnsibleOrganizationsError):
        connect(emulator, retries=retries).list_service_access()
    assert len(emulator.calls()) == MAX_ATTEMPTS


def test_a_silent_server_is_given_up(emulator: EmulatorControl, fake_clock: list[float]) -> None:
    emulator.fault(LIST, count=None, delay=0.4, reset=True)
    with pytest.raises(AnsibleOrganizationsError) as failure:
        connect(emulator, read_timeout=0.1).list_service_access()
    for part in ("Failed to list service access: ReadTimeoutError", emulator.url, "read_timeout"):
        assert part in failure.value.result()["msg"]
    assert len(emulator.calls()) == MAX_ATTEMPTS_WITHOUT_RESPONSE
    assert len(fake_clock) == MAX_ATTEMPTS_WITHOUT_RESPONSE - 1


def test_timeouts_stay_under_a_minute_by_default() -> None:
    longest_pauses = 1 + 2
    assert MAX_ATTEMPTS_WITHOUT_RESPONSE * READ_TIMEOUT + longest_pauses < 55
    assert MAX_ATTEMPTS_WITHOUT_RESPONSE * CONNECT_TIMEOUT + longest_pauses < 55


@pytest.mark.usefixtures("fake_clock")
def test_no_attempt_begins_after_the_time_bound() -> None:
    policy = RetryPolicy()
    answer: Any = (type("Response", (), {"status_code": 500, "headers": {}}), {})
    request: dict[str, Any] = {"context": {}}
    assert policy(answer, 1, None, request) is not None
    retries_module.time.sleep(RETRY_DEADLINE)
    assert policy(answer, 2, None, request) is None


def test_an_untrusted_certificate_is_not_retried() -> None:
    error = SSLError(endpoint_url="https://a", error="certificate verify failed")
    assert RetryPolicy()(None, 1, error, {"context": {}}) is None


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize(
    ("header", "longest"), [("3000", 3), ("900000", MAX_BACKOFF), ("0", 1), ("-5", 1), ("soon", 1), ("\u0665", 1)]
)
def test_the_pause_that_aws_asks_for_is_kept_within_bounds(header: str, longest: float) -> None:
    answer: Any = (type("Response", (), {"status_code": 503, "headers": {"x-amz-retry-after": header}}), {})
    pause = RetryPolicy()(answer, 1, None, {"context": {}})
    assert pause is not None
    assert longest / 2 <= pause <= longest
    assert longest in (1, pause)
