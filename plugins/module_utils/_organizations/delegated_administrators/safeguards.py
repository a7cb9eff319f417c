# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What the safeguards object to where administrators are removed or deregistered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..catalog.administrator_apis import AdministratorApi
from ..catalog.services import BY_PRINCIPAL
from ..task.changes import Change, names
from ..task.safeguards import Objection
from .options import DelegatedAdministratorOptions, Registration
from .order import ENDING, ChangeOrder, registration_of


def objections_to_ending(
    order: ChangeOrder, options: DelegatedAdministratorOptions, left_alone: Collection[str] | None
) -> list[Objection]:
    """Return an objection to each account that is removed or deregistered, where that loses something.

    ``left_alone``: the enabled Regions that the task leaves alone, None if they are not known.
    """
    by_registration: dict[Registration, list[Change]] = {}
    for change in order.changes():
        if change.verb in ENDING:
            by_registration.setdefault(registration_of(change.subject), []).append(change)
    objections = []
    for one, changes in by_registration.items():
        api = order.apis.get(one.service_principal)
        is_final = bool(api and api.removal_refused)
        reasons = tuple(_reasons(one, api, order, options, left_alone))
        if reasons:
            regions = {"regions": order.regional.regions_of(one)} if api and api.by_region else {}
            result = {**one.result(), **regions}
            parts = tuple(str(change.subject) for change in changes)
            objections.append(Objection(str(one), reasons, result, is_final=is_final, parts=parts))
    return objections


def _reasons(
    one: Registration,
    api: AdministratorApi | None,
    order: ChangeOrder,
    options: DelegatedAdministratorOptions,
    left_alone: Collection[str] | None,
) -> Iterator[str]:
    """Yield why an account should not be removed; a sentence each."""
    if api and api.removal_refused:
        yield api.removal_refused
        return
    service = BY_PRINCIPAL.get(one.service_principal)
    regions = order.regional.regions_of(one)
    where = f" The account administers {one.service_principal} in {names(regions)}." if regions else ""
    deregisters = one in order.plan.to_deregister
    if service and service.deregister_disrupts:
        lost = api.removal if api and not deregisters else service.deregister_disrupts
        yield f"{lost}{where} See {service.documentation_url} first."
    if regions and not deregisters and options.state == "present":
        yield (
            f"AWS Organizations does not list the account as a delegated administrator. It was designated in "
            f"{names(regions)} by somebody else, or is left over."
        )
    if deregisters and api and api.by_region and left_alone != []:
        unnamed = "those that regions does not list"
        which = f"{names(left_alone)}, which this task leaves alone" if left_alone else unnamed
        yield f"Deregistering the account removes it in every Region, also in {which}."


__all__ = ["objections_to_ending"]
