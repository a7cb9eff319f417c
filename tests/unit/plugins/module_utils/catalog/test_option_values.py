# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of options that several modules have."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.option_values import (
    account_id_problems,
    region_problems,
    wait_problems,
)


@pytest.mark.parametrize(
    ("account_id", "words"),
    [
        ("123456789012", None),
        ("12345678901", "not '12345678901'. Quote it"),
        ("1", "not '1'. Quote it"),
        ("1234567890123", "not '1234567890123'."),
        ("\u0661" * 12, "'."),
        ("12345678901x", "not '12345678901x'."),
        (" ", "is blank"),
    ],
)
def test_account_ids(account_id: str, words: str | None) -> None:
    problems = account_id_problems(account_id)
    assert len(problems) == (words is not None)
    assert words is None or words in problems[0]
    assert [text for text in problems if "Quote it" in text] == [text for text in problems if "Quote it" in str(words)]


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (86400, 0), (-1, 1), (86401, 1)])
def test_the_longest_wait_is_a_day(seconds: int, count: int) -> None:
    assert len(wait_problems(seconds)) == count


@pytest.mark.parametrize(
    ("names", "patterns", "words"),
    [
        (["eu-west-1", "xx-new-9"], False, None),
        (["eu-*", "??-east-[12]"], True, None),
        (["eu-*"], False, "invalid: 'eu-*'."),
        (["-eu", "EU-WEST-1"], False, "invalid: '-eu', 'EU-WEST-1'."),
        (["", "a b"], True, "invalid: '' (blank), 'a b'."),
    ],
)
def test_names_of_regions(names: list[str], patterns: bool, words: str | None) -> None:
    problems = region_problems("regions", names, patterns)
    assert len(problems) == (words is not None)
    assert words is None or words in problems[0]
