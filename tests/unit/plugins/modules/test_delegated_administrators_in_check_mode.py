# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random organizations, registrations and tasks: what check mode foresees is what the run does.

Only AWS knows the limits that it does not document, and whether an earlier task enables a service in the real run.

EXAMPLES=2000 looks further than the fixed examples of a usual run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator import names
from ansible_collections.orgops.aws.tests.emulator.control import MANAGEMENT_ACCOUNT, EmulatorControl
from ansible_collections.orgops.aws.tests.examples import generated_data
from ansible_collections.orgops.aws.tests.fixtures import RunModule, assume_role, numbered

SUPPORTED = [name for name in sorted(BY_PRINCIPAL) if names.supports_delegated_administrators(name)]
FOR_ONE = [name for name in SUPPORTED if names.most_delegated_administrators(name) == 1]
SERVICES = st.one_of(st.sampled_from(FOR_ONE), st.sampled_from(SUPPORTED), st.sampled_from(numbered(5)))
SCOPES = st.sampled_from(["organization", "services"])
MEMBERS = {"222222222222": "security", "333333333333": "audit", "444444444444": "plain", "555555555555": "closed"}
CLOSED, MISSING = "555555555555", "999999999999"
ACTIVE = st.sampled_from([account_id for account_id in MEMBERS if account_id != CLOSED])
ACCOUNTS = st.one_of(ACTIVE, ACTIVE, ACTIVE, ACTIVE, st.sampled_from([CLOSED, MISSING, MANAGEMENT_ACCOUNT]))


@dataclass
class World:
    """An organization, the account of the credentials, and a task."""

    enabled: list[str]
    registered: dict[str, list[str]]
    account_id: str
    wanted: list[dict[str, Any]]
    task: dict[str, Any] = field(default_factory=dict)


@st.composite
def moves(draw: st.DrawFn) -> World:
    """Draw a world in which every service for one administrator goes to another account."""
    services = draw(st.lists(st.sampled_from(FOR_ONE), unique=True, min_size=1, max_size=3))
    others = draw(st.lists(SERVICES.filter(lambda name: name not in services), unique=True, max_size=2))
    account_id = draw(ACCOUNTS)
    return World(
        enabled=[*services, *others],
        registered={name: ["222222222222"] for name in (*services, *others)},
        account_id=MANAGEMENT_ACCOUNT,
        wanted=[{"account_id": account_id, "service_principals": [*services, *others]}],
        task={
            "state": "present",
            "purge_delegated_administrators": True,
            "purge_scope": draw(SCOPES),
            "force": draw(st.booleans()),
        },
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    services = draw(st.lists(SERVICES, unique=True, min_size=2, max_size=6))
    picked = st.lists(st.sampled_from(services), unique=True, max_size=5)
    listed = st.lists(st.sampled_from(services), unique=True, min_size=1, max_size=5)
    some = st.lists(st.sampled_from(list(MEMBERS)), unique=True, min_size=1, max_size=3)
    state = draw(st.sampled_from(["present", "present", "present", "absent"]))
    purge = state == "present" and draw(st.booleans())
    disabled = draw(picked) if draw(st.integers(0, 5)) == 0 else []
    return World(
        enabled=[name for name in services if name not in disabled],
        registered={name: draw(some)[: names.most_delegated_administrators(name)] for name in draw(listed)},
        account_id=draw(st.sampled_from([MANAGEMENT_ACCOUNT] * 8 + ["222222222222"])),
        wanted=draw(
            st.lists(st.fixed_dictionaries({"account_id": ACCOUNTS, "service_principals": listed}), max_size=4)
        ),
        task={
            "state": state,
            "purge_delegated_administrators": purge,
            "purge_scope": draw(SCOPES) if purge else "organization",
            "keep_service_principals": draw(st.lists(st.one_of(SERVICES, st.sampled_from(["*s*", "c*"])), max_size=2)),
            "force": draw(st.booleans()),
        },
    )


def registrations(run_module: RunModule) -> set[tuple[str, str]]:
    listed = run_module("organizations_delegated_administrator_info")["delegated_administrators"]
    return {
        (account["account_id"], service["service_principal"])
        for account in listed
        for service in account["service_principals"]
    }


def without_words(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without AWS's words, which check mode cannot know, and without what only one of both has."""
    failures = [
        {key: failure[key] for key in failure if key != "message"} for failure in result.get("failed_registrations", [])
    ]
    unlike = ("msg", "error", "check_mode", "request_id", "warnings")
    kept = {key: value for key, value in result.items() if key not in unlike}
    return {**kept, **({"failed_registrations": failures} if failures else {})}


@generated_data(50)
@given(world=st.one_of(worlds(), worlds(), moves()))
def test_check_mode_foresees_delegated_administrators(
    run_module: RunModule, emulator: EmulatorControl, world: World
) -> None:
    emulator.reset()
    emulator.organization(
        enabled=world.enabled,
        members=MEMBERS,
        suspended=[CLOSED],
        delegated_administrators=world.registered,
    )
    credentials = {} if world.account_id == MANAGEMENT_ACCOUNT else assume_role(emulator, world.account_id)
    before = registrations(run_module)
    assert before == {(account, name) for name, accounts in world.registered.items() for account in accounts}

    def run(check_mode: bool) -> dict[str, Any]:
        emulator.clear_requests()
        options = {**world.task, **credentials, "delegated_administrators": world.wanted, "diff": True}
        return run_module("organizations_delegated_administrator", check_mode=check_mode, **options)

    foreseen = run(check_mode=True)
    assert (emulator.writes(), registrations(run_module)) == ([], before)
    done = run(check_mode=False)
    writes = [
        (entry["operation"].partition("Delegated")[0].lower(), entry["parameters"])
        for entry in emulator.requests()
        if "DelegatedAdministrator" in entry["operation"] and not entry["operation"].startswith("List")
    ]

    if done.get("reason") == "SERVICE_ACCESS_NOT_ENABLED":
        event("service access is not enabled")
        assert (
            any("Service access is not enabled" in text for text in foreseen.get("warnings", []))
            or "failed" in foreseen
        )
        assert (writes, registrations(run_module)) == ([], before)
        return

    event("failed" if "failed" in done else "changed" if done["changed"] else "unchanged")
    event(
        "a move"
        if any(verb == "register" for verb, _call in writes[1:]) and "deregister" in dict(writes)
        else "no move"
    )
    assert foreseen.get("failed", False) is done.get("failed", False)
    if "AccessDeniedException" in (done.get("error") or {}).values():
        assert foreseen["error"]["code"] == "AccessDeniedException"
        assert registrations(run_module) == before
        return
    assert without_words(foreseen) == without_words(done)
    added, removed = (
        {(one["account_id"], one["service_principal"]) for one in done.get(key, [])}
        for key in ("registered", "deregistered")
    )
    assert registrations(run_module) == (before | added) - removed
    if world.task["purge_scope"] == "services":
        assert {service for _account, service in removed} <= {
            service for one in world.wanted for service in one["service_principals"]
        }
    if "held_back" in done or ("failed_registrations" not in done and done.get("failed")):
        assert writes == []
    for verb, made in (("register", added), ("deregister", removed)):
        failed = {(one["account_id"], one["service_principal"]) for one in done.get("failed_registrations", [])}
        written = {(call["AccountId"], call["ServicePrincipal"]) for name, call in writes if name == verb}
        assert made <= written <= made | failed

    again = run(check_mode=False)
    assert again.get("changed", False) is False
    assert added | removed or again.get("failed", False) is done.get("failed", False)
