# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of every listing, as AWS returns them; moto pages only some listings, by other rules.

API, each List operation: MaxResults 1..20; a page may be short or empty and still have a NextToken.
"""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

from .errors import invalid_input
from .settings import PAGE_LIMIT, SETTINGS

# The member that holds a listing's entries, and the member of an entry that identifies it.
KEYS = {
    "Accounts": "Id",
    "Children": "Id",
    "CreateAccountStatuses": "Id",
    "DelegatedAdministrators": "Id",
    "DelegatedServices": "ServicePrincipal",
    "EnabledServicePrincipals": "ServicePrincipal",
    "OrganizationalUnits": "Id",
    "Parents": "Id",
    "Policies": "Id",
    "Roots": "Id",
    "Tags": "Key",
    "Targets": "TargetId",
}
# One public debug log (2022) shows service access sorted by name; the others are sorted so that tests can rely on it.
# AWS documents no order. All other listings have moto's.
SORTED = ("DelegatedAdministrators", "DelegatedServices", "EnabledServicePrincipals")
PAGING = ("MaxResults", "NextToken")
ALL_AT_ONCE = {"MaxResults": 1_000_000}  # the limit for moto

_page_numbers = itertools.count()


def without_paging(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that select what is listed."""
    return {name: value for name, value in parameters.items() if name not in PAGING}


def _encode(token: dict[str, Any]) -> str:
    """AWS's tokens are opaque. botocore would mistake plain JSON in base64 for its own token (--starting-token)."""
    return base64.b64encode(b"\x00" + json.dumps(token).encode()).decode()


def _decode(token: str, listing: list[Any]) -> dict[str, Any]:
    """Return the content of a token of this listing."""
    try:
        decoded: dict[str, Any] = json.loads(base64.b64decode(token, validate=True)[1:])
    except ValueError as error:
        raise invalid_input("INVALID_NEXT_TOKEN") from error
    if not isinstance(decoded, dict) or decoded.get("listing") != listing:
        raise invalid_input("INVALID_NEXT_TOKEN")
    return decoded


def _remaining(entries: list[dict[str, Any]], key: str, ordered: bool, token: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries after the last one returned, even if entries were added or removed since."""
    last = token["last"]
    if ordered:
        return [entry for entry in entries if last is None or entry[key] > last]
    names = [entry[key] for entry in entries]
    return entries[names.index(last) + 1 if last in names else token["given"] :]


def page(answer: dict[str, Any], operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return one page of a complete listing: at most MaxResults entries, and a token if there is more.

    A token holds what is listed, the last name given out and how many were, and a number, so that no two tokens are
    alike, even after an empty page.
    """
    (member,) = (name for name in answer if name in KEYS)
    key, ordered = KEYS[member], member in SORTED
    entries = sorted(answer[member], key=lambda entry: str(entry[key])) if ordered else answer[member]
    listing = [operation, without_paging(parameters)]
    token: dict[str, Any] = {"listing": listing, "last": None, "given": 0}
    if "NextToken" in parameters:
        token = _decode(parameters["NextToken"], listing)
    scripted = SETTINGS.page_sizes.pop(0) if SETTINGS.page_sizes else PAGE_LIMIT
    size = min(parameters.get("MaxResults", PAGE_LIMIT), scripted)
    remaining = _remaining(entries, key, ordered, token)
    given = remaining[:size]
    finished = {name: value for name, value in answer.items() if name != "NextToken"} | {member: given}
    if len(remaining) > size:
        token["last"] = given[-1][key] if given else token["last"]
        token["given"] += len(given)
        finished["NextToken"] = _encode({**token, "page": next(_page_numbers)})
    return finished
