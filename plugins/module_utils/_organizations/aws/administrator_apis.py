# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The calls with which services designate, remove and list their administrators, in each Region."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ..catalog.administrator_apis import AdministratorApi, AdministratorOperation
from ..catalog.remedies import administrator_remedy
from .administrator_listings import Reading, RegionalAdministrator, RegionalListing, SkippedRegion, read_side_by_side
from .enabled_regions import Regions
from .organizations import OrganizationsClient
from .retries import connect_once
from .service_clients import ServiceApiError, ServiceClients

DENIED = ("AccessDenied", "AccessDeniedException", "InvalidAccessException")


class AdministratorApiClient:
    """The calls by which services designate administrators. Every method raises ServiceApiError.

    An error concerns its service and Region alone, except for credentials that every further call would find unusable.
    """

    def __init__(self, organizations: OrganizationsClient) -> None:
        self._clients = ServiceClients(organizations.connection)
        self._regions = Regions(self._clients, organizations.partition)

    def require_sdk(self, api: AdministratorApi, region: str) -> None:
        """Fail if boto3 lacks one of the service's operations, naming the release that has them. No call.

        ``region``: one of those in which the service is called; the task may have no Region of its own.
        """
        operations = (api.enable, api.disable, api.listing)
        self._clients.require(api.client, [operation.name for operation in operations if operation], region=region)

    def enabled_regions(self) -> list[str]:
        """Return the Regions that are enabled for the account of the credentials, sorted. Listed once."""
        return self._regions.enabled()

    def read(
        self, pairs: Iterable[tuple[AdministratorApi, str]], named_regions: Collection[str] = ()
    ) -> dict[tuple[str, str], Reading]:
        """Return who administers services in Regions: {(service principal, Region): administrators}.

        One listing each, side by side. A Region that cannot be read has its error instead, and one without the service
        the reason why it is skipped. Raises an error that every further call would get too. ``named_regions``: those
        that the user named. Where no service answers in one of them, its name may be wrong, which is an error too.
        """
        readings: dict[tuple[str, str], Reading] = {}

        def listings() -> Iterator[tuple[tuple[str, str], RegionalListing]]:
            for api, region in pairs:
                try:
                    yield (api.principal, region), self._listing(api, region)
                except ServiceApiError as error:
                    if not error.concerns_one_subject:
                        raise
                    readings[api.principal, region] = error

        readings.update(read_side_by_side(listings()))
        for (_principal, region), reading in readings.items():
            if isinstance(reading, ServiceApiError):
                self._regions.explain(reading, region)
        for name in named_regions:
            readings.update(self._misspelled(name, readings))
        return dict(sorted(readings.items()))

    def _misspelled(self, name: str, readings: Mapping[tuple[str, str], Reading]) -> dict[tuple[str, str], Reading]:
        """Return an error for each reading of a Region that the SDK does not know and in which no service answers."""
        found = {pair: reading for pair, reading in readings.items() if pair[1] == name}
        if self._regions.is_region(name) or not all(isinstance(one, SkippedRegion) for one in found.values()):
            return {}
        message = f"No service of the task answers in {name}, and the AWS SDK knows no Region of this name."
        error = ServiceApiError.with_code("UnknownRegion", message, "Check the name in regions.")
        return dict.fromkeys(found, error)

    def _listing(self, api: AdministratorApi, region: str) -> RegionalListing:
        """Return what reads a Region. Its client is created here, because botocore's sessions are not for threads."""
        is_known = self._regions.has_service(region, api.client)
        client = self._clients.get(api.client, region)
        if not is_known:
            name = client.meta.service_model.service_id.hyphenize()
            client.meta.events.register(f"before-call.{name}", connect_once, unique_id="orgops-connect-once")
        return RegionalListing(api, region, client, self._clients, is_known)

    def enable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        """Designate an account as administrator. ``region``: None for a service that is called once."""
        self._change(api, api.enable, region, account_id)

    def disable(self, api: AdministratorApi, region: str | None, account_id: str) -> None:
        """Remove an administrator. Where the operation names no account, it removes any: list before."""
        if api.disable is None:
            raise ServiceApiError(api.removal_refused)
        self._change(api, api.disable, region, account_id)

    def _change(
        self, api: AdministratorApi, operation: AdministratorOperation, region: str | None, account_id: str
    ) -> None:
        action = api.action(operation)
        also = [name for name in api.also_needs if operation is api.enable or "Deregister" in name]
        arguments = {operation.account_member: account_id} if operation.account_member else {}
        try:
            call = self._clients.call(api.client, region, operation.name, arguments)
            self._clients.write(f"call {action}", (action, *also), call, operation.confirms)
        except ServiceApiError as error:
            details = error.details()
            error.remedy = administrator_remedy(str(details["code"]), details["message"])
            if operation is api.disable and api.removal_alternative and str(details["code"]) in DENIED:
                error.remedy += f" {api.removal_alternative}"
            if region:
                self._regions.explain(error, region)
            raise


__all__ = ["AdministratorApiClient", "RegionalAdministrator", "SkippedRegion"]
