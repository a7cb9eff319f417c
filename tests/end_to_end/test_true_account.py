# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last summary of a run matches the emulator's log, in whatever order Ansible processed the hosts."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl, is_write

from ..examples import first_rows
from .fixtures import Inventory, Playbook
from .organizations import (
    APPLY,
    CONFIG,
    DRIFT,
    EXPORT,
    MACIE,
    REPORT,
    Summary,
    outputs_of_plays,
    role_in,
    without_zeros,
)

CHOICES: dict[str, list[Any]] = {
    "check_mode": ["none", "line", "play", "both", "refused"],
    "strategy": ["linear", "free", "host_pinned"],
    "serial": [None, 1, "30%"],
    "order": ["inventory", "reverse_inventory", "shuffle"],
    "any_errors_fatal": [False, True],
}
CHECK_MODES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "none": ([], {}),
    "line": (["--check"], {}),
    "play": ([], {"check_mode": True}),
    "both": (["--check"], {"check_mode": True}),
    "refused": (["--check"], {"check_mode": False}),
}
REAL = ("none", "refused")

# In the order of the inventory. With a batch of one, the first organization that fails ends the play.
NAMES = ["changed_a", "unchanged", "failing", "invalid", "broken", "unreachable", "partial", "ended", "changed_b"]
ACCOUNTS = {name: str(number) * 12 for number, name in enumerate(NAMES, start=1)}
FAILS = {"failing": "any", "partial": "real"}
ROLE = """
- hosts: all
  gather_facts: false
  roles: [orgops.aws.service_access]
"""
WANTS_A_CHANGE = ("changed_a", "changed_b", "partial")
UNREACHABLE_PLUGIN = '''
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: never
short_description: Reaches nothing
description: [Reaches nothing.]
"""


class Connection(ConnectionBase):
    transport = "never"
    has_pipelining = False

    def _connect(self):
        raise AnsibleConnectionFailure("Nothing is there.")

    def exec_command(self, cmd, in_data=None, sudoable=True):
        self._connect()

    def put_file(self, in_path, out_path):
        self._connect()

    def fetch_file(self, in_path, out_path):
        self._connect()

    def close(self):
        pass
'''


def pairwise(choices: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Return rows in which every pair of values occurs: add the row with the most new pairs until they do."""
    names = list(choices)
    rows = [dict(zip(names, values)) for values in itertools.product(*choices.values())]

    def pairs(row: Mapping[str, Any]) -> set[tuple[Any, ...]]:
        return {(one, row[one], two, row[two]) for one, two in itertools.combinations(names, 2)}

    missing = set().union(*map(pairs, rows))
    cover = []
    while missing:
        best = max(rows, key=lambda row: len(pairs(row) & missing))
        cover.append(best)
        missing -= pairs(best)
    return cover


ROWS = pairwise(CHOICES)


def test_the_table_is_small_and_has_every_pair() -> None:
    assert len(ROWS) <= 20
    for one, two in itertools.combinations(CHOICES, 2):
        wanted = set(itertools.product(map(str, CHOICES[one]), map(str, CHOICES[two])))
        assert {(str(row[one]), str(row[two])) for row in ROWS} == wanted


@pytest.fixture
def connection_plugins(tmp_path: Path) -> dict[str, str]:
    """Return the environment in which ansible_connection=never is a host that cannot be reached."""
    folder = tmp_path / "connection"
    folder.mkdir()
    (folder / "never.py").write_text(UNREACHABLE_PLUGIN)
    return {"ANSIBLE_CONNECTION_PLUGINS": str(folder)}


def organizations(emulator: EmulatorControl) -> dict[str, dict[str, Any]]:
    """Return an organization for each account except that of "failing", and the variables of their hosts."""
    hosts = {name: role_in(account_id) for name, account_id in ACCOUNTS.items()}
    for name, account_id in ACCOUNTS.items():
        if name != "failing":
            emulator.organization(account_id, enabled=[CONFIG] if name == "unchanged" else [])
    hosts["partial"] |= {
        "service_access_service_principals": [CONFIG, "no.such.amazonaws.com"],
        "service_access_unknown_service_principals": "ignore",
    }
    hosts["unreachable"]["ansible_connection"] = "never"
    hosts["invalid"]["service_access_wait_timeout"] = -1  # of the right type, so that Ansible does not refuse it
    return hosts


def states_by_the_log(emulator: EmulatorControl, real: bool, within: Collection[str]) -> dict[str, str]:
    """Return what the emulator's log shows for each organization within the play."""
    asked: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for request in emulator.requests():
        asked[request["account_id"]] += 1
        if is_write(request["operation"]) and request["status"] == 200:
            written[request["account_id"]] += 1
    states = {}
    for name in within:
        account_id = ACCOUNTS[name]
        assert written[account_id] == (1 if real and name in WANTS_A_CHANGE and asked[account_id] else 0), name
        if not asked[account_id]:
            states[name] = "not reached"
        elif FAILS.get(name) == "any" or (real and FAILS.get(name) == "real"):
            states[name] = "failed"
        elif written[account_id]:
            states[name] = "changed"
        else:
            states[name] = "would change" if name in WANTS_A_CHANGE else "unchanged"
    return states


def check(output: str, emulator: EmulatorControl, real: bool, within: Collection[str] = tuple(ACCOUNTS)) -> Summary:
    """Return the last summary matches the log for each organization; without any call there can be no summary."""
    summary = Summary(output)
    states = states_by_the_log(emulator, real, within)
    if summary.number == 0:
        assert set(states.values()) == {"not reached"}, output
        return summary
    if summary.states["invalid"] == "failed":  # without any call
        assert "service_access_<option>" in summary.words["invalid"]
        states["invalid"] = "failed"
    assert summary.states == states, output
    assert without_zeros(summary.counts) == dict(Counter(states.values())), output
    for name, words in summary.words.items():
        if states[name] in ("changed", "would change"):
            assert words.startswith("would be enabled: " if states[name] == "would change" else "enabled: "), words
    return summary


@pytest.mark.parametrize("row", first_rows(ROWS), ids=lambda row: "-".join(map(str, row.values())))
def test_the_roles_summary_matches_the_log(
    playbook: Playbook,
    emulator: EmulatorControl,
    inventory: Inventory,
    connection_plugins: dict[str, str],
    row: dict[str, Any],
) -> None:
    arguments, keywords = CHECK_MODES[row["check_mode"]]
    before: list[dict[str, Any]] = [{"meta": "end_host", "when": "inventory_hostname == 'ended'"}]
    if not row["any_errors_fatal"]:
        before.append({"fail": {"msg": "before the role"}, "when": "inventory_hostname == 'broken'"})
    else:
        before.append({"meta": "end_host", "when": "inventory_hostname == 'broken'"})
    play = {
        "hosts": "all",
        "gather_facts": False,
        **{name: row[name] for name in ("strategy", "serial", "order", "any_errors_fatal") if row[name] is not None},
        **keywords,
        "pre_tasks": before,
        "roles": ["orgops.aws.service_access"],
    }
    hosts = inventory(**organizations(emulator))
    done = playbook(
        yaml.safe_dump([play]), *hosts, *arguments, expect=None, warnings=None, environment=connection_plugins
    )
    summary = check(done.stdout, emulator, row["check_mode"] in REAL)
    if row["serial"] is None:
        assert summary.states["invalid"] == "failed", done.stdout


PLAYBOOKS = [(APPLY, None, False), (APPLY, 1, True), (DRIFT, "30%", True), (DRIFT, 1, False)]


@pytest.mark.parametrize(("name", "serial", "any_errors_fatal"), PLAYBOOKS)
def test_the_playbooks_summary_matches_the_log(
    playbook: Playbook,
    emulator: EmulatorControl,
    inventory: Inventory,
    connection_plugins: dict[str, str],
    name: str,
    serial: str | int | None,
    any_errors_fatal: bool,
) -> None:
    hosts = inventory(**organizations(emulator))
    early = {"fail": {"msg": "before the playbook"}, "when": "inventory_hostname == 'broken'"}
    lost = {"hosts": "all", "gather_facts": False, "tasks": [early]}
    plays = [{"import_playbook": name}] if any_errors_fatal else [lost, {"import_playbook": name}]
    limit = ("--limit", "all:!ended" + ":!broken" * any_errors_fatal)
    batches = () if serial is None else ("--extra-vars", json.dumps({"service_access_serial": serial}))
    fatal = {"ANSIBLE_ANY_ERRORS_FATAL": "1"} if any_errors_fatal else {}
    done = playbook(
        yaml.safe_dump(plays), *hosts, *limit, *batches, expect=None, environment={**connection_plugins, **fatal}
    )
    assert done.returncode
    real = name == APPLY
    within = {host for host in ACCOUNTS if host != "ended" and not (host == "broken" and any_errors_fatal)}
    summary = check(done.stdout, emulator, real, within)
    # One organization's failure does not stop the others: all that can be reached were.
    reached = within - {"broken", "unreachable"}
    assert {host for host, state in summary.states.items() if state != "not reached"} == reached, done.stdout


def test_fail_on_changes_outside_check_mode_reports_the_change(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "changed_b", "unchanged")}
    role = {"gather_facts": False, "roles": ["orgops.aws.service_access"]}
    plays = [
        {"name": "check mode", "hosts": "changed_a:unchanged", "check_mode": True, **role},
        {"name": "real", "hosts": "changed_b:unchanged", **role},
    ]
    fails = ("--extra-vars", '{"service_access_fail_on_changes": true}')
    outputs = outputs_of_plays(playbook(yaml.safe_dump(plays), *inventory(**chosen), *fails, expect=2).stdout)
    foreseen, done = outputs["check mode"], outputs["real"]
    assert Summary(foreseen).states == {"changed_a": "would change", "unchanged": "unchanged"}
    assert "Differs from the desired state" in foreseen
    assert Summary(done).states == {"changed_b": "changed", "unchanged": "unchanged"}
    assert Summary(done).words["changed_b"] == f"enabled: {CONFIG}."
    assert "Differed from the desired state and was changed" in done
    assert "would be" not in done
    assert states_by_the_log(emulator, True, ["changed_b"]) == {"changed_b": "changed"}
    assert emulator.writes() == [("EnableAWSServiceAccess", CONFIG)]


def test_no_older_result_is_shown_as_current(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """A second play in which one host fails early, and a second application in one play that fails."""
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "changed_b", "unchanged")}
    apply: dict[str, Any] = {"import_role": {"name": "orgops.aws.service_access"}}
    second: dict[str, Any] = {**apply, "vars": {"service_access_service_principals": [CONFIG, MACIE]}}
    wrong = "{{ [inventory_hostname] if inventory_hostname == 'unchanged' else 60 }}"
    second["vars"]["service_access_wait_timeout"] = wrong
    early = {"fail": {"msg": "early"}, "when": "inventory_hostname == 'changed_b'"}
    plays = [
        {"hosts": "all", "gather_facts": False, "tasks": [apply]},
        {"hosts": "all", "gather_facts": False, "tasks": [early, apply, second]},
    ]
    done = playbook(yaml.safe_dump(plays), *inventory(**chosen), expect=2).stdout
    first, middle, last = (Summary(part) for part in re.split(r"(?=\d+ organizations: )", done)[1:])
    assert first.states == {"changed_a": "changed", "changed_b": "changed", "unchanged": "unchanged"}
    assert middle.states == {"changed_a": "unchanged", "changed_b": "not reached", "unchanged": "unchanged"}
    assert last.states["changed_a"] == "changed"
    assert last.words["changed_a"] == f"enabled: {MACIE}."
    assert last.states["changed_b"] == "not reached"
    assert last.states["unchanged"] in ("failed", "not reached")


def test_the_report_of_a_second_play_shows_no_older_reading(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "unchanged")}
    report = {"import_role": {"name": "orgops.aws.service_access_report"}}
    early = {"fail": {"msg": "early"}, "when": "inventory_hostname == 'unchanged'"}
    plays = [
        {"hosts": "all", "gather_facts": False, "tasks": [report]},
        {"hosts": "all", "gather_facts": False, "tasks": [early, report]},
    ]
    formats = '{"service_access_report_formats": ["json"]}'
    playbook(yaml.safe_dump(plays), *inventory(**chosen), "--extra-vars", formats, expect=2)
    (file,) = tmp_path.glob("service-access-report/*")
    states = {entry["name"]: entry for entry in json.loads(file.read_text())["organizations"]}
    assert states["changed_a"]["state"] == "differs"
    assert states["unchanged"]["state"] == "unreadable"
    assert states["unchanged"]["error"].startswith("Not read: ")


def test_a_task_that_fails_outside_its_action_failed(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    """The organization of the task that timed out was changed, and the summary does not deny it."""
    # A module that runs as a process outlives the task; one attempt, which fails, reaches no later test.
    never = {"read_timeout": 90, "retries": {"total_max_attempts": 1}}
    emulator.fault("EnableAWSServiceAccess", parameters={"ServicePrincipal": MACIE}, delay=60, code="ServiceException")
    hosts = organizations(emulator)
    changed, other = hosts["changed_a"], hosts["changed_b"]
    chosen = {
        "timeout": {
            **changed,
            "seconds": 12,
            "service_access_service_principals": [CONFIG, MACIE],
            "service_access_aws_config": never,
        },
        "become": {**other, "ansible_become": True, "ansible_become_user": "nobody-of-this-name"},
        "interpreter": {**other, "ansible_python_interpreter": "{{ nothing_of_this_name }}"},
        "connection": {**other, "ansible_connection": "nothing_of_this_name"},
        "unchanged": hosts["unchanged"],
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "timeout": "{{ seconds | default(0) }}",
        "tasks": [
            {"orgops.aws.role_apply": None, "register": "service_access_result", "ignore_errors": True},
            {"import_role": {"name": "orgops.aws.service_access", "tasks_from": "summary"}},
        ],
    }
    summary = Summary(playbook(yaml.safe_dump([play]), *inventory(**chosen), expect=2).stdout)
    assert summary.states == {**dict.fromkeys(chosen, "failed"), "unchanged": "unchanged"}
    assert "Timed out after 12" in summary.words["timeout"]
    assert "It is unknown what was done." in summary.words["timeout"]
    assert "It is unknown what was done." in summary.words["become"]
    assert "nothing_of_this_name" in summary.words["interpreter"]
    assert "unknown what was done" not in summary.words["interpreter"]
    assert summary.words["connection"].endswith("Nothing was run.")
    assert ("EnableAWSServiceAccess", CONFIG) in emulator.writes()


def test_a_conditional_application_in_between_hides_no_change(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, connection_plugins: dict[str, str]
) -> None:
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "changed_b")}
    apply: dict[str, Any] = {"import_role": {"name": "orgops.aws.service_access", "tasks_from": "apply"}}
    lost = {**apply, "vars": {"ansible_connection": "never"}, "ignore_unreachable": True}
    last = {"import_role": {"name": "orgops.aws.service_access"}}
    wanted = {"vars": {"service_access_service_principals": [MACIE]}}
    tasks = [apply, {**apply, "when": "inventory_hostname == 'changed_a'"}, lost, {**last, **wanted}]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    done = playbook(yaml.safe_dump([play]), *inventory(**chosen), environment=connection_plugins).stdout
    assert Summary(done).words == dict.fromkeys(chosen, f"enabled: {MACIE}.")


def test_what_earlier_plays_applied_is_told(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "changed_b")}
    role = "orgops.aws.service_access"
    plays = [
        {"hosts": host, "gather_facts": False, "tasks": [{"import_role": {"name": role, "tasks_from": entry_point}}]}
        for host, entry_point in (("changed_a", "apply"), ("changed_b", "apply"), ("all", "summary"))
    ]
    summary = Summary(playbook(yaml.safe_dump(plays), *inventory(**chosen)).stdout)
    assert summary.words == dict.fromkeys(chosen, f"enabled: {CONFIG}.")


def test_run_once_is_told_of_one_organization_only(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    """Ansible registers its result for every host."""
    hosts = organizations(emulator)
    chosen = inventory(**{name: hosts[name] for name in ("changed_a", "changed_b", "unchanged")})
    once = {"run_once": True}
    role = {"name": "orgops.aws.service_access", "tasks_from": "apply"}
    tasks = [
        {"import_role": role, **once},
        {"import_role": {"name": "orgops.aws.service_access", "tasks_from": "summary"}},
        {"import_role": {"name": "orgops.aws.service_access_report", "tasks_from": "read"}, **once},
        {"import_role": {"name": "orgops.aws.service_access_report", "tasks_from": "write"}},
    ]
    done = playbook(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]), *chosen).stdout
    states = {"changed_a": "changed", "changed_b": "not reached", "unchanged": "not reached"}
    assert Summary(done).states == states
    report = json.loads((tmp_path / "service-access-report" / "service-access.json").read_text())
    assert {entry["name"]: entry["state"] for entry in report["organizations"]} == {
        "changed_a": "as_wanted",
        "changed_b": "unreadable",
        "unchanged": "unreadable",
    }
    drift = [{**play, "check_mode": True} for play in [{"hosts": "all", "gather_facts": False, "tasks": tasks[:2]}]]
    failing = ("--extra-vars", '{"service_access_fail_on_changes": true}')
    compared = playbook(yaml.safe_dump(drift), *chosen, *failing, expect=2).stdout
    assert Summary(compared).states == {**states, "changed_a": "unchanged"}
    assert compared.count("Not compared with the desired state") >= 2


def test_a_rescued_application_is_not_told_again(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = inventory(**{name: hosts[name] for name in ("changed_a", "changed_b")})
    role = {"name": "orgops.aws.service_access"}
    second = [
        {"fail": {"msg": "early"}, "when": "inventory_hostname == 'changed_a'"},
        {
            "import_role": {**role, "tasks_from": "apply"},
            "vars": {"service_access_service_principals": [CONFIG, MACIE]},
        },
    ]
    tasks = [
        {"import_role": role},
        {"block": second, "rescue": [{"debug": {"msg": "rescued"}}]},
        {"include_role": {**role, "tasks_from": "summary"}},
    ]
    done = playbook(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]), *chosen).stdout
    summary = Summary(done)
    assert summary.states == {"changed_a": "not reached", "changed_b": "changed"}
    assert summary.words["changed_a"] == f"no result yet. Before, applied in this run: enabled: {CONFIG}."
    assert summary.words["changed_b"] == f"enabled: {MACIE}."


def test_summaries_in_a_loop_tell_each_application(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = inventory(**{name: hosts[name] for name in ("changed_a", "changed_b")})
    task = {
        "include_role": {"name": "orgops.aws.service_access"},
        "vars": {"service_access_service_principals": ["{{ item }}"]},
        "loop": [CONFIG, MACIE],
    }
    play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
    plays = [{"name": "at once", **play}, {"name": "in batches", **play, "serial": 1}]
    outputs = outputs_of_plays(playbook(yaml.safe_dump(plays), *chosen).stdout)
    for name, parts, verb in (("at once", 2, "enabled: "), ("in batches", 4, "2 enabled.")):
        summary = Summary(outputs[name])
        assert summary.number == parts, (name, outputs[name])
        assert all(words.startswith(verb) for words in summary.words.values()), (name, outputs[name])


def test_with_free_each_result_is_printed_once(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    names = ("changed_a", "changed_b", "unchanged", "failing", "partial")
    text = ROLE.replace("gather_facts: false", "gather_facts: false\n  strategy: free")
    done = playbook(text, *inventory(**{name: hosts[name] for name in names}), expect=2, warnings=None).stdout
    assert Summary(done).number == len(names)
    lines = re.findall(r'^\s*"(changed|unchanged|failed) +(\w+): ', done, re.MULTILINE)
    assert sorted(name for _state, name in lines) == sorted(names)


def test_an_extra_variable_named_like_the_result_hides_no_drift(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = inventory(**{name: hosts[name] for name in ("changed_a", "unchanged")})
    forged = ("--extra-vars", '{"service_access_result": {"changed": false}}')
    done = playbook(DRIFT, *chosen, *forged, expect=2).stdout
    assert Summary(done).states == {"changed_a": "failed", "unchanged": "failed"}
    assert "Remove your own variable of this name." in Summary(done).words["unchanged"]
    skipped = ("--extra-vars", '{"service_access_result": {"changed": false, "skipped": true}}')
    done = playbook(DRIFT, *chosen, *skipped, expect=2).stdout
    assert Summary(done).states == {"changed_a": "would change", "unchanged": "unchanged"}
    assert emulator.writes() == []


@pytest.mark.parametrize("name", [APPLY, DRIFT])
def test_the_summary_is_printed_without_display_of_ok_hosts(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, name: str
) -> None:
    hosts = organizations(emulator)
    chosen = inventory(**{host: hosts[host] for host in ("failing", "unchanged")})
    done = playbook(name, *chosen, expect=2, environment={"ANSIBLE_DISPLAY_OK_HOSTS": "no"}).stdout
    assert done.count("2 organizations: 1 failed, 0 changed, 1 unchanged.") == 1
    assert "unchanged  unchanged: 1 enabled." in done


def test_check_mode_of_export_and_report_is_mentioned(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = inventory(unchanged=organizations(emulator)["unchanged"])
    done = playbook(EXPORT, REPORT, *hosts, "--check").stdout
    exported = Summary(done)
    assert exported.states == {"unchanged": "would change"}
    assert exported.words["unchanged"].startswith("would be written: ")
    assert "Would write: " in done
    assert not (tmp_path / "host_vars").exists()
    assert not (tmp_path / "service-access-report").exists()


@pytest.mark.parametrize(
    ("name", "chosen_hosts"), [(APPLY, "changed_a"), (DRIFT, "nroth*"), (EXPORT, "changed_a"), (REPORT, "changed_a")]
)
def test_a_playbook_that_includes_no_organization_is_no_success(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, name: str, chosen_hosts: str
) -> None:
    """The limit excludes the host, or no host has the name, of which Ansible warns."""
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_a", "unchanged")}
    arguments = ("--limit", "unchanged", "--extra-vars", f"service_access_hosts={chosen_hosts}")
    done = playbook(name, *inventory(**chosen), *arguments, expect=2, warnings=int("*" in chosen_hosts)).stdout
    assert f"No host within the limit of this run matches {chosen_hosts}" in done
    assert emulator.requests() == []


NO_HOST = "The inventory contains no host, so there is no organization to work on."
# {case: (file with the inventory or none, limit, exit status)}
WITHOUT_HOSTS: dict[str, tuple[str | None, list[str], int]] = {
    "broken": ("all: [\n", [], 2),
    "limit": ("all: [\n", ["--limit", "north"], 4),
    "blank": ("", [], 2),
    "no hosts": ("all:\n  children:\n    organizations:\n", [], 2),
    "no file": (None, [], 2),
}


@pytest.mark.parametrize("case", WITHOUT_HOSTS)
def test_an_inventory_without_hosts_is_no_success(
    playbook: Playbook, emulator: EmulatorControl, tmp_path: Path, case: str
) -> None:
    """In one playbook: all of them begin with the play that says so, which tests/project checks."""
    text, limit, expect = WITHOUT_HOSTS[case]
    if text is not None:
        (tmp_path / "hosts.yml").write_text(text)
    file = [] if text is None else ["--inventory", "hosts.yml"]
    done = playbook(DRIFT, *file, *limit, expect=expect, warnings=None).stdout
    assert NO_HOST in " ".join(done.split())
    assert emulator.requests() == []


def test_a_named_localhost_needs_no_inventory(playbook: Playbook, emulator: EmulatorControl) -> None:
    emulator.organization(enabled=[CONFIG])
    variables = {"service_access_hosts": "localhost", "service_access_service_principals": [CONFIG]}
    done = playbook(DRIFT, "--extra-vars", json.dumps(variables), warnings=None).stdout
    assert Summary(done).states == {"localhost": "unchanged"}


# A condition of the role


KEYWORDS: dict[str, dict[str, Any]] = {
    "no keyword": {},
    "serial": {"serial": 2},
    "free": {"strategy": "free"},
    "host_pinned": {"strategy": "host_pinned", "serial": 2},
    "any_errors_fatal": {"any_errors_fatal": True},  # the last one, because it ends the run
}


def test_a_condition_on_the_first_host_hides_no_summary(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    condition = "not inventory_hostname.startswith('unchanged')"
    hosts: dict[str, dict[str, Any]] = {}
    plays: list[dict[str, Any]] = []
    for number, (name, keywords) in enumerate(KEYWORDS.items()):
        for host in ("unchanged", "changed_a", "invalid", "changed_b"):
            account_id = str(int(ACCOUNTS["changed_a"]) + len(hosts))
            emulator.organization(account_id, enabled=[CONFIG] if host == "unchanged" else [])
            hosts[f"{host}_{number}"] = role_in(account_id)
        hosts[f"invalid_{number}"]["service_access_wait_timeout"] = -1
        play = {"name": name, "hosts": f"*_{number}", "gather_facts": False, **keywords}
        plays.append({**play, "roles": [{"role": "orgops.aws.service_access", "when": condition}]})
    done = playbook(yaml.safe_dump(plays), *inventory(**hosts), expect=2, warnings=None).stdout
    outputs = outputs_of_plays(done)
    assert list(outputs) == list(KEYWORDS)
    for number, (name, output) in enumerate(outputs.items()):
        keywords, summary = KEYWORDS[name], Summary(output)
        assert summary.states[f"unchanged_{number}"] == "not reached", name
        assert summary.words[f"unchanged_{number}"] == "skipped by a condition.", name
        assert summary.states[f"invalid_{number}"] == "failed", name
        if "serial" not in keywords:
            assert summary.states[f"changed_a_{number}"] == summary.states[f"changed_b_{number}"] == "changed", name
        if "strategy" not in keywords:
            assert summary.number == (2 if "serial" in keywords else 1), output


def test_a_condition_on_the_first_host_hides_no_report(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory, tmp_path: Path
) -> None:
    hosts = organizations(emulator)
    chosen = {name: hosts[name] for name in ("changed_b", "unchanged", "changed_a")}
    play = {
        "hosts": "all",
        "gather_facts": False,
        "roles": [{"role": "orgops.aws.service_access_report", "when": "inventory_hostname != 'changed_b'"}],
    }
    formats = '{"service_access_report_formats": ["json"]}'
    done = playbook(yaml.safe_dump([play]), *inventory(**chosen), "--extra-vars", formats).stdout
    assert done.count("service-access.json") == 1
    report = json.loads((tmp_path / "service-access-report" / "service-access.json").read_text())
    states = {entry["name"]: entry["state"] for entry in report["organizations"]}
    assert states == {"changed_a": "differs", "changed_b": "unreadable", "unchanged": "as_wanted"}


# The number of tasks


def test_an_organization_costs_at_most_three_tasks_of_the_role(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    hosts = organizations(emulator)
    chosen = inventory(**{name: hosts[name] for name in ("unchanged", "changed_a", "changed_b")})
    play = yaml.safe_load(ROLE)[0]
    plays = [{"name": "check mode", **play, "check_mode": True}, {"name": "real", **play}]
    outputs = outputs_of_plays(playbook(yaml.safe_dump(plays), *chosen).stdout)
    for name in ("check mode", "real"):
        results = Counter(re.findall(r"^(?:ok|changed): \[(\w+)\]", outputs[name], re.MULTILINE))
        # The first host also prints the summary, and passes it on.
        assert results == {"unchanged": 5, "changed_a": 3, "changed_b": 3}, name
