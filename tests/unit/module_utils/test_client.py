# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client helper on the emulator: every page, one bounded layer of retries, hostile answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import SSLError
from botocore.stub import Stubber

from ansible_collections.amazon.aws.plugins.module_utils.common import get_collection_info

from ansible_collections.orgops.aws.plugins.module_utils._organizations import client as client_module
from ansible_collections.orgops.aws.plugins.module_utils._organizations.client import (
    ATTEMPTS,
    ATTEMPTS_WITHOUT_ANSWER,
    LAST_ATTEMPT_AFTER,
    MOST_PAGES,
    OrganizationsClient,
    RetryPolicy,
    secrets_in_urls,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import (
    AnsibleOrganizationsError,
    MalformedResponseError,
)
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ...fixtures import connect, numbered

LIST = "ListAWSServiceAccessForOrganization"


def names(client: OrganizationsClient, **arguments: Any) -> list[str]:
    return list(client.list_service_access(**arguments))


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3), (200, 10)])
def test_reads_every_page(client: OrganizationsClient, emulator: EmulatorControl, count: int, pages: int) -> None:
    emulator.organization(enabled=numbered(count)[::-1])
    assert names(client) == numbered(count)
    assert emulator.calls() == [LIST] * pages


def test_page_size_is_sent_and_only_when_given(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(7))
    assert names(client, page_size=3) == numbered(7)
    assert [request["parameters"].get("MaxResults") for request in emulator.requests()] == [3, 3, 3]
    emulator.clear_requests()
    names(client)
    assert [request["parameters"] for request in emulator.requests()] == [{}]


@pytest.mark.parametrize("sizes", [[3], [0, 5], [0, 0, 0], [1] * 30, [20, 0, 20, 0]], ids=str)
def test_short_and_empty_pages(client: OrganizationsClient, emulator: EmulatorControl, sizes: list[int]) -> None:
    emulator.organization(enabled=numbered(41))
    emulator.settings(page_sizes=sizes)
    assert names(client) == numbered(41)


def test_dates_are_iso_8601(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.fault(LIST, body='{"EnabledServicePrincipals": [{"ServicePrincipal": "a", "DateEnabled": 0}]}')
    assert client.list_service_access() == {"a": "1970-01-01T00:00:00+00:00"}


def test_an_entry_without_a_date_is_listed(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.fault(LIST, body='{"EnabledServicePrincipals": [{"ServicePrincipal": "a"}]}')
    assert client.list_service_access() == {"a": None}


def test_a_principal_on_two_pages_is_listed_once(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    page = '{"EnabledServicePrincipals": [{"ServicePrincipal": "a"}], "NextToken": "t"}'
    emulator.fault(LIST, body=page)
    emulator.fault(LIST, body='{"EnabledServicePrincipals": [{"ServicePrincipal": "a"}]}')
    assert names(client) == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<html>Sign in to the network</html>", id="html"),
        pytest.param("", id="nothing"),
        pytest.param("{}", id="no-key"),
        pytest.param("[]", id="json-list"),
        pytest.param("null", id="json-null"),
        pytest.param('"x"', id="json-string"),
        pytest.param('{"EnabledServicePrincipals": null}', id="key-null"),
        pytest.param('{"EnabledServicePrincipals": "x"}', id="key-string"),
        pytest.param('{"EnabledServicePrincipals": [1]}', id="entry-number"),
        pytest.param('{"EnabledServicePrincipals": [null]}', id="entry-null"),
        pytest.param('{"EnabledServicePrincipals": [{}]}', id="entry-without-name"),
        pytest.param('{"EnabledServicePrincipals": [{"ServicePrincipal": ""}]}', id="name-empty"),
        pytest.param('{"EnabledServicePrincipals": [{"ServicePrincipal": 5}]}', id="name-number"),
        pytest.param('{"EnabledServicePrincipals": [{"ServicePrincipal": "a", "DateEnabled": "soon"}]}', id="date"),
        pytest.param('{"EnabledServicePrincipals": [{"ServicePrincipal": "a", "DateEnabled": 1e400}]}', id="date-inf"),
        pytest.param("[" * 100000, id="deep"),
        pytest.param('{"EnabledServicePrincipals": [], "NextToken": 5}', id="token-number"),
        pytest.param('{"EnabledServicePrincipals": [], "NextToken": {}}', id="token-object"),
        pytest.param('{"EnabledServicePrincipals": [], "NextToken": 0}', id="token-zero"),
    ],
)
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_malformed_page_is_never_a_short_listing(
    client: OrganizationsClient, emulator: EmulatorControl, body: str, page: int
) -> None:
    emulator.organization(enabled=numbered(41))
    emulator.fault(LIST, after=page - 1, count=None, body=body)
    with pytest.raises(MalformedResponseError, match="proxies and endpoint_url"):
        client.list_service_access()


def test_a_repeated_token_is_refused(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.fault(LIST, count=None, body='{"EnabledServicePrincipals": [], "NextToken": "t"}')
    with pytest.raises(AnsibleOrganizationsError, match="same next token"):
        client.list_service_access()
    assert len(emulator.calls()) == 2


def test_an_endless_listing_is_refused(botocore_client: Any) -> None:
    with Stubber(botocore_client) as stubber:
        for number in range(MOST_PAGES + 1):
            stubber.add_response(
                "list_aws_service_access_for_organization", {"EnabledServicePrincipals": [], "NextToken": str(number)}
            )
        with pytest.raises(MalformedResponseError, match=f"does not end: {MOST_PAGES} pages were read"):
            OrganizationsClient(lambda _service: botocore_client).list_service_access()


def test_delegated_administrators(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    accounts = {f"{number:012}": f"account-{number}" for number in range(21)}
    emulator.organization(
        enabled=numbered(2), members=accounts, delegated_administrators={numbered(1)[0]: sorted(accounts)}
    )
    emulator.clear_requests()
    administrators = client.list_delegated_administrators(numbered(1)[0])
    assert [administrator["account_id"] for administrator in administrators] == sorted(accounts)
    assert administrators[3]["name"] == "account-3"
    assert administrators[3]["email"] == "account-3@example.com"
    assert administrators[3]["status"] == "ACTIVE"
    assert str(administrators[3]["delegation_enabled_date"]).startswith("20")
    assert emulator.calls() == ["ListDelegatedAdministrators"] * 2
    assert client.list_delegated_administrators(numbered(2)[1]) == []


@pytest.mark.parametrize("body", ["<html>", '{"DelegatedAdministrators": [{}]}'])
def test_malformed_delegated_administrators(client: OrganizationsClient, emulator: EmulatorControl, body: str) -> None:
    emulator.fault("ListDelegatedAdministrators", body=body)
    with pytest.raises(MalformedResponseError):
        client.list_delegated_administrators("a.amazonaws.com")


TRANSIENT = [
    pytest.param({"code": "TooManyRequestsException", "status": 400}, ATTEMPTS, id="throttled-400"),
    pytest.param({"code": "TooManyRequestsException", "status": 429}, ATTEMPTS, id="throttled-429"),
    pytest.param({"code": "ConcurrentModificationException"}, ATTEMPTS, id="conflict"),
    pytest.param({"code": "ServiceException", "status": 400}, ATTEMPTS, id="service-400"),
    pytest.param({"code": "ServiceException", "status": 500}, ATTEMPTS, id="service-500"),
    pytest.param({"body": "<html>Bad gateway</html>", "status": 502}, ATTEMPTS, id="proxy-502"),
    pytest.param({"reset": True}, ATTEMPTS_WITHOUT_ANSWER, id="reset"),
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
    client: OrganizationsClient, emulator: EmulatorControl, naps: list[float], fault: dict[str, Any], attempts: int
) -> None:
    emulator.organization()
    emulator.fault("EnableAWSServiceAccess", count=None, **fault)
    with pytest.raises(AnsibleOrganizationsError, match="Failed to enable service access"):
        client.enable_service_access("guardduty.amazonaws.com")
    assert len(emulator.writes()) == attempts
    assert len(naps) >= attempts - 1
    assert sum(naps) < LAST_ATTEMPT_AFTER


@pytest.mark.parametrize(("fault", "attempts"), TRANSIENT)
def test_a_passing_fault_passes_unnoticed(
    client: OrganizationsClient, emulator: EmulatorControl, naps: list[float], fault: dict[str, Any], attempts: int
) -> None:
    emulator.organization(enabled=numbered(21))
    emulator.fault(LIST, count=attempts - 1, after=1, **fault)
    assert names(client) == numbered(21)
    assert len(naps) >= attempts - 1


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
    emulator: EmulatorControl, naps: list[float], retries: dict[str, Any], attempts: int, fault: dict[str, Any]
) -> None:
    emulator.fault(LIST, count=None, **fault)
    with pytest.raises(AnsibleOrganizationsError):
        connect(emulator, retries=retries).list_service_access()
    assert len(emulator.calls()) == attempts
    assert len(naps) >= attempts - 1  # adaptive mode naps for its rate limit too


@pytest.mark.usefixtures("naps")
def test_the_environments_retries_have_no_effect(emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "20")
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    emulator.fault(LIST, count=None, code="TooManyRequestsException")
    with pytest.raises(AnsibleOrganizationsError):
        connect(emulator).list_service_access()
    assert len(emulator.calls()) == ATTEMPTS


def test_a_silent_server_is_given_up(emulator: EmulatorControl, naps: list[float]) -> None:
    emulator.fault(LIST, count=None, delay=0.4, reset=True)
    with pytest.raises(AnsibleOrganizationsError) as failure:
        connect(emulator, read_timeout=0.1).list_service_access()
    for part in ("Failed to list service access: ReadTimeoutError", emulator.url, "read_timeout"):
        assert part in failure.value.result()["msg"]
    assert len(emulator.calls()) == ATTEMPTS_WITHOUT_ANSWER
    assert len(naps) == ATTEMPTS_WITHOUT_ANSWER - 1


def test_time_outs_stay_under_a_minute_by_default(client: OrganizationsClient) -> None:
    config = client._client.meta.config
    longest_pauses = 1 + 2
    assert ATTEMPTS_WITHOUT_ANSWER * config.read_timeout + longest_pauses < 55
    assert ATTEMPTS_WITHOUT_ANSWER * config.connect_timeout + longest_pauses < 55


@pytest.mark.usefixtures("naps")
def test_no_attempt_begins_after_the_time_bound() -> None:
    policy = RetryPolicy()
    answer: Any = (type("Response", (), {"status_code": 500}), {})
    request: dict[str, Any] = {"context": {}}
    assert policy(answer, 1, None, request) is not None
    client_module.time.sleep(LAST_ATTEMPT_AFTER)
    assert policy(answer, 2, None, request) is None


def test_an_untrusted_certificate_is_not_retried() -> None:
    error = SSLError(endpoint_url="https://a", error="certificate verify failed")
    assert RetryPolicy()(None, 1, error, {"context": {}}) is None


@pytest.mark.parametrize(
    "aws_config", [{"nonsense": 1}, {"retries": {"max_attempts": "many"}}, {"retries": 3}], ids=str
)
def test_an_unusable_aws_config_is_named(aws_config: dict[str, Any]) -> None:
    def create_client(_service: str, **_options: Any) -> Any:
        Config(**aws_config)

    with pytest.raises(AnsibleOrganizationsError, match="aws_config"):
        OrganizationsClient.connect(create_client, {"aws_config": aws_config})


def test_requests_tell_aws_of_the_collection(emulator: EmulatorControl) -> None:
    connect(emulator)
    assert get_collection_info()["name"] == "orgops.aws"


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        pytest.param({}, set(), id="none"),
        pytest.param(
            {"aws_config": {"proxies": {"https": "http://me:p%40ss@proxy:1"}}}, {"p%40ss", "p@ss"}, id="proxy"
        ),
        pytest.param({"endpoint_url": "https://me:hidden@host"}, {"hidden"}, id="endpoint"),
        pytest.param({"endpoint_url": "https://host", "aws_config": {"proxies": None}}, set(), id="no-password"),
        pytest.param({"endpoint_url": "http://[", "aws_config": {"proxies": 5}}, set(), id="no-url"),
        pytest.param({"aws_config": {"proxies": {"http": "me:pw@proxy:8080"}}}, {"pw"}, id="no-scheme"),
        pytest.param({"aws_config": {"proxies": "http://me:p#w@proxy"}}, {"p#w"}, id="text"),
        pytest.param({"aws_config": {"proxies": [["https://me:p@w@proxy"]]}}, {"p@w"}, id="lists"),
    ],
)
def test_passwords_in_urls_are_secrets(options: dict[str, Any], secrets: set[str]) -> None:
    assert secrets_in_urls(options) == secrets


def test_a_page_without_its_key_is_named(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(41))
    emulator.fault(LIST, after=1, body="<html>")
    with pytest.raises(MalformedResponseError, match=r"Page 2 of the answer to .* has no EnabledServicePrincipals"):
        client.list_service_access()


class TestPace:
    """AWS's rates, on a clock that stands still but for the naps."""

    @pytest.mark.parametrize("write", ["enable", "disable"])
    def test_fifty_writes_take_the_time_that_the_rate_asks_for(
        self, client: OrganizationsClient, emulator: EmulatorControl, naps: list[float], write: str
    ) -> None:
        emulator.organization(enabled=numbered(50) if write == "disable" else [])
        emulator.settings(rate_limits=True)
        for name in numbered(50):
            getattr(client, f"{write}_service_access")(name)
        rejected = [request for request in emulator.requests() if request["error"]]
        assert sum(naps) <= 1.15 * (50 - 2)
        assert len(rejected) < 0.1 * 50
        assert len(emulator.writes()) == 50 + len(rejected)

    def test_ten_pages(self, client: OrganizationsClient, emulator: EmulatorControl, naps: list[float]) -> None:
        emulator.organization(enabled=numbered(200))
        emulator.settings(rate_limits=True)
        assert names(client) == numbered(200)
        assert sum(naps) <= 1.15 * (10 - 3) + 1
        assert len([request for request in emulator.requests() if request["error"]]) <= 1

    def test_enabling_does_not_wait_for_disabling(
        self, client: OrganizationsClient, emulator: EmulatorControl, naps: list[float]
    ) -> None:
        emulator.organization()
        emulator.settings(rate_limits=True)
        for name in numbered(5):
            client.enable_service_access(name)
        before = sum(naps)
        for name in numbered(2):
            client.disable_service_access(name)
        assert sum(naps) == before

    def test_an_endpoint_without_limits_is_not_slowed(
        self, client: OrganizationsClient, emulator: EmulatorControl, naps: list[float]
    ) -> None:
        emulator.organization()
        for name in numbered(50):
            client.enable_service_access(name)
        assert naps == []
        assert len(emulator.writes()) == 50
