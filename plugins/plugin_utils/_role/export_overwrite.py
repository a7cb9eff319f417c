# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""What an export would destroy in a file that it replaces.

The file is parsed and exported again. Any difference from the result is somebody's own work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .export import NO_ADMINISTRATORS, STILL_APPLY, exported_text
from .variables import PREFIX

PRINCIPALS, PURGE = f"{PREFIX}service_principals", f"{PREFIX}purge_service_principals"
ADMINISTRATORS, PURGE_ADMINISTRATORS = f"{PREFIX}delegated_administrators", f"{PREFIX}purge_delegated_administrators"
EXPORTED = (PRINCIPALS, PURGE, ADMINISTRATORS, PURGE_ADMINISTRATORS)
# The ends of files that release 0.2.0 wrote, and how they end today.
FORMER_ENDS = {
    "\n# There are no delegated administrators.\n": NO_ADMINISTRATORS,
    "\n# Delegated administrators were not read.\n": (
        "\n# Delegated administrators were not read. Variables in other files about them still apply.\n"
    ),
}
SERVICE = re.compile(r"^  - .+?  # (.+), since (an unknown date|\d{4}-\d\d-\d\d[0-9T:.+Z-]*)$", re.MULTILINE)
ACCOUNT = re.compile(r"^  [^ ].*:  # (.*)$", re.MULTILINE)
APPLYING = re.compile(rf"^{re.escape(STILL_APPLY)}(.*)$", re.MULTILINE)


class FileLoader(yaml.SafeLoader):
    """Reads what an export writes. Anything else that Ansible would understand becomes an error or another key."""


def _scalar(loader: FileLoader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


for tag in ("!unsafe", "!vault"):
    FileLoader.add_constructor(tag, _scalar)


def lost_by_replacing(path: Path) -> list[str]:
    """Return what an export would destroy by replacing a file; nothing if an export could have written it.

    No value is part of it, because it could be a secret.
    """
    link = ["the symbolic link"] if path.is_symlink() else []
    if not path.exists():
        return link
    try:
        text = path.read_text(encoding="utf-8")
    except ValueError:
        return [*link, "content that is no text"]
    return [*link, *lost_text(text)]


def lost_text(text: str) -> list[str]:
    """Return what of a file's text an export would not write."""
    if not text.strip():
        return []
    if text.startswith("$ANSIBLE_VAULT"):
        return ["encrypted content"]
    for former, end in FORMER_ENDS.items():
        text = f"{text.removesuffix(former)}{end}" if text.endswith(former) else text
    try:
        data = yaml.load(text, Loader=FileLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError):  # ValueError for a date that does not exist
        return ["content that an export does not write"]
    if not isinstance(data, dict):
        return ["content that is no dictionary"]
    variables = [str(name) for name in data if name not in EXPORTED] + _edited(data)
    return variables or _edited_lines(text, data)


def _edited(data: Mapping[str, Any]) -> list[str]:
    """Return the variables whose values an export never writes."""
    administrators = data.get(ADMINISTRATORS, {})
    purges = bool(administrators)
    could_be_written = {
        PURGE: data.get(PURGE, True) is True,
        PURGE_ADMINISTRATORS: data.get(PURGE_ADMINISTRATORS, purges) is purges,
        PRINCIPALS: _are_names(data.get(PRINCIPALS, [])),
        ADMINISTRATORS: isinstance(administrators, dict) and all(map(_are_names, administrators.values())),
    }
    return [f"the value of {name}" for name, could_be in could_be_written.items() if not could_be]


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _edited_lines(text: str, data: Mapping[str, Any]) -> list[str]:
    """Return the lines in which the text differs from an export of the same data with the same comments."""
    head, _name, tail = text.partition(f"\n{ADMINISTRATORS}:")
    services = SERVICE.findall(head)
    names = ACCOUNT.findall(tail)
    if len(services) != len(data.get(PRINCIPALS, [])) or len(names) != len(data.get(ADMINISTRATORS) or {}):
        return ["comments or formatting"]
    enabled = [
        {"service_principal": name, "service_name": service, "date_enabled": date}
        for name, (service, date) in zip(data.get(PRINCIPALS, []), services)
    ]
    accounts = None
    if ADMINISTRATORS in data:
        accounts = []
        for (account_id, principals), name in zip(data[ADMINISTRATORS].items(), names):
            listed = [{"service_principal": principal} for principal in principals]
            accounts.append({"account_id": account_id, "name": name, "service_principals": listed})
    found = APPLYING.search(text)
    written = exported_text(enabled, accounts, found[1].split(", ") if found else ())
    return [] if written == text else ["comments or formatting"]


__all__ = ["lost_by_replacing"]
