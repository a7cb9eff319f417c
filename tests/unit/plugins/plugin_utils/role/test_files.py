# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orgops.aws.plugins.plugin_utils._role.files import (
    is_file_name,
    locked_folder,
    resolve,
    write_file,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_new_folders_let_in_whom_the_file_lets_in(tmp_path: Path) -> None:
    public, private = tmp_path / "a" / "b" / "public", tmp_path / "c" / "private"
    write_file(public, "x", 0o644)
    write_file(private, "x", 0o640)
    assert [mode(path) for path in (public, public.parent, public.parent.parent)] == [0o644, 0o755, 0o755]
    assert [mode(path) for path in (private, private.parent)] == [0o640, 0o750]


@pytest.mark.parametrize("folder_mode", [0o700, 0o2770, 0o1777])
def test_what_is_there_keeps_its_mode(tmp_path: Path, folder_mode: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(folder_mode)
    file = folder / "file"
    file.write_text("before")
    file.chmod(0o600)
    write_file(file, "after", 0o644)
    assert (file.read_text(), mode(file), mode(folder)) == ("after", 0o600, folder_mode)
    assert os.listdir(folder) == ["file"]  # noqa: PTH208 - hidden ones too


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_file(file, "\udc80", 0o644)
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208


def test_a_folder_without_locks_is_used_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_arguments: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with locked_folder(tmp_path):
        (tmp_path / "file").write_text("x")
    with locked_folder(tmp_path / "missing"):
        pass


def test_folders_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PWD", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert resolve("reports/../x") == tmp_path / "x"
    assert resolve("~/x") == tmp_path / "home" / "x"
    assert resolve("/x[1]") == Path("/x[1]")


@pytest.mark.parametrize(
    ("name", "valid"), [("prod", True), ("../prod", False), ("a/b", False), ("..", False), ("", False)]
)
def test_only_a_plain_name_names_a_folder(name: str, valid: bool) -> None:
    assert is_file_name(name) is valid
