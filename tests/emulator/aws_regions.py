# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions: which an account has enabled, which tokens they accept, and where a service does not exist.

BC = botocore's models; IAM = IAM user guide, id_credentials_temp_enable-regions.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import botocore.session
from moto.utilities.utils import get_partition

from .protocols import EC2, QUERY, Answer, error_answer
from .services import ServiceError
from .settings import SETTINGS

BY_DEFAULT, ENABLED = "ENABLED_BY_DEFAULT", "ENABLED"
STATUSES = (BY_DEFAULT, ENABLED, "ENABLING", "DISABLING", "DISABLED")  # BC, RegionOptStatus
# Account Management reference guide, "Enable or disable AWS Regions": those that cannot be disabled.
WITHOUT_OPT_IN = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
PAGE_SIZE = 50  # BC, ListRegions: MaxResults 1..50
# EC2 API reference, Region: OptInStatus; that the states of transition are "not-opted-in" is a guess.
OPT_IN_STATUS = {BY_DEFAULT: "opt-in-not-required", ENABLED: "opted-in"}


class Regions:
    """The Regions of each account, and where its sessions came from."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, str]] = {}
        self._sessions: dict[str, str] = {}  # {access key id: Region that the call of STS was signed for}

    def reset(self) -> None:
        """Forget the accounts' Regions and sessions."""
        self.__init__()  # type: ignore[misc]

    def seed(self, account_id: str, statuses: Mapping[str, str]) -> None:
        """Give an account its Regions, {Region: status of ListRegions}."""
        if unknown := set(statuses.values()) - set(STATUSES):
            raise ValueError(f"unknown statuses of Regions {sorted(unknown)}")
        if statuses:
            self._of[account_id] = dict(statuses)

    def of(self, account_id: str, region: str) -> dict[str, str]:
        """Return {Region: status}; without a seed those of the Region's partition that need no opt-in, no others."""
        if account_id in self._of:
            return self._of[account_id]
        partition = get_partition(region)
        if partition == "aws":
            return dict.fromkeys(WITHOUT_OPT_IN, BY_DEFAULT)
        # STS is in every Region; moto's list is that of EC2, whose models take a second of every process to read.
        names = botocore.session.get_session().get_available_regions("sts", partition_name=partition)
        return dict.fromkeys(names, BY_DEFAULT)

    def remember(self, service: str, operation: str, region: str, answer: Answer) -> None:
        """Note where the session came from that an answer of STS holds."""
        found = re.search(rb"<AccessKeyId>(\w+)</AccessKeyId>", answer[2])
        if service == "sts" and operation.startswith("AssumeRole") and found:
            self._sessions[found[1].decode()] = region

    @staticmethod
    def lacks(service: str, region: str) -> bool:
        """Return whether the service does not exist there. On AWS its name does not resolve; the rest is a guess."""
        return region in SETTINGS.missing_regions.get(service, [])

    def refusal(self, account_id: str, access_key_id: str, region: str, protocol: str) -> Answer | None:
        """Return the answer of a Region that does not accept the caller; None if it does.

        The code and text: cloud-custodian#4013. An account without a seed may call every Region, as before.
        """
        status = self._of.get(account_id, {}).get(region, BY_DEFAULT)
        # IAM: tokens of the global endpoint of STS are valid only in Regions that are enabled by default.
        from_global = self._sessions.get(access_key_id) in SETTINGS.global_sts_regions
        if status == BY_DEFAULT or (status == ENABLED and not from_global):
            return None
        if protocol == EC2:  # EC2 API reference, "Error codes"
            text = "AWS was not able to validate the provided access credentials"
            return error_answer(protocol, 401, "AuthFailure", text)
        code = "InvalidClientTokenId" if protocol == QUERY else "UnrecognizedClientException"
        return error_answer(protocol, 403, code, "The security token included in the request is invalid.")

    def handle(
        self, service: str, operation: str, account_id: str, region: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return the result of a call that lists Regions; None for any other call."""
        if (service, operation) == ("account", "ListRegions"):
            return _listed(self.of(account_id, region), parameters)
        if (service, operation) == ("ec2", "DescribeRegions"):
            return _described(self.of(account_id, region), parameters)
        return None


def _listed(statuses: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    if "AccountId" in parameters:  # BC: needs trusted access for account.amazonaws.com; not emulated
        raise ServiceError(403, "AccessDeniedException", "The emulator lists the Regions of the caller only.")
    size = parameters.get("MaxResults", PAGE_SIZE)
    wanted = parameters.get("RegionOptStatusContains")
    token = parameters.get("NextToken", "after-0")
    if not 1 <= size <= PAGE_SIZE or not re.fullmatch(r"after-\d+", token):
        raise ServiceError(400, "ValidationException", "The page size or token is not valid.")
    first = int(token.rpartition("-")[2])
    size = SETTINGS.page_sizes.pop(0) if SETTINGS.page_sizes else size
    regions = [
        {"RegionName": name, "RegionOptStatus": status}
        for name, status in sorted(statuses.items())
        if not wanted or status in wanted
    ]
    more = {"NextToken": f"after-{first + size}"} if first + size < len(regions) else {}
    return {"Regions": regions[first : first + size], **more}


def _described(statuses: Mapping[str, str], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """BC: without AllRegions those that are enabled for the account."""
    every = parameters.get("AllRegions") == "true"
    names = {value for name, value in parameters.items() if name.startswith("RegionName.")}
    shown = [
        {
            "RegionName": name,
            "Endpoint": f"ec2.{name}.amazonaws.com",
            "OptInStatus": OPT_IN_STATUS.get(status, "not-opted-in"),
        }
        for name, status in sorted(statuses.items())
        if (every or status in OPT_IN_STATUS) and (not names or name in names)
    ]
    return {"Regions": shown}
