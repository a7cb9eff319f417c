# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import _internal as module_utils_internal

from ansible_collections.orgops.aws.plugins.plugin_utils._forks import fork
from ansible_collections.orgops.aws.plugins.plugin_utils._forks.fork import NOT_BEGUN, run_in_fork, run_main


def print_much() -> int:
    sys.stdout.write("x" * 1_000_000 + "\n")
    sys.stderr.write("é\n")
    return 3


def change_the_process() -> int:
    os.environ["CHANGED"] = "yes"
    os.chdir("/")
    return 0


def fail() -> int:
    raise ValueError("broken")


def die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_what_a_fork_prints_and_returns() -> None:
    assert run_in_fork(print_much) == (3, "x" * 1_000_000 + "\n", "é\n")
    status, out, err = run_in_fork(fail)
    assert (status, out) == (1, "")
    assert "ValueError: broken" in err
    assert run_in_fork(die) == (137, "", "Killed\n")


def test_a_fork_changes_nothing_in_the_worker() -> None:
    folder = os.getcwd()  # noqa: PTH109
    assert run_in_fork(change_the_process)[0] == 0
    assert "CHANGED" not in os.environ
    assert os.getcwd() == folder  # noqa: PTH109


@pytest.mark.parametrize(("status", "expected"), [(0, 0), (1, 1), ("message", 1)])
def test_the_exit_status_of_a_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, status: int | str, expected: int
) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    monkeypatch.setattr(fork, "detach_from_ansible", lambda: None)  # this is the process of the tests
    monkeypatch.chdir(tmp_path)
    assert run_main(lambda: sys.exit(status), {}, str(tmp_path)) == expected
    assert run_main(lambda: None, {}, str(tmp_path / "none")) == NOT_BEGUN


def log_and_read() -> None:
    logging.getLogger("elsewhere").warning("a secret")
    sys.stdout.write(f"{logging.root.level} {sys.stdin.read()!r} {os.read(0, 1)!r}")
    sys.exit(0)


def test_a_module_has_neither_ansibles_log_nor_its_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    log = logging.FileHandler(tmp_path / "log")
    monkeypatch.setattr(logging.root, "handlers", [log])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    monkeypatch.setattr(sys, "stdin", None)
    assert run_in_fork(lambda: run_main(log_and_read, {}, str(tmp_path))) == (0, "30 '' b''", "a secret\n")
    assert (tmp_path / "log").read_text() == ""
    assert logging.root.handlers == [log]


@pytest.mark.parametrize("main", [fail, lambda: None], ids=["raises", "returns"])
def test_an_exception_of_a_module_is_its_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str], main: Any
) -> None:
    monkeypatch.setattr(module_utils_internal, "is_controller", True)
    monkeypatch.setattr(fork, "detach_from_ansible", lambda: None)  # this is the process of the tests
    monkeypatch.chdir(tmp_path)
    assert run_main(main, {}, str(tmp_path)) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["failed"] is True
    assert ("broken" if main is fail else "did not exit") in str(result["exception"])
