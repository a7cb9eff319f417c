# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import atexit
import gc

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.startup import defer_garbage_collection


def test_garbage_is_collected_rarely_and_not_at_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    at_exit: list[object] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    before = gc.get_threshold()
    try:
        defer_garbage_collection()
        assert gc.get_threshold()[0] >= 100_000
        assert at_exit == [gc.freeze]
    finally:
        gc.set_threshold(*before)
