# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Designating and removing administrators with the services' own APIs: calls, errors, and what to do about them."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    AdministratorApiClient,
    RegionalAdministrator,
    SkippedRegion,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import (
    ServiceApiError,
    ServiceClients,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
    ADMINISTRATOR_APIS,
    AdministratorApi,
)

from .cloud import Answer, Call, Cloud, Failure

ACCOUNT = "222222222222"
DETECTIVE = ADMINISTRATOR_API_OF["detective.amazonaws.com"]
GUARDDUTY = ADMINISTRATOR_API_OF["guardduty.amazonaws.com"]
IPAM = ADMINISTRATOR_API_OF["ipam.amazonaws.com"]
CLOUDTRAIL = ADMINISTRATOR_API_OF["cloudtrail.amazonaws.com"]
SECURITY_HUB = ADMINISTRATOR_API_OF["securityhub.amazonaws.com"]
SECURITY_LAKE = ADMINISTRATOR_API_OF["securitylake.amazonaws.com"]
REGIONAL = [api for api in ADMINISTRATOR_APIS if api.by_region]
EVERY_API = pytest.mark.parametrize("api", ADMINISTRATOR_APIS, ids=lambda api: api.principal)
NO_WAITING = pytest.mark.usefixtures("fake_clock")
CONFIRMED = "<{0}Response><success>{1}</success></{0}Response>"
STATUSES = {"us-east-1": "ENABLED_BY_DEFAULT", "af-south-1": "ENABLED", "ap-east-1": "DISABLED"}


def listed(api: AdministratorApi, *accounts: str) -> dict[str, Any]:
    """Return a page of the listing, as AWS sends it."""
    assert api.listing
    names = {"AdminAccounts": "adminAccounts", "AdminAccountId": "adminAccountId", "AdminStatus": "adminStatus"}
    in_json = names if api is GUARDDUTY else {}
    entries = []
    for account in accounts:
        entry = {in_json.get(api.listing.account_id, api.listing.account_id): account}
        if api.listing.status:
            entry[in_json.get(api.listing.status, api.listing.status)] = "ENABLED"
        entries.append(entry)
    return {in_json.get(api.listing.accounts, api.listing.accounts): entries}


def regions_of_the_account() -> Answer:
    return {"Regions": [{"RegionName": name, "RegionOptStatus": status} for name, status in STATUSES.items()]}


def written(call: Call) -> Answer:
    return CONFIRMED.format(call.operation, "true") if call.service == "ec2" else {}


def client_of(answer: Callable[[Call], Answer]) -> tuple[AdministratorApiClient, Cloud]:
    cloud = Cloud(answer)
    return AdministratorApiClient(cloud.organizations()), cloud


@EVERY_API
def test_designating_and_removing_are_one_call_each(api: AdministratorApi) -> None:
    client, cloud = client_of(written)
    region = "eu-west-1" if api.by_region else None
    client.require_sdk(api, region or "us-east-1")
    client.enable(api, region, ACCOUNT)
    expected = [(api.client, api.enable.name, {api.enable.account_member: ACCOUNT})]
    if api.disable:
        client.disable(api, region, ACCOUNT)
        member = api.disable.account_member
        expected.append((api.client, api.disable.name, {member: ACCOUNT} if member else {}))
    calls = [(call.service, call.operation, _without_token(call.parameters)) for call in cloud.calls]
    assert calls == expected
    assert {call.region for call in cloud.calls} == {region or "us-east-1"}


def _without_token(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "clientToken"}


def test_the_administrator_of_security_lake_is_not_removed() -> None:
    client, cloud = client_of(written)
    with pytest.raises(ServiceApiError, match="deletes the data lake"):
        client.disable(SECURITY_LAKE, None, ACCOUNT)
    assert cloud.calls == []


def test_an_sdk_without_the_service_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    client, _cloud = client_of(written)
    monkeypatch.setattr(ServiceClients, "_services_of_sdk", frozenset())
    with pytest.raises(ServiceApiError, match=r"does not have guardduty:Enable.*Install boto3 1\.35\.0 or later"):
        client.require_sdk(GUARDDUTY, "us-east-1")


@pytest.mark.parametrize(
    ("api", "answer", "parts"),
    [
        (
            GUARDDUTY,
            Failure("BadRequestException", "The request failed because another account is already enabled as admin."),
            ["Failed to call guardduty:EnableOrganizationAdminAccount: ", "Remove that one first"],
        ),
        (
            GUARDDUTY,
            Failure("BadRequestException", "The request failed because you are not the master account for it."),
            ["credentials of the organization's management account"],
        ),
        (
            DETECTIVE,
            Failure("AccessDeniedException", "No.", 403),
            ["detective:EnableOrganizationAdminAccount, iam:CreateServiceLinkedRole, organizations:EnableAWSService"],
        ),
        (CLOUDTRAIL, Failure("CloudTrailAccessNotEnabledException"), ["Enable service access first"]),
        (CLOUDTRAIL, Failure("AccountNotFoundException"), ["must be a member of this organization"]),
        (IPAM, Failure("UnauthorizedOperation", status=403), ["ec2:EnableIpamOrganizationAdminAccount"]),
        (
            IPAM,
            CONFIRMED.format(IPAM.enable.name, "false"),
            ["confirm"],
        ),
        (SECURITY_HUB, Failure("ResourceConflictException", status=409), ["another account administers it", "later"]),
        (GUARDDUTY, "<html>Sign in</html>", ["could not be parsed"]),
    ],
)
def test_a_refusal_names_the_remedy(api: AdministratorApi, answer: Answer, parts: list[str]) -> None:
    client, _cloud = client_of(lambda _call: answer)
    with pytest.raises(ServiceApiError) as caught:
        client.enable(api, "eu-west-1" if api.by_region else None, ACCOUNT)
    message = caught.value.result()["msg"]
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (
            Failure("AccessDeniedException", "No.", 403),
            "securityhub:DisableOrganizationAdminAccount, organizations:DeregisterDelegatedAdministrator. A service",
        ),
        (Failure("AccessDeniedException", "No.", 403), "deregister the account without prefer_service_api"),
        (Failure("ConflictException", "No.", 409), "No. Another change of the service may be in progress"),
    ],
)
def test_a_refused_removal_names_its_remedy(answer: Answer, remedy: str) -> None:
    client, _cloud = client_of(lambda _call: answer)
    with pytest.raises(ServiceApiError) as caught:
        client.disable(SECURITY_HUB, "eu-west-1", ACCOUNT)
    assert remedy in caught.value.result()["msg"]


@NO_WAITING
def test_a_write_without_a_response_may_have_been_applied() -> None:
    client, cloud = client_of(lambda _call: ReadTimeoutError(endpoint_url="https://guardduty"))
    with pytest.raises(ServiceApiError) as caught:
        client.disable(GUARDDUTY, "eu-west-1", ACCOUNT)
    assert caught.value.leaves_outcome_unknown
    assert "Failed to call guardduty:DisableOrganizationAdminAccount: " in caught.value.result()["msg"]
    assert len(cloud.calls) == 3


def test_each_pair_of_service_and_region_is_listed_once() -> None:
    regions = ["eu-west-1", "eu-central-1", "us-west-2"]

    def answer(call: Call) -> Answer:
        (api,) = [api for api in REGIONAL if api.client == call.service]
        return listed(api, ACCOUNT) if call.region == "eu-west-1" else listed(api)

    client, cloud = client_of(answer)
    readings = client.read((api, region) for api in REGIONAL for region in regions)
    assert len(cloud.calls) == len(readings) == 15
    for api in REGIONAL:
        assert readings[api.principal, "eu-west-1"] == (RegionalAdministrator(ACCOUNT, "ENABLED"),)
        assert readings[api.principal, "us-west-2"] == ()


@NO_WAITING
@pytest.mark.parametrize(
    ("error", "attempts"),
    [(EndpointConnectionError, 1), (ConnectTimeoutError, 1), (ConnectionClosedError, 3)],
)
def test_a_region_without_the_service_is_skipped(error: type[Exception], attempts: int) -> None:
    gone = error(endpoint_url="https://guardduty.xx-new-9.amazonaws.com")  # type: ignore[call-arg]
    client, cloud = client_of(lambda _call: gone)
    readings = client.read([(GUARDDUTY, "xx-new-9"), (GUARDDUTY, "eu-west-1")])
    skipped, failed = readings[GUARDDUTY.principal, "xx-new-9"], readings[GUARDDUTY.principal, "eu-west-1"]
    assert isinstance(skipped, SkippedRegion)
    assert "does not list guardduty in xx-new-9" in skipped.reason
    assert isinstance(failed, ServiceApiError)  # it exists, so that the network is to blame
    assert [call.region for call in cloud.calls].count("xx-new-9") == attempts
    assert [call.region for call in cloud.calls].count("eu-west-1") == 3


def test_a_named_region_without_any_service_may_be_misspelled() -> None:
    def respond(call: Any) -> Any:
        if call.region == "xx-new-9" and call.service != "macie2":
            return listed(GUARDDUTY, ACCOUNT)
        return EndpointConnectionError(endpoint_url="https://guardduty.test")

    client, _cloud = client_of(respond)
    macie = ADMINISTRATOR_API_OF["macie.amazonaws.com"]
    pairs = [(api, region) for api in (GUARDDUTY, macie) for region in ("xx-new-9", "eu-wset-1", "xx-gone-1")]
    readings = client.read(pairs, ["xx-new-9", "eu-wset-1"])
    misspelled = readings[GUARDDUTY.principal, "eu-wset-1"]
    assert isinstance(misspelled, ServiceApiError)
    assert "knows no Region of this name. Check the name in regions." in misspelled.result()["msg"]
    assert isinstance(readings[macie.principal, "eu-wset-1"], ServiceApiError)
    assert isinstance(readings[macie.principal, "xx-new-9"], SkippedRegion)
    assert isinstance(readings[GUARDDUTY.principal, "xx-gone-1"], SkippedRegion)  # AWS named it


def test_a_region_that_is_newer_than_the_sdk_is_read() -> None:
    client, _cloud = client_of(lambda _call: listed(GUARDDUTY, ACCOUNT))
    readings = client.read([(GUARDDUTY, "xx-new-9")])
    assert readings == {(GUARDDUTY.principal, "xx-new-9"): (RegionalAdministrator(ACCOUNT, "ENABLED"),)}


@pytest.mark.parametrize(
    ("region", "remedy"),
    [
        ("ap-east-1", "is not enabled for the account"),
        ("af-south-1", "sts_regional_endpoints=regional"),
        ("me-south-1", "Either the Region me-south-1 is not enabled"),
        ("us-east-1", "us-east-1 is enabled in every account"),
    ],
)
@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidClientTokenId"])
def test_a_refused_token_is_told_from_a_disabled_region(region: str, remedy: str, code: str) -> None:
    def answer(call: Call) -> Answer:
        return regions_of_the_account() if call.service == "account" else Failure(code, status=403)

    client, cloud = client_of(answer)
    reading = client.read([(GUARDDUTY, region)])[GUARDDUTY.principal, region]
    assert isinstance(reading, ServiceApiError)
    assert remedy in reading.result()["msg"]
    with pytest.raises(ServiceApiError, match="Failed to call guardduty:EnableOrganizationAdminAccount") as caught:
        client.enable(GUARDDUTY, region, ACCOUNT)
    assert remedy in caught.value.result()["msg"]
    assert [call.operation for call in cloud.calls].count("ListRegions") == 1


def test_expired_credentials_are_raised_once() -> None:
    client, cloud = client_of(lambda _call: Failure("ExpiredTokenException", status=403))
    regions = ["eu-west-1", "us-west-2", "us-east-2", "eu-west-3"]
    with pytest.raises(ServiceApiError, match="Failed to list") as caught:
        client.read((api, region) for api in REGIONAL for region in regions)
    assert "Renew the temporary credentials" in caught.value.result()["msg"]
    assert len(cloud.calls) <= 8  # those that had begun
