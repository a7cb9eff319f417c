# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
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
