# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from .stage import Stage, perform, say

INVENTORY = Path(__file__).parents[1] / "examples" / "organizations" / "hosts.yml"
FOLDER = Path("service-access-report").absolute()
FAILED_HOSTS = 2  # the return code of ansible-playbook

PRODUCTION, SANDBOX = "111111111111", "222222222222"  # as in the host_vars of the example


def story(stage: Stage) -> None:
    """Three organizations, one report: one differs from what is wanted, one is as wanted, one cannot be read."""
    stage.emulator.organization(
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
    stage.emulator.organization(
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
        f"Three organizations on the emulator at {stage.emulator.url}, each reached by assuming a role in its account: "
        "production, sandbox, and acquired, which is to fail."
    )
    stage.run(
        "Read all of them and write the report.",
        "orgops.aws.service_access_report",
        "--inventory",
        os.path.relpath(INVENTORY),
        "--extra-vars",
        json.dumps({"service_access_report_directory": str(FOLDER)}),
        expect=(FAILED_HOSTS,),
    )
    say(f"The page: {FOLDER / 'service-access.html'}")


if __name__ == "__main__":
    sys.exit(perform(story))
