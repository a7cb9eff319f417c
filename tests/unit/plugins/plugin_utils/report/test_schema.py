# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.schema import first_problem
from ansible_collections.orgops.aws.tests.report_examples import SCHEMA, report_with_everything

REPORT = report_with_everything()
FIRST = REPORT["organizations"][0]


def test_a_report_has_no_problem() -> None:
    assert first_problem(REPORT, SCHEMA) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "it is no object"),
        ({}, "schema_version is missing"),
        ({**REPORT, "schema_version": True}, "schema_version is not 1"),
        ({**REPORT, "organizations": [{"name": 5}]}, "organizations[0].state is missing"),
        (
            {**REPORT, "organizations": [{**FIRST, "name": 5}]},
            "organizations[0].name is no string",
        ),
        ({**REPORT, "generated_at": "now"}, "generated_at does not match"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_problem_is_named(value: Any, problem: str) -> None:
    assert str(first_problem(json.loads(json.dumps(value)), SCHEMA)).startswith(problem)
