# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of service access: what is refused before any call."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.service_access.state import parse_options


def params(**changes: Any) -> dict[str, Any]:
    return {
        "service_principals": ["a.amazonaws.com", "a.amazonaws.com"],
        "state": "present",
        "purge_service_principals": False,
        "keep_service_principals": [],
        "force": False,
        "unknown_service_principals": "warn",
        "wait": True,
        "wait_timeout": 60,
        "prefer_service_api": False,
        **changes,
    }


def test_duplicates_count_once() -> None:
    assert parse_options(params()).service_principals == {"a.amazonaws.com"}


def test_every_problem_is_named_at_once() -> None:
    wrong = params(
        service_principals=["", "a b"],
        keep_service_principals=["c\n"],
        state="absent",
        purge_service_principals=True,
        wait_timeout=-1,
    )
    with pytest.raises(AnsibleOrganizationsError) as failure:
        parse_options(wrong)
    message = failure.value.result()["msg"]
    allowed = "1 to 128 characters, each an ASCII letter or digit or one of _ + = , . @ -"
    assert message.startswith(
        f"service_principals must hold service principals of {allowed}; invalid: '' (blank), 'a b'. "
        f"keep_service_principals must hold service principals of {allowed} * ? [ ] !; invalid: 'c\\n'. "
    )
    for part in (
        "requires state=present",
        "not -1",
    ):
        assert part in message


@pytest.mark.parametrize("wait_timeout", [0, 86400])
def test_the_limits_of_the_wait_are_allowed(wait_timeout: int) -> None:
    assert parse_options(params(wait_timeout=wait_timeout)).wait_timeout == wait_timeout


def test_null_is_an_empty_list() -> None:
    nothing = {"service_principals": None, "keep_service_principals": None}
    parsed = parse_options(params(**nothing, purge_service_principals=True))
    assert (parsed.service_principals, parsed.keep) == (frozenset(), ())


@pytest.mark.parametrize("empty", [[], None])
def test_an_empty_list_is_refused_without_exact_mode(empty: list[str] | None) -> None:
    with pytest.raises(AnsibleOrganizationsError, match=r"service_principals is empty.* List at least one"):
        parse_options(params(service_principals=empty, force=True))


def test_names_in_the_list_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(AnsibleOrganizationsError) as failure:
        parse_options(params(service_principals=["a", "A", "b", "D", "d", "c", "C", "e", "E"]))
    assert failure.value.message == " ".join(
        f"service_principals lists {name.upper()} and {name}, which differ only in case. Remove the wrong one."
        for name in "acde"
    )
