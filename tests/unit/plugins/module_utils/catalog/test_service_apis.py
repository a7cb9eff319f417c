# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of the services' APIs against botocore's models and the catalog."""

from __future__ import annotations

from typing import Any

import botocore
import botocore.session
import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import (
    SERVICE_APIS,
    Operation,
    ServiceApi,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.fixtures import LOADER

EVERY_API = pytest.mark.parametrize("api", SERVICE_APIS, ids=lambda api: api.principal)


def model_of(operation: Operation) -> Any:
    session = botocore.session.get_session()
    session.register_component("data_loader", LOADER)
    return session.get_service_model(operation.service).operation_model(operation.name)


installed_version = [int(number) for number in botocore.__version__.split(".")]


def is_newer_than_botocore(api: ServiceApi) -> bool:
    """Return whether the installed botocore is older than the operations; the module then names the release."""
    return bool(api.boto3) and installed_version < [int(number) for number in api.boto3.split(".")]


@EVERY_API
def test_operations_arguments_and_members_are_botocores(api: ServiceApi) -> None:
    if is_newer_than_botocore(api):
        pytest.skip(f"botocore {botocore.__version__} lacks it")
    for operation in api.operations:
        model = model_of(operation)
        given_names = set(operation.arguments)
        members = model.input_shape.members if model.input_shape else {}
        required = model.input_shape.required_members if model.input_shape else []
        assert set(required) <= given_names <= set(members)
        for name, value in operation.arguments.items():
            allowed = members[name].metadata.get("enum")
            assert not allowed or value in allowed
        if operation.confirms:
            assert model.output_shape.members[operation.confirms].type_name == "boolean"


@EVERY_API
def test_the_values_of_the_state_are_botocores(api: ServiceApi) -> None:
    if api.read is None or is_newer_than_botocore(api):
        return
    shape = model_of(api.read.operation).output_shape
    for name in api.read.member.split("."):
        shape = shape.members[name]
    assert shape.type_name == "string"
    if shape.metadata.get("enum"):
        known = set(shape.metadata["enum"])
        assert set(api.read.values) >= known
        assert set(api.read.values) == known or installed_version < [1, 44]  # an older botocore can lack a value
    elif not api.read.not_found:  # botocore has the values in prose only; the name of a role is not there at all
        assert all(value in shape.documentation for value in api.read.values)


@EVERY_API
def test_the_catalog_knows_the_switches(api: ServiceApi) -> None:
    service = BY_PRINCIPAL[api.principal]
    assert str(api.enable) in service.native_enable_api
    assert not service.native_disable_api or [str(api.disable)] == list(service.native_disable_api)
