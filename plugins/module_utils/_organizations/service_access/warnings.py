# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What a task for service access warns about: names that the catalog lacks, services that need more than one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..catalog.names import explain_unknown_names
from ..catalog.service_apis import API_OF
from ..catalog.services import BY_PRINCIPAL, with_account_id
from ..task.changes import names
from .options import ServiceAccessOptions
from .plan import Plan


def warn_of_unknown_names(plan: Plan, options: ServiceAccessOptions) -> Iterator[str]:
    """Yield a sentence about the names to disable that the catalog lacks, and one for each such name to enable."""
    surplus = [name for name in plan.to_disable if name not in BY_PRINCIPAL]
    if options.purge and surplus:
        yield (
            "purge_service_principals=true disables service principals that are not in the catalog of this "
            f"collection, so what stops working is not known: {names(surplus)}. To leave them enabled, list them "
            "in service_principals or keep_service_principals."
        )
    if options.unknown == "warn":
        yield from explain_unknown_names(plan.to_enable)


def warn_of_insufficient(
    enabled: Iterable[str], registrations: Iterable[tuple[str, str]], options: ServiceAccessOptions
) -> Iterator[str]:
    """Yield a sentence for each service that needs more than AWS Organizations, unless the task uses its API.

    ``enabled``: the names enabled with AWS Organizations. ``registrations``: (account ID, service principal) that the
    task registers, for the account IDs in commands.
    """
    accounts = {principal: account_id for account_id, principal in sorted(registrations, reverse=True)}
    for name in enabled:
        service = BY_PRINCIPAL.get(name)
        if not service or not service.insufficient or name in options.service_apis:
            continue
        needed = service.insufficient
        if name in accounts:
            needed = with_account_id(needed, accounts[name])
        api = f" Or set prefer_service_api=true to call {API_OF[name].enable}." if name in API_OF else ""
        yield (
            f"Enabling {name} with AWS Organizations is not enough for {service.name} to work. "
            f"{needed}{api} See {service.documentation_url}"
        )


__all__ = ["warn_of_insufficient", "warn_of_unknown_names"]
