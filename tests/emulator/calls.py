# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request asks for, in any of AWS's protocols, and who sends it."""

from __future__ import annotations

import contextlib
import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl

from moto.organizations.models import organizations_backends

from .install import account_id_of
from .protocols import protocol_of
from .services import operation_at

CONNECTION = "emulator.connection"  # in a request's environment: the number of its TCP connection

Environ = dict[str, Any]


class Call:
    """What the log shows of a request. Never its signature, secret or token."""

    def __init__(self, environ: Environ, body: bytes) -> None:
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        credential = re.search(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/", authorization)
        self.access_key_id, self.region, self.service = credential.groups() if credential else ("", "", "")
        self.account_id = account_id_of(self.access_key_id)
        self.user_agent = environ.get("HTTP_USER_AGENT", "")
        self.connection: int = environ[CONNECTION]
        self.parameters: dict[str, Any] = {}
        target = environ.get("HTTP_X_AMZ_TARGET")
        self.operation = operation_at(self.service, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        with contextlib.suppress(ValueError):  # also a body that is not text; its content is not logged
            is_json = target or self.operation
            parameters = json.loads(body or b"{}") if is_json else dict(parse_qsl(body.decode()))
            self.parameters = parameters if isinstance(parameters, dict) else {}
        if self.operation:
            self.parameters.update(parse_qsl(environ.get("QUERY_STRING", "")))
        action = "" if self.operation else self.parameters.pop("Action", "")
        self.operation = target.rpartition(".")[2] if target else self.operation or action
        self.parameters.pop("Version", None)
        self.protocol = protocol_of(self.service, environ["PATH_INFO"], target, action)

    @property
    def organization_id(self) -> str:
        """The account that manages the caller's organization."""
        management: tuple[str, str] | None = organizations_backends.master_accounts.get(self.account_id)
        return management[0] if management else self.account_id

    def log_entry(self) -> dict[str, Any]:
        """``applied`` is whether a write took effect, whatever its response was; the rest is what was responded."""
        return dict(vars(self), time=time.time(), applied=False, status=None, error=None, request_id=None)
