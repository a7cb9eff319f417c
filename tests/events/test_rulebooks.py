# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks, run by ansible-rulebook on the emulator. `make events`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml

from ansible_collections.orgops.aws.tests.emulator.cloudtrail import eventbridge_message
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment
from ansible_collections.orgops.aws.tests.emulator.rulebook import (
    AWS_CLI,
    EVENTS,
    Rulebook,
    rulebook_environment,
    run_rulebook,
)
from ansible_collections.orgops.aws.tests.end_to_end.guides import Guide
from ansible_collections.orgops.aws.tests.end_to_end.organizations import (
    APPLY,
    CONFIG,
    MACIE,
    SOUTH,
    Summary,
    calls_of,
    role_in,
)
from ansible_collections.orgops.aws.tests.fixtures import aws_client
from ansible_collections.orgops.aws.tests.paths import ROOT

GUIDE = Guide(ROOT / "docs" / "docsite" / "rst" / "guide_events.rst")
QUEUE = "service-access-events"
AUTOMATION = {"service_access_events_automation": "role/service-access"}
LIST = "ListAWSServiceAccessForOrganization"
TRY = "orgops.aws.service_access_drift_cloudtrail"
PRODUCTION = "orgops.aws.service_access_drift"
Start = Callable[..., AbstractContextManager[Rulebook]]
Send = Callable[[Any], None]


@pytest.fixture
def environment(emulator: EmulatorControl, tmp_path: Path) -> dict[str, str]:
    """Two organizations that match their desired state, an inventory of them, and the environment for the commands."""
    folder = tmp_path / "inventory"
    folder.mkdir()
    for account_id in (MANAGEMENT_ACCOUNT, SOUTH):
        emulator.organization(account_id, enabled=[CONFIG], members={"555555555555": "security"})
    hosts = {
        "north": role_in(MANAGEMENT_ACCOUNT, service_access_purge_service_principals=True),
        "south": role_in(SOUTH, service_access_purge_service_principals=True),
    }
    variables = {"ansible_connection": "local", "ansible_python_interpreter": str(EVENTS / "python")}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"vars": variables, "hosts": hosts}}))
    (folder / "organizations.yml").write_text(GUIDE.files["organizations.yml"])
    return rulebook_environment(emulator, ansible_environment(emulator, tmp_path))


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Start:
    """Start ansible-rulebook with variables."""

    def run(rulebook: str, **variables: Any) -> AbstractContextManager[Rulebook]:
        (tmp_path / "events.yml").write_text(yaml.safe_dump(variables))
        arguments = ("--rulebook", rulebook, "--inventory", "inventory", "--vars", "events.yml")
        return run_rulebook(environment, tmp_path, *arguments)

    return run


@pytest.fixture
def send_text(emulator: EmulatorControl) -> Callable[[str], None]:
    """Send a message to the queue."""
    sqs = aws_client(emulator, "sqs")
    url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]

    def send(text: str) -> None:
        sqs.send_message(QueueUrl=url, MessageBody=text)

    return send


@pytest.fixture
def send(send_text: Callable[[str], None]) -> Send:
    """Send a message of JSON to the queue."""
    return lambda message: send_text(json.dumps(message))


@pytest.fixture
def aws(environment: dict[str, str]) -> Callable[..., None]:
    """Run the AWS CLI as somebody, with the credentials of a user of the management account."""

    def run(*words: str) -> None:
        subprocess.run([str(AWS_CLI), "organizations", *words], env=environment, check=True)

    return run


@pytest.fixture
def automation(environment: dict[str, str], tmp_path: Path) -> Callable[..., None]:
    """Apply the variables as the automation does."""

    def run() -> None:
        command = [str(EVENTS / "ansible-playbook"), "-i", "inventory", APPLY]
        subprocess.run(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, check=True)

    return run


def enabled(emulator: EmulatorControl) -> list[str]:
    listing = aws_client(emulator, "organizations").list_aws_service_access_for_organization()
    return sorted(service["ServicePrincipal"] for service in listing["EnabledServicePrincipals"])


def writes(emulator: EmulatorControl) -> list[str]:
    return [operation for operation, _subject in emulator.writes() if "AWSServiceAccess" in operation]


def test_drift_is_reported_when_somebody_else_changes_something(
    emulator: EmulatorControl, start: Start, aws: Callable[..., None], automation: Callable[..., None]
) -> None:
    with start(TRY, **AUTOMATION, service_access_events_interval=1) as rulebook:
        rulebook.wait_until_listening(emulator)
        aws("disable-aws-service-access", "--service-principal", CONFIG)
        rulebook.wait_for("Differs from the desired state")
        automation()
        assert enabled(emulator) == [CONFIG]
        before = time.monotonic()
        aws("enable-aws-service-access", "--service-principal", MACIE)
        rulebook.wait_for("would be disabled: macie.amazonaws.com")
        assert time.monotonic() - before < 30
    assert "DisableAWSServiceAccess in the organization of 123456789012 by user/akidemulated: config.amazonaws.com" in (
        rulebook.output
    )
    assert rulebook.output.count("[debug]") == 2, "the automation's change ran a playbook"
    assert calls_of(emulator, SOUTH).count(LIST) == 1, "only the automation compares the other organization"
    # Somebody's two, and the automation's one: drift writes nothing.
    assert writes(emulator) == ["DisableAWSServiceAccess", "EnableAWSServiceAccess", "EnableAWSServiceAccess"]
    assert enabled(emulator) == [CONFIG, MACIE]


def test_apply_restores_the_state_and_does_not_react_to_itself(
    emulator: EmulatorControl, start: Start, aws: Callable[..., None]
) -> None:
    variables = {"service_access_events_playbook": APPLY, "service_access_events_interval": 1}
    with start(TRY, **AUTOMATION, **variables) as rulebook:
        rulebook.wait_until_listening(emulator)
        aws("enable-aws-service-access", "--service-principal", MACIE)
        rulebook.wait_for("disabled: macie.amazonaws.com")
        aws("register-delegated-administrator", "--account-id", "555555555555", "--service-principal", CONFIG)
        rulebook.wait_for("RegisterDelegatedAdministrator in the organization of 123456789012")
        rulebook.wait_for("PLAY RECAP", times=2)
    assert enabled(emulator) == [CONFIG]
    # The automation's own call came between the two.
    assert writes(emulator) == ["EnableAWSServiceAccess", "DisableAWSServiceAccess"]
    assert "DisableAWSServiceAccess in the organization" not in rulebook.output
    assert rulebook.output.count("PLAY RECAP") == 2
    assert Summary(rulebook.output).states == {"north": "unchanged"}
    assert "config.amazonaws.com 555555555555" in rulebook.output


def test_the_queue_names_the_organization(
    emulator: EmulatorControl,
    start: Start,
    send: Send,
    send_text: Callable[[str], None],
    automation: Callable[..., None],
    tmp_path: Path,
) -> None:
    """A run for each change of somebody else, which fails where the inventory lacks the organization; no other run."""
    aws_client(emulator, "organizations").enable_aws_service_access(ServicePrincipal=MACIE)
    automation()
    assert enabled(emulator) == [CONFIG]
    history = aws_client(emulator, "cloudtrail").lookup_events()["Events"]
    message, by_automation = [eventbridge_message(event) for event in reversed(history)]
    emulator.clear_requests()
    proof = tmp_path / "proof"
    template = "{{ lookup('ansible.builtin.pipe', 'touch " + str(proof) + "') }}"
    send_text("not JSON")
    send({"detail": "not a record"})
    send(by_automation)
    send({**message, "detail": {**message["detail"], "errorCode": "AccessDeniedException"}})
    send({**message, "detail": {**message["detail"], "eventName": "CreateAccount"}})
    for hostile in (template, "all", "123456789012:all", 123456789012, None):
        send({**message, "detail": {**message["detail"], "recipientAccountId": hostile}})
    request = {"servicePrincipal": template, "accountId": template}
    identity = {"type": "IAMUser", "arn": f"arn:aws:iam::{SOUTH}:user/{template}"}
    detail = {**message["detail"], "recipientAccountId": SOUTH, "requestParameters": request, "userIdentity": identity}
    send({**message, "detail": detail})
    send_text(json.dumps(message).replace(MANAGEMENT_ACCOUNT, "333333333333"))
    with start(PRODUCTION, **yaml.safe_load(GUIDE.files["events.yml"])) as rulebook:
        rulebook.wait_for("PLAY RECAP", times=2)
    assert "DisableAWSServiceAccess in" not in rulebook.output, "the automation's own change started a run"
    assert Summary(rulebook.output).states == {"south": "unchanged"}
    assert rulebook.output.count(" in the organization of ") == 2, "there is a run for each of two changes"
    last_run = rulebook.output[rulebook.output.index("in the organization of 333333333333") :]
    assert "ERROR" in last_run
    assert "account_333333333333" in last_run, "the inventory lacks this organization"
    assert "EnableAWSServiceAccess in the organization of 222222222222 by unknown:" in rulebook.output
    assert "EnableAWSServiceAccess in the organization of 333333333333 by user/akidexample" in rulebook.output
    assert LIST in calls_of(emulator, SOUTH)
    assert LIST not in calls_of(emulator, MANAGEMENT_ACCOUNT)
    assert not proof.exists()
    assert "lookup(" not in rulebook.output


def test_printing_an_event_evaluates_nothing_of_it(
    emulator: EmulatorControl, start: Start, send: Send, tmp_path: Path
) -> None:
    aws_client(emulator, "organizations").enable_aws_service_access(ServicePrincipal=MACIE)
    (event,) = aws_client(emulator, "cloudtrail").lookup_events()["Events"]
    message = eventbridge_message(event)
    proof = tmp_path / "proof"
    message["detail"]["userAgent"] = "{{ lookup('ansible.builtin.pipe', 'touch " + str(proof) + "') }}"
    send(message)
    folder = tmp_path / "playbooks"
    folder.mkdir()
    task = {"name": "Print what the rulebook passed", "ansible.builtin.debug": {"var": "ansible_eda"}}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
    (folder / "print.yml").write_text(yaml.safe_dump([{**play, "connection": "local"}, {**play, "hosts": "north"}]))
    variables = {"service_access_events_playbook": str(folder / "print.yml"), "service_access_events_queue": QUEUE}
    with start(PRODUCTION, **AUTOMATION, **variables) as rulebook:
        rulebook.wait_for("PLAY RECAP")
    assert '"event_name": "EnableAWSServiceAccess"' in rulebook.output
    assert "userAgent" not in rulebook.output
    assert not proof.exists()


def test_the_rulebooks_have_the_same_rule() -> None:
    folder = ROOT / "extensions" / "eda" / "rulebooks"
    (rules, same) = (yaml.safe_load(path.read_text())[0]["rules"] for path in sorted(folder.glob("*.yml")))
    assert rules == same
    (of_the_guide,) = yaml.safe_load(GUIDE.files["rulebook.yml"])[0]["rules"]
    assert of_the_guide["condition"] == rules[0]["condition"]


def test_without_the_automation_no_rulebook_starts(start: Start) -> None:
    with start(PRODUCTION, service_access_events_queue=QUEUE) as rulebook:
        rulebook.wait_for("vars does not contain key: service_access_events_automation")
        assert rulebook.process.wait(60) != 0


def matches(pattern: dict[str, Any], message: dict[str, Any]) -> bool:
    """Return whether an event matches, by those of EventBridge's rules that the guide uses: one of a list."""
    return all(
        matches(wanted, message.get(name, {})) if isinstance(wanted, dict) else message.get(name) in wanted
        for name, wanted in pattern.items()
    )


def test_the_pattern_of_the_guide(emulator: EmulatorControl) -> None:
    (pattern, *_policies) = (json.loads(content) for _caption, content in GUIDE.blocks("json"))
    emulator.organization(enabled=[], members={"555555555555": "security"})
    client = aws_client(emulator, "organizations")
    registration = {"AccountId": "555555555555", "ServicePrincipal": CONFIG}
    client.enable_aws_service_access(ServicePrincipal=CONFIG)
    client.register_delegated_administrator(**registration)
    client.deregister_delegated_administrator(**registration)
    client.disable_aws_service_access(ServicePrincipal=CONFIG)
    client.create_organizational_unit(ParentId=client.list_roots()["Roots"][0]["Id"], Name="other")
    history = aws_client(emulator, "cloudtrail").lookup_events()["Events"]
    matching = [event["EventName"] for event in history if matches(pattern, eventbridge_message(event))]
    assert [event["EventName"] for event in history] == ["CreateOrganizationalUnit", *matching]
    assert len(matching) == 4


def test_the_rulebook_of_the_guide_for_automation_platform(tmp_path: Path) -> None:
    (tmp_path / "rulebook.yml").write_text(GUIDE.files["rulebook.yml"])
    code = (
        "import yaml; from ansible_rulebook.validators import Validate; "
        "Validate.rulebook(yaml.safe_load(open('rulebook.yml')))"
    )
    subprocess.run([EVENTS / "python", "-c", code], cwd=tmp_path, check=True)


def test_the_groups_of_the_guide() -> None:
    example = ROOT / "examples" / "organizations" / "organizations.yml"
    assert yaml.safe_load(GUIDE.files["organizations.yml"]) == yaml.safe_load(example.read_text())


def test_demonstration() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "events"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "would change  production: would be disabled: macie.amazonaws.com." in done.stdout
    assert ">>> The drift is reported" in done.stdout
