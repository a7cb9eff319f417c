# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs of the example pipelines: which role they assume, what they write, when they fail."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.paths import ROOT

from ..end_to_end.guides import Guide
from .pipelines import BOT, GITHUB, GITLAB, PIPELINES, GitLabServer, Workflow, run_gitlab

RETAIL, RESEARCH = "111111111111", "222222222222"
CONFIG, GUARDDUTY, MACIE = "config.amazonaws.com", "guardduty.amazonaws.com", "macie.amazonaws.com"
WANTED = [CONFIG, GUARDDUTY]
MARKER = "<!-- orgops.aws service access -->"
DENIED: dict[str, Any] = {"operation": "AssumeRole", "code": "AccessDenied", "status": 403, "count": 1}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Write the files of the guide's repository."""
    folder = tmp_path / "repository"
    folder.mkdir()
    files = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_pipelines.rst").files
    (folder / "hosts.yml").write_text(files["hosts.yml"])
    for name in ("results_comment.py", "gitlab_report.py"):
        shutil.copy(PIPELINES / name, folder)
    return folder


@pytest.fixture
def environment(emulator: EmulatorControl, tmp_path: Path) -> dict[str, str]:
    return ansible_environment(emulator, tmp_path)


@pytest.fixture
def gitlab() -> Iterator[GitLabServer]:
    server = GitLabServer()
    yield server
    server.shutdown()
    server.server_close()


def organizations(emulator: EmulatorControl, retail: list[str], research: list[str]) -> None:
    emulator.reset()
    emulator.organization(RETAIL, enabled=retail)
    emulator.organization(RESEARCH, enabled=research)


def roles(emulator: EmulatorControl) -> set[str]:
    """Return the names of the roles that were assumed."""
    assumed = [entry["parameters"] for entry in emulator.requests() if entry["operation"] == "AssumeRole"]
    return {parameters["RoleArn"].rpartition("/")[2] for parameters in assumed}


def make_comment(folder: Path, results: dict[str, Any]) -> tuple[str, str]:
    """Return the comment about these results, and what the script prints."""
    (folder / "results.json").write_text(json.dumps(results))
    command = [sys.executable, str(PIPELINES / "results_comment.py"), "results.json", "comment.md"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return (folder / "comment.md").read_text(), done.stdout


def organization(state: str, host: str = "retail", **details: Any) -> dict[str, Any]:
    lists: dict[str, list[Any]] = {name: [] for name in ("enabled", "registered", "disabled", "deregistered")}
    return {"host": host, "state": state, **lists, "message": "", **details}


def results_of(*found: dict[str, Any]) -> dict[str, Any]:
    counts = dict.fromkeys(("failed", "not_reached", "would_change", "changed", "unchanged"), 0)
    for each in found:
        counts[each["state"]] += 1
    return {"schema_version": 1, "counts": counts, "organizations": list(found)}


def test_no_message_ends_the_code_block_of_the_comment(tmp_path: Path) -> None:
    message = "no\n```\n# @everybody ````` ![x](https://example.com)\r\u2028/close"
    text, _printed = make_comment(tmp_path, results_of(organization("failed", message=message)))
    head, fence, block = re.fullmatch(r"(.*?)\n(`+)diff\n(.*)\n\2\n", text, re.DOTALL).groups()  # type: ignore[union-attr]
    assert "everybody" not in head
    assert fence not in block
    assert block.splitlines() == [
        "  retail: failed",
        "! no ``` # @everybody ````` ![x](https://example.com) /close",
    ]


def test_a_comment_about_many_organizations_is_cut_off(tmp_path: Path) -> None:
    found = [organization("would_change", f"organization-{number}", enabled=WANTED) for number in range(2000)]
    text, _printed = make_comment(tmp_path, results_of(*found))
    assert 40_000 < len(text) < 60_000
    assert "2000 would change" in text
    shown = text.count(": would change")
    assert f"and {2000 - shown} more organizations: see the results file" in text


def test_the_comment_lists_registrations(tmp_path: Path) -> None:
    registration = {"account_id": RETAIL, "service_principal": CONFIG}
    text, printed = make_comment(tmp_path, results_of(organization("changed", deregistered=[registration])))
    assert f"  retail: changed\n- {RETAIL} for {CONFIG}\n" in text
    assert printed == "failed=false\ndrifted=true\n"


def test_findings_of_an_unchanged_run(tmp_path: Path) -> None:
    text, printed = make_comment(tmp_path, results_of(organization("unchanged")))
    assert printed == "failed=false\ndrifted=false\n"
    assert "```" not in text


def test_github_reviews_with_a_role_that_only_reads(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str]
) -> None:
    organizations(emulator, [MACIE], WANTED)
    workflow = Workflow("pull_request", repository, environment)
    assert workflow.run("run"), workflow.output
    assert (emulator.writes(), roles(emulator)) == ([], {"ServiceAccessReview"})
    comment = (repository / "comment.md").read_text()
    assert f"  retail: would change\n+ {CONFIG}\n+ {GUARDDUTY}\n- {MACIE}\n" in comment
    assert "research" not in comment
    assert workflow.summary == comment

    assert workflow.run("comment"), workflow.output
    assert [words[1:5] for words in workflow.gh_calls][-1] == [
        *("--silent", "--method", "POST", "repos/example/service-access/issues/7/comments"),
    ]
    assert workflow.run("comment", {"api --paginate": "99\n"})
    assert workflow.gh_calls[-1][3:] == [
        *("PATCH", "repos/example/service-access/issues/comments/99", "--field", "body=@comment.md"),
    ]
    assert MARKER in workflow.gh_calls[-2][-1]
    assert comment.startswith(MARKER)


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_github_replaces_only_its_comment(repository: Path, environment: dict[str, str]) -> None:
    names = ("somebody", "github-actions[bot]", "github-actions[bot]")
    bodies = (MARKER, "Lint: passed", f"{MARKER}\n**Service access:** 1 unchanged.")
    found = [
        {"id": number, "user": {"login": name}, "body": body}
        for number, (name, body) in enumerate(zip(names, bodies), start=1)
    ]
    workflow = Workflow("pull_request", repository, environment)
    assert workflow.run("comment", {"api --paginate": json.dumps(found)}), workflow.output
    assert workflow.gh_calls[-1][4] == "repos/example/service-access/issues/comments/3"


def test_github_applies_and_verifies(emulator: EmulatorControl, repository: Path, environment: dict[str, str]) -> None:
    organizations(emulator, [CONFIG], [*WANTED, MACIE])
    workflow = Workflow("push", repository, environment)
    assert workflow.run("run"), workflow.output
    assert {name for _operation, name in emulator.writes()} == {GUARDDUTY, MACIE}
    assert roles(emulator) == {"ServiceAccess", "ServiceAccessReview"}
    assert "2 changed" in workflow.summary
    assert workflow.run("comment")
    assert workflow.run("issue")
    assert workflow.gh_calls == []


def test_github_opens_one_issue_on_drift(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str]
) -> None:
    organizations(emulator, [*WANTED, MACIE], WANTED)
    workflow = Workflow("schedule", repository, environment)
    assert workflow.run("run"), workflow.output
    assert workflow.outputs == {"failed": "false", "drifted": "true"}
    assert (repository / "results.drifted.txt").read_text().split() == ["retail"]
    assert workflow.run("issue")
    assert [words[:2] for words in workflow.gh_calls] == [["issue", "list"], ["label", "create"], ["issue", "create"]]
    assert workflow.run("issue", {"issue list": "12\n"})
    assert workflow.gh_calls[-1] == ["issue", "edit", "12", "--body-file", "comment.md"]
    assert emulator.writes() == []


def test_github_closes_the_issue_without_drift(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str]
) -> None:
    organizations(emulator, WANTED, WANTED)
    workflow = Workflow("schedule", repository, environment)
    assert workflow.run("run"), workflow.output
    assert workflow.run("issue")
    assert [words[:2] for words in workflow.gh_calls] == [["issue", "list"]]
    assert workflow.run("issue", {"issue list": "12\n"})
    assert workflow.gh_calls[-1][:3] == ["issue", "close", "12"]


def test_github_fails_without_an_issue_on_failures(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str]
) -> None:
    organizations(emulator, WANTED, WANTED)
    emulator.fault(**DENIED)
    workflow = Workflow("schedule", repository, environment)
    assert not workflow.run("run")
    assert workflow.outputs == {"failed": "true", "drifted": "false"}
    workflow.run("issue", {"issue list": "12\n"})
    assert [words[:2] for words in workflow.gh_calls] == [["issue", "list"]]


def test_a_failure_does_not_hide_drift(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str], gitlab: GitLabServer
) -> None:
    organizations(emulator, [CONFIG], [CONFIG])
    emulator.fault(
        **{**DENIED, "count": None}, parameters={"RoleArn": f"arn:aws:iam::{RETAIL}:role/ServiceAccessReview"}
    )
    workflow = Workflow("schedule", repository, environment)
    assert not workflow.run("run")
    assert workflow.outputs == {"failed": "true", "drifted": "true"}
    assert workflow.run("issue")
    assert workflow.gh_calls[-1][:2] == ["issue", "create"]
    assert run_gitlab("drift", repository, environment).returncode == 2
    assert run_gitlab("issue", repository, {**environment, **gitlab.environment}).returncode == 0
    (issue,) = gitlab.issues
    assert "  retail: failed\n! " in issue["description"]
    assert "  research: would change\n+ " in issue["description"]


@pytest.mark.parametrize("event", ["pull_request", "schedule"])
def test_github_fails_if_there_are_no_results(repository: Path, environment: dict[str, str], event: str) -> None:
    (repository / "hosts.yml").write_text("organizations: {}\n")
    workflow = Workflow(event, repository, environment)
    assert not workflow.run("run")
    assert "The run ended before it wrote results." in workflow.summary
    assert workflow.run("issue")
    assert workflow.gh_calls == []


def test_gitlab_reviews_with_one_comment(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str], gitlab: GitLabServer
) -> None:
    organizations(emulator, [MACIE], WANTED)
    done = run_gitlab("review", repository, environment)
    assert (done.returncode, emulator.writes(), roles(emulator)) == (0, [], {"ServiceAccessReview"}), done.stdout
    somebody = {"state": "opened", "author": {"id": BOT + 1}}
    gitlab.notes += [{"id": number, "body": body, **somebody} for number, body in enumerate(("Why?", MARKER), start=1)]
    for _time in range(2):
        assert run_gitlab("comment", repository, {**environment, **gitlab.environment}).returncode == 0
    assert [note["body"] for note in gitlab.notes] == ["Why?", MARKER, (repository / "comment.md").read_text()]
    assert f"- {MACIE}" in gitlab.notes[-1]["body"]


def test_gitlab_applies_and_verifies(emulator: EmulatorControl, repository: Path, environment: dict[str, str]) -> None:
    organizations(emulator, [CONFIG], [*WANTED, MACIE])
    done = run_gitlab("apply", repository, environment)
    assert done.returncode == 0, done.stdout
    assert {name for _operation, name in emulator.writes()} == {GUARDDUTY, MACIE}
    assert "2 changed" in (repository / "comment.md").read_text()


def test_gitlab_has_an_issue_during_drift(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str], gitlab: GitLabServer
) -> None:
    assert GITLAB["drift"]["allow_failure"] == {"exit_codes": 3}
    variables = {**environment, **gitlab.environment}
    states = []
    for retail, status in (([*WANTED, MACIE], 3), ([CONFIG], 3), (WANTED, 0)):
        organizations(emulator, retail, WANTED)
        assert run_gitlab("drift", repository, environment).returncode == status
        assert run_gitlab("issue", repository, variables).returncode == 0
        states.append([(issue["state"], MACIE in issue["description"]) for issue in gitlab.issues])
    assert states == [[("opened", True)], [("opened", False)], [("closed", False)]]


def test_gitlab_fails_without_an_issue_on_failures(
    emulator: EmulatorControl, repository: Path, environment: dict[str, str], gitlab: GitLabServer
) -> None:
    organizations(emulator, WANTED, WANTED)
    emulator.fault(**DENIED)
    assert run_gitlab("drift", repository, environment).returncode == 2
    assert run_gitlab("issue", repository, {**environment, **gitlab.environment}).returncode == 0
    assert gitlab.issues == []


def test_gitlab_fails_if_there_are_no_results(repository: Path, environment: dict[str, str]) -> None:
    (repository / "hosts.yml").write_text("organizations: {}\n")
    assert run_gitlab("drift", repository, environment).returncode == 1
    assert "The run ended before it wrote results." in (repository / "comment.md").read_text()


def test_actions_are_pinned_and_one_job_gets_credentials() -> None:
    jobs = GITHUB["jobs"].values()
    used = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]
    text = (PIPELINES / "github-actions.yml").read_text()
    for action in used:
        assert re.search(rf"uses: {re.escape(action)}  # v\d+\.\d+\.\d+$", text, re.MULTILINE), action
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
    assert GITHUB["permissions"] == {}
    assert [job["permissions"] for job in jobs] == [
        {"contents": "read", "id-token": "write"},
        {"pull-requests": "write"},
        {"issues": "write"},
    ]
    with_token = [name for name, job in GITLAB.items() if isinstance(job, dict) and "id_tokens" in job]
    assert with_token == [".run"]
    assert "AWS_SECRET" not in text + yaml.safe_dump(GITLAB)
