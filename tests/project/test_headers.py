# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every file that is not empty has SPDX headers with this license; `reuse lint` accepts other licenses too."""

from __future__ import annotations

import subprocess

from ansible_collections.orgops.aws.tests.paths import ROOT

LICENSE_TEXTS = {"COPYING", "LICENSES/GPL-3.0-or-later.txt"}
WRITTEN_BY_A_TOOL = {
    "CHANGELOG.md",
    "changelogs/changelog.yaml",
    "docs/docsite/rst/images/report.png",
}  # REUSE.toml has their headers
# In two parts, so that reuse does not read it as a header of this file.
HEADER = "SPDX-License-Identifier" + ": GPL-3.0-or-later"


def test_every_file_has_its_spdx_headers() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert files
    without = [
        name
        for name in files
        if name not in LICENSE_TEXTS | WRITTEN_BY_A_TOOL and HEADER not in ((ROOT / name).read_text() or HEADER)[:400]
    ]
    assert without == []
