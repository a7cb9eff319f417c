# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The format of a response, and the response to an unknown or malformed request."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import Shape

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .helpers import CONFIG, GUARDDUTY, refused

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
LIST = "ListAWSServiceAccessForOrganization"
# The operations that the emulator implements; it does not know the model's others.
EMULATED = {
    "AttachPolicy",
    "CloseAccount",
    "CreateAccount",
    "CreateOrganization",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "DeregisterDelegatedAdministrator",
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "DescribeOrganization",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "DetachPolicy",
    "DisableAWSServiceAccess",
    "DisablePolicyType",
    "EnableAWSServiceAccess",
    "EnablePolicyType",
    "ListAWSServiceAccessForOrganization",
    "ListAccounts",
    "ListAccountsForParent",
    "ListChildren",
    "ListCreateAccountStatus",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
    "MoveAccount",
    "RegisterDelegatedAdministrator",
    "RemoveAccountFromOrganization",
    "TagResource",
    "UntagResource",
    "UpdateOrganizationalUnit",
    "UpdatePolicy",
}


def least(shape: Shape) -> Any:
    """Return the smallest value that is valid for a shape."""
    if shape.type_name == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [least(shape.member)]
    if shape.type_name == "string":
        return (shape.metadata.get("enum") or ["x" * max(1, shape.metadata.get("min", 1))])[0]
    return 0


def headers_of(response: dict[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = response["ResponseMetadata"]["HTTPHeaders"]
    return headers


def failure(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    response: dict[str, Any] = error.value.response
    return response


def send(emulator: EmulatorControl, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Return a request that no SDK would send."""
    connection = http.client.HTTPConnection(emulator.url.removeprefix("http://"), timeout=5)
    credential = "Credential=AKIDEXAMPLE/20261124/us-east-1/organizations/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": target,
    }
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    assert re.fullmatch(UUID, response.headers["x-amzn-requestid"])
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    return response.status, json.load(response)


def test_every_response_has_a_request_id_and_a_content_type(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[GUARDDUTY])
    emulator.fault("DescribeOrganization", code="ServiceException")
    responses = [
        botocore_client.list_aws_service_access_for_organization(),
        botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY),
        failure(botocore_client.enable_aws_service_access, ServicePrincipal="gaurdduty.amazonaws.com"),
        failure(botocore_client.describe_organization),
        failure(botocore_client.enable_all_features),
    ]
    for response in responses:
        headers = headers_of(response)
        assert re.fullmatch(UUID, headers["x-amzn-requestid"])
        assert headers["content-type"] == "application/x-amz-json-1.1"
    request_ids = [response["ResponseMetadata"]["RequestId"] for response in responses]
    assert len(set(request_ids)) == len(request_ids)
    assert [entry["request_id"] for entry in emulator.requests()] == request_ids


def test_a_proxys_page_is_not_a_response_of_aws(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.fault(LIST, body="<html>Sign in</html>")
    headers = headers_of(botocore_client.list_aws_service_access_for_organization())
    assert headers["content-type"] == "text/html"
    assert "x-amzn-requestid" not in headers


def test_an_operation_that_is_not_emulated(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization()
    response = failure(botocore_client.enable_all_features)
    assert response["Error"]["Code"] == "UnknownOperationException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    handshake = {"HandshakeId": "whatever it holds"}
    assert refused(botocore_client.accept_handshake, **handshake)[0] == "UnknownOperationException"
    logged = [(entry["operation"], entry["status"], entry["error"]) for entry in emulator.requests()]
    assert logged == [
        ("EnableAllFeatures", 400, "UnknownOperationException"),
        ("AcceptHandshake", 400, "UnknownOperationException"),
    ]


def error_code(call: Any, **arguments: Any) -> str:
    """Return the error code of a call, blank if it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_exactly_the_emulated_operations_are_known(botocore_client: Any, emulator: EmulatorControl) -> None:
    model = botocore_client.meta.service_model
    codes = {}
    for operation in model.operation_names:
        emulator.reset()
        emulator.organization()
        shape = model.operation_model(operation).input_shape
        codes[operation] = error_code(
            getattr(botocore_client, xform_name(operation)), **(least(shape) if shape else {})
        )
    known = {operation for operation, code in codes.items() if code != "UnknownOperationException"}
    assert known == EMULATED


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("AWSOrganizationsV20161128.Nonsense", b"{}", "UnknownOperationException"),
        (f"AWSOrganizationsV19990101.{LIST}", b"{}", "UnknownOperationException"),
        ("AWSOrganizationsV20161128.CreatePolicyNot", b"[]", "UnknownOperationException"),
        (f"AWSOrganizationsV20161128.{LIST}", b"no JSON", "SerializationException"),
        (f"AWSOrganizationsV20161128.{LIST}", b"\xff\xfe", "SerializationException"),
        (f"AWSOrganizationsV20161128.{LIST}", b"[]", "SerializationException"),
        (f"AWSOrganizationsV20161128.{LIST}", b'{"MaxResults": "many"}', "SerializationException"),
        (f"AWSOrganizationsV20161128.{LIST}", b'{"MaxResults": true}', "SerializationException"),
        ("AWSOrganizationsV20161128.EnableAWSServiceAccess", b'{"ServicePrincipal": ["a"]}', "SerializationException"),
    ],
)
def test_requests_that_no_sdk_sends(emulator: EmulatorControl, target: str, body: bytes, code: str) -> None:
    emulator.organization()
    status, answer = send(emulator, target, body)
    assert (status, answer["__type"]) == (400, code)
    (entry,) = emulator.requests()
    assert (entry["operation"], entry["status"], entry["error"]) == (target.rpartition(".")[2], 400, code)


@pytest.mark.parametrize(
    ("service", "target", "body", "code"),
    [
        ("sts", None, b"Action=Nonsense&Version=2011-06-15", b"<Code>InvalidAction</Code>"),
        ("health", "AWSHealth_20160804.Nonsense", b"{}", b'"__type": "UnknownOperationException"'),
    ],
)
def test_other_services(emulator: EmulatorControl, service: str, target: str | None, body: bytes, code: bytes) -> None:
    connection = http.client.HTTPConnection(emulator.url.removeprefix("http://"), timeout=5)
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/{service}/aws4_request",
        "Content-Type": "application/x-www-form-urlencoded",
        **({"X-Amz-Target": target} if target else {}),
    }
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    assert response.status == 400
    assert code in response.read()
    assert [(entry["operation"], entry["status"]) for entry in emulator.requests()] == [("Nonsense", 400)]


def test_dates_have_milliseconds(botocore_client: Any, emulator: EmulatorControl) -> None:
    emulator.organization(
        members={"222222222222": "security"}, enabled=[CONFIG], delegated_administrators={CONFIG: ["222222222222"]}
    )
    botocore_client.enable_aws_service_access(ServicePrincipal=GUARDDUTY)
    services = botocore_client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    (administrator,) = botocore_client.list_delegated_administrators()["DelegatedAdministrators"]
    (service,) = botocore_client.list_delegated_services_for_account(AccountId="222222222222")["DelegatedServices"]
    dates = [
        *(entry["DateEnabled"] for entry in services),
        administrator["JoinedTimestamp"],
        administrator["DelegationEnabledDate"],
        service["DelegationEnabledDate"],
    ]
    assert [date for date in dates if date.microsecond % 1000] == []
    assert [date for date in dates if date.microsecond] != []
