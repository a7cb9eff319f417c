# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: cause, AWS's words, remedy."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError, ReadTimeoutError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import (
    AnsibleOrganizationsError,
    MalformedResponseError,
    OrganizationsErrorHandler,
    concerns_one_principal,
    describe_error,
)


def client_error(code: str, reason: str | None = None, status: int = 400, **metadata: Any) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": "AWS's words."},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1", **metadata},
    }
    return ClientError({**response, "Reason": reason} if reason else response, "EnableAWSServiceAccess")


@pytest.mark.parametrize(
    ("code", "reason", "remedy"),
    [
        ("AWSOrganizationsNotInUseException", None, "management account, or create the organization"),
        ("AccessDeniedException", None, "organizations:EnableAWSServiceAccess"),
        ("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "EnableAllFeatures"),
        ("ConstraintViolationException", "SERVICE_ACCESS_NOT_ENABLED", "Enable service access first"),
        ("ConstraintViolationException", "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE", "DisablePolicyType"),
        ("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL", "Check the spelling"),
        ("InvalidInputException", "INVALID_PATTERN", "Check the spelling"),
        ("InvalidInputException", "INVALID_NEXT_TOKEN", "Run the task again"),
        ("ConcurrentModificationException", None, "what it has done stays done"),
        ("TooManyRequestsException", None, "what it has done stays done"),
        ("ServiceException", None, "what it has done stays done"),
        ("UnsupportedAPIEndpointException", None, "endpoint_url"),
        ("UnrecognizedClientException", None, "Mend the credentials"),
        ("InvalidClientTokenId", None, "Mend the credentials"),
        ("InvalidSignatureException", None, "does not fit the access key"),
        ("MissingAuthenticationTokenException", None, "Mend the credentials"),
        ("ExpiredTokenException", None, "Renew the temporary credentials"),
        ("ExpiredToken", None, "Renew the temporary credentials"),
    ],
)
def test_every_known_error_has_its_remedy(code: str, reason: str | None, remedy: str) -> None:
    result = AnsibleOrganizationsError("Failed to do it", client_error(code, reason)).result()
    assert result["msg"].startswith(f"Failed to do it: {code}")
    assert "AWS's words." in result["msg"]
    assert remedy in result["msg"]
    assert result["error"] == {"code": code, "message": "AWS's words."}
    assert result.get("reason") == reason
    assert result["request_id"] == "r-1"


def test_an_unknown_code_passes_with_the_words_of_aws() -> None:
    result = AnsibleOrganizationsError("Failed to do it", client_error("BrandNewException")).result()
    assert result["msg"] == "Failed to do it: BrandNewException: AWS's words."


def test_a_server_fault_without_a_known_code_says_try_again() -> None:
    assert "Run it again" in describe_error(client_error("502", status=502)).remedy


def test_no_noise_about_botocores_retries() -> None:
    error = client_error("ServiceException", MaxAttemptsReached=True, RetryAttempts=0)
    assert "reached max retries" in str(error)
    assert "max retries" not in AnsibleOrganizationsError("Failed", error).result()["msg"]


def test_a_proxys_page_is_cut_short() -> None:
    error = client_error("403")
    error.response["Error"]["Message"] = "<html>\n" + "x" * 5000
    assert len(describe_error(error).message) < 320


@pytest.mark.parametrize(
    ("exception", "code", "remedy"),
    [
        (NoCredentialsError(), "NoCredentialsError", "Mend the credentials"),
        (ReadTimeoutError(endpoint_url="https://a"), "ReadTimeoutError", "read_timeout"),
    ],
)
def test_errors_of_botocore_itself(exception: Exception, code: str, remedy: str) -> None:
    error = describe_error(exception)
    assert error.code == code
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("exception", "alone"),
    [
        (client_error("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL"), True),
        (client_error("ConstraintViolationException", "POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"), True),
        (client_error("ConstraintViolationException"), True),
        (client_error("ConstraintViolationException", "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"), False),
        (client_error("AccessDeniedException"), False),
        (client_error("TooManyRequestsException"), False),
        (NoCredentialsError(), False),
        (None, False),
    ],
)
def test_which_errors_concern_one_principal(exception: Exception | None, alone: bool) -> None:
    assert concerns_one_principal(exception) is alone


def test_a_header_that_http_client_quotes_is_not_shown() -> None:
    error = describe_error(HTTPClientError(error="Invalid header value b'SECRET-TOKEN\\n'"))
    assert "SECRET" not in str(error)
    assert "Invalid header value" in str(error)


def test_an_answer_that_cannot_be_parsed_is_an_error_with_a_remedy() -> None:
    @OrganizationsErrorHandler.common_error_handler("list service access")
    def call() -> None:
        raise AttributeError("'str' object has no attribute 'get'")

    with pytest.raises(MalformedResponseError, match="Failed to list service access: the answer could not be") as info:
        call()
    assert info.value.result()["error"]["code"] == "MalformedResponse"
