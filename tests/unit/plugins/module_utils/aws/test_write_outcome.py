# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which failed writes AWS may have applied."""

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

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.write_outcome import WriteOutcome
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import connect


def response(status: int, code: str | None = None) -> Any:
    """Return (HTTP response, parsed response) with this status and AWS's error code."""
    http = type("Response", (), {"status_code": status, "headers": {}})
    return http, {"Error": {"Code": code}} if code else {}


class TestWriteOutcome:
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
        outcome = WriteOutcome()
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
        outcome = WriteOutcome()
        outcome.sending()
        outcome.ended(None, error)
        assert outcome.may_be_applied is unknown

    def test_it_accumulates_until_the_next_call_begins(self) -> None:
        outcome = WriteOutcome()
        outcome.ended(response(500), None)
        outcome.ended(response(400, "AccessDeniedException"), None)
        assert outcome.may_be_applied is True
        outcome.begin()
        assert outcome.may_be_applied is False

    def test_an_attempt_without_a_readable_response_may_be_applied(self) -> None:
        outcome = WriteOutcome()
        outcome.begin()
        outcome.sending()
        assert outcome.may_be_applied is True

    def test_threads_do_not_share_it(self) -> None:
        outcome = WriteOutcome()
        thread = threading.Thread(target=outcome.sending)
        thread.start()
        thread.join()
        assert outcome.may_be_applied is False


@contextlib.contextmanager
def listener(answers: bool) -> Iterator[str]:
    """Yield the address of a server that closes connections at once, or, without answers, of a closed port."""
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
