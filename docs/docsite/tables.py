# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the tables of the catalog, the fault tests and the benchmark into the guides: ``make docs-tables``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog import SERVICES, Service
from ansible_collections.orgops.aws.tests.benchmark import report
from ansible_collections.orgops.aws.tests.faults.rows import ROWS

GUIDES = Path(__file__).parent / "rst"
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


def tables() -> dict[str, str]:
    """Every generated table by the name in its markers."""
    return {
        **{name: table(header, rows) for name, (header, rows) in report.tables(report.load()).items()},
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
            ((link(s), code(s.principals), s.insufficient) for s in SERVICES if s.insufficient),
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


def with_tables(text: str) -> str:
    """A guide's text with the tables of today between its markers."""

    def fill(match: re.Match[str]) -> str:
        begin, name, end = match.groups()
        return f"{begin}\n\n{tables()[name]}\n\n{end}"

    return re.sub(
        r"^(\.\. begin generated table: (\w+))$.*?^(\.\. end generated table: \2)$",
        fill,
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def main() -> None:
    """Rewrite the guides."""
    for guide in GUIDES.glob("*.rst"):
        guide.write_text(with_tables(guide.read_text()))


if __name__ == "__main__":
    main()
