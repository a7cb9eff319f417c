# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Runs a function in a forked process, and a module's main function as the module's process would.

Each module has a process of its own, a fork of the worker: credentials, sessions and connections of organizations never
meet.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any
from unittest import mock

from .loading import controller_flag, exception_handler, shared_loader

NOT_BEGUN = 70  # the exit status if the module was not called; it exits with 0 or 1 itself


Main = Callable[[], None]


class CannotForkError(Exception):
    """The system refused a process or a pipe, so the module was not called."""


def run_main(main: Main, arguments: dict[str, Any], folder: str) -> int:
    """Run a module's main function as the module's process would. Return the exit status."""
    with contextlib.ExitStack() as stack:
        try:
            gc.freeze()  # the parent's objects; examining them would copy their memory
            os.chdir(folder)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            detach_from_ansible()
            testing = importlib.import_module("ansible.module_utils.testing")
            stack.enter_context(testing.patch_module_args(arguments))
            # From here on, warnings are part of the module's result, as in a process that is no controller.
            stack.enter_context(mock.patch.object(*controller_flag(), new=False))
            stack.enter_context(mock.patch("botocore.session.create_loader", shared_loader))
            handle_exception = exception_handler()
        except Exception:
            traceback.print_exc()
            return NOT_BEGUN
        try:
            try:
                main()
                raise RuntimeError("The module did not exit.")
            except Exception as error:
                handle_exception(error, "legacy")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 1


def detach_from_ansible() -> None:
    """Give up Ansible's log file, to which botocore would write requests with their secrets, and the standard input."""
    for handler in tuple(logging.root.handlers):
        logging.root.removeHandler(handler)
    logging.root.setLevel(logging.WARNING)
    with open(os.devnull) as nothing:  # noqa: PTH123 - a device, not a path
        os.dup2(nothing.fileno(), 0)
    sys.stdin = os.fdopen(0, closefd=False)


def run_in_fork(function: Callable[[], int]) -> tuple[int, str, str]:
    """Call a function in a forked process: its status, as a shell tells it, and what it printed on both streams.

    Raises CannotForkError if it was not called.
    """
    try:
        reader, writer = os.pipe()
    except OSError as error:
        raise CannotForkError(str(error)) from error
    try:
        process_id = os.fork()
    except OSError as error:
        os.close(reader)
        os.close(writer)
        raise CannotForkError(str(error)) from error
    if process_id == 0:
        status = 1
        out, err = io.StringIO(), io.StringIO()
        try:
            os.close(reader)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    status = function()
                except BaseException:
                    traceback.print_exc()
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(b"\0".join(stream.getvalue().encode("utf-8", "backslashreplace") for stream in (out, err)))
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        printed = pipe.read()
    _process_id, ended = os.waitpid(process_id, 0)
    out_bytes, _separator, err_bytes = printed.partition(b"\0")
    out_text, err_text = (printed.decode("utf-8", "replace") for printed in (out_bytes, err_bytes))
    status = os.waitstatus_to_exitcode(ended)
    if status < 0:  # as the shell does that starts a module's process
        return 128 - status, out_text, f"{err_text}{signal.strsignal(-status)}\n"
    return status, out_text, err_text


__all__ = ["NOT_BEGUN", "CannotForkError", "run_in_fork", "run_main"]
