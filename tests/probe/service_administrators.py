# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services that designate an administrator in each Region: what reading shows, and what a designation shows.

Only the Region of the environment is compared. Nothing is written for Detective, whose removal deletes data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Callable

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_APIS,
    AdministratorApi,
    AdministratorListing,
    AdministratorOperation,
)
from ansible_collections.orgops.aws.tests.emulator.administrator_services import OF_NAME
from ansible_collections.orgops.aws.tests.emulator.settings import Settings

from .rows import API, GUIDE, UNVERIFIED, Row, outcome

MODEL = "API model"
DOCUMENTED = "documented entries"
WITHIN = 120  # seconds
REGIONAL = [(api, api.listing) for api in ADMINISTRATOR_APIS if api.by_region and api.listing]
DESIGNATED = {api.principal: api for api, _listing in REGIONAL if api.principal != "detective.amazonaws.com"}
ENABLED_REGIONS = ["ENABLED", "ENABLED_BY_DEFAULT"]


def reads(config: Config) -> Iterator[Row]:
    """Yield what listing Regions and administrators shows."""
    yield Row("Regions of the account", UNVERIFIED, "the same from EC2", regions(config))
    for api, listing in REGIONAL:
        client, name = boto3.client(api.client, config=config), api.client
        yield Row(f"administrator, {name}", MODEL, DOCUMENTED, shown(client, listing))
        call = partial(getattr(client, xform_name(listing.name)))
        page_size = "maxResults" if listing.next_page == "nextToken" else "MaxResults"
        too_many = partial(call, **{page_size: OF_NAME[name].page_size + 1})
        yield Row(f"administrator, page too large, {name}", UNVERIFIED, code(api, "paging"), outcome(too_many))
        unknown = partial(call, **{listing.next_page: "x"})
        yield Row(f"administrator, unknown token, {name}", UNVERIFIED, code(api, "paging"), outcome(unknown))


def regions(config: Config) -> str:
    """Return whether both lists of enabled Regions agree, or the error of one."""
    found: list[set[str]] = []

    def read() -> None:
        pages = boto3.client("account", config=config).get_paginator("list_regions")
        listed = [page["Regions"] for page in pages.paginate(RegionOptStatusContains=ENABLED_REGIONS)]
        found.append({entry["RegionName"] for page in listed for entry in page})
        answer = boto3.client("ec2", config=config).describe_regions()
        found.append({entry["RegionName"] for entry in answer["Regions"]})

    error = outcome(read)
    if error != "ok":
        return error
    return "the same from EC2" if found[0] == found[1] else "others from EC2"


def shown(client: Any, listing: AdministratorListing) -> str:
    """Return DOCUMENTED if every entry, and a refusal, is as the catalog says; another value, or the error."""
    try:
        entries = entries_of(client, listing)
    except ClientError as error:
        refusal = error.response["Error"]
        known = [refusal["Code"] == each and text in refusal["Message"] for each, text in listing.none_when]
        return DOCUMENTED if any(known) else str(refusal["Code"])
    for entry in entries:
        if not re.fullmatch(r"\d{12}", str(entry.get(listing.account_id))):
            return f"no {listing.account_id}"
        if listing.status and entry.get(listing.status) not in listing.statuses:
            return str(entry.get(listing.status))[:40]
    return DOCUMENTED


def entries_of(client: Any, listing: AdministratorListing) -> list[dict[str, Any]]:
    """Return all entries of the list."""
    entries: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = getattr(client, xform_name(listing.name))(**token)
        entries += page.get(listing.accounts, [])
        if not page.get(listing.next_page):
            return entries
        token = {listing.next_page: page[listing.next_page]}


def code(api: AdministratorApi, case: str) -> str:
    """Return the code with which the emulator refuses."""
    service = OF_NAME[api.client]
    return service.refusals.get(case, service.default)[1]


class Designation:
    """The designation of an account in one Region, and its end."""

    def __init__(self, api: AdministratorApi, account_id: str, config: Config) -> None:
        assert api.listing
        self.api, self.listing, self.account_id = api, api.listing, account_id
        self.service = boto3.client(api.client, config=config)
        self.organizations = boto3.client("organizations", config=config)

    def call(self, operation: AdministratorOperation | None) -> Callable[[], Any]:
        """Return what calls the operation for the account."""
        assert operation
        assert operation.account_member
        return partial(getattr(self.service, xform_name(operation.name)), **{operation.account_member: self.account_id})

    def is_listed(self) -> bool:
        """Whether the Region's list shows any account."""
        try:
            return bool(entries_of(self.service, self.listing))
        except ClientError as error:
            if error.response["Error"]["Code"] in [refused for refused, _text in self.listing.none_when]:
                return False
            raise

    def is_registered(self) -> bool:
        """Whether AWS Organizations lists any administrator of the service."""
        principal = {"ServicePrincipal": self.api.principal}
        return bool(self.organizations.list_delegated_administrators(**principal)["DelegatedAdministrators"])

    def has_access(self) -> bool:
        """Whether service access is enabled."""
        pages = self.organizations.get_paginator("list_aws_service_access_for_organization").paginate()
        enabled = [entry["ServicePrincipal"] for page in pages for entry in page["EnabledServicePrincipals"]]
        return self.api.principal in enabled

    def is_used(self) -> bool:
        """Whether the organization uses the service, so that a designation could not be undone."""
        return self.is_listed() or self.is_registered() or self.has_access()

    def rows(self) -> Iterator[Row]:
        """Yield what designating and removing shows; all is undone in any case, except in the account itself."""
        access = {"ServicePrincipal": self.api.principal}
        try:
            needed = self.api.principal in Settings().administrators_need_trusted_access
            expected = code(self.api, "access") if needed else "ok"
            seen = outcome(self.call(self.api.enable))
            yield Row("designating without service access", GUIDE, expected, seen)
            if seen != "ok":
                self.organizations.enable_aws_service_access(**access)
                yield Row("designating", API, "ok", outcome(self.call(self.api.enable)))
            yield from self._after_designating()
            yield from self._after_removing()
        finally:
            if self.is_listed():
                self.call(self.api.disable)()
            if self.is_registered():
                self.organizations.deregister_delegated_administrator(AccountId=self.account_id, **access)
            if self.has_access():
                self.organizations.disable_aws_service_access(**access)

    def _after_designating(self) -> Iterator[Row]:
        yield Row("the Region lists it", API, "yes", answer(awaited(self.is_listed, True)))
        yield Row("Organizations registers it", GUIDE, "yes", answer(self.is_registered()))
        yield Row("service access is enabled", GUIDE, "yes", answer(self.has_access()))
        repeated = code(self.api, "repeated") if self.api.client == "inspector2" else "ok"
        yield Row("designating again", UNVERIFIED, repeated, outcome(self.call(self.api.enable)))

    def _after_removing(self) -> Iterator[Row]:
        removed = outcome(self.call(self.api.disable))
        yield Row("removing", API, "ok", removed)
        if removed != "ok":
            return
        yield Row("the Region does not list it", API, "yes", answer(awaited(self.is_listed, False)))
        yield Row("the registration stays", GUIDE, "yes", answer(self.is_registered()))
        yield Row("removing again", UNVERIFIED, code(self.api, "absent"), outcome(self.call(self.api.disable)))


def answer(value: bool) -> str:
    return "yes" if value else "no"


def awaited(look: Callable[[], bool], value: bool) -> bool:
    """Return whether it becomes so before the timeout."""
    deadline = time.monotonic() + WITHIN
    while look() != value:
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True
