# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write tables made from the code, and text shared with README.md and CONTRIBUTING.md, into the guides.

``make docs-tables`` does it. The guides mark what is written with comments: ``.. begin generated table: <name>`` and
``.. begin generated text: <file>, <heading>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ansible_collections.orgops.aws.docs.docsite.shared import section
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import SERVICES, Service
from ansible_collections.orgops.aws.plugins.module_utils._organizations.errors import REASON_REMEDIES, REMEDIES
from ansible_collections.orgops.aws.tests.faults.rows import ROWS

HERE = Path(__file__).parent
PAGES = (*sorted((HERE / "rst").glob("*.rst")), HERE.parent / "site" / "index.rst")
WAYS = {
    "only_organizations": "AWS Organizations only",
    "service_recommended": "service recommended",
    "only_service": "service only",
    "either": "either",
    "not_stated": "not stated",
}


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A reStructuredText list-table."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: auto", ""]
    for row in (header, *rows):
        for number, cell in enumerate(row):
            lines.append(f"   {'  -' if number else '* -'} {cell}".rstrip())
    return "\n".join(lines)


def link(service: Service) -> str:
    """The service's name, leading to AWS's page."""
    return f"`{service.name} <{service.documentation_url}>`__"


def code(names: Iterable[str]) -> str:
    """Names in code style."""
    return ", ".join(f"``{name}``" for name in names)


def with_commands(text: str) -> str:
    """A sentence that ends with a command of the AWS CLI, with the command in code style."""
    return re.sub(r"(?:(?<=: )|(?<=run ))(aws [a-z0-9-]+ .+)(?=\.$)", r"``\1``", text)


def error_rows(remedies: Mapping[str, str], key: str) -> Iterable[tuple[str, str, str]]:
    """Errors of one remedy together: their codes or reasons (``key``), the remedy, and the faults that test it."""
    by_remedy: dict[str, list[str]] = {}
    for name, remedy in remedies.items():
        by_remedy.setdefault(remedy.format(operation="<operation>"), []).append(name)
    for remedy, names in by_remedy.items():
        faults = [
            row.fault
            for row in ROWS
            if not row.succeeds and (row.script.get(key) in names or (key == "code" and row.sees in names))
        ]
        yield code(names), remedy, "; ".join(dict.fromkeys(faults))


def error_tables() -> dict[str, str]:
    """What to do about each error of AWS and of its SDK."""
    return {
        "errors": table(("Error", "What to do", "Tested with"), error_rows(REMEDIES, "code")),
        "reasons": table(("Reason", "What to do", "Tested with"), error_rows(REASON_REMEDIES, "reason")),
    }


def tables() -> dict[str, str]:
    """Every generated table by the name in its markers."""
    return {
        **error_tables(),
        "disable_disrupts": table(
            ("Service", "Service principal", "What stops"),
            ((link(s), code(s.principals), s.disable_disrupts) for s in SERVICES if s.disable_disrupts),
        ),
        "how_to_disable": table(
            ("Service", "Disable with", "Its own API", "Note"),
            (
                (link(s), WAYS[s.disable], code(s.native_disable_api), s.disable_note)
                for s in SERVICES
                if s.disable_note or s.native_disable_api or s.disable == "only_service"
            ),
        ),
        "insufficient": table(
            ("Service", "Service principal", "What else is needed"),
            ((link(s), code(s.principals), with_commands(s.insufficient)) for s in SERVICES if s.insufficient),
        ),
        "other_names": table(
            ("Name", "What it is", "Name for service access"),
            (
                (code([name]), what, f"{code(s.principals)} ({s.name})")
                for s in SERVICES
                for names, what in (
                    (s.legacy_principals, "older name"),
                    (s.rejected_principals, "was refused by AWS when tried"),
                    (s.role_principals, "documented for a service-linked role"),
                )
                for name in names
            ),
        ),
        "faults": table(
            ("Fault", "Struck call", "What the user sees", "Its requests", "State afterwards"),
            (
                (
                    row.fault,
                    row.operation,
                    f"fails: {row.sees.strip()}" if row.sees else "success",
                    str(row.requests),
                    row.state_in_words,
                )
                for row in ROWS
            ),
        ),
        "services": table(
            (
                "Service",
                "Service principals",
                "Enable with",
                "The service's own API",
                "Delegated administrator",
                "Note",
            ),
            (
                (
                    link(s),
                    code(s.principals),
                    WAYS[s.enable],
                    code(s.native_enable_api),
                    "yes" if s.delegated_administrator else "no",
                    s.note,
                )
                for s in SERVICES
            ),
        ),
    }


def with_generated(text: str) -> str:
    """A page's text with the tables and the shared text of today between its markers."""

    def fill(match: re.Match[str]) -> str:
        begin, kind, name, end = match.groups()
        content = tables()[name] if kind == "table" else section(*name.split(", ", 1))
        return f"{begin}\n\n{content}\n\n{end}"

    return re.sub(
        r"^(\.\. begin generated (table|text): ([^\n]+))$.*?^(\.\. end generated \2: \3)$",
        fill,
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def main() -> None:
    """Rewrite the guides and the site's first page."""
    for page in PAGES:
        page.write_text(with_generated(page.read_text()))


if __name__ == "__main__":
    main()
