# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Which Regions a task uses: those of the options regions and exclude_regions, or all enabled ones. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..catalog.names import matches_any
from ..catalog.option_values import region_problems

REGION_ARGUMENTS: dict[str, dict[str, Any]] = {
    "regions": {"type": "list", "elements": "str"},
    "exclude_regions": {"type": "list", "elements": "str", "default": []},
}


def leaves_alone(region: str, regions: Collection[str], exclude_regions: Collection[str]) -> bool:
    """Return whether a task with these options leaves an enabled Region alone."""
    is_unnamed = bool(regions) and region not in regions
    return is_unnamed or matches_any(region, exclude_regions)


def region_option_problems(params: Mapping[str, Any], needed: str) -> list[str]:
    """Return a sentence for each problem of regions and exclude_regions, which have no effect without ``needed``."""
    regions, excluded = params["regions"], params["exclude_regions"] or []
    given = [name for name, value in (("regions", regions), ("exclude_regions", excluded)) if value]
    if given and not params[needed]:
        return [
            f"{' and '.join(given)} {'has' if len(given) == 1 else 'have'} no effect without {needed}=true. Set "
            f"{needed}=true, or remove {'it' if len(given) == 1 else 'them'}."
        ]
    if regions == [] and params[needed]:
        return [
            "regions is empty, most likely because a variable is empty. List at least one Region, or omit regions for "
            "every Region that is enabled for the management account."
        ]
    problems = region_problems("regions", regions or []) + region_problems("exclude_regions", excluded, patterns=True)
    if not problems and regions and all(matches_any(region, excluded) for region in regions):
        problems.append("exclude_regions excludes every Region that regions lists. Remove one of them.")
    return problems


__all__ = ["REGION_ARGUMENTS", "leaves_alone", "region_option_problems"]
