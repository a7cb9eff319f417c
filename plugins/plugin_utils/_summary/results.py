# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The summary as data, for other programs. results.schema.json of the role describes it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ...module_utils._version import COLLECTION_VERSION
from .outcomes import DETAILS, FAILED, NOT_REACHED, WOULD_CHANGE, Outcome, count

SCHEMA_VERSION = 1
# {name of a list: the states of the organizations on it}
LISTS = {"failed": (FAILED, NOT_REACHED), "drifted": (WOULD_CHANGE,)}


def make_results(
    found: Mapping[str, Outcome], accounts: Mapping[str, str | None], playbook: str | None, *, check_mode: bool
) -> dict[str, Any]:
    """Return the results of {host: what became of it} and {host: the ID of its management account}, sorted by host.

    ``playbook``: None outside this collection's playbooks.
    """
    organizations = [
        {
            "host": host,
            "state": _key(each.state),
            "management_account_id": accounts.get(host),
            **{name: each.details.get(name, []) for name in DETAILS},
            "error": each.details.get("error"),
            "message": each.words,
        }
        for host, each in sorted(found.items())
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "collection_version": COLLECTION_VERSION,
        "playbook": playbook,
        "check_mode": check_mode,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "counts": {_key(state): number for state, number in count(found).items()},
        "organizations": organizations,
    }


def make_stats(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results without details: the names of the organizations in each state."""
    names: dict[str, list[str]] = {state: [] for state in results["counts"]}
    for organization in results["organizations"]:
        names[organization["state"]].append(organization["host"])
    return {**results, "organizations": names}


def names_of_list(found: Mapping[str, Outcome], name: str) -> list[str]:
    """Return the hosts on one of LISTS, sorted."""
    return sorted(host for host, each in found.items() if each.state in LISTS[name])


def _key(state: str) -> str:
    return state.replace(" ", "_")


__all__ = ["LISTS", "make_results", "make_stats", "names_of_list"]
