# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the findings of a GitLab job: as a comment on the merge request, or as an issue that is open during drift.

    python3 gitlab_report.py comment comment.md
    python3 gitlab_report.py issue comment.md results.env

Needs a project access token with the role Reporter and the scope api in the variable REPORT_TOKEN.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

LABEL = "service-access-drift"
PROJECT = f"projects/{os.environ['CI_PROJECT_ID']}"


def call(method: str, path: str, **data: str) -> Any:
    """Send a request to GitLab's API, and return the response."""
    request = urllib.request.Request(
        f"{os.environ['CI_API_V4_URL']}/{path}",
        method=method,
        data=json.dumps(data).encode() if data else None,
        headers={"PRIVATE-TOKEN": os.environ["REPORT_TOKEN"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def report_comment(text: str) -> None:
    """Write a comment on the merge request, or replace that of an earlier job, which begins with the same line."""
    notes = f"{PROJECT}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    author = call("GET", "user")["id"]
    first_line = text.partition("\n")[0]
    for note in call("GET", f"{notes}?per_page=100&sort=asc"):
        if note["author"]["id"] == author and note["body"].startswith(first_line):
            call("PUT", f"{notes}/{note['id']}", body=text)
            return
    call("POST", notes, body=text)


def report_issue(text: str, findings: list[str]) -> None:
    """Open an issue about drift, update the open one, or close it once every organization matches its variables."""
    opened = call("GET", f"{PROJECT}/issues?state=opened&labels={LABEL}&per_page=1")
    if "drifted=true" in findings and opened:
        call("PUT", f"{PROJECT}/issues/{opened[0]['iid']}", description=text)
    elif "drifted=true" in findings:
        call("POST", f"{PROJECT}/issues", title="Service access has drifted", labels=LABEL, description=text)
    elif "failed=false" in findings and opened:
        call("PUT", f"{PROJECT}/issues/{opened[0]['iid']}", state_event="close")


if __name__ == "__main__":
    comment = Path(sys.argv[2]).read_text(encoding="utf-8")
    if sys.argv[1] == "comment":
        report_comment(comment)
    else:
        report_issue(comment, Path(sys.argv[3]).read_text(encoding="utf-8").split())
