# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Regions of an account, from either of two operations."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    AdministratorApiClient,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_clients import ServiceApiError

from .cloud import Answer, Call, Cloud, Failure

DENIED = Failure("AccessDeniedException", "Denied.", 403)
OF_EC2 = "<DescribeRegionsResponse><regionInfo>{}</regionInfo></DescribeRegionsResponse>"
REGION = "<item><regionName>{}</regionName><optInStatus>{}</optInStatus></item>"


def enabled(answers: dict[str, Answer]) -> tuple[list[str], list[str]]:
    """Return the enabled Regions, and the operations that were called."""
    cloud = Cloud(lambda call: answers[call.operation])
    regions = AdministratorApiClient(cloud.organizations()).enabled_regions()
    return regions, [call.operation for call in cloud.calls]


def test_enabled_regions_of_account_management() -> None:
    def answer(call: Call) -> Answer:
        if call.parameters.get("NextToken") == "second":
            return {"Regions": [{"RegionName": "af-south-1", "RegionOptStatus": "ENABLED"}]}
        statuses = {"us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "DISABLED", "me-south-1": "ENABLING"}
        regions = [{"RegionName": name, "RegionOptStatus": status} for name, status in statuses.items()]
        return {"Regions": regions, "NextToken": "second"}

    cloud = Cloud(answer)
    client = AdministratorApiClient(cloud.organizations())
    assert client.enabled_regions() == client.enabled_regions() == ["af-south-1", "us-east-1"]
    assert [call.operation for call in cloud.calls] == ["ListRegions", "ListRegions"]


@pytest.mark.parametrize("first", [DENIED, Failure("InternalFailure", status=400), "<html>", '{"Regions": []}'])
@pytest.mark.usefixtures("fake_clock")
def test_amazon_ec2_tells_them_where_account_management_does_not(first: Answer) -> None:
    statuses = {"us-east-1": "opt-in-not-required", "af-south-1": "opted-in", "ap-east-1": "not-opted-in"}
    items = "".join(REGION.format(*pair) for pair in statuses.items())
    regions, calls = enabled({"ListRegions": first, "DescribeRegions": OF_EC2.format(items)})
    assert regions == ["af-south-1", "us-east-1"]
    assert calls[-1] == "DescribeRegions"


def test_both_permissions_and_the_option_are_named() -> None:
    with pytest.raises(ServiceApiError) as caught:
        enabled({"ListRegions": DENIED, "DescribeRegions": Failure("UnauthorizedOperation", "No.", 403)})
    result = caught.value.result()
    assert "action account:ListRegions or ec2:DescribeRegions, or set the option regions." in result["msg"]
    assert "UnauthorizedOperation: No." in result["msg"]
    assert result["error"] == {"code": "AccessDeniedException", "message": "Denied."}


def test_expired_credentials_ask_nobody_else() -> None:
    with pytest.raises(ServiceApiError, match="account:ListRegions") as caught:
        enabled({"ListRegions": Failure("ExpiredTokenException", status=403)})
    assert "Renew" in caught.value.result()["msg"]


def test_a_region_must_look_like_one() -> None:
    answer = {"Regions": [{"RegionName": "evil.example.com/", "RegionOptStatus": "ENABLED"}]}
    with pytest.raises(ServiceApiError, match="cannot be a Region"):
        enabled({"ListRegions": answer, "DescribeRegions": DENIED})
