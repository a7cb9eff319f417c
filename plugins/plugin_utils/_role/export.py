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
from ansible import constants

from .variables import PREFIX

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
# Without the variables, those of a group would apply.
NO_ADMINISTRATORS = f"""
# There are no delegated administrators. In exact mode, an empty dictionary would be refused.
{PREFIX}delegated_administrators: {{}}
{PREFIX}purge_delegated_administrators: false
"""
STILL_APPLY = "# These variables of the host are not part of the export and still apply: "
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
    """Return YAML of plain data. Every string that could be a template is tagged !unsafe."""
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


def exported_text(
    enabled: Iterable[Mapping[str, Any]],
    accounts: Collection[Mapping[str, Any]] | None = None,
    still_apply: Collection[str] = (),
) -> str:
    """Return the file that describes an organization, from what the info modules return.

    ``accounts``: the delegated administrators, None if they were not read. ``still_apply``: variables of the host that
    the file does not contain, and that can make applying it change something.
    """
    enabled = list(enabled)
    names = [entry["service_principal"] for entry in enabled]
    header = f"{HEADER}{STILL_APPLY}{', '.join(still_apply)}\n" if still_apply else HEADER
    if names:
        lines = as_yaml({"service_access_service_principals": names}).splitlines()
        # The YAML library writes no comments, so each is appended to its entry's line.
        text = "\n".join([lines[0], *(f"  {line}  # {_comment(entry)}" for line, entry in zip(lines[1:], enabled))])
    else:
        text = f"# Nothing is enabled.\n{as_yaml({'service_access_service_principals': []}).rstrip()}"
    exact = as_yaml({"service_access_purge_service_principals": True})
    return f"{header}{text}\n{EXACT}{exact}{_administrators(accounts)}"


def _administrators(accounts: Collection[Mapping[str, Any]] | None) -> str:
    """Return the part about delegated administrators."""
    if accounts is None:
        return "\n# Delegated administrators were not read. Variables in other files about them still apply.\n"
    if not accounts:
        return NO_ADMINISTRATORS
    lines = ["", "service_access_delegated_administrators:"]
    for account in accounts:
        names = [service["service_principal"] for service in account["service_principals"]]
        first, *rest = as_yaml({account["account_id"]: names}).splitlines()
        lines += [f"  {first}  # {_printable(account.get('name') or 'no name')}", *(f"    {line}" for line in rest)]
    exact = as_yaml({"service_access_purge_delegated_administrators": True})
    return "\n".join([*lines, f"{EXACT_ADMINISTRATORS}{exact}"])


def _printable(text: object) -> str:
    return "".join(character for character in str(text) if character.isprintable())


def _comment(entry: Mapping[str, Any]) -> str:
    text = (
        f"{entry.get('service_name') or 'not in the catalog'}, since {entry.get('date_enabled') or 'an unknown date'}"
    )
    return _printable(text)


def hidden_files(folder: Path) -> list[Path]:
    """Return files of the host that Ansible reads now, but would not read if the host had a folder.

    One of them can have the name of the folder, without an extension.
    """
    if folder.is_dir():
        return []
    paths = [folder.with_name(f"{folder.name}{extension}") for extension in ("", *constants.YAML_FILENAME_EXTENSIONS)]
    return [path for path in paths if path.exists()]


def winning_files(read: Iterable[Path], folder: Path) -> list[Path]:
    """Return those of the files that Ansible reads for a host that win over the export in ``folder``.

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


__all__ = ["FILE", "NO_ADMINISTRATORS", "STILL_APPLY", "exported_text", "hidden_files", "winning_files"]
