# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about each error."""

from __future__ import annotations

import botocore.session
import pytest
from botocore import exceptions
from botocore.exceptions import NoCredentialsError, ReadTimeoutError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import (
    AnsibleOrganizationsError,
    describe_error,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.remedies import (
    LASTING_REMEDIES,
    REASON_REMEDIES,
    REMEDIES,
    administrator_remedy,
    explain,
    service_api_remedy,
)
from ansible_collections.orgops.aws.tests.fixtures import client_error


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
        ("InvalidInputException", "MIN_LENGTH_EXCEEDED:SERVICE_PRINCIPAL", "Check the spelling"),
        ("InvalidInputException", "INVALID_NEXT_TOKEN", "Run the task again"),
        ("ConcurrentModificationException", None, "completed changes are kept"),
        ("TooManyRequestsException", None, "completed changes are kept"),
        ("ServiceException", None, "completed changes are kept"),
        ("UnsupportedAPIEndpointException", None, "endpoint_url"),
        ("UnrecognizedClientException", None, "Fix the credentials"),
        ("InvalidClientTokenId", None, "Fix the credentials"),
        ("InvalidSignatureException", None, "does not match the access key"),
        ("MissingAuthenticationTokenException", None, "Fix the credentials"),
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


@pytest.mark.parametrize(
    ("exception", "code", "remedy"),
    [
        (NoCredentialsError(), "NoCredentialsError", "Fix the credentials"),
        (ReadTimeoutError(endpoint_url="https://a"), "ReadTimeoutError", "read_timeout"),
        (exceptions.ProfileNotFound(profile="x"), "ProfileNotFound", "The option profile"),
        (exceptions.InvalidRegionError(region_name="x"), "InvalidRegionError", "Fix the option region"),
        (exceptions.NoRegionError(), "NoRegionError", "Set the option region"),
        (
            exceptions.PartialCredentialsError(provider="explicit", cred_var="aws_secret_access_key"),
            "PartialCredentialsError",
            "Set access_key and secret_key, or neither.",
        ),
        (exceptions.NoAuthTokenError(), "NoAuthTokenError", "aws sso login"),
        (exceptions.MissingDependencyException(msg="botocore[crt]"), "MissingDependencyException", "Install the"),
        (
            exceptions.InfiniteLoopConfigError(source_profile="a", visited_profiles=["a"]),
            "InfiniteLoopConfigError",
            "source_profile",
        ),
    ],
)
def test_errors_of_botocore_itself(exception: Exception, code: str, remedy: str) -> None:
    error = describe_error(exception)
    assert error.code == code
    assert remedy in error.remedy


# Of ``aws login``, from botocore 1.41 on.
LOGIN_ERRORS = {name for name in REMEDIES if name.startswith("Login")}


@pytest.mark.skipif(not hasattr(exceptions, "LoginError"), reason="this botocore has no aws login")
def test_every_error_of_aws_login_has_a_remedy_and_lasts() -> None:
    of_botocore = {name for name in dir(exceptions) if name.startswith("Login")}
    assert of_botocore == LOGIN_ERRORS
    assert of_botocore <= LASTING_REMEDIES.keys()
    error = describe_error(exceptions.LoginRefreshRequired())
    assert (error.code, error.remedy) == ("LoginRefreshRequired", "Sign in again with aws login.")


def test_every_error_of_botocore_is_one_that_it_raises() -> None:
    of_botocore = [name for name in REMEDIES if name.endswith("Error") and name not in LOGIN_ERRORS]
    assert of_botocore
    assert [name for name in of_botocore if not hasattr(exceptions, name)] == []


def test_every_exception_and_reason_is_one_of_the_operations() -> None:
    model = botocore.session.get_session().get_service_model("organizations")
    named = [name for name in REMEDIES if name in model.shape_names]
    for operation in ("EnableAWSServiceAccess", "DisableAWSServiceAccess", "ListAWSServiceAccessForOrganization"):
        raised = {shape.name for shape in model.operation_model(operation).error_shapes}
        reasons = {"InvalidInputException", "ConstraintViolationException"}  # they have a remedy for each reason
        assert raised - reasons <= set(named)
    of_reasons = {
        value
        for shape in ("InvalidInputExceptionReason", "ConstraintViolationExceptionReason")
        for value in model.shape_for(shape).enum
    }
    newer_than_the_oldest_botocore = {"POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"}
    assert set(REASON_REMEDIES) - of_reasons <= newer_than_the_oldest_botocore


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("Failed to connect to AWS: Invalid endpoint: x", "Fix the option endpoint_url"),
        ("Passing both a profile and access tokens is not supported.", "Use either profile or"),
    ],
)
def test_an_error_of_amazon_aws_has_a_remedy(message: str, remedy: str) -> None:
    explained = explain(message)
    assert explained.startswith(f"{message.rstrip('.')}. {remedy}")
    assert explain(explained) == explained


def test_any_other_message_stays_as_it_is() -> None:
    assert explain("missing required arguments: service_principals") == "missing required arguments: service_principals"


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("Busy.", "Run the task again later"),
        ("because another account has already been designated as the delegated Macie", "Remove that one first"),
    ],
)
def test_a_conflict_of_administrators_speaks_of_them(message: str, remedy: str) -> None:
    found = administrator_remedy("ConflictException", message)
    assert remedy in found
    assert "To disable the service" not in found
    assert "To disable the service" in service_api_remedy("ConflictException", "Busy.")


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        ("AccessDeniedException", "Denied.", "allow this identity {actions}"),
        ("AccessDeniedException", "Macie is not enabled", "Macie may have to be enabled"),
        ("BadRequestException", "because another account is already enabled as GuardDuty delegated", "Remove that one"),
        ("BadRequestException", "Something else.", ""),
    ],
)
def test_the_message_decides_where_a_code_is_ambiguous(code: str, message: str, remedy: str) -> None:
    found = service_api_remedy(code, message)
    assert remedy in found
    assert bool(remedy) is bool(found)
