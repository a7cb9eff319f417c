# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of service principals and patterns."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.names import (
    differ_in_case_only,
    explain_unknown_names,
    invalid_names,
    is_valid_name,
)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("guardduty.amazonaws.com", id="usual"),
        pytest.param("notifications.amazon.com", id="amazon.com"),
        pytest.param("GuardDuty.amazonaws.com", id="upper-case"),
        pytest.param("a_+=,.@-9", id="every-sign"),
        pytest.param("a", id="shortest"),
        pytest.param("a" * 128, id="longest"),
    ],
)
def test_valid_names(name: str) -> None:
    assert invalid_names([name]) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", "'' (blank)", id="empty"),
        pytest.param(" \t", "' \\t' (blank)", id="blank"),
        pytest.param("a.amazonaws.com\n", "'a.amazonaws.com\\n'", id="newline-at-end"),
        pytest.param("a b", "'a b'", id="space-inside"),
        pytest.param("a" * 129, f"'{'a' * 40}'... (129 characters)", id="too-long"),
        pytest.param("gu\u0430rdduty.amazonaws.com", "'gu\u0430rdduty.amazonaws.com'", id="cyrillic-look-alike"),
        pytest.param("\u0661", "'\u0661'", id="digit-not-ascii"),
        pytest.param("None", "'None' (made from a null, a boolean, a number or a date)", id="null"),
        pytest.param("True", "'True' (made from a null, a boolean, a number or a date)", id="boolean"),
        pytest.param("1.5", "'1.5' (made from a null, a boolean, a number or a date)", id="number"),
        pytest.param("inf", "'inf' (made from a null, a boolean, a number or a date)", id="infinity"),
        pytest.param("2026-01-01", "'2026-01-01' (made from a null, a boolean, a number or a date)", id="date"),
        pytest.param("*.amazonaws.com", "'*.amazonaws.com'", id="pattern-as-name"),
    ],
)
def test_invalid_names(name: str, shown: str) -> None:
    assert invalid_names(["a.amazonaws.com", name, name]) == [shown]


def test_names_that_differ_in_case_only() -> None:
    pairs = differ_in_case_only(["sso", "b", "C", "same"], ["SSO", "Sso", "c", "B", "same", "other"])
    assert pairs == [("C", "c"), ("b", "B"), ("sso", "SSO"), ("sso", "Sso")]


def test_only_valid_names_are_explained_each_once() -> None:
    (text,) = explain_unknown_names(["a b", "zzz.amazonaws.com", "zzz.amazonaws.com", "sso.amazonaws.com"])
    assert text.startswith("zzz.amazonaws.com is not in the catalog")


@pytest.mark.parametrize(("name", "valid"), [("a.amazonaws.com", True), ("a b", False), ("", False), (5, False)])
def test_what_can_be_a_name(name: object, valid: bool) -> None:
    assert is_valid_name(name) is valid


@pytest.mark.parametrize("pattern", ["*.guardduty.amazonaws.com", "a?", "[ab]*", "[!a]*", "a.amazonaws.com"])
def test_valid_patterns(pattern: str) -> None:
    assert invalid_names([pattern], patterns=True) == []


@pytest.mark.parametrize("pattern", ["", " *", "*\n", "{a,b}", "a" * 129, "None"])
def test_invalid_patterns(pattern: str) -> None:
    assert len(invalid_names([pattern], patterns=True)) == 1
