# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the picture of the report for the README and the guides: ``make demo-report``, then run this file.

It needs Chromium. The picture is docs/docsite/rst/images/report.png.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "service-access-report" / "service-access.html"
PICTURE = ROOT / "docs" / "docsite" / "rst" / "images" / "report.png"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1.5",
    "--window-size=1180,740",
]


def main() -> None:
    """Take the picture of the report's first screen."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium or not REPORT.exists():
        sys.exit("Install Chromium, and run make demo-report first.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        target = [f"--user-data-dir={profile}", f"--screenshot={PICTURE}", REPORT.as_uri()]
        subprocess.run([chromium, *FLAGS, *target], check=True)  # noqa: S603 - only arguments of this file


if __name__ == "__main__":
    main()
