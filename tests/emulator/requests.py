# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request's parameters, checked against botocore's model of AWS Organizations, which is the API reference.

AWS first checks a value against the model: its type (SerializationException), then whether it is required,
its length, its pattern, its range, its enumeration (InvalidInputException, with the reason).
"""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.model import OperationNotFoundError, Shape
from moto.core.utils import get_service_model

from .errors import UnknownOperationError, UnreadableRequestError, invalid_input
from .names import POLICY_TYPES

TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "list": (list,),
    "long": (int,),
    "map": (dict,),
    "string": (str,),
    "structure": (dict,),
    "timestamp": (int, float, str),
}


def read_parameters(target: str, body: bytes | str) -> dict[str, Any]:
    """Return the parameters of a request for the operation of the header X-Amz-Target."""
    model = get_service_model("organizations")
    prefix, _dot, operation = target.rpartition(".")
    try:
        operation_model = model.operation_model(operation)
    except OperationNotFoundError as error:
        raise UnknownOperationError(operation) from error
    if prefix != model.metadata["targetPrefix"]:
        raise UnknownOperationError(target)
    try:
        parameters = json.loads(body or "{}")
    except ValueError as error:
        raise UnreadableRequestError("the body is not valid JSON") from error
    if operation_model.input_shape is None:
        return {}
    _check(operation_model.input_shape, parameters, "")
    # Recorded on AWS by radkawar/stackd (organizations_inputs.json): null is absent, unknown members are ignored.
    known = operation_model.input_shape.members
    return {name: value for name, value in parameters.items() if name in known and value is not None}


def _check(shape: Any, value: Any, member: str) -> None:
    fits = isinstance(value, TYPES[shape.type_name]) and isinstance(value, bool) == (shape.type_name == "boolean")
    if not fits:
        raise UnreadableRequestError(f"{member or 'the request'} is not of type {shape.type_name}")
    if shape.type_name == "structure":
        _check_structure(shape, value)
    elif shape.type_name == "list":
        for entry in value:
            _check(shape.member, entry, member)
    elif shape.type_name == "integer":
        _check_bounds(shape, value, member, "VALUE")
    elif shape.type_name == "string":
        _check_string(shape, value, member)


def _check_structure(shape: Any, value: dict[str, Any]) -> None:
    for name in shape.required_members:
        if value.get(name) is None:
            raise invalid_input("INPUT_REQUIRED", name)
    for name, member_shape in shape.members.items():
        if value.get(name) is not None:
            _check(member_shape, value[name], name)


def _check_bounds(shape: Shape, size: int, member: str, what: str) -> None:
    if size < shape.metadata.get("min", size):
        raise invalid_input(f"MIN_{what}_EXCEEDED", member)
    if size > shape.metadata.get("max", size):
        raise invalid_input(f"MAX_{what}_EXCEEDED", member)


def _check_string(shape: Shape, value: str, member: str) -> None:
    if shape.name == "PolicyType":
        if value not in POLICY_TYPES:
            raise invalid_input("INVALID_ENUM_POLICY_TYPE", member)
    elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        raise invalid_input("INVALID_ENUM", member)
    if shape.name == "NextToken":
        return  # checked by the listing
    _check_bounds(shape, len(value), member, "LENGTH")
    # The patterns are written for the whole value. Some have Java's character classes, which Python does not support.
    pattern = shape.metadata.get("pattern", "")
    if pattern and r"\p{" not in pattern and not re.fullmatch(pattern, value, re.ASCII):
        raise invalid_input(
            "INVALID_PATTERN_TARGET_ID" if shape.name == "PolicyTargetId" else "INVALID_PATTERN", member
        )
