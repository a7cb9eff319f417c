# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks of responses of AWS Organizations that botocore does not make. They handle botocore's after-call event."""

from __future__ import annotations

import json
from typing import Any

from .errors import MalformedResponseError


def check_write(http_response: Any, **_kwargs: Any) -> None:
    """Refuse a proxy's page with status 200. The writes have no output, so botocore does not parse the body."""
    body = http_response.content.strip()
    try:
        understood = not body or isinstance(json.loads(body), dict)
    except ValueError:
        understood = False
    if http_response.status_code < 300 and not understood:
        raise MalformedResponseError("The response to the write could not be parsed.")


def check_lists(http_response: Any, model: Any, **_kwargs: Any) -> None:
    """Refuse anything but a list where a list belongs. botocore turns {} and "" into an empty list."""
    if http_response.status_code >= 300 or model.output_shape is None:
        return
    try:
        body = json.loads(http_response.content)
    except ValueError:  # a page without the key of its listing
        return
    _check_lists(body, model.output_shape, model.name)


def _check_lists(value: Any, shape: Any, name: str) -> None:
    if shape.type_name == "list":
        if not isinstance(value, list):
            raise MalformedResponseError(f"{name} in the response is not a list.")
        for entry in value:
            _check_lists(entry, shape.member, name)
    elif shape.type_name == "structure" and isinstance(value, dict):
        for member, member_shape in shape.members.items():
            if value.get(member) is not None:
                _check_lists(value[member], member_shape, member)


__all__ = ["check_lists", "check_write"]
