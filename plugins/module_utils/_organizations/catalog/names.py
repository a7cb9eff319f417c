# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Names of service principals: validation, patterns, and names that the catalog does not contain."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from .services import explain_unknown

# API reference, EnableAWSServiceAccess, ServicePrincipal.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
PATTERN = re.compile(r"[\w+=,.@*?\[\]!-]{1,128}", re.ASCII)
# What Ansible converts a YAML null, boolean, number or date in a list of strings to.
CONVERTED = re.compile(r"None|True|False|[+-]?(inf|nan|\d+(\.\d+)?(e[+-]?\d+)?)|\d{4}-\d\d-\d\d", re.ASCII)
ALLOWED = "1 to 128 characters, each an ASCII letter or digit or one of _ + = , . @ -"


def is_valid_name(name: object) -> bool:
    """Return whether a service principal can have this name (API reference, ServicePrincipal)."""
    return isinstance(name, str) and bool(NAME.fullmatch(name))


def invalid_names(names: Iterable[str], patterns: bool = False) -> list[str]:
    """Return the invalid names (or shell-style patterns), quoted and with the reason, in the order given."""
    allowed = PATTERN if patterns else NAME
    invalid = []
    for name in names:
        shown = repr(name) if len(name) <= 40 else f"{name[:40]!r}... ({len(name)} characters)"
        if CONVERTED.fullmatch(name):
            invalid.append(f"{shown} (made from a null, a boolean, a number or a date)")
        elif not allowed.fullmatch(name):
            invalid.append(f"{shown} (blank)" if not name.strip() else shown)
    return list(dict.fromkeys(invalid))


def require_valid_names(option: str, names: Iterable[str], patterns: bool = False) -> list[str]:
    """Return problems with an option's names, in at most one sentence."""
    offenders = invalid_names(names, patterns)
    if not offenders:
        return []
    allowed = f"{ALLOWED} * ? [ ] !" if patterns else ALLOWED
    return [f"{option} must hold service principals of {allowed}; invalid: {', '.join(offenders)}."]


def differ_in_case_only(names: Collection[str], others: Collection[str]) -> list[tuple[str, str]]:
    """Return pairs of a name and another one that differ only in case, sorted."""
    pairs = itertools.product(set(names), set(others))
    return sorted((name, other) for name, other in pairs if name != other and name.lower() == other.lower())


def case_problems(option: str, names: Collection[str]) -> list[str]:
    """Return a sentence for each two of an option's names that differ only in case."""
    return [
        f"{option} lists {name} and {other}, which differ only in case. Remove the wrong one."
        for name, other in differ_in_case_only(names, names)
        if name < other
    ]


def explain_unknown_names(names: Iterable[str], refused: bool = False) -> list[str]:
    """Return a sentence for each valid name that the catalog lacks. ``refused``: AWS did not recognize them."""
    valid = [name for name in dict.fromkeys(names) if not invalid_names([name])]
    texts = [explain_unknown(name, refused) for name in valid]
    return [text for text in texts if text]


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Return whether a shell-style pattern matches the whole name; case-sensitive."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


__all__ = [
    "case_problems",
    "differ_in_case_only",
    "explain_unknown_names",
    "is_valid_name",
    "matches_any",
    "require_valid_names",
]
