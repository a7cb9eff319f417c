# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The integration targets, as ansible-test would run them, on the emulator."""

from __future__ import annotations

import pytest

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.emulator.process import ROOT

from ..fixtures import numbered
from .fixtures import Playbook

TARGETS = ROOT / "tests" / "integration" / "targets"


@pytest.mark.parametrize("target", sorted(path.name for path in TARGETS.iterdir()))
def test_target(playbook: Playbook, emulator: EmulatorControl, target: str) -> None:
    emulator.organization(enabled=numbered(21))  # two pages; the gates integration-* begin with none
    playbook(
        f"""
- hosts: localhost
  gather_facts: false
  vars:
    aws_access_key: AKIDEMULATED
    aws_secret_key: wJalrXUtnFEMI
    aws_region: us-east-1
    aws_endpoint_url: {emulator.url}
    emulator_control: {emulator.url}/emulator
  roles:
    - role: {TARGETS / target}
"""
    )
    assert emulator.writes()  # the target did test something
