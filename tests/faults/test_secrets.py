# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output of ansible-playbook at -vvvv, nor in Ansible's log file, however a task ends.

Modules run in forks of Ansible's workers, and with MODULES_AS_PROCESSES=1 as processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import (
    CONNECTION_ARGUMENT_SPEC,
)
from ansible_collections.orgops.aws.plugins.modules import (
    organizations_service_access,
    organizations_service_access_info,
)
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import SECRET_KEY

from ..end_to_end.fixtures import MODULES_AS_PROCESSES, Inventory, Playbook
from ..end_to_end.organizations import APPLY, CONFIG, NORTH, SOUTH, Summary, role_in
from ..fixtures import numbered
from .rows import ADMINISTRATORS, DISABLE, LIST, ROWS

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "SECRET-ACCESS-KEY/xyz+1",
    "AWS_SESSION_TOKEN": "SECRET-SESSION-TOKEN==",
}
PROXY_PASSWORD = "SECRET-PROXY-PASSWORD"
SECRET = "sEcReT"
MODULES = ("organizations_service_access", "organizations_service_access_info")
SIGNATURE = ("AWS4-HMAC-SHA256", "Signature=", "X-Amz-Security-Token", "ExternalId")
WAY = (
    "run as a process, because orgops_aws_in_process is false."
    if MODULES_AS_PROCESSES
    else "run in a fork of the worker."
)
# Some rows as processes, which take much longer: the output of a process is masked in one way, whatever it says.
MASKED_ROWS = ROWS[::5] if MODULES_AS_PROCESSES else ROWS
Run = Callable[..., str]


@pytest.fixture
def run_without_secrets(playbook: Playbook, tmp_path: Path) -> Run:
    """Run a playbook at -vvvv with a log file; its output, after both were searched for these and usual secrets."""

    def run(text: Any, *arguments: str, secrets: Iterable[str] = (), **expectations: Any) -> str:
        log = tmp_path / "ansible.log"
        environment = {"ANSIBLE_LOG_PATH": str(log), **expectations.pop("environment", {})}
        name = text if isinstance(text, str) else yaml.safe_dump(text)
        done = playbook(name, *arguments, "-vvvv", environment=environment, **{"warnings": None, **expectations}).stdout
        assert WAY in done
        logged = log.read_text()
        assert "PLAY RECAP" in logged
        for secret in (SECRET, SECRET_KEY, *SIGNATURE, *secrets):
            assert secret not in done, [line for line in done.splitlines() if secret in line]
            assert secret not in logged, [line for line in logged.splitlines() if secret in line]
        return done

    return run


def test_every_row_of_the_table_in_one_playbook(emulator: EmulatorControl, run_without_secrets: Run) -> None:
    """Each row has its own access key and service. Each response contains the secrets, as a malicious one could."""
    quoted = " ".join([*SECRETS.values(), PROXY_PASSWORD])
    to_disable = numbered(len(MASKED_ROWS))
    to_enable = numbered(len(MASKED_ROWS), first=500)
    emulator.organization(enabled=to_disable)
    tasks: list[dict[str, Any]] = []
    for number, row in enumerate(MASKED_ROWS):
        script = {**row.script, "after": 0, "count": None, "delay": 0, "message": f"You sent {quoted}."}
        if "html" in row.script.get("body", ""):
            script["body"] = f"<html>You sent {quoted}</html>"
        access_key = f"AKIDROW{number}"
        emulator.fault(row.operation, **script, access_key_id=access_key)
        absent = row.operation in (DISABLE, ADMINISTRATORS)
        options = {
            "access_key": access_key,
            "service_principal": (to_disable if absent else to_enable)[number],
            "state": "absent" if absent else "present",
            "unknown_service_principals": "ignore",
            "debug_botocore_endpoint_logs": True,
            "aws_config": {
                "retries": {"total_max_attempts": 1},
                "proxies": {"ftp": f"http://me:{PROXY_PASSWORD}@proxy:1"},
            },
        }
        tasks.append({"orgops.aws.organizations_service_access": options, "ignore_errors": True})
    tasks.append({"orgops.aws.organizations_service_access_info": {}})
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    done = run_without_secrets([play], "--diff", environment=SECRETS, secrets=(*SECRETS.values(), PROXY_PASSWORD))
    lagging = sum("stale_listings" in row.settings for row in MASKED_ROWS)
    assert done.count("...ignoring") == len(MASKED_ROWS) - lagging


PLANTED = "{{ lookup('env', 'PLANTED') }}"  # because Ansible quotes the lines of a playbook
KEYS = {"access_key": "AKIDQUOTED", "secret_key": f"{PLANTED}-key", "session_token": f"{PLANTED}-token"}
ROLE = {
    "assume_role_arn": f"arn:aws:iam::{MANAGEMENT_ACCOUNT}:role/x",
    "assume_role_external_id": f"{PLANTED}-external-id",
}
CLOSED = "127.0.0.1:9"
ONE_ATTEMPT = {"aws_config": {"retries": {"total_max_attempts": 1}, "connect_timeout": 1}}
# {name: (options, part of the message)}
TASKS: dict[str, tuple[dict[str, Any], str]] = {
    "endpoint": ({"endpoint_url": f"http://me:{PLANTED}@{CLOSED}", **ONE_ATTEMPT}, CLOSED),
    "bad host": ({"endpoint_url": f"https://me:{PLANTED}@bad host/", **ONE_ATTEMPT}, "bad host"),
    "no scheme": ({"endpoint_url": f"me:{PLANTED}@{CLOSED}", **ONE_ATTEMPT}, CLOSED),
    "proxy": (
        {
            "endpoint_url": "http://no-such-host.invalid",
            "aws_config": {**ONE_ATTEMPT["aws_config"], "proxies": {"http": f"me:{PLANTED}@{CLOSED}"}},
        },
        CLOSED,
    ),
    "misspelled key": ({"secret_keyy": f"{PLANTED}-key"}, "secret_keyy"),
    "misspelled token": ({"sesion_tokn": f"{PLANTED}-token"}, "sesion_tokn"),
    "misspelled external ID": ({"external_id": f"{PLANTED}-id"}, "external_id"),
    "wrong external ID": ({**ROLE, "assume_role_external_id": f"{PLANTED} not an ID!"}, "assume_role_external_id must"),
    "wrong option": ({**KEYS, **ROLE, "page_size": "many"}, "page_size"),
    "quoted by AWS": (KEYS, "You sent "),
    "role": (ROLE, ""),
    "role, quoted by AWS": ({**ROLE, "include_delegated_administrators": True}, "You sent "),
}


def test_no_planted_secret_shows(emulator: EmulatorControl, run_without_secrets: Run, tmp_path: Path) -> None:
    """Secrets in every place from which a message, a warning, the invocation or a log could take them."""
    emulator.organization(enabled=[CONFIG])
    denied: dict[str, Any] = {"code": "AccessDeniedException", "count": None}
    keys = f"You sent {SECRET}-key and {SECRET}-token."
    emulator.fault(LIST, **denied, message=keys, access_key_id="AKIDQUOTED")
    for operation in (ADMINISTRATORS, "DescribeOrganization"):
        emulator.fault(operation, **denied, message=f"You sent {SECRET}-external-id.")
    info, access = "orgops.aws.organizations_service_access_info", "orgops.aws.organizations_service_access"
    tasks: list[dict[str, Any]] = [
        {"name": name, info: {"debug_botocore_endpoint_logs": True, **options}, "register": f"result_{number}"}
        for number, (name, (options, _part)) in enumerate(TASKS.items())
    ]
    warned = {**ROLE, "service_principal": "backup.amazonaws.com", "debug_botocore_endpoint_logs": True}
    tasks.append({"name": "a warning", access: warned, "check_mode": True})
    tasks.append({"name": "no log", info: KEYS, "no_log": True})
    messages = [f"{{{{ result_{number}.msg | default('') }}}}" for number in range(len(TASKS))]
    stored = tmp_path / "messages.json"
    content = {"content": "{{ messages | to_json }}", "dest": str(stored)}
    tasks.append({"ansible.builtin.copy": content, "vars": {"messages": messages}})
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}
    done = run_without_secrets([play], environment={"PLANTED": SECRET})
    assert "[WARNING]: " in done[done.index("TASK [a warning]") : done.index("TASK [no log]")]
    for (name, (_options, part)), message in zip(TASKS.items(), json.loads(stored.read_text())):
        assert part in message, name
        assert SECRET not in message, name
    external_ids = {request["parameters"].get("ExternalId") for request in emulator.requests()}
    assert f"{SECRET}-external-id" in external_ids


def test_no_secret_shows_at_the_highest_verbosity(
    run_without_secrets: Run, emulator: EmulatorControl, inventory: Inventory
) -> None:
    emulator.organization(NORTH)
    keys = {
        "service_access_access_key": "AKIDVAULT",
        "service_access_secret_key": f"{SECRET}-key",
        "service_access_session_token": f"{SECRET}-token",
    }
    external = {"service_access_assume_role_external_id": f"{SECRET}-external-id"}
    proxies = {"service_access_aws_config": {"proxies": {"ftp": f"http://me:{SECRET}-proxy@proxy:8080"}}}
    everything = {**keys, **external, **proxies}
    one_attempt = {"retries": {"total_max_attempts": 1}}
    closed = f"http://me:{SECRET}-endpoint@127.0.0.1:9"
    quoted = f"http://me@corp:it's, {{{SECRET}}}@127.0.0.1:9"
    token = f"http://{SECRET}-of-url@127.0.0.1:9"
    hosts = inventory(
        fine=role_in(NORTH, **everything),
        denied=role_in(SOUTH, **everything),
        wrong_option=role_in(NORTH, **everything, service_access_wait_timeout="soon"),
        wrong_list=role_in(NORTH, **everything, service_access_purge_service_principals={"a": 1}),
        wrong_region=role_in(NORTH, **everything, service_access_region="not a region"),
        wrong_id=role_in(NORTH, **everything, service_access_management_account_id="1"),
        wrong_external_id=role_in(NORTH, **{**everything, **dict.fromkeys(external, f"{SECRET} bad id!")}),
        misspelled=role_in(NORTH, **everything, service_access_secret_keys=f"{SECRET}-misspelled"),
        half=role_in(NORTH, **external, service_access_secret_key=f"{SECRET}-half"),
        endpoint=role_in(NORTH, **keys, service_access_endpoint_url=closed, service_access_aws_config=one_attempt),
        quoted=role_in(NORTH, **keys, service_access_endpoint_url=quoted, service_access_aws_config=one_attempt),
        url_token=role_in(NORTH, **keys, service_access_endpoint_url=token, service_access_aws_config=one_attempt),
        wrong_endpoint=role_in(NORTH, **keys, service_access_endpoint_url=closed, service_access_wait_timeout="soon"),
    )
    done = run_without_secrets(APPLY, *hosts, expect=2)
    summary = Summary(done)
    assert summary.states["fine"] == "changed"
    assert summary.counts["failed"] == len(summary.states) - 1
    assert "service_access_secret_keys is not a variable of this role" in summary.words["misspelled"]
    assert "AKIDVAULT" in {request["access_key_id"] for request in emulator.requests()}
    assert f"{SECRET}-external-id" in {request["parameters"].get("ExternalId") for request in emulator.requests()}


def test_no_value_of_a_misspelled_secret_option_shows(run_without_secrets: Run) -> None:
    names = ("external_id", "assume_role_externalid", "secert_key", "aws_sceret_access_key", "sesion_tokn")
    options = {
        name: f"{{{{ lookup('env', 'HIDDEN') }}}}-{name}" for name in names
    }  # Ansible quotes the lines of the playbook
    tasks = [{f"orgops.aws.{module}": options} for module in MODULES]
    play = {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "tasks": tasks}
    done = run_without_secrets([play], environment={"HIDDEN": SECRET})
    assert done.count("Unsupported parameters") >= len(MODULES)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ORGANIZATIONS", "AWS_URL", "HTTP_PROXY"])
def test_no_secret_of_the_environment_shows(run_without_secrets: Run, inventory: Inventory, variable: str) -> None:
    environment: dict[str, str | None] = {variable: f"http://me:{SECRET}-of-environment@127.0.0.1:9"}
    if variable.startswith("AWS_ENDPOINT_URL"):
        environment["AWS_URL"] = None
    one_attempt = {"service_access_aws_config": {"retries": {"total_max_attempts": 1}, "connect_timeout": 1}}
    hosts = inventory(
        fails={"service_access_service_principals": [CONFIG], **one_attempt},
        wrong={"service_access_service_principals": [CONFIG], "service_access_wait_timeout": "soon", **one_attempt},
    )
    done = run_without_secrets(APPLY, *hosts, expect=2, environment=environment)
    assert Summary(done).counts["failed"] == 2
    assert "127.0.0.1:9" in done


@pytest.mark.parametrize("module", [organizations_service_access, organizations_service_access_info])
def test_no_log_is_set_correctly_for_every_option(module: Any) -> None:
    options = {**aws_argument_spec(), **CONNECTION_ARGUMENT_SPEC, **module.ARGUMENT_SPEC}
    secret = {name for name, option in options.items() if option.get("no_log")}
    assert secret == {"secret_key", "session_token", "assume_role_external_id"}
