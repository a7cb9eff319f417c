# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Checks data against a JSON Schema. Only the keywords of report.schema.json; ansible-core needs no jsonschema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def first_problem(value: Any, schema: Schema) -> str | None:
    """Return the first violation, such as "organizations[0].name is no string"; None for valid data."""
    return next(_problems(value, schema, schema, ""), None)


def _problems(value: Any, schema: Schema, root: Schema, place: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    problem = _problem_of(value, schema)
    if problem:
        yield f"{place.lstrip('.') or 'it'} {problem}"
    elif isinstance(value, dict):
        yield from _object_problems(value, schema, root, place)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _problems(item, schema["items"], root, f"{place}[{index}]")


def _problem_of(value: Any, schema: Schema) -> str | None:
    """Return what is wrong with a value itself, whatever it contains."""
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else types
    if names and not any(_is(value, name) for name in names):
        return f"is no {' or '.join(names)}"
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if allowed is not None and (value not in allowed or isinstance(value, bool)):
        return f"is not {' or '.join(map(str, allowed))}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return f"does not match {schema['pattern']}"
    return None


def _is(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def _object_problems(value: Mapping[str, Any], schema: Schema, root: Schema, place: str) -> Iterator[str]:
    for name in schema.get("required", []):
        if name not in value:
            yield f"{place}.{name} is missing".lstrip(".")
    others = schema.get("additionalProperties", {})
    for name, inner in value.items():
        yield from _problems(inner, schema.get("properties", {}).get(name, others), root, f"{place}.{name}")


__all__ = ["first_problem"]
