# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shared by the tests of the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl
from ansible_collections.orgops.aws.tests.fixtures import assume_role, aws_client

CONFIG = "config.amazonaws.com"
GUARDDUTY = "guardduty.amazonaws.com"
ADMINISTRATOR, MEMBER, STRANGER = "222222222222", "333333333333", "999999999999"


def refused(call: Any, **arguments: Any) -> tuple[str, str | None]:
    """Return the code and reason of the error of a call."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"], error.value.response.get("Reason")


def message_of(call: Any, **arguments: Any) -> str:
    """Return the message of the error of a call."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    message: str = error.value.response["Error"]["Message"]
    return message


def client_of(emulator: EmulatorControl, account_id: str) -> Any:
    """Return a client with the credentials of an assumed role in the account."""
    role = assume_role(emulator, account_id)
    return aws_client(
        emulator,
        "organizations",
        aws_access_key_id=role["access_key"],
        aws_secret_access_key=role["secret_key"],
        aws_session_token=role["session_token"],
    )


def unchecked_client(emulator: EmulatorControl) -> Any:
    """Return a client that sends parameters that botocore would reject."""
    return aws_client(emulator, "organizations", config=Config(parameter_validation=False))
