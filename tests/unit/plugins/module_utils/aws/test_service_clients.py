# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of services. test_service_apis.py and test_administrator_apis.py have their calls."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import Connection
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import (
    ServiceApiError,
    ServiceClients,
)
from ansible_collections.orgops.aws.tests.fixtures import client_error

from .cloud import Cloud


def service_clients() -> ServiceClients:
    return ServiceClients(Cloud(lambda _call: {}).organizations().connection)


def test_a_service_has_one_client_in_each_region() -> None:
    clients = service_clients()
    client = clients.get("guardduty", "eu-west-1")
    assert clients.get("guardduty", "eu-west-1") is client
    assert clients.get("guardduty", "us-west-2").meta.region_name == "us-west-2"
    assert clients.get("guardduty").meta.region_name == "us-east-1"


def test_what_boto3_lacks_is_named_with_the_release_that_has_it() -> None:
    clients = service_clients()
    clients.require("guardduty", ["ListOrganizationAdminAccounts"])
    for service, operation in (("guardduty", "EnableEverything"), ("no-such-service", "EnableEverything")):
        with pytest.raises(ServiceApiError, match=rf"have {service}:{operation}\. Install boto3 9\.9\.9 or later"):
            clients.require(service, [operation], "9.9.9")


def test_a_task_without_region_can_require_operations_in_another() -> None:
    def create_client(service: str, aws_config: Any, region: str | None = None) -> Any:
        return boto3.session.Session().client(service, config=aws_config, region_name=region)

    clients = ServiceClients(Connection(create_client, ConnectionOptions()))
    with pytest.raises(ServiceApiError, match="You must specify a region"):
        clients.require("guardduty", ["ListOrganizationAdminAccounts"])
    clients.require("guardduty", ["ListOrganizationAdminAccounts"], region="eu-west-1")


def test_a_better_known_remedy_replaces_that_of_the_code() -> None:
    error = ServiceApiError("Failed to do it", client_error("AccessDeniedException"))
    error.actions = ["ec2:DoIt"]
    assert "allow this identity the IAM action ec2:DoIt." in error.result()["msg"]
    error.remedy = "Enable the Region."
    assert error.result()["msg"].endswith("AWS's words. Enable the Region.")
