# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of changes to administrators with and without the services' APIs, and what a failure blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import pytest

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.administrator_apis import (
    RegionalAdministrator,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.administrator_apis import ENABLED
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.options import (
    DelegatedAdministratorOptions,
    Registration,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.order import (
    ChangeOrder,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.plan import make_plan
from ansible_collections.orgops.aws.plugins.module_utils._organizations.delegated_administrators.regional_plan import (
    make_regional_plan,
)
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.changes import Change

CONFIG, GUARDDUTY, IPAM, MACIE = (
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "ipam.amazonaws.com",
    "macie.amazonaws.com",
)
A, B = "222222222222", "333333333333"
ONE, TWO = "eu-west-1", "us-east-1"
By = dict[str, list[str]]  # {service principal: account IDs}
Listed = Mapping[str, Mapping[str, Optional[str]]]  # {service principal: {Region: account ID, or None}}


def registrations(by_service: Mapping[str, list[str]]) -> frozenset[Registration]:
    return frozenset(Registration(account, name) for name, accounts in by_service.items() for account in accounts)


def order(
    registered: By,
    listed: Listed,
    wanted: By,
    unread: tuple[str, ...] = (),
    **others: Any,
) -> ChangeOrder:
    """Return the order of a plan.

    ``listed``: {service principal: {Region: account ID, or None}}. ``unread``: Regions of GuardDuty.
    """
    options = DelegatedAdministratorOptions(registrations(wanted), prefer_service_api=True, **others)
    plan = make_plan(registrations(registered), options)
    lists = {
        (name, region): [RegionalAdministrator(account, ENABLED)] if account else []
        for name, regions in listed.items()
        for region, account in regions.items()
    }
    regional = make_regional_plan(lists, [(GUARDDUTY, region) for region in unread], plan, options)
    return ChangeOrder(plan, regional, options.administrator_apis)


def texts(changes: list[Change]) -> list[str]:
    return [str(change).replace(".amazonaws.com", "") for change in changes]


BOTH_FREE: Listed = {GUARDDUTY: {ONE: None, TWO: None}}
OTHERS = {GUARDDUTY: {ONE: B, TWO: B}}
EXACT: dict[str, Any] = {"purge": True, "purge_scope": "services"}


def test_regions_come_before_the_registration() -> None:
    found = order({}, BOTH_FREE, {GUARDDUTY: [A], CONFIG: [A], IPAM: [A]})
    assert texts(found.changes()) == [
        f"register {A} for config",
        f"designate {A} for guardduty in {ONE}",
        f"designate {A} for guardduty in {TWO}",
        f"register {A} for guardduty",
        f"designate {A} for ipam",
        f"register {A} for ipam",
    ]


def test_a_registration_is_completed_without_registering() -> None:
    found = order({GUARDDUTY: [A]}, {GUARDDUTY: {ONE: A, TWO: None}}, {GUARDDUTY: [A]})
    assert texts(found.changes()) == [f"designate {A} for guardduty in {TWO}"]


def test_a_move_removes_everywhere_deregisters_and_designates() -> None:
    found = order({GUARDDUTY: [B], IPAM: [B]}, OTHERS, {GUARDDUTY: [A], IPAM: [A]}, **EXACT)
    assert texts(found.changes()) == [
        f"remove {B} for guardduty in {ONE}",
        f"remove {B} for guardduty in {TWO}",
        f"deregister {B} for guardduty",
        f"designate {A} for guardduty in {ONE}",
        f"designate {A} for guardduty in {TWO}",
        f"register {A} for guardduty",
        f"remove {B} for ipam",
        f"deregister {B} for ipam",
        f"designate {A} for ipam",
        f"register {A} for ipam",
    ]


def test_absent_removes_before_it_deregisters_and_leaves_others() -> None:
    listed = {GUARDDUTY: {ONE: A, TWO: A}, MACIE: {ONE: B}}
    wanted = {GUARDDUTY: [A], MACIE: [A], IPAM: [A]}
    found = order({GUARDDUTY: [A], MACIE: [B], IPAM: [A]}, listed, wanted, state="absent")
    assert texts(found.changes()) == [
        f"remove {A} for guardduty in {ONE}",
        f"remove {A} for guardduty in {TWO}",
        f"deregister {A} for guardduty",
        f"remove {A} for ipam",
        f"deregister {A} for ipam",
    ]


def left(found: ChangeOrder, failing: str, working: bool = False) -> list[str]:
    """Return the changes after one that fails, without those that it blocks."""
    changes = found.changes()
    index = texts(changes).index(failing)
    accounts = registrations({GUARDDUTY: [A]}) if working else frozenset()
    return texts([one for one in changes[index + 1 :] if not found.blocks(changes[index], one, accounts)])


def test_a_refusal_in_one_region_does_not_stop_the_others() -> None:
    found = order({}, BOTH_FREE, {GUARDDUTY: [A]})
    refused = f"designate {A} for guardduty in {ONE}"
    assert left(found, refused) == [f"designate {A} for guardduty in {TWO}"]
    assert left(found, refused, working=True) == [
        f"designate {A} for guardduty in {TWO}",
        f"register {A} for guardduty",
    ]


def test_nothing_ends_after_a_refusal() -> None:
    registered = {CONFIG: [B], MACIE: [B]}
    listed: Listed = {**BOTH_FREE, MACIE: {ONE: B}}
    found = order(registered, listed, {GUARDDUTY: [A], CONFIG: [A], MACIE: [A]}, **EXACT)
    assert left(found, f"designate {A} for guardduty in {TWO}", working=True) == [f"register {A} for guardduty"]


def test_an_unread_region_blocks_its_own_services_move_only() -> None:
    registered = {GUARDDUTY: [B], MACIE: [B]}
    listed = {GUARDDUTY: {ONE: B}, MACIE: {ONE: B}}
    found = order(registered, listed, {GUARDDUTY: [A], MACIE: [A]}, unread=(TWO,), **EXACT)
    assert texts(found.changes())[0] == f"designate {A} for guardduty in {TWO}"
    assert left(found, f"designate {A} for guardduty in {TWO}") == [
        f"remove {B} for macie in {ONE}",
        f"deregister {B} for macie",
        f"designate {A} for macie in {ONE}",
        f"register {A} for macie",
    ]


def test_an_unread_region_does_not_stop_other_designations() -> None:
    found = order({GUARDDUTY: [A]}, {GUARDDUTY: {ONE: None}}, {GUARDDUTY: [A]}, unread=(TWO,))
    assert left(found, f"designate {A} for guardduty in {TWO}") == [f"designate {A} for guardduty in {ONE}"]


@pytest.mark.parametrize("unread", [(), (TWO,)])
def test_what_stays_in_a_region_is_not_deregistered(unread: tuple[str, ...]) -> None:
    listed = {GUARDDUTY: {ONE: A, **({} if unread else {TWO: A})}}
    found = order({GUARDDUTY: [A]}, listed, {GUARDDUTY: [A]}, unread=unread, state="absent")
    failing = TWO if unread else ONE
    assert left(found, f"remove {A} for guardduty in {failing}") == [
        f"remove {A} for guardduty in {ONE if unread else TWO}"
    ]


def test_a_move_stops_where_a_removal_fails() -> None:
    found = order({GUARDDUTY: [B]}, OTHERS, {GUARDDUTY: [A]}, **EXACT)
    assert left(found, f"remove {B} for guardduty in {ONE}") == []
    assert left(found, f"deregister {B} for guardduty") == []


def test_a_leftover_is_replaced_in_each_region_apart() -> None:
    found = order({GUARDDUTY: [A]}, OTHERS, {GUARDDUTY: [A]}, **EXACT)
    assert left(found, f"remove {B} for guardduty in {ONE}") == [
        f"remove {B} for guardduty in {TWO}",
        f"designate {A} for guardduty in {TWO}",
    ]
