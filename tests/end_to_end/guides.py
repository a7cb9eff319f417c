# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The executable parts of the guides: files, commands with the output shown for them, and playbooks."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.orgops.aws.tests.paths import ROOT

GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n((?:    :\w+: .*\n)*)\n((?:    .*\n|\n)+)", re.MULTILINE)
INCLUDE = re.compile(r"^\.\. literalinclude:: /(.+)\n    :caption: (.+)$", re.MULTILINE)
COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)
# What the tests can run. A guide may also show git, terraform, ansible-galaxy or the AWS CLI.
RUNNABLE = ("ansible-builder", "ansible-inventory", "ansible-playbook", "ansible-vault")
GITLAB, GITHUB = ".gitlab-ci.yml", ".github/workflows/service-access.yml"  # test_pipelines.py runs their jobs
# Files that tests use in other ways; the last three are those of tests/events.
USED_OTHERWISE = (
    "apply.sh",
    "auto_enable_members.yml",
    "aws_config",
    GITLAB,
    GITHUB,
    "injectors.yml",
    "merge.py",
    "events.yml",
    "organizations.yml",
    "rulebook.yml",
)


@dataclass(frozen=True)
class Guide:
    """The examples of a guide."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text()

    def blocks(self, *languages: str) -> list[tuple[str, str]]:
        """Return (caption or "", content) of the code blocks in these languages, or in all of them."""
        return [
            (caption[1] if (caption := re.search(r":caption: (.+)", options)) else "", textwrap.dedent(content).strip())
            for language, options, content in BLOCK.findall(self.text)
            if not languages or language in languages
        ]

    @property
    def files(self) -> dict[str, str]:
        """Return the contents of the blocks and of the included examples by file name, which is the caption."""
        included = {caption: (ROOT / name).read_text() for name, caption in INCLUDE.findall(self.text)}
        return {**{caption: f"{content}\n" for caption, content in self.blocks() if caption}, **included}

    @property
    def playbooks(self) -> list[str]:
        """Return the complete playbooks: YAML without a caption."""
        return [content for caption, content in self.blocks("yaml") if not caption]

    @property
    def commands(self) -> list[tuple[list[str], str]]:
        """Return the commands that the tests can run, as words, each with the output shown, in page order."""
        consoles = [content for caption, content in self.blocks("console") if not caption]
        found = []
        for content in consoles:
            parts = COMMAND.split(content)[1:]
            found += [(shlex.split(line), output.strip("\n")) for line, output in zip(parts[::2], parts[1::2])]
        return [(words, output) for words, output in found if words[0] in RUNNABLE]

    def unused_files(self) -> list[str]:
        """Return the files that neither a command nor another file names, so nothing executes them."""
        words = [word for command, _output in self.commands for word in command]
        return [
            name
            for name in self.files
            if name not in words
            and name not in USED_OTHERWISE
            and not any(name in other for caption, other in self.files.items() if caption != name)
        ]


def is_playbook(text: str) -> bool:
    """Return whether the YAML is a list of plays."""
    plays: Any = yaml.safe_load(text)
    return isinstance(plays, list) and all("hosts" in play for play in plays)
