# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations, tasks and faults for test_organizations_property.py, and what a task did to an organization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.service_apis import API_OF
from ansible_collections.orgops.aws.tests.emulator import names
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl, is_write
from ansible_collections.orgops.aws.tests.fixtures import HAS_NOTIFICATIONS, aws_client, numbered

SERVICE_ACCESS, DELEGATION = "organizations_service_access", "organizations_delegated_administrator"
BOTH = "role_organization"
INFOS = (f"{SERVICE_ACCESS}_info", f"{DELEGATION}_info")

NOTIFICATIONS, SECURITY_HUB = "notifications.amazon.com", "securityhub.amazonaws.com"
OWN = [name for name in sorted(API_OF) if name != NOTIFICATIONS or HAS_NOTIFICATIONS]
OTHERS = [
    "config.amazonaws.com",
    "ec2.capacitymanager.amazonaws.com",  # AWS refuses to disable it while it has administrators
    "iam.amazonaws.com",  # as well
    "sso.amazonaws.com",  # one administrator; disabling it disrupts users
    "guardduty.amazonaws.com",  # one administrator
    SECURITY_HUB,  # as well; a policy type
    *numbered(3),
]
SUPPORTED = [name for name in [*OWN, *OTHERS] if names.supports_delegated_administrators(name)]
MEMBERS = {"222222222222": "security", "333333333333": "audit", "444444444444": "plain"}
MISSING = "999999999999"
STATES = ["ACTIVE"] * 30 + ["SUSPENDED", "CLOSED", "PENDING_CLOSURE", "PENDING_ACTIVATION"]
# A state is asked for with either, so that a test knows whether check mode can see it.
STATE_MEMBERS = [["State", "Status"], ["State", "Status"], ["State"], ["Status"], []]

Registration = tuple[str, str]  # account ID, service principal
Write = tuple[str, Any]  # "enable" or "disable" and a service principal, "register" or "deregister" and a registration
VERBS = {
    "EnableAWSServiceAccess": "enable",
    "DisableAWSServiceAccess": "disable",
    "RegisterDelegatedAdministrator": "register",
    "DeregisterDelegatedAdministrator": "deregister",
}
OWN_CALLS = [
    (verb, name, operation)
    for name, api in API_OF.items()
    for verb, operation in (("enable", api.enable), ("disable", api.disable))
    if operation
]


def _some(random: Random, choices: Sequence[str], least: int, most: int) -> list[str]:
    """Draw some of them, in any order."""
    return random.sample(choices, min(len(choices), random.randint(least, most)))


# Faults


def _error(code: str, status: int = 400, **more: Any) -> dict[str, Any]:
    return {"code": code, "status": status, "message": "AWS's words.", **more}


PREVENTING: list[dict[str, Any]] = [
    _error("TooManyRequestsException"),
    _error("ConcurrentModificationException"),
    _error("AccessDeniedException", 403),
    _error("ExpiredTokenException"),
    _error("ConstraintViolationException", reason="BRAND_NEW"),
    _error("InvalidInputException", reason="UNRECOGNIZED_SERVICE_PRINCIPAL"),
    _error("InvalidStateException"),
]
EITHER: list[dict[str, Any]] = [  # with and without the call having been processed before
    _error("ServiceException"),
    _error("ServiceException", 500),
    {"reset": True},
    {"body": "<html>Sign in to the network</html>"},
    {"body": "<html>Bad gateway</html>", "status": 502},
]
LOSING: list[dict[str, Any]] = [{"truncate": 1}, *({**fault, "apply": True} for fault in EITHER)]
KINDS = [LOSING, LOSING, PREVENTING, EITHER]
COUNTS = [1, 1, 1, 1, 2, None]


@dataclass
class Aim:
    """A fault that meets one of the calls that the task makes without faults: ``at`` is where, 0 to 1.

    ``retry``: it meets the next attempt of the call that the fault before it met.
    """

    fault: dict[str, Any]
    at: float
    write: bool
    retry: bool


def _aims(random: Random) -> list[Aim]:
    return [
        Aim(
            fault={"count": random.choice(COUNTS), **random.choice(random.choice(KINDS))},
            at=random.random(),
            write=random.choice([True, True, True, False]),
            retry=number > 0 and random.choice([True, True, False]),
        )
        for number in range(random.choice([1, 2, 2]))
    ]


def aimed(aims: list[Aim], requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the faults for a task that made these requests without any; arguments of ``EmulatorControl.fault``."""
    operations = [request["operation"] for request in requests]
    writes = [index for index, operation in enumerate(operations) if is_write(operation)]
    faults: list[dict[str, Any]] = []
    for aim in aims if operations else []:
        candidates = writes if aim.write and writes else list(range(len(operations)))
        index = candidates[int(aim.at * len(candidates))]
        met = {"operation": operations[index], "after": operations[:index].count(operations[index])}
        if aim.retry:
            met = {name: faults[-1][name] for name in met}
        faults.append({**met, **aim.fault})
    return faults


# Organizations


@dataclass
class World:
    """An organization as arguments of ``EmulatorControl.organization``, the emulator's settings, a task, its faults."""

    organization: dict[str, Any]
    settings: dict[str, Any]
    module: str
    task: dict[str, Any]
    aims: list[Aim]

    @property
    def enabled(self) -> set[str]:
        return set(self.organization["enabled"])

    @property
    def registered(self) -> set[Registration]:
        by_service = self.organization["delegated_administrators"].items()
        return {(account_id, name) for name, account_ids in by_service for account_id in account_ids}

    @property
    def wanted(self) -> set[Registration]:
        """The registrations that the task names."""
        given = self.task.get("delegated_administrators", {})
        if isinstance(given, list):
            given = {entry["account_id"]: entry["service_principals"] for entry in given}
        return {(account_id, name) for account_id, listed in given.items() for name in listed}

    @property
    def opaque_accounts(self) -> set[str]:
        """The accounts whose state does not tell check mode whether AWS refuses to register them."""
        states = self.organization["account_states"]
        hidden = [] if self.settings["account_state_members"] else list(states)
        pending = [account_id for account_id, state in states.items() if state.startswith("PENDING")]
        return {*hidden, *pending} & {account_id for account_id, _name in self.wanted}

    @property
    def settles_later(self) -> bool:
        """Whether something is still under way when a task ends that does not wait."""
        pending = {"PENDING", "DISABLING"} & set(self.organization["own_states"].values())
        return bool(pending or self.settings["service_api_pending_reads"] or self.settings["stale_listings"])

    def build(self, emulator: EmulatorControl) -> None:
        """Make the organization of an empty emulator."""
        emulator.reset()
        emulator.settings(**self.settings)
        emulator.organization(**self.organization)


@dataclass(frozen=True)
class Outcome:
    """The services with access and the registrations of an organization."""

    enabled: set[str]
    registered: set[Registration]


def look(emulator: EmulatorControl) -> Outcome:
    """Return what an organization has, read with plain boto3."""
    client = aws_client(emulator, "organizations")
    listed = client.get_paginator("list_aws_service_access_for_organization").paginate()
    enabled = {entry["ServicePrincipal"] for page in listed for entry in page["EnabledServicePrincipals"]}
    registered = set()
    for account_id in MEMBERS:
        try:
            services = client.list_delegated_services_for_account(AccountId=account_id)["DelegatedServices"]
        except client.exceptions.AccountNotRegisteredException:
            continue
        registered |= {(account_id, entry["ServicePrincipal"]) for entry in services}
    return Outcome(enabled, registered)


def _organization(random: Random, services: list[str]) -> dict[str, Any]:
    own_states = {}
    for name in (name for name in services if name in API_OF):
        values = ["ENABLED", "ENABLED", "DISABLED"]
        values += ["PENDING", "DISABLING"] if API_OF[name].is_asynchronous else []
        values += ["FAILED"] if name == NOTIFICATIONS else []
        own_states[name] = random.choice(values)
    administrators = {}
    for name in (name for name in services if name in SUPPORTED):
        accounts = _some(random, sorted(MEMBERS), 0, 2)
        administrators[name] = accounts[: names.most_delegated_administrators(name)]
    states = {account_id: random.choice(STATES) for account_id in MEMBERS}
    policy_types = random.choice([[], [], ["SECURITYHUB_POLICY"], ["TAG_POLICY"]])
    return {
        "enabled": [name for name in services if random.random() < 0.85],
        "own_states": own_states,
        "members": MEMBERS,
        "account_states": {account_id: state for account_id, state in states.items() if state != "ACTIVE"},
        "delegated_administrators": administrators,
        "policy_types": policy_types,
        "feature_set": random.choice(["ALL"] * 30 + ["CONSOLIDATED_BILLING"]),
    }


def _settings(random: Random, services: list[str]) -> dict[str, Any]:
    own = [name for name in services if name in API_OF]
    failing = [NOTIFICATIONS] if NOTIFICATIONS in services and random.random() < 0.2 else []
    return {
        "account_state_members": random.choice(STATE_MEMBERS),
        "page_sizes": random.choices(range(4), k=random.randint(0, 3)),
        "service_api_failures": failing,
        "service_api_leaves_service_access": _some(random, own, 0, 2),
        "service_api_pending_reads": random.randint(0, 2),
        "stale_listings": random.choice([0, 0, 0, 1, 2]),
    }


# Tasks


def _task(random: Random, module: str, services: list[str]) -> dict[str, Any]:
    if module in INFOS:
        options = ["include_delegated_administrators", "include_service_api_state", "include_available"]
        return {name: random.random() < 0.5 for name in options} if module == INFOS[0] else {}
    state = random.choice(["present", "present", "present", "absent"]) if module != BOTH else "present"
    task: dict[str, Any] = {
        "state": state,
        "keep_service_principals": _some(random, services, 0, 1),
        "force": random.choice([True, True, True, False]),
        "wait": random.choice([True, True, True, False]),
    }
    if module != DELEGATION:
        task["service_principals"] = _some(random, services, 1, 4)
        task["purge_service_principals"] = state == "present" and random.choice([True, True, False])
        # Services with administrators by Region are those of regional_worlds.py.
        by_region = module == BOTH and not ADMINISTRATOR_API_OF.keys().isdisjoint(services)
        task["prefer_service_api"] = random.random() < 0.5 and not by_region
    if module != SERVICE_ACCESS:
        # Mostly of services that the task enables too, because anything else is refused.
        among = task["service_principals"] if module == BOTH and random.random() < 0.8 else services
        supported = [name for name in among if name in SUPPORTED] or ["config.amazonaws.com"]
        accounts = random.choices([*sorted(MEMBERS) * 10, MISSING, MANAGEMENT_ACCOUNT], k=random.choice([1, 1, 1, 2]))
        by_account = {account_id: _some(random, supported, 1, 3) for account_id in accounts}
        task["purge_delegated_administrators"] = state == "present" and random.choice([True, True, False])
        task["delegated_administrators"] = by_account
        if module == DELEGATION:
            task["delegated_administrators"] = [
                {"account_id": account_id, "service_principals": listed} for account_id, listed in by_account.items()
            ]
    return task


def make_world(random: Random) -> World:
    """Return a world; the same for the same seed."""
    services = _some(random, [*OWN, *OTHERS], 2, 7)
    module = random.choice([*[SERVICE_ACCESS, DELEGATION] * 6, *[BOTH] * 10, *INFOS])
    return World(
        _organization(random, services),
        _settings(random, services),
        module,
        _task(random, module, services),
        _aims(random),
    )


# What a task did, by its own account and by the emulator's log


def applied_writes(requests: list[dict[str, Any]]) -> set[Write]:
    """Return the writes that the emulator applied, whatever it responded. Own calls count as enabling and disabling."""
    writes: set[Write] = set()
    for request in (request for request in requests if request["applied"]):
        parameters = request["parameters"]
        verb = VERBS.get(request["operation"])
        if verb in ("enable", "disable"):
            writes.add((verb, parameters["ServicePrincipal"]))
        elif verb:
            writes.add((verb, (parameters["AccountId"], parameters["ServicePrincipal"])))
        else:
            writes.add(_own_call(request))
    return writes


def _own_call(request: dict[str, Any]) -> Write:
    for verb, name, operation in OWN_CALLS:
        if (request["service"], request["operation"]) == (operation.service, operation.name) and all(
            request["parameters"].get(argument) == value for argument, value in operation.arguments.items()
        ):
            return verb, name
    raise AssertionError(f"no task makes this call: {request}")


def reported_writes(result: dict[str, Any]) -> set[Write]:
    """Return what a result says was done, without the services' own calls."""
    writes: set[Write] = {("enable", name) for name in result.get("enabled", [])}
    writes |= {("disable", name) for name in result.get("disabled", [])}
    for verb, key in (("register", "registered"), ("deregister", "deregistered")):
        writes |= {(verb, (one["account_id"], one["service_principal"])) for one in result.get(key, [])}
    return writes


def unknown_subjects(result: dict[str, Any]) -> set[Any]:
    """Return the subjects of ``outcome_unknown``: service principals and registrations."""
    return {_subject(entry) for entry in result.get("outcome_unknown", [])}


def _subject(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry["account_id"], entry["service_principal"]
    account_id, separator, name = entry.partition(" for ")
    return (account_id, name) if separator else entry
