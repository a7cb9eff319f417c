# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks of responses that botocore does not make. They handle its after-call event."""

from __future__ import annotations

import json
from typing import Any

from .errors import MalformedResponseError


def check_write(http_response: Any, **_kwargs: Any) -> None:
    """Refuse a proxy's page with status 200. The writes have no output, so botocore does not parse the body."""
    body = http_response.content.strip()
    if http_response.status_code < 300 and body and not _is_json_object(body):
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
            key = member_shape.serialization.get("name", member)  # what the member is called in JSON
            if value.get(key) is not None:
                _check_lists(value[key], member_shape, member)


def check_body(http_response: Any, model: Any, **_kwargs: Any) -> None:
    """Refuse a proxy's page with status 200, whose members botocore would silently find to be missing."""
    if http_response.status_code >= 300:
        return
    body = http_response.content.strip()
    expects_more = model.output_shape is not None and model.output_shape.members
    if not body:
        understood = not expects_more
    elif model.service_model.metadata.get("protocol") in ("ec2", "query"):
        understood = f"{model.name}Response".encode() in body
    else:
        understood = body[0] >> 5 == 5 or _is_json_object(body)  # in CBOR, a map begins with the major type 5
    if not understood:
        raise MalformedResponseError(f"The response to {model.name} could not be parsed.")


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


__all__ = ["check_body", "check_lists", "check_write"]
