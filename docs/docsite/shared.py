# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of README.md and CONTRIBUTING.md as reStructuredText, so that the guides say the same in the same words.

markdown-it-py parses; what is here only writes. Markdown that no section needs so far is an error, not lost text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/orgops/orgops.aws/blob/main"
GUIDE = re.compile(r"docs/docsite/rst/(\w+)\.rst")
UNDERLINES = {3: "~", 4: "^"}


def section(file: str, title: str) -> str:
    """The text under a heading of a Markdown file, as reStructuredText; under the title, what precedes other headings.

    KeyError where there is no such heading.
    """
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse((ROOT / file).read_text()))
    blocks: list[SyntaxTreeNode] = []
    level = 0
    for node in tree.children:
        if node.type == "heading" and level and (level == 1 or int(node.tag[1]) <= level):
            break
        if level:
            blocks.append(node)
        elif node.type == "heading" and node.children[0].content == title:
            level = int(node.tag[1])
    if not level:
        raise KeyError(f"{file} has no section {title!r}")
    return "\n\n".join(block(node) for node in blocks)


def indent(text: str, by: str) -> str:
    """The lines after the first one, indented below a list's bullet or a directive."""
    return text.replace("\n", f"\n{by}").replace(f"{by}\n", "\n")


def block(node: SyntaxTreeNode) -> str:
    """A block of Markdown."""
    return BLOCKS[node.type](node)


def _heading(node: SyntaxTreeNode) -> str:
    title = inline(node.children[0])
    return f"{title}\n{UNDERLINES[int(node.tag[1])] * len(title)}"


def _list(node: SyntaxTreeNode) -> str:
    bullet = "- " if node.type == "bullet_list" else "#. "
    items = ["\n\n".join(block(child) for child in item.children) for item in node.children]
    return "\n".join(bullet + indent(item, " " * len(bullet)) for item in items)


def _fence(node: SyntaxTreeNode) -> str:
    return f".. code-block:: {node.info}\n\n    {indent(node.content.rstrip(), '    ')}"


def _table(node: SyntaxTreeNode) -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: auto", ""]
    for row in (row for part in node.children for row in part.children):
        for number, cell in enumerate(row.children):
            lines.append(f"   {'  -' if number else '* -'} {''.join(map(inline, cell.children))}")
    return "\n".join(lines)


def inline(node: SyntaxTreeNode) -> str:
    """A piece of a line."""
    return INLINES[node.type](node)


def _all(node: SyntaxTreeNode) -> str:
    return "".join(inline(child) for child in node.children)


def _text(node: SyntaxTreeNode) -> str:
    return re.sub(r"([*`|\\]|_(?=\W|$))", r"\\\1", node.content)


def _link(node: SyntaxTreeNode) -> str:
    address = str(node.attrs["href"])
    guide = GUIDE.fullmatch(address)
    if guide:
        return f":ref:`{_all(node)} <ansible_collections.orgops.aws.docsite.{guide[1]}>`"
    return f"`{_all(node)} <{address if '://' in address else f'{REPOSITORY}/{address}'}>`__"


BLOCKS: dict[str, Callable[[SyntaxTreeNode], str]] = {
    "bullet_list": _list,
    "fence": _fence,
    "heading": _heading,
    "ordered_list": _list,
    "paragraph": lambda node: inline(node.children[0]),
    "table": _table,
}
INLINES: dict[str, Callable[[SyntaxTreeNode], str]] = {
    "code_inline": lambda node: f"``{node.content}``",
    "em": lambda node: f"*{_all(node)}*",
    "inline": _all,
    "link": _link,
    "softbreak": lambda _node: "\n",
    "strong": lambda node: f"**{_all(node)}**",
    "text": _text,
}
