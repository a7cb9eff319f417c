# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Regions a task uses, and which options are refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.chosen_regions import (
    leaves_alone,
    region_option_problems,
)

NEEDED = "prefer_service_api"


def params(**given: Any) -> dict[str, Any]:
    return {NEEDED: False, "regions": None, "exclude_regions": [], **given}


@pytest.mark.parametrize(
    ("regions", "exclude_regions", "alone"),
    [
        ((), (), ""),
        (("eu-west-1",), (), "eu-west-2 us-east-1"),
        ((), ("eu-*",), "eu-west-1 eu-west-2"),
        (("eu-west-1", "us-east-1"), ("us-*",), "eu-west-2 us-east-1"),
    ],
)
def test_unnamed_and_excluded_regions_are_left_alone(
    regions: tuple[str, ...], exclude_regions: tuple[str, ...], alone: str
) -> None:
    enabled = ("eu-west-1", "eu-west-2", "us-east-1")
    assert [region for region in enabled if leaves_alone(region, regions, exclude_regions)] == alone.split()


REGIONS: dict[str, Any] = {"regions": ["eu-west-1"], "exclude_regions": ["ap-*"]}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (REGIONS, "regions and exclude_regions have no effect without prefer_service_api=true"),
        ({"regions": ["eu-west-1"]}, "regions has no effect without"),
        ({"regions": [], "prefer_service_api": True}, "regions is empty, most likely because a variable is empty."),
        ({"regions": [" "], "prefer_service_api": True}, "invalid: ' ' (blank)."),
        ({"regions": ["eu west 1"], "prefer_service_api": True}, "invalid: 'eu west 1'."),
        ({"exclude_regions": ["https://x.test/"], "prefer_service_api": True}, "invalid: 'https://x.test/'."),
        ({"regions": ["eu-*"], "prefer_service_api": True}, "regions must hold names of Regions, such as"),
        (
            {"regions": ["eu-west-1"], "exclude_regions": ["eu-*"], "prefer_service_api": True},
            "exclude_regions excludes every Region",
        ),
    ],
)
def test_regions_that_are_refused(given: dict[str, Any], problem: str) -> None:
    (found,) = region_option_problems(params(**given), NEEDED)
    assert problem in found


@pytest.mark.parametrize("given", [{"regions": []}, {**REGIONS, "prefer_service_api": True}])
def test_regions_that_are_accepted(given: dict[str, Any]) -> None:
    assert region_option_problems(params(**given), NEEDED) == []
