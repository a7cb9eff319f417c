# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Policy types that keep AWS from disabling a service. ``force`` does not override this check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..aws.errors import AnsibleOrganizationsError
from ..aws.organizations import OrganizationsClient, PolicyType
from ..catalog.policy_types import POLICY_TYPES, POSSIBLE_POLICY_TYPES
from .changes import Progress
from .context import Warn


def check_policy_types(
    client: OrganizationsClient, to_disable: Iterable[str], warn: Warn, progress: Progress, leave_alone: str
) -> None:
    """Fail if AWS refuses to disable one of these because of an enabled policy type.

    ``leave_alone``: how to leave a service enabled, a sentence.

    One ListRoots, and only if a policy type belongs to one of these; if it fails, that is a warning. So is a policy
    type that is about to be enabled or disabled, or of which AWS does not document that it matters.
    """
    concerned = [name for name in to_disable if name in POLICY_TYPES or name in POSSIBLE_POLICY_TYPES]
    if not concerned:
        return
    try:
        found = client.policy_types()
    except AnsibleOrganizationsError as error:
        warn(f"Could not verify that no policy type prevents disabling {', '.join(concerned)}. {error.result()['msg']}")
        return
    for name in concerned:
        _warn_of_policy_types(name, found, warn)
    refusing = [(name, policy_type) for name in concerned for policy_type in _refusing(name, found)]
    if refusing:
        message = "; ".join(
            f"the policy type {policy_type} is enabled, so AWS refuses to disable {name}"
            for name, policy_type in refusing
        )
        remedies = " ".join(_disabling(policy_type, found) for _name, policy_type in refusing)
        raise AnsibleOrganizationsError(
            message=(
                f"Nothing was changed: {message}. {remedies} force=true does not change that. {leave_alone}"
                f"{progress.others_not_attempted([name for name, _policy_type in refusing])}"
            ),
            error={"code": "ConstraintViolationException", "message": f"{message[0].upper()}{message[1:]}."},
            reason="POLICY_TYPE_ENABLED_FOR_THIS_SERVICE",
            not_attempted=progress.results(progress.not_attempted),
        )


def _refusing(name: str, found: Mapping[str, PolicyType]) -> list[str]:
    """Return the enabled policy types because of which AWS refuses to disable a service, sorted."""
    documented = POLICY_TYPES.get(name, frozenset())
    return sorted(documented.intersection(one for one, policy_type in found.items() if policy_type.status == "ENABLED"))


def _disabling(policy_type: str, found: Mapping[str, PolicyType]) -> str:
    """Return a sentence with the command that disables a policy type."""
    return (
        f"To disable the policy type first, run aws organizations disable-policy-type --root-id "
        f"{found[policy_type].root_id} --policy-type {policy_type} (AWS then detaches all policies of this type)."
    )


def _warn_of_policy_types(name: str, found: Mapping[str, PolicyType], warn: Warn) -> None:
    for policy_type in sorted(POLICY_TYPES.get(name, frozenset()) | POSSIBLE_POLICY_TYPES.get(name, frozenset())):
        status = found[policy_type].status if policy_type in found else ""
        if status.startswith("PENDING_"):
            warn(
                f"The status of the policy type {policy_type} is {status}, so AWS may refuse to disable {name} for "
                "now. If it does, run the task again once the policy type is disabled (DisablePolicyType)."
            )
        elif status == "ENABLED" and policy_type not in POLICY_TYPES.get(name, frozenset()):
            warn(
                f"The policy type {policy_type} is enabled. AWS does not document whether it refuses to disable {name} "
                f"then. {_disabling(policy_type, found)}"
            )


__all__ = ["check_policy_types"]
