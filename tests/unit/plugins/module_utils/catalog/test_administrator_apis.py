# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of the services that designate their own administrator, against botocore's models and the catalog."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.validate import ParamValidator

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
    ADMINISTRATOR_APIS,
    DISABLING,
    ENABLED,
    NOT_SUPPORTED,
    AdministratorApi,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.fixtures import LOADER

EVERY_API = pytest.mark.parametrize("api", ADMINISTRATOR_APIS, ids=lambda api: api.principal)
EVERY_LISTING = pytest.mark.parametrize(
    "api", [api for api in ADMINISTRATOR_APIS if api.listing], ids=lambda api: api.principal
)
SENTENCES = ("removal_refused", "costs", "removal")


def session() -> Any:
    session = botocore.session.get_session()
    session.register_component("data_loader", LOADER)
    return session


def model_of(api: AdministratorApi, operation: str) -> Any:
    return session().get_service_model(api.client).operation_model(operation)


@EVERY_API
def test_designating_and_removing_need_the_account_alone(api: AdministratorApi) -> None:
    for operation in (api.enable, api.disable):
        if operation is None:
            continue
        model = model_of(api, operation.name)
        members = model.input_shape.members if model.input_shape else {}
        required = model.input_shape.required_members if model.input_shape else []
        assert required == ([operation.account_member] if operation.account_member else [])
        if operation.account_member:
            assert members[operation.account_member].type_name == "string"
        else:
            assert not [name for name in members if "account" in name.lower()]
        if operation.confirms:
            assert model.output_shape.members[operation.confirms].type_name == "boolean"


@EVERY_LISTING
def test_listings_have_the_members_of_the_entry(api: AdministratorApi) -> None:
    assert api.listing
    model = model_of(api, api.listing.name)
    assert not model.input_shape.required_members
    assert model.input_shape.members[api.listing.next_page].type_name == "string"
    assert model.output_shape.members[api.listing.next_page].type_name == "string"
    accounts = model.output_shape.members[api.listing.accounts]
    assert accounts.type_name == "list"
    entry = accounts.member.members
    assert entry[api.listing.account_id].type_name == "string"
    if api.listing.status:
        assert set(entry[api.listing.status].metadata["enum"]) == set(api.listing.statuses)
    else:
        assert not [name for name in entry if "status" in name.lower()]
    assert set(api.listing.statuses.values()) <= {ENABLED, DISABLING}


@EVERY_LISTING
def test_listings_are_paged_as_botocore_pages_them(api: AdministratorApi) -> None:
    assert api.listing
    try:
        paginator = session().get_paginator_model(api.client).get_paginator(api.listing.name)
    except (UnknownServiceError, ValueError):
        assert api.client == "detective"  # botocore has the tokens of the operation, but no paginator for it
        return
    assert paginator["input_token"] == api.listing.next_page
    assert paginator["output_token"] == api.listing.next_page
    assert paginator["result_key"] == api.listing.accounts


@EVERY_API
def test_next_steps_are_valid_requests_of_the_service(api: AdministratorApi) -> None:
    for step in api.next_steps:
        model = model_of(api, step.operation)
        report = ParamValidator().validate(step.arguments, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        for name, value in step.arguments.items():
            allowed = model.input_shape.members[name].metadata.get("enum")
            assert not allowed or value in allowed


@EVERY_API
def test_actions_are_those_of_the_operations(api: AdministratorApi) -> None:
    assert list(api.actions) == sorted(set(api.actions))
    assert api.action(api.enable) in api.actions
    for action in api.actions:
        client, operation = action.split(":")
        if client in (api.client, "organizations", "iam") and action != "detective:ListOrganizationAdminAccount":
            assert operation in session().get_service_model(client).operation_names


@EVERY_API
def test_sentences_and_sources_are_complete(api: AdministratorApi) -> None:
    texts = [getattr(api, name) for name in SENTENCES] + [step.purpose for step in api.next_steps]
    for text in filter(None, texts):
        assert text.endswith(".")
        assert "  " not in text
    assert bool(api.removal_refused) == (api.disable is None)
    assert api.removal
    assert api.sources
    assert all(re.fullmatch(r"https://docs\.aws\.amazon\.com/[\w/.-]+\.html", source) for source in api.sources)


@EVERY_API
def test_the_catalog_of_services_names_the_operation(api: AdministratorApi) -> None:
    service = BY_PRINCIPAL[api.principal]
    assert api.command in service.organizations_register_insufficient
    assert ("every Region" in service.organizations_register_insufficient) is api.by_region


def test_services_are_either_supported_or_not() -> None:
    assert not set(ADMINISTRATOR_API_OF) & set(NOT_SUPPORTED)
    assert set(NOT_SUPPORTED) <= set(BY_PRINCIPAL)
    assert sorted(ADMINISTRATOR_API_OF) == [api.principal for api in ADMINISTRATOR_APIS]
    assert all(text.endswith(".") for text in NOT_SUPPORTED.values())
