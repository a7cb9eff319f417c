# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first checks of a request's parameters, from the API reference in the form of botocore's model."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from .helpers import ADMINISTRATOR, CONFIG, GUARDDUTY, message_of, refused, unchecked_client


@pytest.mark.parametrize(
    ("operation", "arguments", "reason"),
    [
        ("enable_aws_service_access", {}, "INPUT_REQUIRED:SERVICE_PRINCIPAL"),
        ("enable_aws_service_access", {"ServicePrincipal": ""}, "MIN_LENGTH_EXCEEDED:SERVICE_PRINCIPAL"),
        ("disable_aws_service_access", {"ServicePrincipal": ""}, "MIN_LENGTH_EXCEEDED:SERVICE_PRINCIPAL"),
        ("list_delegated_administrators", {"ServicePrincipal": ""}, "MIN_LENGTH_EXCEEDED:SERVICE_PRINCIPAL"),
        ("enable_aws_service_access", {"ServicePrincipal": "a" * 129}, "MAX_LENGTH_EXCEEDED:SERVICE_PRINCIPAL"),
        ("enable_aws_service_access", {"ServicePrincipal": "a b"}, "INVALID_PATTERN:SERVICE_PRINCIPAL"),
        ("enable_aws_service_access", {"ServicePrincipal": "ä.amazonaws.com"}, "INVALID_PATTERN:SERVICE_PRINCIPAL"),
        ("enable_aws_service_access", {"ServicePrincipal": "Config.amazonaws.com"}, "UNRECOGNIZED_SERVICE_PRINCIPAL"),
        ("list_aws_service_access_for_organization", {"MaxResults": 0}, "MIN_VALUE_EXCEEDED:MAX_RESULTS"),
        ("list_aws_service_access_for_organization", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED:MAX_RESULTS"),
        ("list_accounts", {"MaxResults": 0}, "MIN_VALUE_EXCEEDED:MAX_RESULTS"),
        ("list_roots", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED:MAX_RESULTS"),
        ("list_delegated_administrators", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED:MAX_RESULTS"),
        (
            "list_delegated_services_for_account",
            {"AccountId": ADMINISTRATOR, "MaxResults": 0},
            "MIN_VALUE_EXCEEDED:MAX_RESULTS",
        ),
        ("describe_account", {"AccountId": "12345678901"}, "INVALID_PATTERN:ACCOUNT_ID"),
        ("describe_account", {}, "INPUT_REQUIRED:ACCOUNT_ID"),
        ("register_delegated_administrator", {"AccountId": ADMINISTRATOR}, "INPUT_REQUIRED:SERVICE_PRINCIPAL"),
        (
            "register_delegated_administrator",
            {"AccountId": "x", "ServicePrincipal": CONFIG},
            "INVALID_PATTERN:ACCOUNT_ID",
        ),
        ("enable_policy_type", {"RootId": "r-aaaa", "PolicyType": "XYZ_POLICY"}, "INVALID_ENUM_POLICY_TYPE"),
        ("create_organization", {"FeatureSet": "XYZ"}, "INVALID_ENUM:FEATURE_SET"),
    ],
)
def test_refused_parameters(emulator: EmulatorControl, operation: str, arguments: dict[str, Any], reason: str) -> None:
    emulator.organization()
    client = unchecked_client(emulator)
    assert refused(getattr(client, operation), **arguments) == ("InvalidInputException", reason)
    assert refused(client.create_organization, FeatureSet="ALL")[0] == "AlreadyInOrganizationException"


def test_an_unknown_feature_set_creates_no_organization(emulator: EmulatorControl) -> None:
    client = unchecked_client(emulator)
    assert refused(client.create_organization, FeatureSet="XYZ") == (
        "InvalidInputException",
        "INVALID_ENUM:FEATURE_SET",
    )
    assert refused(client.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    organization = client.create_organization(FeatureSet="CONSOLIDATED_BILLING")["Organization"]
    assert organization["FeatureSet"] == "CONSOLIDATED_BILLING"


def test_null_is_absent_and_unknown_members_are_ignored(emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[CONFIG])
    client = unchecked_client(emulator)
    client.meta.events.register(
        "before-call.organizations",
        lambda params, **_kwargs: params.update(body=b'{"MaxResults": null, "NextToken": null, "Nonsense": [1]}'),
    )
    assert len(client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]) == 1


def test_reasons_without_the_parameter(emulator: EmulatorControl) -> None:
    emulator.organization()
    emulator.settings(reasons_name_the_member=False)
    client = unchecked_client(emulator)
    assert refused(client.list_roots, MaxResults=0)[1] == "MIN_VALUE_EXCEEDED"
    assert refused(client.enable_aws_service_access, ServicePrincipal="a b")[1] == "INVALID_PATTERN"


@pytest.mark.parametrize(
    "principal",
    [
        "gaurdduty.amazonaws.com",
        "stacksets.cloudformation.amazonaws.com",
        "license-manager.member-account.amazonaws.com.",
    ],
)
def test_names_that_aws_does_not_recognize(botocore_client: Any, emulator: EmulatorControl, principal: str) -> None:
    emulator.organization(enabled=[GUARDDUTY], members={ADMINISTRATOR: "security"})
    expected = ("InvalidInputException", "UNRECOGNIZED_SERVICE_PRINCIPAL")
    registration = {"AccountId": ADMINISTRATOR, "ServicePrincipal": principal}
    assert refused(botocore_client.enable_aws_service_access, ServicePrincipal=principal) == expected
    assert refused(botocore_client.disable_aws_service_access, ServicePrincipal=principal) == expected
    assert refused(botocore_client.list_delegated_administrators, ServicePrincipal=principal) == expected
    assert refused(botocore_client.register_delegated_administrator, **registration) == expected
    assert refused(botocore_client.deregister_delegated_administrator, **registration) == expected
    message = message_of(botocore_client.enable_aws_service_access, ServicePrincipal=principal)
    assert message == "You specified an unrecognized service principal."
