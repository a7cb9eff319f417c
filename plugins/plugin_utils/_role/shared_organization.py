# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""Whether several hosts of a play are the same organization, and which of their variables have no effect there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible.errors import AnsibleError

from .._summary.run_memory import remembered
from .variables import ACCOUNT, PREFIX, VariableError, account_id_of, boolean_of

ALLOWED = "allow_shared_organization"
REMOVING = ("purge_service_principals", "purge_delegated_administrators")
MAX_NAMES = 5
CLAIM = (ACCOUNT, ALLOWED, *REMOVING)


class Claim(NamedTuple):
    """What a host does to an organization. ``account_id`` is empty if the host does not name it.

    ``misplaced``: variables of the host that only a playbook can use.
    """

    account_id: str
    removes: bool
    allowed: bool
    misplaced: Sequence[str] = ()


def claim_of(options: Mapping[str, Any], misplaced: Collection[str] = ()) -> Claim:
    """Return the claim of {option: value}. VariableError for a value that is no boolean."""
    return Claim(
        account_id=account_id_of(options.get(ACCOUNT)) or "",
        removes=any(boolean_of(options, name) for name in REMOVING),
        allowed=boolean_of(options, ALLOWED),
        misplaced=list(misplaced),
    )


def claims_of(hostvars: Mapping[str, Any], hosts: Iterable[str], without_effect: Collection[str]) -> dict[str, Claim]:
    """Return {host: claim}. A host whose variables are wrong fails on its own, and claims nothing."""
    claims = {}
    for host in hosts:
        variables = hostvars[host]
        misplaced = [name for name in without_effect if name in variables]
        try:
            options = {name: variables[f"{PREFIX}{name}"] for name in CLAIM if f"{PREFIX}{name}" in variables}
            claims[host] = claim_of(options, misplaced)
        except (AnsibleError, VariableError):
            claims[host] = Claim("", removes=False, allowed=False, misplaced=misplaced)
    return claims


def claims_at(task: str, host: str, own: Claim, read: Callable[[], dict[str, Claim]]) -> dict[str, Claim]:
    """Return {host: claim} at a task, and let the run remember this host's own claim for the hosts after it.

    ``read``: reads the claims of all hosts, once for the run. It cannot see the variables of the play and of roles.
    """
    with remembered(f"claims-{task}") as memory:
        known = read() if memory.value is None else memory.value
        claims = {name: Claim(*claim) for name, claim in known.items()}
        claims[host] = own._replace(misplaced=claims[host].misplaced if host in claims else ())
        memory.value = claims
        return claims


def conflict(host: str, claims: Mapping[str, Claim]) -> str | None:
    """Return why a host must not be applied, from the claims of all hosts that are neither failed nor unreachable."""
    for name in sorted(claims):
        if claims[name].misplaced:
            return misplaced_message(claims[name].misplaced, name)
    own = claims[host]
    same = sorted(name for name, claim in claims.items() if claim.account_id == own.account_id)
    removing = [name for name in same if claims[name].removes]
    if not own.account_id or own.allowed or len(same) < 2 or not removing:
        return None
    return (
        f"{_names(same)} are the same organization ({PREFIX}{ACCOUNT} {own.account_id}), and exact mode of "
        f"{_names(removing)} would undo what another of them does. Nothing was run. Make them one host, or set "
        f"{PREFIX}{ALLOWED}=true."
    )


def _names(hosts: Sequence[str]) -> str:
    more = len(hosts) - MAX_NAMES
    return f"{', '.join(hosts[:MAX_NAMES])} and {more} more" if more > 0 else ", ".join(hosts)


def misplaced_message(names: Collection[str], host: str) -> str:
    """Return why variables of a host that only a playbook can use are a problem."""
    return (
        f"{', '.join(names)} has no effect as a variable of the host {host} or its groups, because Ansible selects "
        "hosts before it reads their variables. Nothing was run. Remove it there, and pass it with --extra-vars."
    )


__all__ = ["CLAIM", "claim_of", "claims_at", "claims_of", "conflict", "misplaced_message"]
