# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The current service access of an organization as variables, and whether Ansible would use them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = "service_access.yml"
HEADER = """\
---
# The service access at the time of the export, as variables of the role orgops.aws.service_access.
"""
EXACT = """
# Exact mode: disable what is not listed, unless a safeguard blocks it. With false, the role only enables services.
"""
EXACT_ADMINISTRATORS = """
# Exact mode: deregister what is not listed, unless a safeguard blocks it. With false, the role only registers accounts.
"""
# Variables of the state that an export describes.
SETS_STATE = re.compile(
    r"^[^#\n]*\bservice_access_(service_principals|delegated_administrators|purge_\w+|keep_\w+)", re.MULTILINE
)


class Unsafe(str):
    """A string that Ansible must not template."""


class ExportDumper(yaml.SafeDumper):
    """Tags Unsafe strings with Ansible's !unsafe."""


ExportDumper.add_representer(Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value)))


def as_yaml(value: Any) -> str:
    """YAML of plain data. Every string that could be a template is tagged !unsafe."""
    return yaml.dump(_safe(value), Dumper=ExportDumper, default_flow_style=False, allow_unicode=True, width=1000)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        text = str(value)
        return Unsafe(text) if "{" in text else text
    if isinstance(value, Mapping):
        return {_safe(name): _safe(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe(inner) for inner in value]
    return value


def exported_text(enabled: Iterable[Mapping[str, Any]], accounts: Collection[Mapping[str, Any]] | None = None) -> str:
    """The file that describes an organization; the arguments are as the info modules return them.

    ``accounts``: the delegated administrators, None if they were not read.
    """
    names = [entry["service_principal"] for entry in enabled]
    if names:
        lines = as_yaml({"service_access_service_principals": names}).splitlines()
        # The YAML library writes no comments, so each is appended to its entry's line.
        text = "\n".join([lines[0], *(f"  {line}  # {_comment(entry)}" for line, entry in zip(lines[1:], enabled))])
    else:
        text = f"# Nothing is enabled.\n{as_yaml({'service_access_service_principals': []}).rstrip()}"
    exact = as_yaml({"service_access_purge_service_principals": True})
    return f"{HEADER}{text}\n{EXACT}{exact}{_administrators(accounts)}"


def _administrators(accounts: Collection[Mapping[str, Any]] | None) -> str:
    """The part about delegated administrators. An empty dictionary would be refused in exact mode."""
    if accounts is None:
        return "\n# Delegated administrators were not read.\n"
    if not accounts:
        return "\n# There are no delegated administrators.\n"
    lines = ["", "service_access_delegated_administrators:"]
    for account in accounts:
        names = [service["service_principal"] for service in account["service_principals"]]
        first, *rest = as_yaml({account["account_id"]: names}).splitlines()
        lines += [f"  {first}  # {_printable(account.get('name') or 'no name')}", *(f"    {line}" for line in rest)]
    exact = as_yaml({"service_access_purge_delegated_administrators": True})
    return "\n".join([*lines, f"{EXACT_ADMINISTRATORS}{exact}"])


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _comment(entry: Mapping[str, Any]) -> str:
    text = (
        f"{entry.get('service_name') or 'not in the catalog'}, since {entry.get('date_enabled') or 'an unknown date'}"
    )
    return _printable(text)


def hidden_files(folder: Path) -> list[Path]:
    """Files of the host that Ansible reads now, but would not read if the host had a folder.

    One of them can have the name of the folder, without an extension.
    """
    if folder.is_dir():
        return []
    paths = [folder.with_name(f"{folder.name}{extension}") for extension in ("", ".yml", ".yaml", ".json")]
    return [path for path in paths if path.exists()]


def winning_files(read: Iterable[Path], folder: Path) -> list[Path]:
    """Of the files that Ansible reads for a host, those that win over the export in ``folder`` and set the state.

    ``read``: in Ansible's order. What cannot be read as text, such as a vault, may set it too, so it counts.
    """
    winners = []
    for path in read:
        inside = path.is_relative_to(folder)
        if inside and path.relative_to(folder).parts[0] <= FILE:
            continue
        if _may_set_state(path):
            winners.append(path)
    return winners


def _may_set_state(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return True
    return bool(SETS_STATE.search(text)) or text.startswith("$ANSIBLE_VAULT")


__all__ = ["FILE", "as_yaml", "exported_text", "hidden_files", "winning_files"]
