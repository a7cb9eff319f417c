# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The services' listings of their administrators, read side by side in threads."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable, NamedTuple, TypeVar, Union

from ..catalog.administrator_apis import ENABLED, AdministratorApi, AdministratorListing
from ..catalog.option_values import ACCOUNT_ID
from .errors import MalformedResponseError
from .retries import was_not_connected
from .service_clients import ServiceApiError, ServiceClients

try:
    from botocore import xform_name
    from botocore.exceptions import ConnectionClosedError
    from botocore.paginate import Paginator
except ImportError:
    pass  # handled by AnsibleAWSModule

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MAX_THREADS = 8
MAX_PAGES = 1000  # a service has one administrator, so a longer listing is endless


class RegionalAdministrator(NamedTuple):
    """An account that administers a service in a Region. ``status``: ENABLED or DISABLING of the catalog."""

    account_id: str
    status: str


@dataclass(frozen=True)
class SkippedRegion:
    """A Region in which a service does not exist, as far as can be told, and why."""

    reason: str


Reading = Union["tuple[RegionalAdministrator, ...]", ServiceApiError, SkippedRegion]


@dataclass(frozen=True)
class RegionalListing:
    """The listing of one service in one Region.

    ``is_known``: whether the SDK lists the Region for the service. Its list is older than some Regions.
    """

    api: AdministratorApi
    region: str
    client: Any
    clients: ServiceClients
    is_known: bool

    def __call__(self) -> Reading:
        """Return the administrators, all pages. Raises only an error that every further call would get too."""
        listing = self._listing()
        description = f"list the administrator of {self.api.principal} in {self.region} with {self.api.action(listing)}"
        needed = [self.api.permission(listing)]
        try:
            return self.clients.read(description, needed, lambda: tuple(self._administrators(listing)))
        except ServiceApiError as error:
            if _means_none(error, listing):
                return ()
            if not self.is_known and _is_not_answered(error):
                return SkippedRegion(
                    f"The AWS SDK does not list {self.api.client} in {self.region}, and nothing answers there: "
                    f"{error.details()['message']}"
                )
            if not error.concerns_one_subject:
                raise
            return error

    def _listing(self) -> AdministratorListing:
        if self.api.listing is None:
            raise ValueError(f"{self.api.principal} lists no administrators")
        return self.api.listing

    def _administrators(self, listing: AdministratorListing) -> Iterator[RegionalAdministrator]:
        for page in self._pages(listing):
            for entry in page[listing.accounts]:
                yield RegionalAdministrator(_account_id(entry, listing), _status(entry, listing))

    def _pages(self, listing: AdministratorListing) -> Iterator[Mapping[str, Any]]:
        """Yield the pages. Paginator follows the tokens and refuses a repeated one; botocore has none for Detective."""
        configuration = {
            "input_token": listing.next_page,
            "output_token": listing.next_page,
            "result_key": listing.accounts,
        }
        model = self.client.meta.service_model.operation_model(listing.name)
        pages = Paginator(getattr(self.client, xform_name(listing.name)), configuration, model).paginate()
        for number, page in enumerate(pages, start=1):
            if listing.accounts not in page:
                raise MalformedResponseError(
                    f"Page {number} of the response to {listing.name} in {self.region} has no {listing.accounts}."
                )
            if number > MAX_PAGES:
                raise MalformedResponseError(f"The response to {listing.name} in {self.region} does not end.")
            yield page


def _account_id(entry: Mapping[str, Any], listing: AdministratorListing) -> str:
    account_id = str(entry.get(listing.account_id))
    if not ACCOUNT_ID.fullmatch(account_id):
        raise MalformedResponseError(
            f"The response to {listing.name} contains {account_id[:40]!r}, which cannot be an account ID."
        )
    return account_id


def _status(entry: Mapping[str, Any], listing: AdministratorListing) -> str:
    if listing.status is None:
        return ENABLED
    status = str(entry.get(listing.status))
    if status not in listing.statuses:
        message = f"{listing.name} returned {status[:40]!r} as {listing.status}."
        raise ServiceApiError.with_code("UnknownState", message, "This collection does not know this value.")
    return listing.statuses[status]


def _means_none(error: ServiceApiError, listing: AdministratorListing) -> bool:
    details = error.details()
    return any(code == details["code"] and part in details["message"] for code, part in listing.none_when)


def _is_not_answered(error: ServiceApiError) -> bool:
    """Return whether no host answers. Some networks close connections to a host that does not exist."""
    return was_not_connected(error.exception) or isinstance(error.exception, ConnectionClosedError)


def read_side_by_side(listings: Iterable[tuple[Key, Callable[[], Value]]]) -> dict[Key, Value]:
    """Return what the listings return, by their keys. After an error, which is raised, no further one begins.

    Each begins as soon as ``listings`` yields it, so that this thread creates the next client meanwhile.
    """
    results: dict[Key, Value] = {}
    ended = threading.Event()

    def read(key: Key, listing: Callable[[], Value]) -> None:
        if ended.is_set():
            return
        try:
            results[key] = listing()
        except BaseException:
            ended.set()
            raise

    with concurrent.futures.ThreadPoolExecutor(max_workers=MAX_THREADS) as pool:
        try:
            futures = [pool.submit(read, key, listing) for key, listing in listings]
            for future in concurrent.futures.as_completed(futures):
                future.result()
        finally:
            ended.set()  # an interrupted task does not wait for the listings that have not begun
    return results


__all__ = ["Reading", "RegionalAdministrator", "RegionalListing", "SkippedRegion", "read_side_by_side"]
