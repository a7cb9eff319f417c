# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""make demo and make demo-report show what they should, and leave nothing running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.orgops.aws.demo import __main__ as demo
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.paths import ROOT


def start_demo(*arguments: str, folder: Path = ROOT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "demo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def emulator_url(output: str) -> str:
    url = re.search(r"http://127\.0\.0\.1:\d+", output)
    assert url, output
    return url[0]


def assert_stopped(url: str) -> None:
    with pytest.raises(OSError, match="refused"):
        EmulatorControl(url).requests()


def test_demo() -> None:
    with start_demo() as process:
        output, _stderr = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert len(re.findall("^>>> ", output, re.MULTILINE)) == len(demo.STEPS) + 2
    assert "+    - guardduty.amazonaws.com" in output
    assert "-    - devops-guru.amazonaws.com" in output
    assert "All 25 are enabled and listed." in output
    calls = re.findall("Calls to AWS: (.*)", output)
    writes = [len(re.findall("x (?:Enable|Disable|Register|Deregister)", line)) for line in calls]
    assert writes == [0, 1, 0, 1, 0, 1, 2, 1, 1]
    assert "5 x EnableOrganizationAdminAccount" in calls[7]
    assert "guardduty:UpdateOrganizationConfiguration" in output
    assert "delegated administrators are registered: 222222222222 (identity)" in output
    assert_stopped(emulator_url(output))


def test_demo_report(tmp_path: Path) -> None:
    with start_demo("report", folder=tmp_path) as process:
        output, _stderr = process.communicate(timeout=300)
    assert process.returncode == 0, output
    page = tmp_path / "service-access-report" / "service-access.html"
    assert f">>> The report: {page}" in output
    assert "1 differs from the desired state (1 missing, 1 extra) and 1 could not be read." in page.read_text()
    assert_stopped(emulator_url(output))


def wait_until_stopped(url: str) -> None:
    for _attempt in range(500):
        try:
            EmulatorControl(url).requests()
        except OSError:
            return
    pytest.fail("the emulator still answers")


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_interrupted(how: signal.Signals) -> None:
    with start_demo() as process:
        assert process.stdout
        output = ""
        while "PLAY [" not in output:
            line = process.stdout.readline()
            assert line, output
            output += line
        if how is signal.SIGKILL:
            process.kill()  # the demo alone: its emulator must notice by itself
        else:
            os.killpg(process.pid, how)
        output += process.stdout.read()  # until everybody who writes there is gone
    assert process.returncode == (-how if how is signal.SIGKILL else 130), output
    wait_until_stopped(emulator_url(output))


def test_a_failed_step_ends_the_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failing = tmp_path / "failing.yml"
    failing.write_text("- {hosts: localhost, gather_facts: false, tasks: [{ansible.builtin.fail: {}}]}")
    never = ("Never reached", ["wanted.yml"])
    monkeypatch.setattr(demo, "STEPS", [("A step that fails", [str(failing)]), never])
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert demo.perform(demo.one_organization) == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    output = capfd.readouterr().out
    assert "failed: see its output above" in output
    assert "Never reached" not in output
    assert_stopped(emulator_url(output))
