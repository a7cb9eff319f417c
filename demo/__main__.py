# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Demonstrations on the emulator: ``make demo``, ``make demo-report`` and ``make demo-events``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Callable

import boto3

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ansible_environment, start_emulator
from ansible_collections.orgops.aws.tests.emulator.rulebook import AWS_CLI, rulebook_environment, run_rulebook
from ansible_collections.orgops.aws.tests.paths import ROOT

ENABLED_MANUALLY = {
    "cloudtrail.amazonaws.com": "2021-03-01T08:15:00",
    "config.amazonaws.com": "2021-03-01T08:20:00",
    "devops-guru.amazonaws.com": "2023-11-20T16:05:00",
    "sso.amazonaws.com": "2021-02-15T11:30:00",
}
STEPS = [
    ("What would change? Check mode writes nothing.", ["wanted.yml", "--check", "--diff"]),
    ("Apply it.", ["wanted.yml", "--diff"]),
    ("Run it again: nothing changes, and it makes two calls.", ["wanted.yml", "--diff"]),
    ("Exact mode: disable what is not listed, except for what to keep.", ["exact.yml", "--diff"]),
    ("What is enabled, and since when?", ["list.yml"]),
    (
        "A member account administers IAM Identity Center. Disabling a service with an administrator is blocked.",
        ["administrator.yml", "--diff"],
    ),
    ("Move it to another account; AWS allows only one administrator.", ["move.yml", "--diff"]),
    (
        "GuardDuty has an administrator in each Region. One task designates the security account in all of them.",
        ["every_region.yml", "--diff"],
    ),
    ("Enable 25 services: AWS lists 20 per page, and every page is read.", ["many.yml"]),
]
IDENTITY, SECURITY = "222222222222", "333333333333"
PRODUCTION, SANDBOX = "111111111111", "222222222222"  # as in the host_vars of the example
REGIONS = dict.fromkeys(("ap-southeast-2", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2"), "ENABLED_BY_DEFAULT")
EXAMPLE = ROOT / "examples" / "organizations"
SOME_HOSTS_FAILED = 2  # the return code of ansible-playbook
# As in the group_vars of the example.
WANTED = ["cloudtrail.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com", "sso.amazonaws.com"]
EVENT_VARIABLES = "service_access_events_automation: role/service-access\nservice_access_events_interval: 1\n"
Environment = dict[str, str]


class StepFailedError(Exception):
    """A playbook failed."""


def one_organization(emulator: EmulatorControl, environment: Environment) -> None:
    """Bring an organization that was set up manually to its desired state."""
    members = {IDENTITY: "identity", SECURITY: "security"}
    emulator.organization(enabled=ENABLED_MANUALLY, members=members, regions=REGIONS)
    say(f"An organization on the emulator at {emulator.url}, with services that were enabled manually:")
    print("    " + "\n    ".join(ENABLED_MANUALLY), flush=True)
    for announcement, (playbook, *options) in STEPS:
        run_playbook(emulator, environment, announcement, str(Path(__file__).parent / playbook), *options)


def report(emulator: EmulatorControl, environment: Environment) -> None:
    """Write a report on three organizations: one has drifted, one matches, one cannot be read."""
    emulator.organization(
        PRODUCTION,
        enabled={
            "cloudtrail.amazonaws.com": "2019-05-14T08:15:00",
            "config.amazonaws.com": "2019-05-14T08:20:00",
            "ipam.amazonaws.com": "2023-02-02T13:05:00",
            "macie.amazonaws.com": "2022-09-30T16:40:00",
            "sso.amazonaws.com": "2020-01-20T11:30:00",
        },
        members={"444444444444": "security", "555555555555": "network"},
        delegated_administrators={"config.amazonaws.com": ["444444444444"], "ipam.amazonaws.com": ["555555555555"]},
    )
    emulator.organization(
        SANDBOX,
        enabled={
            "cloudtrail.amazonaws.com": "2024-03-01T09:00:00",
            "config.amazonaws.com": "2024-03-01T09:05:00",
            "guardduty.amazonaws.com": "2024-06-11T10:00:00",
            "ram.amazonaws.com": "2024-06-11T10:30:00",
            "sso.amazonaws.com": "2024-03-04T12:00:00",
            "workbench.emulated.amazonaws.com": "2025-08-19T15:45:00",
        },
    )
    say(
        f"Three organizations on the emulator at {emulator.url}, each reached by assuming a role in its account: "
        "production, sandbox, and acquired, which fails on purpose."
    )
    folder = Path("service-access-report").absolute()
    run_playbook(
        emulator,
        environment,
        "Read all organizations and write the report.",
        "orgops.aws.service_access_report",
        *("--inventory", os.path.relpath(EXAMPLE / "hosts.yml")),
        *("--extra-vars", json.dumps({"service_access_report_directory": str(folder)})),
        expect=SOME_HOSTS_FAILED,
    )
    say(f"The report: {folder / 'service-access.html'}")


def events(emulator: EmulatorControl, environment: Environment) -> None:
    """Enable a service, so that ansible-rulebook compares the organization with its variables."""
    emulator.organization(PRODUCTION, enabled=WANTED)
    environment = {**rulebook_environment(emulator, environment), **credentials_in(PRODUCTION, environment)}
    variables = Path(environment["ANSIBLE_HOME"]).parent / "events.yml"
    variables.write_text(EVENT_VARIABLES)
    command = ["--rulebook", "orgops.aws.service_access_drift_cloudtrail", "--vars", str(variables)]
    command += ["--inventory", os.path.relpath(EXAMPLE)]
    say(f"Wait for changes in an organization that matches its variables, on the emulator at {emulator.url}.")
    print(f"    ansible-rulebook {' '.join(command)}", flush=True)
    with run_rulebook(environment, Path.cwd(), *command, show=True) as rulebook:
        rulebook.wait_until_listening(emulator)
        change = ("organizations", "enable-aws-service-access", "--service-principal", "macie.amazonaws.com")
        say("Somebody enables a service with the AWS CLI.")
        print(f"    aws {' '.join(change)}", flush=True)
        subprocess.run([AWS_CLI, *change], env=environment, check=True)
        changed = time.monotonic()
        rulebook.wait_for("PLAY RECAP")
        rulebook.show = False  # it repeats the output of a playbook that fails
        say(f"The drift is reported {time.monotonic() - changed:.1f} seconds after the change.")


def credentials_in(account_id: str, environment: Environment) -> Environment:
    """Return the environment variables with credentials of a role in an account."""
    client = boto3.client(
        "sts",
        endpoint_url=environment["AWS_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    role = client.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/Administrator", RoleSessionName="somebody")
    return {
        "AWS_ACCESS_KEY_ID": role["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": role["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": role["Credentials"]["SessionToken"],
    }


def say(text: str) -> None:
    """Print an announcement."""
    print(f"\n\033[1m>>> {text}\033[0m" if sys.stdout.isatty() else f"\n>>> {text}", flush=True)


def run_playbook(
    emulator: EmulatorControl, environment: Environment, announcement: str, *arguments: str, expect: int = 0
) -> None:
    """Announce and run ansible-playbook, and count its calls; StepFailedError for an unexpected return code."""
    say(announcement)
    print(f"    ansible-playbook {' '.join(arguments)}", flush=True)
    emulator.clear_requests()
    process = subprocess.Popen(["ansible-playbook", *arguments], env=environment)
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code != expect:
        raise StepFailedError(f"ansible-playbook {arguments[0]} failed: see its output above.")
    calls = ", ".join(f"{count} x {operation}" for operation, count in Counter(emulator.calls()).items())
    print(f"    Calls to AWS: {calls}", flush=True)


def perform(story: Callable[[EmulatorControl, Environment], None]) -> int:
    """Run a demonstration with an emulator, stop the emulator in any case, and return the exit code."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, start_emulator() as emulator:
            environment = {**ansible_environment(emulator, Path(home)), "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
            if sys.stdout.isatty():
                environment["ANSIBLE_FORCE_COLOR"] = "1"
            story(emulator, environment)
    except KeyboardInterrupt:
        say("Interrupted. The emulator is stopped.")
        return 130
    except (StepFailedError, TimeoutError) as error:
        say(f"{error} The emulator is stopped.")
        return 1
    say("Done. The emulator is stopped.")
    return 0


if __name__ == "__main__":
    stories = {"": one_organization, "events": events, "report": report}
    sys.exit(perform(stories["".join(sys.argv[1:])]))
