# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client helper on the emulator: every page, malformed responses."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws import organizations as client_module
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import (
    AnsibleOrganizationsError,
    MalformedResponseError,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import numbered

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


def test_a_listing_is_sorted_and_has_each_principal_once(
    client: OrganizationsClient, emulator: EmulatorControl
) -> None:
    emulator.fault(LIST, body='{"EnabledServicePrincipals": [{"ServicePrincipal": "b"}], "NextToken": "t"}')
    emulator.fault(LIST, body='{"EnabledServicePrincipals": [{"ServicePrincipal": "b"}, {"ServicePrincipal": "a"}]}')
    assert names(client) == ["a", "b"]


@pytest.mark.parametrize("verb", ["enable", "disable"])
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        pytest.param({"body": ""}, None, id="nothing"),
        pytest.param({"body": " \n"}, None, id="blank"),
        pytest.param({"body": "{}"}, None, id="json-object"),
        pytest.param({"body": "[]"}, "could not be parsed", id="json-list"),
        pytest.param({"body": "<html>Sign in</html>"}, "could not be parsed", id="html"),
        pytest.param({"body": "<html>Forbidden</html>", "status": 403}, "Failed to {} service access", id="html-403"),
        pytest.param({"code": "AccessDeniedException"}, "Failed to {} service access", id="denied"),
    ],
)
def test_responses_to_a_write(
    client: OrganizationsClient, emulator: EmulatorControl, verb: str, fault: dict[str, Any], message: str | None
) -> None:
    emulator.fault(f"{verb.capitalize()}AWSServiceAccess", **fault)
    with pytest.raises(AnsibleOrganizationsError, match=message.format(verb)) if message else nullcontext():
        getattr(client, f"{verb}_service_access")("guardduty.amazonaws.com")
    assert len(emulator.writes()) == 1


@pytest.mark.parametrize("verb", ["register", "deregister"])
def test_a_proxys_page_is_no_registration(client: OrganizationsClient, emulator: EmulatorControl, verb: str) -> None:
    emulator.fault(f"{verb.capitalize()}DelegatedAdministrator", body="<html>Sign in</html>")
    with pytest.raises(AnsibleOrganizationsError, match="could not be parsed"):
        getattr(client, f"{verb}_delegated_administrator")("222222222222", "guardduty.amazonaws.com")


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
    with pytest.raises(AnsibleOrganizationsError, match="same next token") as failure:
        client.list_service_access()
    assert "The responses repeat themselves" in failure.value.result()["msg"]
    assert len(emulator.calls()) == 2


def test_an_endless_listing_is_refused(
    client: OrganizationsClient, emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.organization(enabled=numbered(81))
    monkeypatch.setattr(client_module, "MAX_PAGES", 3)
    with pytest.raises(MalformedResponseError, match="does not end: 3 pages were read"):
        client.list_service_access()


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
    assert str(administrators[3]["arn"]).endswith("/000000000003")
    assert str(administrators[3]["delegation_enabled_date"]).startswith("20")
    assert emulator.calls() == ["ListDelegatedAdministrators"] * 2
    assert client.list_delegated_administrators(numbered(2)[1]) == []


@pytest.mark.parametrize("body", ["<html>", '{"DelegatedAdministrators": [{}]}'])
def test_malformed_delegated_administrators(client: OrganizationsClient, emulator: EmulatorControl, body: str) -> None:
    emulator.fault("ListDelegatedAdministrators", body=body)
    with pytest.raises(MalformedResponseError):
        client.list_delegated_administrators("a.amazonaws.com")


def test_a_page_without_its_key_is_named(client: OrganizationsClient, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=numbered(41))
    emulator.fault(LIST, after=1, body="<html>")
    with pytest.raises(MalformedResponseError, match=r"Page 2 of the response to .* has no EnabledServicePrincipals"):
        client.list_service_access()
