# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors: cause, AWS's words, remedy."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import HTTPClientError, NoCredentialsError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import (
    AnsibleOrganizationsError,
    MalformedResponseError,
    common_error_handler,
    describe_error,
)
from ansible_collections.orgops.aws.tests.fixtures import client_error


def test_an_unknown_code_passes_with_the_words_of_aws() -> None:
    result = AnsibleOrganizationsError("Failed to do it", client_error("BrandNewException")).result()
    assert result["msg"] == "Failed to do it: BrandNewException: AWS's words."


def test_a_server_fault_without_a_known_code_says_try_again() -> None:
    assert "Run the task again" in describe_error(client_error("502", status=502)).remedy


def test_no_noise_about_botocores_retries() -> None:
    error = client_error("ServiceException", MaxAttemptsReached=True, RetryAttempts=0)
    assert "reached max retries" in str(error)
    assert "max retries" not in AnsibleOrganizationsError("Failed", error).result()["msg"]


@pytest.mark.parametrize("status", [302, 400, 403])
def test_a_proxys_page_has_a_remedy(status: int) -> None:
    assert "check proxies and endpoint_url" in describe_error(client_error(str(status), status=status)).remedy


def test_an_error_without_a_message_is_a_sentence() -> None:
    error = client_error("BrandNewException")
    error.response["Error"]["Message"] = " "
    assert str(describe_error(error)) == (
        "BrandNewException: The response contains no message. "
        "Look up the error code in the AWS API reference of EnableAWSServiceAccess."
    )
    denied = client_error("AccessDeniedException")
    denied.response["Error"]["Message"] = ""
    assert "Look up" not in str(describe_error(denied))


def test_a_proxys_page_is_cut_short() -> None:
    error = client_error("403")
    error.response["Error"]["Message"] = "<html>\n" + "x" * 5000
    assert len(describe_error(error).message) < 320


def test_a_long_message_of_aws_is_shown_in_full() -> None:
    denial = (
        "User: arn:aws:iam::111111111111:role/x is not authorized to perform: organizations:x. " + "y" * 600 + " end"
    )
    error = client_error("AccessDeniedException")
    error.response["Error"]["Message"] = denial
    assert describe_error(error).message == denial
    error.response["Error"]["Message"] = "x" * 5000
    assert len(describe_error(error).message) < 1020


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
def test_which_errors_concern_one_subject(exception: Exception | None, alone: bool) -> None:
    assert AnsibleOrganizationsError("Failed", exception).concerns_one_subject is alone


def test_a_header_that_http_client_quotes_is_not_shown() -> None:
    error = describe_error(HTTPClientError(error="Invalid header value b'SECRET-TOKEN\\n'"))
    assert "SECRET" not in str(error)
    assert "Invalid header value" in str(error)


def test_a_description_is_taken_literally() -> None:
    @common_error_handler("assume the role a/{}/{0}/{b}")
    def call() -> None:
        raise NoCredentialsError

    with pytest.raises(AnsibleOrganizationsError, match=re.escape("Failed to assume the role a/{}/{0}/{b}")):
        call()


def test_an_unparsable_response_is_an_error_with_a_remedy() -> None:
    @common_error_handler("list service access")
    def call() -> None:
        raise AttributeError("'str' object has no attribute 'get'")

    with pytest.raises(
        MalformedResponseError, match="Failed to list service access: the response could not be"
    ) as info:
        call()
    assert info.value.result()["error"]["code"] == "MalformedResponse"
