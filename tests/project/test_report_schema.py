# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of the report: it describes every report, and our check judges as jsonschema does."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.plugin_utils._report.data import SCHEMA_VERSION
from ansible_collections.orgops.aws.plugins.plugin_utils._report.schema import first_problem
from ansible_collections.orgops.aws.tests.examples import generated_data
from ansible_collections.orgops.aws.tests.report_examples import SCHEMA, report_with_everything

REPORT = report_with_everything()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values inside of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for name, one in inner:
        found += places(one, (*path, name))
    return found


def test_the_schema_is_valid_and_describes_the_report() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in VALIDATOR.iter_errors(REPORT)] == []
    assert first_problem(REPORT, SCHEMA) is None
    assert SCHEMA["properties"]["schema_version"] == {"const": SCHEMA_VERSION}


@pytest.mark.parametrize("name", ["organization", "service", "account", "difference", "catalog_entry"])
def test_the_schema_knows_every_key(name: str) -> None:
    organization = REPORT["organizations"]
    found = {
        "organization": organization,
        "service": [one for entry in organization for one in entry["services"]],
        "account": [one for entry in organization for one in entry["accounts"]],
        "difference": [one for entry in organization for one in entry["differences"]],
        "catalog_entry": REPORT["services"],
    }[name]
    assert {key for one in found for key in one} == set(SCHEMA["$defs"][name]["properties"])


def test_the_schema_uses_only_keywords_that_are_checked() -> None:
    known = {"$schema", "$comment", "title", "description", "type", "required", "properties", "$defs", "$ref", "const"}
    known |= {"enum", "pattern", "items", "additionalProperties"}

    def keywords(schema: dict[str, Any]) -> set[str]:
        found = set(schema)
        inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
        inner += [schema[name] for name in ("items", "additionalProperties") if name in schema]
        for one in inner:
            found |= keywords(one)
        return found

    assert keywords(SCHEMA) <= known


@generated_data(100)
@given(st.sampled_from(places(REPORT)), st.sampled_from([None, True, 1, -1, "", "x", [], {}, ["x"], [1], {"x": 1}]))
def test_a_changed_report_is_judged_as_by_jsonschema(place: tuple[Any, ...], value: Any) -> None:
    changed = copy.deepcopy(REPORT)
    parent = changed
    for name in place[:-1]:
        parent = parent[name]
    parent[place[-1]] = value
    assert (first_problem(changed, SCHEMA) is None) is VALIDATOR.is_valid(changed)
