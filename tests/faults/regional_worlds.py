# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations whose services have administrators by Region, for test_regions_property.py."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import (
    ADMINISTRATOR_API_OF,
    AdministratorListing,
)
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl, is_write
from ansible_collections.orgops.aws.tests.fixtures import aws_client

from .worlds import BOTH, COUNTS, DELEGATION, KINDS, Aim

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
ENABLED_REGIONS = dict.fromkeys(REGIONS, "ENABLED_BY_DEFAULT")
A, B, SUSPENDED, MISSING = "222222222222", "333333333333", "555555555555", "999999999999"
MEMBERS = {A: "security", B: "audit", SUSPENDED: "closed"}
REGIONAL = sorted(name for name, api in ADMINISTRATOR_API_OF.items() if api.by_region)
ONCE = ["cloudtrail.amazonaws.com", "ipam.amazonaws.com", "securitylake.amazonaws.com"]
CONFIG, SECURITY_HUB = "config.amazonaws.com", "securityhub.amazonaws.com"

# What a task did: ("designate", (account ID, service principal, Region)), ("remove", (service principal, Region)),
# ("register" or "deregister", (account ID, service principal)).
Write = tuple[str, tuple[str, ...]]


@dataclass
class RegionalWorld:
    """An organization as arguments of ``EmulatorControl.organization``, the emulator's settings, a task, its faults."""

    organization: dict[str, Any]
    settings: dict[str, Any]
    module: str
    task: dict[str, Any]
    aims: list[Aim]
    fault_in_all_regions: bool

    def build(self, emulator: EmulatorControl) -> None:
        """Make the organization of an empty emulator."""
        emulator.reset()
        emulator.settings(**self.settings)
        emulator.organization(**self.organization)

    @property
    def administrators(self) -> dict[tuple[str, str], str]:
        """{(service principal, Region): account ID} of those that are not being removed."""
        return {
            (name, region): entry["account_id"]
            for name, regions in self.organization["regional_administrators"].items()
            for region, entry in regions.items()
            if not entry["ending"]
        }

    @property
    def left_alone(self) -> set[str]:
        """The Regions that the task does not name, or excludes."""
        named = self.task.get("regions") or REGIONS
        excluded = self.task.get("exclude_regions", [])
        return {
            region
            for region in REGIONS
            if region not in named or any(fnmatchcase(region, pattern) for pattern in excluded)
        }

    @property
    def hides_something(self) -> bool:
        """Whether a service refuses for a reason that no read of the task shows."""
        hub = self.settings["security_hub_central_configuration"]
        elsewhere = {name for name, region in self.administrators if region in self.left_alone}
        return bool(elsewhere) or (hub and SECURITY_HUB in self.organization["regional_administrators"])


def make_regional_world(random: Random) -> RegionalWorld:
    """Return a world; the same for the same seed."""
    services = random.sample([*REGIONAL * 2, *ONCE, CONFIG], random.choice([1, 1, 2, 3]))
    services = list(dict.fromkeys(services))
    module = random.choice([DELEGATION, DELEGATION, BOTH])
    return RegionalWorld(
        _organization(random, services),
        {
            "administrator_enabling_reads": random.choice([0, 0, 1, 2]),
            "administrator_disabling_reads": random.choice([0, 0, 1, 2]),
            "macie_not_enabled": random.random() < 0.2,
            "refuse_repeated_designation": random.random() < 0.5,
            "security_hub_central_configuration": random.random() < 0.05,
            "stale_listings": random.choice([0, 0, 0, 1]),
        },
        module,
        _task(random, module, services),
        [
            Aim(
                fault={"count": random.choice([*COUNTS, None]), **random.choice(random.choice(KINDS))},
                at=random.random(),
                write=random.choice([True, True, False]),
                retry=number > 0 and random.random() < 0.5,
            )
            for number in range(random.choice([1, 1, 2]))
        ],
        fault_in_all_regions=random.random() < 0.3,
    )


def _organization(random: Random, services: list[str]) -> dict[str, Any]:
    """Nobody, a stale registration, an account in some Regions or in all, with its registration or without."""
    regional: dict[str, Any] = {}
    registered: dict[str, list[str]] = {}
    for name in services:
        account_id = random.choice([A, A, B])
        registered[name] = [account_id] if random.random() < 0.6 else []
        if name in REGIONAL:
            share = random.choice([0, 0, 0.5, 1])
            regional[name] = {
                region: {
                    "account_id": account_id,
                    "ending": name != "detective.amazonaws.com" and random.random() < 0.1,
                    "pending_reads": random.choice([0, 1, 3]),
                }
                for region in REGIONS
                if random.random() < share
            }
            for entry in regional[name].values():
                entry["pending_reads"] *= entry["ending"]
    return {
        "enabled": [name for name in services if random.random() < 0.9],
        "members": MEMBERS,
        "suspended": [SUSPENDED],
        "regions": ENABLED_REGIONS,
        "regional_administrators": regional,
        "delegated_administrators": registered,
    }


def _task(random: Random, module: str, services: list[str]) -> dict[str, Any]:
    account_id = random.choice([*[A] * 12, *[B] * 4, SUSPENDED, MISSING, MANAGEMENT_ACCOUNT])
    named = random.sample(services, random.randint(1, len(services)))
    state = random.choice(["present", "present", "present", "absent"]) if module == DELEGATION else "present"
    purge = state == "present" and random.random() < 0.6
    task: dict[str, Any] = {
        "state": state,
        "prefer_service_api": True,
        "force": random.random() < 0.7,
        "wait": random.random() < 0.8,
        "purge_delegated_administrators": purge,
        "purge_scope": random.choice(["organization", "services"]) if purge else "organization",
    }
    if random.random() < 0.15:
        task["regions"] = random.sample(REGIONS, random.randint(1, 2))
    elif random.random() < 0.15:
        task["exclude_regions"] = [random.choice(["us-*", "eu-west-?", "ap-*"])]
    if module == BOTH:
        task["service_principals"] = services
        task["delegated_administrators"] = {account_id: named}
    else:
        task["delegated_administrators"] = [{"account_id": account_id, "service_principals": named}]
    return task


def regional_faults(world: RegionalWorld, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the faults for a task that made these requests without any: in one Region, or in all."""
    faults: list[dict[str, Any]] = []
    for aim in world.aims if requests else []:
        writes = [request for request in requests if is_write(request["operation"])]
        candidates = writes if aim.write and writes else requests
        struck = candidates[int(aim.at * len(candidates))]
        limits = ("operation", "service") if world.fault_in_all_regions else ("operation", "service", "region")
        met = {name: struck[name] for name in limits}
        before = requests[: requests.index(struck)]
        same = [one for one in before if all(one[name] == value for name, value in met.items())]
        met["after"] = 0 if world.fault_in_all_regions else len(same)
        if aim.retry:
            met = {name: faults[-1][name] for name in ("after", *limits)}
        faults.append({**met, **aim.fault})
    return faults


# What a task did, by its own account, by the emulator's log, and by the services


def applied_writes(requests: list[dict[str, Any]]) -> tuple[set[Write], set[Write]]:
    """Return the writes that the emulator applied, and the registrations that services make or end with them."""
    applied: set[Write] = set()
    implied: set[Write] = set()
    for request in (request for request in requests if request["applied"]):
        operation, given, region = request["operation"], request["parameters"], request["region"]
        if operation in ("RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"):
            verb = operation.partition("Delegated")[0].lower()
            applied.add((verb, (given["AccountId"], given["ServicePrincipal"])))
        for name, api in ADMINISTRATOR_API_OF.items():
            if request["service"] != api.client:
                continue
            if operation == api.enable.name:
                account_id = _account(given)
                implied.add(("register", (account_id, name)))
                if api.by_region:
                    applied.add(("designate", (account_id, name, region)))
            elif api.disable and operation == api.disable.name:
                if api.by_region:
                    applied.add(("remove", (name, region)))
                else:
                    implied.add(("deregister", (_account(given), name)))
    return applied, implied


def _account(given: dict[str, Any]) -> str:
    """Return the only account ID among the parameters of a request, whatever its name."""
    (account_id,) = {str(value) for value in given.values() if str(value).isdigit()}
    return account_id


def reported_writes(result: dict[str, Any]) -> set[Write]:
    """Return what a result says was done."""
    writes: set[Write] = set()
    for verb, key in (("register", "registered"), ("deregister", "deregistered")):
        writes |= {(verb, (one["account_id"], one["service_principal"])) for one in result.get(key, [])}
    diff = result.get("diff", {})
    before = diff.get("before", {}).get("service_administrators", {})
    for name, regions in diff.get("after", {}).get("service_administrators", {}).items():
        for region, account_id in regions.items():
            was = before[name].get(region)
            if was != account_id:
                writes |= {("remove", (name, region))} if was else set()
                writes |= {("designate", (account_id, name, region))} if account_id else set()
    return writes


def unknown(result: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return what ``outcome_unknown`` names: as designations, as removals, as registrations."""
    found: set[tuple[str, ...]] = set()
    for entry in result.get("outcome_unknown", []):
        subject = _split(entry) if isinstance(entry, str) else tuple(entry.values())
        found |= {subject, subject[1:]} if len(subject) == 3 else {subject}
    return found


def _split(text: str) -> tuple[str, ...]:
    account_id, _separator, rest = text.partition(" for ")
    name, _separator, region = rest.partition(" in ")
    return tuple(part for part in (account_id, name, region) if part)


def look(emulator: EmulatorControl, names: list[str]) -> dict[tuple[str, str], str | None]:
    """Return {(service principal, Region): account ID}, read with plain boto3 until nothing is under way."""
    found: dict[tuple[str, str], str | None] = {}
    for name in names:
        api = ADMINISTRATOR_API_OF[name]
        listing = api.listing
        assert isinstance(listing, AdministratorListing)
        for region in REGIONS:
            client = aws_client(emulator, api.client, region_name=region)
            method = getattr(client, xform_name(listing.name))
            for _read in range(5):
                found[name, region] = _listed(method, listing)
    return found


def _listed(method: Any, listing: AdministratorListing) -> str | None:
    try:
        entries = method()[listing.accounts]
    except ClientError as error:
        if "Macie is not enabled" in str(error):
            return None
        raise
    return entries[0][listing.account_id] if entries else None
