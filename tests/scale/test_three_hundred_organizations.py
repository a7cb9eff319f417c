# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Three hundred organizations in one run: each uses only its own account, and five failures do not stop the others."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl

from ..end_to_end.fixtures import Inventory, Playbook, recap
from ..fixtures import assume_role, numbered

COUNT = 300
OWN = numbered(COUNT)
SSO = "sso.amazonaws.com"
# Five kinds of failure, by the number of the organization.
NOT_TRUSTED, NO_ORGANIZATION, WRONG_TYPE, BLOCKED, REFUSED = 7, 23, 42, 61, 99
FAILING = {NOT_TRUSTED, NO_ORGANIZATION, WRONG_TYPE, BLOCKED, REFUSED}


def account(number: int) -> str:
    return f"{500000000000 + number}"


def host(emulator: EmulatorControl, number: int) -> dict[str, Any]:
    """Return the variables of a host. Half of the hosts are reached with a role, half with keys."""
    if number % 2:
        credentials = {"service_access_assume_role_arn": f"arn:aws:iam::{account(number)}:role/service-access"}
    else:
        keys = assume_role(emulator, account(number))
        credentials = {f"service_access_{name}": value for name, value in keys.items()}
    variables: dict[str, Any] = {
        **credentials,
        "service_access_service_principals": [OWN[number]],
        "service_access_unknown_service_principals": "ignore",
    }
    if number == WRONG_TYPE:
        variables["service_access_wait_timeout"] = "a minute"
    if number == BLOCKED:
        variables["service_access_purge_service_principals"] = True
    return variables


def test_three_hundred_organizations_with_ten_forks(
    playbook: Playbook, emulator: EmulatorControl, inventory: Inventory
) -> None:
    for number in set(range(COUNT)) - {NO_ORGANIZATION}:
        emulator.organization(account(number), enabled=[SSO])
    role = f"arn:aws:iam::{account(NOT_TRUSTED)}:role/service-access"
    emulator.fault("AssumeRole", code="AccessDenied", message="not trusted", parameters={"RoleArn": role})
    emulator.fault(
        "EnableAWSServiceAccess",
        code="ConstraintViolationException",
        message="no more",
        reason="ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        parameters={"ServicePrincipal": OWN[REFUSED]},
    )
    hosts = inventory(**{f"organization-{number:03}": host(emulator, number) for number in range(COUNT)})
    emulator.clear_requests()
    done = playbook("orgops.aws.service_access_apply", *hosts, "--forks", "10", expect=2).stdout

    summary = done[done.index("300 organizations: 5 failed, 295 changed, 0 unchanged.") :]
    for number, reason in [
        (NOT_TRUSTED, "not trusted"),
        (NO_ORGANIZATION, "AWSOrganizationsNotInUseException"),
        (WRONG_TYPE, "wait_timeout"),
        (BLOCKED, "disabling it affects users"),
        (REFUSED, "no more"),
    ]:
        line = next(line for line in summary.splitlines() if f"failed     organization-{number:03}: " in line)
        assert reason in line
    assert {name for name, counts in recap(done).items() if counts.get("failed")} == {
        f"organization-{number:03}" for number in FAILING
    }

    asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
    keys: dict[str, set[str]] = defaultdict(set)
    for request in emulator.requests():
        asked[request["account_id"]].append((request["operation"], request["parameters"].get("ServicePrincipal", "")))
        keys[request["account_id"]].add(request["access_key_id"])
    assert {operation for operation, _each in asked.pop(MANAGEMENT_ACCOUNT)} == {"AssumeRole"}
    del keys[MANAGEMENT_ACCOUNT]
    assert all(len(used) == 1 for used in keys.values())
    assert len(set.union(*keys.values())) == len(keys)
    listed, enabled = ("ListAWSServiceAccessForOrganization", ""), "EnableAWSServiceAccess"
    for number in set(range(COUNT)) - FAILING:
        assert asked[account(number)] == [listed, (enabled, OWN[number]), listed]
    assert NOT_TRUSTED not in {int(name) - 500000000000 for name in asked}
    assert asked[account(BLOCKED)] == [listed, ("ListDelegatedAdministrators", SSO)]
    assert asked[account(REFUSED)] == [listed, (enabled, OWN[REFUSED])]
    assert account(WRONG_TYPE) not in asked
