# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows that the probe prints."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

API = "API reference"
GUIDE = "User guide"
RECORDED = "recordings"  # radkawar/stackd, testdata/aws/iam (2026-09)
UNVERIFIED = "unverified"


class Row(NamedTuple):
    """One behavior: where it is documented, what the emulator does, and what was seen."""

    behavior: str
    source: str
    expected: str
    seen: str


def outcome(call: Callable[[], Any]) -> str:
    """Return "ok", or the code and reason of the error."""
    try:
        call()
    except ClientError as error:
        reason = error.response.get("Reason")
        return f"{error.response['Error']['Code']}{f' {reason}' if reason else ''}"
    except BotoCoreError as error:
        return type(error).__name__
    return "ok"
