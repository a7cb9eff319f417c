# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._report.schema import first_problem
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.outcomes import Outcome, outcome
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.results import (
    make_results,
    make_stats,
    names_of_list,
)
from ansible_collections.orgops.aws.tests.paths import ROOT

SCHEMA = json.loads((ROOT / "roles" / "service_access" / "files" / "results.schema.json").read_text())
SSO = "sso.amazonaws.com"
REGISTRATION = {"account_id": "222222222222", "service_principal": SSO}
BLOCKED = {
    "failed": True,
    "msg": "Blocked.",
    "held_back": [{"service_principal": SSO, "reasons": ["users"], "delegated_administrators": []}],
    "not_attempted": [SSO],
}
DENIED = {"failed": True, "msg": "Failed: no.", "error": {"code": "AccessDenied", "message": "no"}, "enabled": ["a"]}
CHANGE = {"changed": True, "enabled": ["a"], "registered": [REGISTRATION]}
FOUND = {
    "z": outcome(BLOCKED),
    "denied": outcome({**DENIED, "outcome_unknown": [SSO]}),
    "lost": Outcome("not reached", "no result yet."),
    "foreseen": outcome({**CHANGE, "check_mode": True}),
    "changed": outcome(CHANGE),
    "same": outcome({"changed": False, "enabled_service_principals": [{}]}),
}


def results(playbook: str | None = "apply") -> dict[str, Any]:
    return make_results(FOUND, {"changed": "111111111111"}, playbook, check_mode=False)


@pytest.mark.parametrize("playbook", ["apply", "drift", "export", None])
def test_results_match_the_schema(playbook: str | None) -> None:
    assert first_problem(results(playbook), SCHEMA) is None


def test_the_schema_describes_every_key() -> None:
    found = results()
    organization = SCHEMA["$defs"]["organization"]
    assert set(SCHEMA["properties"]) == set(SCHEMA["required"]) == set(found)
    for each in found["organizations"]:
        assert set(organization["properties"]) == set(organization["required"]) == set(each)


def test_every_state_is_counted_and_organizations_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.gmtime", lambda: time.struct_time((2026, 1, 2, 3, 4, 5, 4, 2, 0)))
    found = results()
    assert found["counts"] == {"failed": 2, "not_reached": 1, "would_change": 1, "changed": 1, "unchanged": 1}
    assert [each["host"] for each in found["organizations"]] == sorted(FOUND)
    assert found["finished"] == "2026-01-02T03:04:05Z"


def test_an_organization_has_what_its_task_returned() -> None:
    found = {each["host"]: each for each in results()["organizations"]}
    assert found["changed"]["enabled"] == ["a"]
    assert found["changed"]["registered"] == [REGISTRATION]
    assert found["changed"]["management_account_id"] == "111111111111"
    assert found["denied"]["error"] == DENIED["error"]
    assert (found["denied"]["enabled"], found["denied"]["outcome_unknown"]) == (["a"], [SSO])
    assert found["z"]["error"] == {"code": None, "message": "Blocked."}
    assert found["z"]["held_back"] == BLOCKED["held_back"]
    assert (found["lost"]["error"], found["lost"]["message"]) == (None, "no result yet.")


def test_artifacts_contain_only_names() -> None:
    found = make_stats(results())
    assert found["counts"] == results()["counts"]
    assert found["organizations"] == {
        "failed": ["denied", "z"],
        "not_reached": ["lost"],
        "would_change": ["foreseen"],
        "changed": ["changed"],
        "unchanged": ["same"],
    }


def test_lists_for_another_run() -> None:
    assert names_of_list(FOUND, "failed") == ["denied", "lost", "z"]
    assert names_of_list(FOUND, "drifted") == ["foreseen"]
