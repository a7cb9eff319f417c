# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleUndefinedVariable

from ansible_collections.orgops.aws.plugins.plugin_utils._role.shared_organization import (
    Claim,
    claim_of,
    claims_at,
    claims_of,
    conflict,
)
from ansible_collections.orgops.aws.plugins.plugin_utils._role.variables import VariableError

NORTH, SOUTH = "111111111111", "222222222222"
ADDS, EXACT = Claim(NORTH, removes=False, allowed=False), Claim(NORTH, removes=True, allowed=False)
ALLOWED = Claim(NORTH, removes=True, allowed=True)
OTHER, UNNAMED = Claim(SOUTH, removes=True, allowed=False), Claim("", removes=True, allowed=False)


@pytest.mark.parametrize(
    ("options", "claim"),
    [
        ({}, Claim("", removes=False, allowed=False)),
        ({"management_account_id": NORTH}, ADDS),
        ({"management_account_id": int(NORTH), "purge_service_principals": "yes"}, EXACT),
        ({"management_account_id": NORTH, "purge_delegated_administrators": True}, EXACT),
        (
            {"management_account_id": NORTH, "purge_service_principals": 1, "allow_shared_organization": "true"},
            ALLOWED,
        ),
        ({"management_account_id": "x", "purge_service_principals": True}, UNNAMED),
    ],
)
def test_claim_of_a_host(options: dict[str, Any], claim: Claim) -> None:
    assert claim_of(options) == claim._replace(misplaced=[])


@pytest.mark.parametrize(
    "name", ["purge_service_principals", "purge_delegated_administrators", "allow_shared_organization"]
)
@pytest.mark.parametrize("value", ["sure", "", None, [], {}])
def test_what_is_no_boolean_is_refused(name: str, value: Any) -> None:
    with pytest.raises(VariableError, match=f"service_access_{name} must be a boolean"):
        claim_of({name: value})


@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({"a": EXACT}, ""),
        ({"a": ADDS, "b": ADDS}, ""),
        ({"a": EXACT, "b": OTHER}, ""),
        ({"a": UNNAMED, "b": UNNAMED}, ""),
        ({"a": EXACT, "b": ADDS, "c": OTHER}, "ab"),
        ({"a": EXACT, "b": EXACT}, "ab"),
        ({"a": ALLOWED, "b": ADDS}, "b"),
        ({"a": ALLOWED, "b": ALLOWED}, ""),
    ],
)
def test_two_hosts_of_one_organization_refuse_exact_mode(claims: dict[str, Claim], refused: str) -> None:
    assert "".join(host for host in claims if conflict(host, claims)) == refused


def test_the_refusal_names_the_hosts_and_the_variable() -> None:
    message = conflict("b", {"b": EXACT, "a": ADDS}) or ""
    assert message.startswith(f"a, b are the same organization (service_access_management_account_id {NORTH})")
    assert "exact mode of b " in message
    assert "service_access_allow_shared_organization=true" in message


def test_the_refusal_of_many_hosts_is_short() -> None:
    message = conflict("a", dict.fromkeys("abcdefgh", EXACT)) or ""
    assert message.startswith("a, b, c, d, e and 3 more are the same organization")


def test_a_variable_of_plays_in_any_host_refuses_all() -> None:
    claims = {"a": OTHER, "b": ADDS._replace(misplaced=["service_access_serial"])}
    for host in claims:
        assert (conflict(host, claims) or "").startswith(
            "service_access_serial has no effect as a variable of the host b"
        )


class Undefined(dict[str, Any]):
    """The variables of a host, one of which cannot be templated."""

    def __getitem__(self, name: str) -> Any:
        raise AnsibleUndefinedVariable(name)


def test_a_host_with_wrong_variables_claims_nothing() -> None:
    hostvars = {
        "fine": {"service_access_management_account_id": NORTH, "service_access_serial": 1},
        "wrong": {"service_access_management_account_id": NORTH, "service_access_purge_service_principals": "sure"},
        "undefined": Undefined(service_access_management_account_id="x"),
    }
    found = claims_of(hostvars, hostvars, ["service_access_serial"])
    assert found["fine"] == ADDS._replace(misplaced=["service_access_serial"])
    assert found["wrong"].account_id == found["undefined"].account_id == ""


def test_the_variables_of_all_hosts_are_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
    made: list[int] = []

    def read() -> dict[str, Claim]:
        made.append(1)
        return {"a": EXACT, "b": OTHER}

    assert claims_at("task", "b", OTHER, read)["a"][:3] == EXACT[:3]
    assert len(made) == 1
    claims_at("task", "a", ADDS, read)
    assert claims_at("task", "b", OTHER, read)["a"][:3] == ADDS[:3]  # what the host itself said
    assert len(made) == 1
