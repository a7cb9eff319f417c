# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two faults in a row, in every write: what AWS applied is done or of unknown outcome, what was never sent is neither.

The first fault affects one attempt, the second one all attempts after it. A fault that is not retried has no second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Callable, NamedTuple

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    AdministratorApiClient,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.errors import AnsibleOrganizationsError
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.service_apis import ServiceApiClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import Change, Progress
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.engine import DesiredState, apply_changes
from ansible_collections.orgops.aws.tests.emulator.control import EmulatorControl

from ..fixtures import connect
from .rows import CONFIG, DEREGISTER, DISABLE, ENABLE, NEW_ACCOUNT, REGISTER, error

pytestmark = pytest.mark.usefixtures("service_administrators")

TIMEOUT, REFUSED, SUCCESS = "timeout after the write", "connection refused", "success"
RETRIED = {
    TIMEOUT: {},
    REFUSED: {},
    "reset after the write": {"reset": True, "apply": True},
    "500 after the write": {**error("InternalFailure", status=500), "apply": True},
    "ServiceException 400 after the write": {**error("ServiceException"), "apply": True},
    "throttled": error("TooManyRequestsException"),
    "concurrent change": error("ConcurrentModificationException"),
}
LASTING = {
    "unreadable response after the write": {"body": "<html>Sign in</html>", "apply": True},
    "access denied": error("AccessDeniedException"),
    "invalid state": error("InvalidStateException"),
    "already registered": error("AccountAlreadyRegisteredException"),
    "not registered": error("AccountNotRegisteredException"),
    SUCCESS: {},
}
SCRIPTS: dict[str, Any] = {**RETRIED, **LASTING}
ON_THE_WIRE = (TIMEOUT, REFUSED)  # these happen between the module and the emulator
SINGLE = [*((only, "") for only in LASTING), *((first, SUCCESS) for first in RETRIED)]
PAIRS = SINGLE + [(first, second) for first in RETRIED for second in SCRIPTS if second != SUCCESS]

SWITCHES = {
    "query": "member.org.stacksets.cloudformation.amazonaws.com",
    "JSON": "servicecatalog.amazonaws.com",
    "REST": "wellarchitected.amazonaws.com",
}
DESIGNATIONS = {
    "REST": "guardduty.amazonaws.com",
    "query": "ipam.amazonaws.com",
    "JSON": "cloudtrail.amazonaws.com",
}


class Clients(NamedTuple):
    """The clients of one identity."""

    organizations: OrganizationsClient
    service_apis: ServiceApiClient
    administrator_apis: AdministratorApiClient


@dataclass(frozen=True)
class Write:
    """A write: its operation, the call, and whether the organization shows that it was applied."""

    operation: str
    call: Callable[[Clients], Any]
    is_applied: Callable[[OrganizationsClient], bool]
    seed: dict[str, Any]


class OneWrite(DesiredState):
    """A state that is brought about by one write."""

    operations: Mapping[str, str] = MappingProxyType({"change": ""})

    def __init__(self, write: Write, clients: Clients) -> None:
        self._write, self._clients = write, clients

    def write(self, _change: Change) -> bool:
        return self._write.call(self._clients) is not False


def administers(client: OrganizationsClient) -> bool:
    return bool(client.list_delegated_administrators(CONFIG))


def switch_of(principal: str) -> Write:
    api = API_OF[principal]
    return Write(
        api.enable.name,
        lambda clients: clients.service_apis.switch(api, api.enable),
        lambda client: principal in client.list_service_access(),
        {},
    )


def designation_of(principal: str) -> Write:
    """Return the designation of an administrator, which the service also registers with Organizations."""
    api = ADMINISTRATOR_API_OF[principal]
    region = "us-east-1" if api.by_region else None
    return Write(
        api.enable.name,
        lambda clients: clients.administrator_apis.enable(api, region, NEW_ACCOUNT),
        lambda client: bool(client.list_delegated_administrators(principal)),
        {"enabled": [principal], "members": {NEW_ACCOUNT: "new"}},
    )


MEMBERS = {"enabled": [CONFIG], "members": {NEW_ACCOUNT: "new"}}
WRITES = {
    "enable": Write(
        ENABLE,
        lambda clients: clients.organizations.enable_service_access(CONFIG),
        lambda client: CONFIG in client.list_service_access(),
        {},
    ),
    "disable": Write(
        DISABLE,
        lambda clients: clients.organizations.disable_service_access(CONFIG),
        lambda client: CONFIG not in client.list_service_access(),
        {"enabled": [CONFIG]},
    ),
    "register": Write(
        REGISTER,
        lambda clients: clients.organizations.register_delegated_administrator(NEW_ACCOUNT, CONFIG),
        administers,
        MEMBERS,
    ),
    "deregister": Write(
        DEREGISTER,
        lambda clients: clients.organizations.deregister_delegated_administrator(NEW_ACCOUNT, CONFIG),
        lambda client: not administers(client),
        {**MEMBERS, "delegated_administrators": {CONFIG: [NEW_ACCOUNT]}},
    ),
    **{f"switch ({protocol})": switch_of(principal) for protocol, principal in SWITCHES.items()},
    **{f"designate ({protocol})": designation_of(principal) for protocol, principal in DESIGNATIONS.items()},
}


@pytest.fixture(scope="module")
def clients(_server: EmulatorControl) -> Clients:
    """Return the same for all tests, because making clients takes longer than a test."""
    organizations = connect(_server, retries={"max_attempts": 2})
    return Clients(organizations, ServiceApiClient(organizations), AdministratorApiClient(organizations))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the faults of the next attempts; the last one stays. Without any, requests pass."""
    faults: list[str] = []
    send = URLLib3Session.send

    def scripted(self: URLLib3Session, request: Any) -> Any:
        fault = faults.pop(0) if len(faults) > 1 else "".join(faults)
        if fault == REFUSED:
            raise EndpointConnectionError(endpoint_url=request.url, error="connection refused")
        response = send(self, request)
        if fault == TIMEOUT:
            raise ReadTimeoutError(endpoint_url=request.url, error="timed out")
        return response

    monkeypatch.setattr(URLLib3Session, "send", scripted)
    return faults


def script(emulator: EmulatorControl, wire: list[str], operation: str, first: str, second: str) -> None:
    """Script the first fault for one attempt, and the second one from then on."""
    wire += [first, second]
    if SCRIPTS[first]:
        emulator.fault(operation, **SCRIPTS[first])
    if second and SCRIPTS[second]:
        emulator.fault(operation, count=None, after=1 if first == TIMEOUT else 0, **SCRIPTS[second])


# Protocols differ in how a response is parsed, so that pairs of faults with one of them are enough.
CASES = [(name, *faults) for name in WRITES for faults in (SINGLE if name.endswith(("(JSON)", "(REST)")) else PAIRS)]


@pytest.mark.usefixtures("fake_clock")
@pytest.mark.parametrize(("name", "first", "second"), CASES)
def test_what_may_be_applied_is_never_called_not_done(
    emulator: EmulatorControl,
    clients: Clients,
    wire: list[str],
    name: str,
    first: str,
    second: str,
) -> None:
    write = WRITES[name]
    emulator.organization(**write.seed)
    script(emulator, wire, write.operation, first, second)
    progress = Progress([Change("change", name)])
    message = ""
    try:
        apply_changes([OneWrite(write, clients)], progress, lambda _failed, _later: False)
    except AnsibleOrganizationsError as failure:
        message = failure.message
    wire.clear()
    emulator.clear_faults()

    is_done, is_unknown = bool(progress.done), bool(progress.outcome_unknown)
    may_be_applied = "after the write" in f"{first}, {second}"
    assert (is_done or is_unknown) is write.is_applied(clients.organizations)
    assert is_unknown is (may_be_applied and not is_done)
    assert ("It is unknown whether AWS applied the change" in message) is is_unknown
    assert ("Done: changed nothing" in message) is (bool(progress.failed) and not is_unknown)
