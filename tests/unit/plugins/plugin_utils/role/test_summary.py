# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
import itertools
import json
import os
import signal
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.orgops.aws.plugins.action import role_summary
from ansible_collections.orgops.aws.plugins.plugin_utils._summary.journal import ENDED, Journal, Step

Make = Callable[..., Any]
FAILED = ["failed", "Denied.", {"error": {"code": None, "message": "Denied."}}]
CHANGED = ["would change", "would be enabled: a.", {"enabled": ["a"], "management_account_id": "111111111111"}]
SAME = ["unchanged", "1 enabled.", {}]


@pytest.fixture
def summarize(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Print the summary of {host: details of its result}."""
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))

    def run(found: dict[str, Any], **variables: Any) -> dict[str, Any]:
        for host, details in found.items():
            Journal().add(Step(ENDED, [host], "service_access_result", host, details))
        hosts = list(found)
        of_play = dict.fromkeys(("ansible_play_hosts_all", "ansible_play_hosts", "ansible_play_batch"), hosts)
        hostvars: dict[str, Any] = {host: {} for host in hosts}
        hostvars[hosts[-1]] = {"service_access_management_account_id": 222222222222}
        defaults = {"service_access_results_file": str(tmp_path / "out" / "results.json")}
        task_vars = {**of_play, "inventory_hostname": hosts[0], "hostvars": hostvars, **defaults, **variables}
        result: dict[str, Any] = make(role_summary).run(task_vars=task_vars)
        return result

    return run


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").iterdir())


def test_results_and_lists_are_written(summarize: Any, tmp_path: Path) -> None:
    result = summarize({"a": FAILED, "b": CHANGED, "c": SAME}, __service_access_playbook="drift")
    assert result["msg"][0] == "3 organizations: 1 failed, 1 would change, 1 unchanged."
    written = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [each["management_account_id"] for each in written["organizations"]] == [
        None,
        "111111111111",
        "222222222222",
    ]
    assert written["playbook"] == "drift"
    assert (tmp_path / "out" / "results.failed.txt").read_text() == "a\n"
    assert (tmp_path / "out" / "results.drifted.txt").read_text() == "b\n"


def test_no_list_of_an_older_run_is_left(summarize: Any, tmp_path: Path) -> None:
    summarize({"a": FAILED, "b": CHANGED})
    summarize({"a": SAME, "b": SAME})
    assert names(tmp_path) == ["results.json"]


def test_an_interrupted_write_leaves_the_older_results(
    summarize: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarize({"a": SAME})
    before = (tmp_path / "out" / "results.json").read_text()

    def interrupted(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            summarize({"a": FAILED})
    assert (tmp_path / "out" / "results.json").read_text() == before
    assert names(tmp_path) == ["results.json"]


def killed_at(call: int, write: Callable[[], object]) -> bool:
    """Write in a process of its own, which is killed at this call that makes, renames or removes a file."""
    child = os.fork()
    if not child:
        calls = itertools.count(1)

        def counted(original: Callable[..., Any]) -> Callable[..., Any]:
            def kill_or_call(*arguments: Any, **options: Any) -> Any:
                if next(calls) == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments, **options)

            return kill_or_call

        for name in ("open", "rename", "replace", "unlink"):
            setattr(os, name, counted(getattr(os, name)))
        write()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_killed_run_leaves_no_half_results_nor_foreign_lists(summarize: Any, tmp_path: Path) -> None:
    for call in range(1, 100):
        summarize({"a": SAME, "b": FAILED})
        killed = killed_at(call, lambda: summarize({"a": FAILED, "b": SAME}))
        organizations = json.loads((tmp_path / "out" / "results.json").read_text())["organizations"]
        (failed,) = (each["host"] for each in organizations if each["state"] == "failed")
        lists = [path.read_text() for path in (tmp_path / "out").glob("*.failed.txt")]
        assert lists in ([], [f"{failed}\n"])
        if not killed:
            break
    assert call > 5
    assert (failed, lists) == ("a", ["a\n"])


def test_results_and_lists_of_two_runs_do_not_mix(
    summarize: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else can lock the folder while one of the files is written."""
    (tmp_path / "out").mkdir()
    original, written = Path.replace, []

    def observed(self: Path, target: Path) -> Path:
        folder = os.open(tmp_path / "out", os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(folder)
        written.append(target.name)
        return original(self, target)

    monkeypatch.setattr("pathlib.Path.replace", observed)
    summarize({"a": FAILED})
    assert written == ["results.json", "results.failed.txt"]


@pytest.mark.parametrize("value", ["", " ", 5, ["results.json"], "{{ nothing }}"], ids=str)
def test_a_wrong_path_fails_and_the_summary_is_printed(
    summarize: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], value: Any
) -> None:
    from ansible.template import trust_as_template  # noqa: PLC0415 - not there where only modules are tested

    value = trust_as_template(value) if isinstance(value, str) else value
    result = summarize({"a": SAME}, service_access_results_file=value)
    assert result["failed"] is True
    assert "service_access_results_file" in result["msg"]
    assert "1 organization: 0 failed" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_written_fails(summarize: Any, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    result = summarize({"a": SAME})
    assert result["msg"].startswith("The results were not written: ")


def test_artifacts_are_those_of_the_last_summary(summarize: Any, make: Make) -> None:
    assert make(role_summary, args={"artifacts": True}).run(task_vars={}) == {"changed": False}
    summarize({"a": FAILED, "b": SAME})
    found = make(role_summary, args={"artifacts": True}).run(task_vars={})["ansible_stats"]
    assert (found["per_host"], found["aggregate"]) == (False, True)
    assert found["data"]["orgops_aws_results"]["organizations"]["failed"] == ["a"]


@pytest.mark.parametrize(
    ("found", "pattern"),
    [
        ({"a": SAME}, ["all:!all"]),
        ({"a": FAILED, "b.c-d_1": FAILED}, ["a", "b.c-d_1"]),
        ({"a": FAILED, "b*": FAILED}, None),
        ({"a": FAILED, "b,c": FAILED}, None),
        ({"a": FAILED, "-b": FAILED}, None),
        ({"a": FAILED, "b\n": FAILED}, None),
    ],
)
def test_a_playbook_learns_which_hosts_fail(summarize: Any, make: Make, found: Any, pattern: Any) -> None:
    summarize(found, __service_access_playbook="apply")
    result = make(role_summary, args={"artifacts": True}).run(task_vars={})
    assert set(result["failing"]) == {host for host, details in found.items() if details == FAILED}
    assert result["hosts"] == pattern


def test_in_drift_every_change_fails(summarize: Any, make: Make) -> None:
    summarize({"a": CHANGED}, __service_access_playbook="drift", service_access_fail_on_changes=True)
    result = make(role_summary, args={"artifacts": True}).run(task_vars={})
    assert result["failing"] == {"a": "Differs from the desired state; see the summary."}
