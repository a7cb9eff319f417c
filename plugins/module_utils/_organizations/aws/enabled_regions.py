# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The Regions of an account, and what an error says about one of them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from ..catalog.option_values import REGION
from ..catalog.remedies import REGION_REMEDIES
from .errors import MalformedResponseError
from .service_clients import ServiceApiError, ServiceClients

try:  # noqa: SIM105 - as in every module of amazon.aws
    import botocore.session
except ImportError:
    pass  # handled by AnsibleAWSModule

ACCOUNT_ACTION, EC2_ACTION = "account:ListRegions", "ec2:DescribeRegions"

# How a Region refuses credentials that other Regions accept.
REFUSED_TOKEN = frozenset({"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"})
ENABLED, BY_DEFAULT, DISABLED = "ENABLED", "ENABLED_BY_DEFAULT", "DISABLED"  # as AWS Account Management names them
EC2_STATUSES = {"opt-in-not-required": BY_DEFAULT, "opted-in": ENABLED, "not-opted-in": DISABLED}


class Regions:
    """The Regions of the account of the credentials. Every method raises ServiceApiError."""

    def __init__(self, clients: ServiceClients, partition: str) -> None:
        self._clients = clients
        self._partition = partition

    def enabled(self) -> list[str]:
        """Return the Regions that are enabled, sorted."""
        if isinstance(self._statuses, ServiceApiError):
            raise self._statuses
        return sorted(region for region, status in self._statuses.items() if status in (ENABLED, BY_DEFAULT))

    def has_service(self, region: str, service: str) -> bool:
        """Return whether the SDK's list of the service's endpoints has the Region. The list can be out of date."""
        return region in self._sdk.get_available_regions(service, partition_name=self._partition)

    def is_region(self, name: str) -> bool:
        """Return whether the SDK has a Region of this name. Its list can be out of date."""
        return self.has_service(name, "ec2")

    def explain(self, error: ServiceApiError, region: str) -> None:
        """Tell a Region that is not enabled from a token that it refuses, as far as the list of Regions can tell."""
        if error.details()["code"] not in REFUSED_TOKEN:
            return
        statuses = self._statuses
        status = None if isinstance(statuses, ServiceApiError) else statuses.get(region)
        if status in REGION_REMEDIES:
            error.remedy = REGION_REMEDIES[status].format(region=region)

    @functools.cached_property
    def _sdk(self) -> Any:
        return botocore.session.get_session()

    @functools.cached_property
    def _statuses(self) -> dict[str, str] | ServiceApiError:
        """{Region: its status}, of AWS Account Management, or of Amazon EC2 where that fails. An error if both do."""
        problems = []
        for action, read in ((ACCOUNT_ACTION, self._of_account), (EC2_ACTION, self._of_ec2)):
            try:
                return self._clients.read(f"list the Regions of the account with {action}", [action], read)
            except ServiceApiError as error:
                if not error.concerns_one_subject:
                    raise
                problems.append(error.details())
        told = " ".join(f"{problem['code'] or 'Error'}: {problem['message']}" for problem in problems)
        return ServiceApiError(
            f"Failed to list the Regions of the account. {told} Allow this identity the IAM action {ACCOUNT_ACTION} or "
            f"{EC2_ACTION}, or set the option regions.",
            error={"code": problems[0]["code"], "message": problems[0]["message"]},
        )

    def _of_account(self) -> dict[str, str]:
        pages = self._clients.get("account").get_paginator("list_regions").paginate()
        return _statuses(
            (region["RegionName"], region["RegionOptStatus"]) for page in pages for region in page["Regions"]
        )

    def _of_ec2(self) -> dict[str, str]:
        regions = self._clients.get("ec2").describe_regions(AllRegions=True)["Regions"]
        return _statuses((region["RegionName"], EC2_STATUSES[region["OptInStatus"]]) for region in regions)


def _statuses(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    statuses = dict(pairs)
    for name in statuses:
        if not REGION.fullmatch(name):
            raise MalformedResponseError(f"The list of Regions contains {name[:40]!r}, which cannot be a Region.")
    if not statuses:
        raise MalformedResponseError("The list of Regions is empty.")
    return statuses


__all__ = ["Regions"]
