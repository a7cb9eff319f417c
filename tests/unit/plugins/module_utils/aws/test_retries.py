# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""One bounded layer of retries, and the rates of AWS."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

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
    Outcome,
    RetryPolicy,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.faults import RATES
from ansible_collections.orgops.aws.tests.fixtures import connect, needs_the_emulators_clock, numbered

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


def response(status: int, code: str | None = None) -> Any:
    """(HTTP response, parsed response) with this status and AWS's error code."""
    http = type("Response", (), {"status_code": status, "headers": {}})
    return http, {"Error": {"Code": code}} if code else {}


class TestOutcome:
    """Which attempts may have been applied."""

    @pytest.mark.parametrize(
        ("answer", "unknown"),
        [
            (response(200), True),
            (response(400, "AccessDeniedException"), False),
            (response(400, "ConcurrentModificationException"), False),
            (response(400, "ServiceException"), True),
            (response(500, "InternalFailure"), True),
            (response(503, "ServiceUnavailable"), True),
            (response(503, "RequestLimitExceeded"), False),
            (response(429, "TooManyRequestsException"), False),
            (response(502, "502"), True),
            (response(302, "302"), True),
        ],
        ids=lambda value: str(value[0].status_code) if isinstance(value, tuple) else str(value),
    )
    def test_responses(self, answer: Any, unknown: bool) -> None:
        outcome = Outcome()
        outcome.begin()
        outcome.sending()
        outcome.ended(answer, None)
        assert outcome.may_be_applied is unknown

    @pytest.mark.parametrize(
        ("error", "unknown"),
        [
            (EndpointConnectionError(endpoint_url="https://a", error="refused"), False),
            (ConnectTimeoutError(endpoint_url="https://a", error="timed out"), False),
            (ReadTimeoutError(endpoint_url="https://a", error="timed out"), True),
            (ConnectionClosedError(endpoint_url="https://a", error="reset"), True),
            (SSLError(endpoint_url="https://a", error="unexpected EOF while reading"), True),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_exceptions(self, error: Exception, unknown: bool) -> None:
        outcome = Outcome()
        outcome.sending()
        outcome.ended(None, error)
        assert outcome.may_be_applied is unknown

    def test_it_accumulates_until_the_next_call_begins(self) -> None:
        outcome = Outcome()
        outcome.ended(response(500), None)
        outcome.ended(response(400, "AccessDeniedException"), None)
        assert outcome.may_be_applied is True
        outcome.begin()
        assert outcome.may_be_applied is False

    def test_an_attempt_without_a_readable_response_may_be_applied(self) -> None:
        outcome = Outcome()
        outcome.begin()
        outcome.sending()
        assert outcome.may_be_applied is True

    def test_threads_do_not_share_it(self) -> None:
        outcome = Outcome()
        thread = threading.Thread(target=outcome.sending)
        thread.start()
        thread.join()
        assert outcome.may_be_applied is False


@contextlib.contextmanager
def listener(answers: bool) -> Iterator[str]:
    """The address of a server that closes connections at once, or, without answers, of a closed port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        if not answers:
            server.close()
            yield address
            return

        def close_connections() -> None:
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=close_connections, daemon=True).start()
        yield address
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize(
    ("url", "answers", "proxy", "unknown"),
    [
        pytest.param("http://{}", False, None, False, id="refused"),
        pytest.param("http://{}", True, None, True, id="closed"),
        pytest.param("https://{}", True, None, False, id="closed-in-the-handshake"),
        pytest.param("https://organizations.invalid", True, "http://{}", False, id="closed-by-the-proxy"),
        pytest.param("https://organizations.invalid", False, "http://{}", False, id="refused-by-the-proxy"),
        pytest.param("http://organizations.invalid", True, "http://{}", True, id="closed-by-a-plain-proxy"),
    ],
)
def test_a_connection_that_fails_before_it_is_used_sent_nothing(
    url: str, answers: bool, proxy: str | None, unknown: bool
) -> None:
    with listener(answers) as address:
        proxies = {"proxies": {"http": proxy.format(address), "https": proxy.format(address)}} if proxy else {}
        server = EmulatorControl(url.format(address))
        with pytest.raises(AnsibleOrganizationsError) as failure:
            connect(server, **proxies).enable_service_access("config.amazonaws.com")
    assert failure.value.leaves_outcome_unknown is unknown, failure.value.result()


@needs_the_emulators_clock
class TestPace:
    """AWS's rates, on a clock that only sleeping moves."""

    @pytest.mark.parametrize("write", ["enable", "disable"])
    def test_fifty_writes_take_the_time_that_the_rate_asks_for(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float], write: str
    ) -> None:
        emulator.organization(enabled=numbered(50) if write == "disable" else [])
        emulator.settings(rate_limits=True)
        for name in numbered(50):
            getattr(client, f"{write}_service_access")(name)
        rejected = [request for request in emulator.requests() if request["error"]]
        assert sum(fake_clock) <= 1.15 * (50 - 2)
        assert len(rejected) < 0.1 * 50
        assert len(emulator.writes()) == 50 + len(rejected)

    def test_ten_pages(self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]) -> None:
        emulator.organization(enabled=numbered(200))
        emulator.settings(rate_limits=True)
        assert list(client.list_service_access()) == numbered(200)
        assert sum(fake_clock) <= 1.15 * (10 - 3) + 1
        assert len([request for request in emulator.requests() if request["error"]]) <= 1

    @pytest.mark.parametrize("operation", ["DescribeOrganization", "ListRoots", "DescribeAccount"])
    def test_reads_of_check_mode_keep_to_their_rates(
        self, emulator: EmulatorControl, fake_clock: list[float], operation: str
    ) -> None:
        emulator.organization(members={"222222222222": "security"})
        emulator.settings(rate_limits=True)
        rate, burst = RATES[operation][0]
        calls = burst + 10
        client = connect(emulator)
        for _call in range(calls):
            client._organization = None  # it is cached
            reads = {"DescribeOrganization": client.describe_organization, "ListRoots": client.policy_types}
            reads.get(operation, lambda: client.describe_account("222222222222"))()
        rejected = [request for request in emulator.requests() if request["error"]]
        assert len(rejected) <= 1
        assert sum(fake_clock) <= 1.15 * (calls - burst) / rate + 1

    def test_enabling_does_not_wait_for_disabling(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]
    ) -> None:
        emulator.organization()
        emulator.settings(rate_limits=True)
        for name in numbered(5):
            client.enable_service_access(name)
        before = sum(fake_clock)
        for name in numbered(2):
            client.disable_service_access(name)
        assert sum(fake_clock) == before

    def test_an_endpoint_without_limits_is_not_slowed(
        self, client: OrganizationsClient, emulator: EmulatorControl, fake_clock: list[float]
    ) -> None:
        emulator.organization()
        for name in numbered(50):
            client.enable_service_access(name)
        assert fake_clock == []
        assert len(emulator.writes()) == 50
