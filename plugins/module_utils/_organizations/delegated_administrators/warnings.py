# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What a task warns about before it registers, designates or removes administrators. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalog.administrator_apis import ADMINISTRATOR_API_OF, NOT_SUPPORTED, AdministratorApi
from ..catalog.names import explain_unknown_names
from ..catalog.services import BY_PRINCIPAL, service_name, with_account_id
from ..task.changes import DESIGNATE, REMOVE, Change, names
from .options import DelegatedAdministratorOptions, Registration
from .order import ChangeOrder


def warn_of_registrations(order: ChangeOrder, options: DelegatedAdministratorOptions) -> Iterator[str]:
    """Yield which services AWS does not document, and for which a registration is not enough; a sentence each."""
    principals = sorted({one.service_principal for one in order.plan.to_register})
    yield from explain_unknown_names(principals)
    for principal in principals:
        service = BY_PRINCIPAL.get(principal)
        if service and not service.delegated_administrator:
            yield f"AWS documents no delegated administrators for {service.name} ({principal})."
    for one in order.plan.to_register:
        if one.service_principal not in order.apis:
            yield from _insufficient(one, options)


def _insufficient(one: Registration, options: DelegatedAdministratorOptions) -> Iterator[str]:
    service = BY_PRINCIPAL.get(one.service_principal)
    if not service or not service.organizations_register_insufficient:
        return
    needed = with_account_id(service.organizations_register_insufficient, one.account_id)
    unsupported = NOT_SUPPORTED.get(one.service_principal)
    alternative = ""
    if one.service_principal in ADMINISTRATOR_API_OF:
        alternative = " Or set prefer_service_api=true, which does this."
    elif unsupported and options.prefer_service_api:
        alternative = f" prefer_service_api=true does not do this. {unsupported}"
    yield (
        f"Registering a delegated administrator of {one.service_principal} with AWS Organizations is not "
        f"enough for {service.name}. {needed}{alternative} See {service.documentation_url}"
    )


def warn_of_side_effects(order: ChangeOrder, is_check_mode: bool) -> Iterator[str]:
    """Yield what begins to cost money, what a removal leaves, and what check mode cannot know; a sentence each."""
    changes = [change for change in order.changes() if change.subject not in order.regional.unusable]
    for principal in _services(changes, DESIGNATE):
        api = order.apis[principal]
        if api.costs:
            yield f"Designating an administrator of {service_name(principal)} ({principal}): {api.costs}"
    removing = _services(changes, REMOVE)
    for principal in removing:
        api = order.apis[principal]
        if api.removal and not _is_blocked(api):
            yield f"Removing the administrator of {service_name(principal)} ({principal}): {api.removal}"
    if is_check_mode:
        yield from _unknowable(sorted({*_services(changes, DESIGNATE), *removing}))


def _services(changes: list[Change], verb: str) -> list[str]:
    return sorted({change.subject.service_principal for change in changes if change.verb == verb})


def _is_blocked(api: AdministratorApi) -> bool:
    """Return whether a safeguard tells what a removal loses."""
    service = BY_PRINCIPAL.get(api.principal)
    return api.disable is None or bool(service and service.deregister_disrupts)


def _unknowable(principals: list[str]) -> Iterator[str]:
    if not principals:
        return
    central = ""
    if "securityhub.amazonaws.com" in principals:
        central = ", and whether central configuration of Security Hub CSPM refuses them"
    yield f"Check mode cannot tell whether the credentials allow the changes to {names(principals)}{central}."


__all__ = ["warn_of_registrations", "warn_of_side_effects"]
