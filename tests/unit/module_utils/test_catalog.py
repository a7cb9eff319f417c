# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog's invariants, and what it says of names it does not know."""

from __future__ import annotations

from collections import Counter

import botocore
import botocore.session
import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import (
    BY_PRINCIPAL,
    SERVICES,
    WAYS,
    Service,
    explain_unknown,
    service_name,
    suggest,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access import invalid_names

BOTOCORE = tuple(int(part) for part in botocore.__version__.split("."))
NEWER_THAN_THE_CATALOG = (1, 44)  # knows every service of it; the oldest supported one does not
SERVICE = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def test_every_service_of_the_user_guide() -> None:
    assert len(SERVICES) == 51
    assert len(BY_PRINCIPAL) == 57


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


@SERVICE
def test_an_entry_is_complete(service: Service) -> None:
    assert service.principals
    assert service.enable in WAYS
    assert service.disable in WAYS
    assert service.documentation_url.startswith("https://docs.aws.amazon.com/")
    assert service.documentation_url.endswith(".html")
    for text in (service.insufficient, service.disable_disrupts, service.note, service.disable_note):
        assert text == text.strip()
        assert not text or text.endswith(".")


@SERVICE
def test_native_operations_exist_in_botocore(service: Service) -> None:
    session = botocore.session.get_session()
    for operation in (
        *service.native_enable_api,
        *service.native_disable_api,
        *service.native_delegated_administrator_api,
    ):
        api, name = operation.split(":")
        if BOTOCORE < NEWER_THAN_THE_CATALOG and api not in session.get_available_services():
            pytest.skip(f"botocore {botocore.__version__} is older than {api}")
        assert name in session.get_service_model(api).operation_names


@SERVICE
def test_advice_names_the_api_or_command(service: Service) -> None:
    if service.insufficient:
        assert "aws " in service.insufficient
    assert service.delegated_administrator or not service.native_delegated_administrator_api


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
        ("notifications.amazonaws.com", "notifications.amazon.com"),
        ("license-manager.member-account.amazonaws.com.", "license-manager.member-account.amazonaws.com"),
        ("inspector.amazonaws.com", "inspector2.amazonaws.com"),
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
            ["was refused by AWS when it was tried", "member.org.stacksets.cloudformation.amazonaws.com"],
        ),
        ("dashboard.eks.amazonaws.com", ["service-linked role of Amazon EKS", "eks.amazonaws.com"]),
        ("zzz.amazonaws.com", ["zzz.amazonaws.com is not in the catalog of this collection. AWS adds services"]),
    ],
)
def test_what_is_said_of_other_names(unknown: str, parts: list[str]) -> None:
    explanation = explain_unknown(unknown)
    assert explanation
    for part in parts:
        assert part in explanation


def test_known_names_need_no_word() -> None:
    assert [explain_unknown(principal) for principal in BY_PRINCIPAL] == [None] * len(BY_PRINCIPAL)
