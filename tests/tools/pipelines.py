# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the jobs of the example pipelines: their commands in bash, with a recording gh, and a small GitLab API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.orgops.aws.tests.paths import ROOT

PIPELINES = ROOT / "examples" / "pipelines"
GITHUB = yaml.safe_load((PIPELINES / "github-actions.yml").read_text())
GITLAB = yaml.safe_load((PIPELINES / "gitlab-ci.yml").read_text())
BOT = 3  # the user of the token for GitLab
INSTALLATION = ("python3 -m pip", "ansible-galaxy")  # which needs a network
# Logs its arguments, and prints the answer to the first two of them; JSON through the filter of --jq.
GH = """#!/usr/bin/env python3
import json, os, subprocess, sys
with open(os.environ["GH_LOG"], "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
answer = json.loads(os.environ["GH_ANSWERS"]).get(" ".join(sys.argv[1:3]), "")
if answer.startswith("["):
    subprocess.run(["jq", sys.argv[sys.argv.index("--jq") + 1]], input=answer, text=True, check=True)
else:
    print(answer, end="")
"""


def shell(script: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as the runners of both systems do."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


class Workflow:
    """A run of the GitHub workflow for an event."""

    def __init__(self, event: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.event = event
        self.folder = folder
        self.environment = {**environment, "GITHUB_REPOSITORY": "example/service-access", "GH_LOG": str(folder / "log")}
        self.outcomes: dict[str, str] = {}  # of the steps with an id
        self.failed = False
        self.output = ""
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            self.environment[name] = str(folder / name)
            (folder / name).touch()
        (folder / "gh").write_text(GH)
        (folder / "gh").chmod(0o755)
        self.environment["PATH"] = f"{folder}{os.pathsep}{environment['PATH']}"

    @property
    def outputs(self) -> dict[str, str]:
        """Return the outputs that the steps have set."""
        lines = (self.folder / "GITHUB_OUTPUT").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "GITHUB_STEP_SUMMARY").read_text()

    @property
    def gh_calls(self) -> list[list[str]]:
        """Return the arguments of each call of gh."""
        log = self.folder / "log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def is_true(self, condition: str) -> bool:
        """Evaluate a condition of this workflow."""
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition.strip())
        if "cancelled()" not in text and self.failed:
            return False  # the default condition is success()
        text = text.replace("!cancelled()", "True").replace("&&", "and").replace("||", "or").replace("!(", "not (")
        text = text.replace("github.event_name", repr(self.event))
        text = re.sub(r"steps\.(\w+)\.outcome", lambda found: repr(self.outcomes.get(found[1], "skipped")), text)
        text = re.sub(r"(?:steps|needs)\.\w+\.outputs\.(\w+)", lambda found: repr(self.outputs.get(found[1], "")), text)
        text = re.sub(r"needs\.run\.result", repr("ran"), text)
        return bool(eval(text, {"__builtins__": {}}))

    def run(self, job: str, answers: Mapping[str, str] | None = None) -> bool:
        """Run the job's steps with commands, if the job's condition holds; return whether it succeeded."""
        self.failed = False
        if job != "run" and not self.is_true(GITHUB["jobs"][job]["if"]):
            return True
        for step in GITHUB["jobs"][job]["steps"]:
            command = step.get("run", "")
            if not command or command.startswith(INSTALLATION) or not self.is_true(step.get("if", "True")):
                continue
            variables = {name: self.value(value) for name, value in step.get("env", {}).items()}
            given = {**self.environment, **variables, "GH_ANSWERS": json.dumps(answers or {})}
            done = shell(command, self.folder, given)
            self.output += done.stdout
            if "id" in step:
                self.outcomes[step["id"]] = "failure" if done.returncode else "success"
            self.failed |= bool(done.returncode) and not step.get("continue-on-error")
        return not self.failed

    def value(self, text: str) -> str:
        """Return the value of an environment variable of a step."""
        found = re.fullmatch(r"\$\{\{ needs\.run\.outputs\.(\w+) \}\}", text)
        return self.outputs.get(found[1], "") if found else re.sub(r"\$\{\{ .* \}\}", "7", text)


def run_gitlab(job: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a job of the GitLab pipeline, and its after_script."""
    script = [line for line in GITLAB[job]["script"] if not line.startswith(INSTALLATION)]
    done = shell("\n".join(script), folder, environment)
    shell("\n".join(GITLAB[job].get("after_script", [])), folder, environment)
    return done


class GitLab(BaseHTTPRequestHandler):
    """GitLab's API for the comments of one merge request and the issues of one project."""

    server: GitLabServer

    def do_GET(self) -> None:
        if self.path == "/api/v4/user":
            self.respond({"id": BOT})
            return
        kept = self.server.notes if "/notes" in self.path else self.server.issues
        self.respond([item for item in kept if item["state"] == "opened"])

    def do_POST(self) -> None:
        kept = self.server.notes if self.path.endswith("/notes") else self.server.issues
        number = len(kept) + 1
        kept.append({"id": number, "iid": number, "state": "opened", "author": {"id": BOT}, **self.sent()})
        self.respond(kept[-1])

    def do_PUT(self) -> None:
        kept = self.server.notes if "/notes/" in self.path else self.server.issues
        item = kept[int(self.path.rpartition("/")[2]) - 1]
        item.update(self.sent())
        if item.get("state_event") == "close":
            item["state"] = "closed"
        self.respond(item)

    def sent(self) -> dict[str, Any]:
        """Return the body of the request, whose token must be right."""
        assert self.headers["PRIVATE-TOKEN"] == "a token"
        sent: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return sent

    def respond(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Print nothing."""


class GitLabServer(ThreadingHTTPServer):
    """A server of GitLab's API on 127.0.0.1."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GitLab)
        self.notes: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of a job."""
        return {
            "CI_API_V4_URL": f"http://127.0.0.1:{self.server_address[1]}/api/v4",
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
            "REPORT_TOKEN": "a token",
            "no_proxy": "127.0.0.1",
        }
