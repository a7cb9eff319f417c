# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module in a fork of Ansible's worker does the same as in a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import SECRET_KEY
from ansible_collections.orgops.aws.tests.paths import ROOT

from .fixtures import MODULES_AS_PROCESSES, Inventory, Playbook
from .organizations import CONFIG, MACIE, NORTH, SSO, role_in

pytestmark = pytest.mark.skipif(MODULES_AS_PROCESSES, reason="these tests choose the way themselves")
FORK = "run in a fork of the worker."
PROCESS = "run as a process, because "
GUARDDUTY, MEMBER = "guardduty.amazonaws.com", "222222222222"
# What is never the same in two runs: in the log file also the time and the process ID before each text.
VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.+]+|\(\d+(\.\d+)?s\)|\d{4}-\d\d-\d\d [\d:,]+ p=\d+ "
)
ACCESS, INFO = "orgops.aws.organizations_service_access", "orgops.aws.organizations_service_access_info"
ADMINISTRATOR = "orgops.aws.organizations_delegated_administrator"

PROFILE = f"""
[profile beside]
aws_access_key_id = AKIDEMULATED
aws_secret_access_key = {SECRET_KEY}
[profile one-time]
role_arn = arn:aws:iam::{MANAGEMENT_ACCOUNT}:role/x
mfa_serial = arn:aws:iam::{MANAGEMENT_ACCOUNT}:mfa/x
source_profile = beside
"""

TASKS: dict[str, dict[str, Any]] = {
    "changed": {ACCESS: {"service_principals": [MACIE, CONFIG]}},
    "check mode and diff": {ACCESS: {"service_principals": [MACIE]}, "check_mode": True, "diff": True},
    "exact mode": {ACCESS: {"service_principals": [MACIE], "purge_service_principals": True, "force": True}},
    "warnings": {ACCESS: {"service_principals": ["ram.amazonaws.com", "gaurdduty.amazonaws.com"]}, "check_mode": True},
    "blocked": {ACCESS: {"service_principals": [SSO], "state": "absent"}},
    "service API": {ACCESS: {"service_principals": ["ram.amazonaws.com"], "prefer_service_api": True}, "diff": True},
    "not recognized": {
        ACCESS: {"service_principals": ["no-such.amazonaws.com"], "unknown_service_principals": "ignore"}
    },
    "wrong option": {ACCESS: {"service_principals": [CONFIG], "wait_timeout": "soon"}},
    "unknown option": {ACCESS: {"service_principals": [CONFIG], "prune": True}},
    "missing option": {ACCESS: {"state": "absent"}},
    "number": {ACCESS: {"service_principals": [5]}},
    "template": {ACCESS: {"service_principals": "{{ [undefined_name] }}"}},
    "omit": {ACCESS: {"service_principals": [CONFIG], "profile": "{{ omit }}"}},
    "wrong organization": {INFO: {"management_account_id": "999999999999"}},
    "wrong credentials": {INFO: {"access_key": "AKIDNOBODY", "secret_key": "s3cr3t-of-nobody", "profile": ""}},
    "both credentials": {INFO: {"access_key": "AKIDNOBODY", "secret_key": "s3cr3t-of-nobody", "profile": "p"}},
    "no log": {INFO: {"secret_key": SECRET_KEY, "access_key": "AKIDEMULATED"}, "no_log": True},
    "deprecated alias": {INFO: {"ec2_access_key": "AKIDEMULATED", "ec2_secret_key": SECRET_KEY}},
    "log of calls": {INFO: {"debug_botocore_endpoint_logs": True}},
    "log of a role's calls": {
        INFO: {
            "debug_botocore_endpoint_logs": True,
            "assume_role_arn": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:role/x",
            "assume_role_external_id": "s3cr3t-of-nobody",
        }
    },
    "retries": {INFO: {"aws_config": {"retries": {"max_attempts": 1}}, "include_available": True}},
    "no endpoint": {INFO: {"endpoint_url": "http://127.0.0.1:9", "aws_config": {"connect_timeout": 1}}},
    "loop": {ACCESS: {"service_principal": "{{ item }}"}, "loop": [MACIE, CONFIG, "a b"]},
    "administrator": {
        ADMINISTRATOR: {"delegated_administrators": [{"account_id": MEMBER, "service_principals": [SSO]}]}
    },
    "administrator in every Region": {
        ADMINISTRATOR: {
            "delegated_administrators": [{"account_id": MEMBER, "service_principals": [GUARDDUTY]}],
            "prefer_service_api": True,
        },
        "diff": True,
    },
    "administrators": {"orgops.aws.organizations_delegated_administrator_info": {}},
    "administrators by Region": {
        "orgops.aws.organizations_delegated_administrator_info": {"include_service_api_state": True}
    },
    "failed_when": {INFO: {}, "failed_when": True},
    "tracebacks": {INFO: {"page_size": 99}},
    "profile in a file beside the playbook": {INFO: {"profile": "beside"}},
    "profile that asks for a password": {INFO: {"profile": "one-time"}},
    "blank profile": {INFO: {"profile": ""}},
}


# Put into each playbook: between two tasks, it keeps the registered result and the requests, and the organization is as
# at the start.
FRESH = """
import json
from pathlib import Path

from ansible.plugins.action import ActionBase
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        emulator = EmulatorControl(self._task.args["url"])
        kept = {"registered": self._task.args["registered"], "requests": emulator.requests()}
        Path(self._task.args["file"]).write_text(json.dumps(kept))
        emulator.reset()
        emulator.organization(**self._task.args["organization"])
        return {"changed": False}
"""
ORGANIZATION: dict[str, Any] = {
    "enabled": [CONFIG, GUARDDUTY, SSO],
    "members": {MEMBER: "security"},
    "regions": dict.fromkeys(("eu-west-1", "us-east-1"), "ENABLED_BY_DEFAULT"),
}


def outcomes(
    playbook: Playbook, emulator: EmulatorControl, folder: Path, in_process: bool, **environment: str | None
) -> tuple[dict[str, Any], str]:
    """Return ({task: its output with the result, the registered result, its requests}, Ansible's log file).

    For the tasks that need this environment.
    """
    emulator.reset()
    emulator.organization(**ORGANIZATION)
    (folder / "action_plugins").mkdir(parents=True)
    (folder / "action_plugins" / "fresh.py").write_text(FRESH)
    (folder / "aws.cfg").write_text(PROFILE)
    (folder / "elsewhere").mkdir()
    chosen = {name: task for name, task in TASKS.items() if bool(environment) is ("profile" in str(task))}
    files = {name: folder / f"{number}.json" for number, name in enumerate(chosen)}
    tasks: list[dict[str, Any]] = []
    for name, task in chosen.items():
        tasks.append({"name": name, **task, "register": "result", "ignore_errors": True})
        state = {"url": emulator.url, "organization": ORGANIZATION, "file": str(files[name])}
        tasks.append({"name": f"After {name}", "fresh": {**state, "registered": "{{ result | to_json }}"}})
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/orgops.aws.aws": {"endpoint_url": emulator.url}},
        "vars": {"orgops_aws_in_process": in_process},
        "tasks": tasks,
    }
    file = folder / "play.yml"
    file.write_text(json.dumps([play]))
    log = folder / "log"
    given = {**environment, "ANSIBLE_LOG_PATH": str(log)}
    done = playbook(str(file), "-v", warnings=None, folder=folder / "elsewhere", environment=given)
    parts = re.split(r"^TASK \[(.*)\] \*+$", VARIES.sub("", done.stdout), flags=re.MULTILINE)
    shown = dict(zip(parts[1::2], parts[2::2]))
    result = {}
    for name, path in files.items():
        kept = json.loads(path.read_text())
        requests = [(entry["operation"], entry["parameters"], entry["status"]) for entry in kept["requests"]]
        if "Region" in name:  # listings are read side by side
            requests.sort(key=str)
        result[name] = (shown[name], VARIES.sub("", kept["registered"]), requests)
    return result, VARIES.sub("", log.read_text())


@pytest.mark.usefixtures("service_administrators")
@pytest.mark.parametrize(
    "environment",
    [{}, {"AWS_CONFIG_FILE": "aws.cfg", "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}],
    ids=["keys", "profiles"],
)
def test_both_ways_are_the_same(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path, environment: dict[str, str | None]
) -> None:
    # In the same folder, whose name the output contains.
    fork, log_of_fork = outcomes(playbook, emulator, tmp_path / "run", True, **environment)
    shutil.move(tmp_path / "run", tmp_path / "fork")
    process, log_of_process = outcomes(playbook, emulator, tmp_path / "run", False, **environment)
    assert log_of_fork == log_of_process
    for name, (output, registered, requests) in fork.items():
        assert (name, output) == (name, process[name][0])
        assert (name, registered) == (name, process[name][1])
        assert (name, requests) == (name, process[name][2])
        assert '"changed": ' in registered
        if "beside" in name:
            assert requests  # the profile was found
        for secret in ("s3cr3t-of-nobody", SECRET_KEY):
            assert secret not in output + registered + log_of_fork


WAYS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, FORK),
    ({}, {"orgops_aws_in_process": False}, f"{PROCESS}orgops_aws_in_process is false."),
    ({}, {"ansible_connection": "ssh"}, f"{PROCESS}the connection is ssh."),
    ({}, {"ansible_shell_executable": "/bin/bash"}, f"{PROCESS}the shell is /bin/bash."),
    ({}, {"ansible_python_interpreter": "other"}, f"{PROCESS}the interpreter is not that of ansible-playbook."),
    ({}, {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}, FORK),
    ({"become": True}, {}, f"{PROCESS}the task uses become."),
    ({"async": 30, "poll": 1}, {}, f"{PROCESS}the task is asynchronous."),
    ({"environment": {"A": "b"}}, {}, f"{PROCESS}the task has an environment."),
    ({"delegate_to": "localhost"}, {}, f"{PROCESS}the task is delegated."),
    ({"no_log": True}, {}, FORK),
]


def test_the_way_is_told(playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path) -> None:
    emulator.organization(enabled=[CONFIG])
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    hosts, plays = {}, []
    for number, (keywords, variables, _way) in enumerate(WAYS):
        host = f"host{number}"
        hosts[host] = {name: str(other) if value == "other" else value for name, value in variables.items()}
        task = {INFO: {"endpoint_url": emulator.url}, "ignore_errors": True, "ignore_unreachable": True, **keywords}
        plays.append({"name": f"Play {number}", "hosts": host, "gather_facts": False, "tasks": [task]})
    file = tmp_path / "play.yml"
    file.write_text(json.dumps(plays))
    done = playbook(str(file), *inventory(**hosts), "-vvv", expect=None, warnings=None)
    _start, *shown = re.split(r"^PLAY \[.*\d\]", done.stdout, flags=re.MULTILINE)
    assert len(shown) == len(WAYS)
    for output, (keywords, variables, way) in zip(shown, WAYS):
        assert re.findall(f"{INFO}: (run .*)", output) == [way], (keywords, variables)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ('"is_controller"', '"gone"'),
        ('    module_style="new",\n', ""),
        ("testing.patch_module_args(", "testing.gone("),
    ],
    ids=["import", "archive", "arguments"],
)
def test_what_a_release_breaks_is_told_once_and_the_module_runs(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path, what: str, instead: str
) -> None:
    collection = tmp_path / "broken" / "ansible_collections" / "orgops" / "aws"
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        if name.startswith(("plugins/", "roles/", "playbooks/", "meta/", "galaxy.yml")):
            (collection / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, collection / name)
    (file,) = [
        path for path in (collection / "plugins" / "plugin_utils" / "_forks").iterdir() if what in path.read_text()
    ]
    file.write_text(file.read_text().replace(what, instead))
    hosts = {}
    for number in range(2):
        account_id = str(int(NORTH) + number)
        emulator.organization(account_id, enabled=[CONFIG])
        hosts[f"organization-{number}"] = role_in(account_id, service_access_service_principals=[CONFIG, MACIE])
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "broken")}
    done = playbook("orgops.aws.service_access_apply", *inventory(**hosts), environment=environment, warnings=1).stdout
    assert "Modules of orgops.aws run as processes of their own, which is slower" in done
    assert "2 organizations: 0 failed, 2 changed" in done
    assert len(emulator.writes()) == 2
