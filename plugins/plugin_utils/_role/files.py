# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Files on the controller: paths and atomic writes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def resolve(folder: str) -> Path:
    """Return an absolute path: ~ is the home folder; a relative path is relative to the working directory."""
    return Path(os.path.abspath(os.path.expanduser(folder)))  # noqa: PTH100, PTH111 - keeps links, collapses ..


def is_file_name(name: str) -> bool:
    """Return whether a host's name can be a folder name that does not leave its parent folder."""
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name


def make_folder(path: Path, mode: int) -> None:
    """Make a folder and its parents, if they do not exist, accessible to those whom ``mode`` lets read a file."""
    folder_mode = mode | (mode & 0o444) >> 2
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(folder_mode)


@contextlib.contextmanager
def locked_folder(path: Path) -> Iterator[None]:
    """Let one process at a time use a folder. Do nothing if it is unreadable, or the file system has no locks."""
    with contextlib.ExitStack() as opened:
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            opened.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def write_file(path: Path, content: str, mode: int) -> None:
    """Replace a file atomically. It keeps its mode and owner. A new file gets ``mode``, and new folders a mode that
    gives access to the same users.
    """
    make_folder(path.parent, mode)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        if path.exists():
            before = path.stat()
            temporary.chmod(before.st_mode & 0o7777)
            if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):  # only root may change the owner
                    os.chown(temporary, before.st_uid, before.st_gid)
        else:
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def back_up(path: Path) -> Path:
    """Copy a file beside itself, named as Ansible names backups, and return the copy. Ansible reads no such file."""
    when = time.strftime("%Y-%m-%d@%H:%M:%S~", time.localtime())
    return Path(shutil.copy2(path, path.with_name(f"{path.name}.{os.getpid()}.{when}")))


__all__ = ["back_up", "is_file_name", "locked_folder", "make_folder", "resolve", "write_file"]
