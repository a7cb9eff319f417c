# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog's invariants, and what it says of names it does not know."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import botocore
import botocore.session
import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.names import invalid_names
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import (
    BY_PRINCIPAL,
    POLICY_PRINCIPALS,
    SERVICES,
    WAYS,
    Service,
    explain_unknown,
    service_name,
    suggest,
)

BOTOCORE = tuple(int(part) for part in botocore.__version__.split("."))
NEWER_THAN_THE_CATALOG = (1, 44)  # knows every service of it; the oldest supported one does not
COMMAND = r"(?:: |[Rr]un )(aws [a-z0-9-]+ .+?)[.,](?: |$)"


def test_every_name_stands_once() -> None:
    names = [
        name
        for service in SERVICES
        for name in (
            *service.principals,
            *service.legacy_principals,
            *service.rejected_principals,
            *service.role_principals,
        )
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert invalid_names(names) == []
    assert all(name.endswith((".amazonaws.com", ".amazon.com")) for name in names)


def test_every_entry_is_complete() -> None:
    for service in SERVICES:
        assert service.principals or "no service access" in service.note, service.name
        assert service.enable in WAYS, service.name
        assert service.disable in WAYS, service.name
        assert service.documentation_url.startswith("https://docs.aws.amazon.com/"), service.name
        assert service.documentation_url.endswith(".html"), service.name
        for text in texts(service):
            assert text == text.strip()
            assert "  " not in text
            assert text.endswith(".")


def texts(service: Service) -> list[str]:
    """Return what the catalog says about a service, in sentences."""
    sentences = (
        service.insufficient,
        service.organizations_register_insufficient,
        service.disable_disrupts,
        service.deregister_disrupts,
        service.note,
        service.disable_note,
    )
    return [text for text in sentences if text]


def operation_model(api: str, operation: str) -> Any:
    """Return botocore's model of an operation. Skip the test where botocore is too old to know the service."""
    session = botocore.session.get_session()
    if BOTOCORE < NEWER_THAN_THE_CATALOG and api not in session.get_available_services():
        pytest.skip(f"botocore {botocore.__version__} is older than {api}")
    model = session.get_service_model(api)
    if BOTOCORE < NEWER_THAN_THE_CATALOG and operation not in model.operation_names:
        pytest.skip(f"botocore {botocore.__version__} is older than {api}:{operation}")
    return model.operation_model(operation)


OPERATIONS = sorted(
    {operation for service in SERVICES for operation in (*service.native_enable_api, *service.native_disable_api)}
)
COMMANDS = sorted({command for service in SERVICES for text in texts(service) for command in re.findall(COMMAND, text)})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_native_operations_exist_in_botocore(operation: str) -> None:
    assert operation_model(*operation.split(":"))


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_complete_for_the_aws_cli(command: str) -> None:
    _aws, api, name, *words = command.split()
    (operation,) = [
        operation for operation in session_operations(api) if botocore.xform_name(operation, "-") == name
    ] or pytest.skip(f"botocore {botocore.__version__} is older than {api} {name}")
    members = operation_model(api, operation).input_shape
    options = {botocore.xform_name(member, "-") for member in (members.members if members else ())}
    required = {botocore.xform_name(member, "-") for member in (members.required_members if members else ())}
    given = {word[2:] for word in words if word.startswith("--")}
    assert required <= given <= options


def session_operations(api: str) -> list[str]:
    session = botocore.session.get_session()
    known = api in session.get_available_services()
    assert known or BOTOCORE < NEWER_THAN_THE_CATALOG
    return list(session.get_service_model(api).operation_names) if known else []


def test_what_is_not_enough_names_the_command_that_is_needed() -> None:
    sentences = [(service.insufficient, service.organizations_register_insufficient) for service in SERVICES]
    assert [text for pair in sentences for text in pair if text and not re.search(COMMAND, text)] == []


def test_administrators_only_where_the_service_supports_them() -> None:
    for service in SERVICES:
        if not service.delegated_administrator:
            assert service.most_delegated_administrators is None, service.name
            assert not service.organizations_register_insufficient, service.name
            assert not service.deregister_disrupts, service.name
        elif service.most_delegated_administrators is not None:
            assert service.most_delegated_administrators > 0, service.name


def test_documented_limits_and_effects_of_delegation() -> None:
    guardduty = BY_PRINCIPAL["guardduty.amazonaws.com"]
    assert guardduty.most_delegated_administrators == 1
    assert "In every Region, run aws guardduty enable-organization" in guardduty.organizations_register_insufficient
    assert BY_PRINCIPAL["member.org.stacksets.cloudformation.amazonaws.com"].most_delegated_administrators == 5
    assert BY_PRINCIPAL["backup.amazonaws.com"].most_delegated_administrators is None
    assert "behavior graphs" in BY_PRINCIPAL["detective.amazonaws.com"].deregister_disrupts


def test_the_services_with_a_safeguard() -> None:
    assert {principal for principal, service in BY_PRINCIPAL.items() if service.disable_disrupts} == {
        "cloudtrail.amazonaws.com",
        "controltower.amazonaws.com",
        "network-security-manager.amazonaws.com",
        "ram.amazonaws.com",
        "sso.amazonaws.com",
    }


def test_names_of_services() -> None:
    assert service_name("sso.amazonaws.com") == "AWS IAM Identity Center"
    assert service_name("malware-protection.guardduty.amazonaws.com") == "Amazon GuardDuty"
    assert service_name("brand-new.amazonaws.com") is None


@pytest.mark.parametrize(
    ("unknown", "nearest"),
    [
        ("gaurdduty.amazonaws.com", "guardduty.amazonaws.com"),
        ("guardduty", "guardduty.amazonaws.com"),
        ("guardduty.amazon.com", "guardduty.amazonaws.com"),
        ("GuardDuty.amazonaws.com", "guardduty.amazonaws.com"),
        ("notification.amazonaws.com", "notifications.amazon.com"),
        ("license-manager.member-account.amazonaws.com.", "license-manager.member-account.amazonaws.com"),
        ("inspector.amazonaws.com", "inspector2.amazonaws.com"),
        ("guardduty.amazonaws.co", "guardduty.amazonaws.com"),
        ("guardduty.amazonaws", "guardduty.amazonaws.com"),
        ("guardduty.am", "guardduty.amazonaws.com"),
        ("guardduty.", "guardduty.amazonaws.com"),
        ("guardduty.amazonaws.com.cn", "guardduty.amazonaws.com"),
        ("guardduty.amazonasw.com", "guardduty.amazonaws.com"),
        ("member.org.stacksets.cloudformation.amazonaws.c", "member.org.stacksets.cloudformation.amazonaws.com"),
        ("storagelens.s3.amazonaws.com", "storage-lens.s3.amazonaws.com"),
    ],
)
def test_the_nearest_name_is_suggested_first(unknown: str, nearest: str) -> None:
    assert suggest(unknown)[0] == nearest
    explanation = explain_unknown(unknown)
    assert explanation
    assert f"did you mean {nearest}" in explanation


@pytest.mark.parametrize(
    ("unknown", "parts"),
    [
        ("aws-artifact-account-sync.amazonaws.com", ["older name of AWS Artifact", "artifact.amazonaws.com"]),
        (
            "stacksets.cloudformation.amazonaws.com",
            [
                "AWS refused stacksets.cloudformation.amazonaws.com in a public report",
                "use member.org.stacksets.cloudformation.amazonaws.com",
            ],
        ),
        (
            "dashboard.eks.amazonaws.com",
            ["service-linked role of Amazon EKS", "For service access, use eks.amazonaws.com"],
        ),
        ("zzz.amazonaws.com", ["zzz.amazonaws.com is not in the catalog of this collection. It may still be valid"]),
        ("zzz", ["zzz is not in the catalog of this collection. Every name that AWS documents ends in .amazonaws.com"]),
        (
            "notifications.amazonaws.com",
            [
                "AWSUserNotificationsServiceLinkedRolePolicy names notifications.amazonaws.com for service access.",
                "does not document it. The AWS Organizations user guide names notifications.amazon.com.",
            ],
        ),
        (
            "network-security-director.amazonaws.com",
            ["AWS does not document it."],
        ),
    ],
)
def test_what_is_said_of_other_names(unknown: str, parts: list[str]) -> None:
    explanation = explain_unknown(unknown)
    assert explanation
    for part in parts:
        assert part in explanation


def test_a_name_without_a_domain_is_not_said_to_be_valid() -> None:
    assert "may still be valid" not in str(explain_unknown("guardduty"))
    assert "did you mean guardduty.amazonaws.com?" in str(explain_unknown("guardduty"))


def test_names_in_managed_policies_are_no_other_names() -> None:
    assert not set(POLICY_PRINCIPALS) & set(BY_PRINCIPAL)
    documented = {found.documented for found in POLICY_PRINCIPALS.values()} - {""}
    assert documented <= set(BY_PRINCIPAL)


def test_no_name_is_taken_for_a_domain() -> None:
    """What is compared is the name without its domain: it must be left of every known name, and differ."""
    assert [suggest(principal)[0] for principal in BY_PRINCIPAL] == list(BY_PRINCIPAL)


def test_known_names_need_no_word() -> None:
    assert [explain_unknown(principal) for principal in BY_PRINCIPAL] == [None] * len(BY_PRINCIPAL)
