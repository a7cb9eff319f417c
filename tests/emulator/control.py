# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control a running emulator over HTTP, with the standard library only."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

MANAGEMENT_ACCOUNT = "123456789012"  # the account of every access key that is not from sts:AssumeRole
READS = ("AssumeRole", "Describe", "Get", "List")  # the prefixes of read-only operations
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class EmulatorControl:
    """The control paths of the emulator at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _send(self, method: str, path: str, arguments: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/emulator/{path}", method=method, data=json.dumps(arguments or {}).encode()
        )
        try:
            with _DIRECT.open(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()) from error

    def wait_until_ready(self, seconds: float = 20) -> None:
        """Return when the emulator responds; OSError after a timeout."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.requests()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def reset(self) -> None:
        """Clear organizations, faults, settings and the request log."""
        self._send("POST", "reset")

    def organization(self, account_id: str = MANAGEMENT_ACCOUNT, partition: str = "aws", **arguments: Any) -> None:
        """Create an organization; the other arguments are those of ``EmulatedOrganizations.seed``,
        ``own_states``, see ``seed_services``; ``regions``: {Region: opt status of account:ListRegions};
        ``regional_administrators``: {service principal: {Region: account id}}, see ``RegionalAdministrators.seed``.
        A stale registration is one of ``delegated_administrators`` without Regions."""
        self._send("POST", "organizations", {"account_id": account_id, "partition": partition, **arguments})

    def fault(self, operation: str | None = None, **arguments: Any) -> None:
        """Script a fault; the arguments are the fields of ``Fault``."""
        self._send("POST", "faults", {"faults": [{"operation": operation, **arguments}]})

    def clear_faults(self) -> None:
        """Clear the faults."""
        self._send("DELETE", "faults")

    def settings(self, **values: Any) -> None:
        """Change switches of ``Settings``."""
        self._send("PUT", "settings", values)

    def requests(self) -> list[dict[str, Any]]:
        """Return every request since the start, the last reset or ``clear_requests``, oldest first."""
        entries: list[dict[str, Any]] = self._send("GET", "requests")
        return entries

    def clear_requests(self) -> None:
        """Empty the request log."""
        self._send("DELETE", "requests")

    def calls(self) -> list[str]:
        """Return the operations' names, oldest first."""
        return [entry["operation"] for entry in self.requests()]

    def applied(self) -> list[tuple[str, Any]]:
        """Return the writes that took effect, whatever their responses were; in the form of ``writes``."""
        return [(entry["operation"], _subject(entry["parameters"])) for entry in self.requests() if entry["applied"]]

    def writes(self) -> list[tuple[str, Any]]:
        """Return every call that could have changed something: all but List*, Describe*, Get* and AssumeRole*.

        (operation, service principal) where that is the only parameter, else (operation, parameters).
        """
        return [
            (entry["operation"], _subject(entry["parameters"]))
            for entry in self.requests()
            if is_write(entry["operation"])
        ]


def is_write(operation: str) -> bool:
    """Return whether a call of the operation can change something; a call that names none counts."""
    return not operation.startswith(READS)


def _subject(parameters: dict[str, Any]) -> Any:
    return parameters["ServicePrincipal"] if set(parameters) == {"ServicePrincipal"} else parameters
