# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Words for numbers and lists, and for what was changed: the Regions of an account and a service together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union

MANY = 4  # so many Regions are counted instead of named
IN_REGION = re.compile(r"(\d{12} for \S+) in (\S+)", re.ASCII)  # a text of the modules

Subject = Union[str, Mapping[str, Any]]


def number(count: int, one: str, many: str = "") -> str:
    """Return "1 service" or "2 services"; with ``many``, "1 was" or "2 were"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def few_regions(regions: Sequence[str]) -> str:
    """Return "eu-west-1 and eu-west-2", or "17 Regions"."""
    return enumerated(regions) if len(regions) < MANY else number(len(regions), "Region")


def enumerated(words: Sequence[str]) -> str:
    """Return "eu-west-1, eu-west-2 and eu-west-3"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def subject_words(subjects: Iterable[Subject]) -> list[str]:
    """Return the words for what a module changed: "222222222222 for guardduty.amazonaws.com in 17 Regions".

    ``subjects``: service principals, {account_id, service_principal} with or without a region, or texts of these.
    """
    found: dict[str, list[str]] = {}
    for subject in subjects:
        text, region = _parts(subject)
        regions = found.setdefault(text, [])
        if region:
            regions.append(region)
    return [f"{text} in {few_regions(regions)}" if regions else text for text, regions in found.items()]


def _parts(subject: Subject) -> tuple[str, str | None]:
    """Return what is changed without its Region, and the Region if there is one."""
    if isinstance(subject, str):
        match = IN_REGION.fullmatch(subject)
        return (match[1], match[2]) if match else (subject, None)
    return f"{subject['account_id']} for {subject['service_principal']}", subject.get("region")


def split_by_registration(
    designations: Iterable[Mapping[str, Any]], registrations: Iterable[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return the registrations with their designations in place of each that has some, and the other designations."""
    in_regions = list(registrations)
    others: list[Mapping[str, Any]] = []
    pairs = [(one["account_id"], one["service_principal"]) for one in in_regions]
    for designation in designations:
        pair = (designation["account_id"], designation["service_principal"])
        (in_regions if pair in pairs else others).append(designation)
    return in_regions, others


__all__ = ["enumerated", "few_regions", "number", "split_by_registration", "subject_words"]
