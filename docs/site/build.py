# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site into docs/build/html: ``make docs``.

antsibull-docs writes the pages of the modules and roles and copies the guides. This module adds the first page with the
sidebar, and a page about the playbooks. Sphinx generates HTML from them. Any warning is an error.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "docs" / "build"
PAGES = BUILD / "rst"
COLLECTION = "orgops.aws"
PRIVATE_ACTIONS = "role_"
CONTENTS = re.compile(r"^\.\. contents::\n(?:[ ]+:.*\n)+", re.MULTILINE)
TOCTREE = re.compile(r"^\.\. toctree::\n(?:[ ]+.*\n|\n)+", re.MULTILINE)


def run(*command: str) -> None:
    """Run a command. A failure ends the build."""
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - only commands of this file


def toctree(caption: str, entries: Iterable[str]) -> str:
    """Return a section of the sidebar. An entry is a page or ``title <page>``."""
    lines = [".. toctree::", f"   :caption: {caption}", "   :hidden:", ""]
    return "\n".join([*lines, *(f"   {entry}" for entry in entries), "", ""])


def sidebar() -> str:
    """Return the sidebar: the guides in the sections of extra-docs.yml, then the reference pages by short name."""
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text())["sections"]
    guides = [toctree(section["title"], (f"docsite/{page}" for page in section["toctree"])) for section in sections]
    kinds = {"Modules": "module", "Roles": "role"}
    reference = {title: [f"{name} <{name}_{kind}>" for name in names_of(kind)] for title, kind in kinds.items()}
    reference["Modules"] = [entry for entry in reference["Modules"] if not entry.startswith(PRIVATE_ACTIONS)]
    further = [*(["playbooks"] if playbooks() else []), "Everything in the collection <collection>"]
    return "".join([*guides, *(toctree(*item) for item in reference.items() if item[1]), toctree("More", further)])


def names_of(kind: str) -> list[str]:
    """Return the names of the modules or roles with a page."""
    return sorted(page.stem.removesuffix(f"_{kind}") for page in PAGES.glob(f"*_{kind}.rst"))


def playbooks() -> list[Path]:
    """Return the collection's playbooks."""
    return sorted((ROOT / "playbooks").glob("*.yml"))


def description(playbook: Path) -> str:
    """Return a playbook's purpose: the comment below its SPDX headers, or else the names of its plays."""
    comments = re.findall(r"^#(?! SPDX-) ?(.*)$", playbook.read_text().partition("\n- ")[0], re.MULTILINE)
    plays = [play["name"] for play in yaml.safe_load(playbook.read_text()) if "name" in play]
    return "\n".join(comments) if comments else "\n".join(f"#. {name}." for name in plays)


def playbook_page() -> str:
    """Return the page of the playbooks, each with its purpose and source."""
    parts = [
        "Playbooks",
        "=========",
        "",
        f"Run them by name, for example ``ansible-playbook {COLLECTION}.<name>``.",
        "``service_access_hosts`` is a host pattern, by default ``all``.",
        "``service_access_serial`` is the batch size, by default all hosts.",
        "",
    ]
    for playbook in playbooks():
        name = f"{COLLECTION}.{playbook.stem}"
        parts += [f".. _playbook_{playbook.stem}:", "", name, "-" * len(name), "", description(playbook), ""]
        plays = "- " + playbook.read_text().partition("\n- ")[2]
        parts += [".. code-block:: yaml+jinja", "", indent(plays, "    "), ""]
    return "\n".join(parts)


def fit_into_site() -> None:
    """Remove what the sidebar replaces, and allow the pages of private actions to be missing in it."""
    for page in PAGES.glob("*.rst"):
        orphan = ":orphan:\n\n" if page.name.startswith(PRIVATE_ACTIONS) and page.name.endswith("_module.rst") else ""
        page.write_text(orphan + CONTENTS.sub("", page.read_text()))
    index = PAGES / "index.rst"
    before, _separator, after = index.read_text().partition(".. _plugin_index_for_")
    plugins = TOCTREE.sub("", f".. _plugin_index_for_{after}")
    (PAGES / "collection.rst").write_text(f"{before.partition('.. toctree::')[0]}{plugins}")


def write_pages() -> None:
    """Write all pages that Sphinx reads."""
    shutil.rmtree(BUILD, ignore_errors=True)
    PAGES.mkdir(parents=True, mode=0o755)
    options = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(PAGES))
    run("antsibull-docs", "collection", *options, COLLECTION)
    fit_into_site()
    images = ROOT / "docs" / "docsite" / "rst" / "images"
    shutil.copytree(images, PAGES / "docsite" / "images")
    shutil.copytree(ROOT / "examples", PAGES / "examples")  # which guides include
    if playbooks():
        (PAGES / "playbooks.rst").write_text(playbook_page())
    (PAGES / "index.rst").write_text(f"{(HERE / 'index.rst').read_text()}\n{sidebar()}")


def main() -> None:
    """Build the site, and print where it is."""
    try:
        write_pages()
        html = BUILD / "html"
        run("sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE), str(PAGES), str(html))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd[:2])} failed.")
    sys.stdout.write(f"The site is {html.relative_to(ROOT) / 'index.html'}.\n")


if __name__ == "__main__":
    main()
