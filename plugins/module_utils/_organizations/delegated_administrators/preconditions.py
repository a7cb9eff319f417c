# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Whether service access lets AWS register administrators."""

from __future__ import annotations

from collections.abc import Collection

from ..aws.errors import AnsibleOrganizationsError
from ..task.changes import Progress, names
from ..task.context import TaskContext
from .order import ADDING, ChangeOrder


def require_service_access(
    order: ChangeOrder, enabled: Collection[str] | None, context: TaskContext, progress: Progress
) -> None:
    """Fail if a service to be administered is not enabled. In check mode, warn.

    ``enabled``: the services with service access by then; None to list them, if anything is to be registered.
    """
    wanted = {one.service_principal for one in order.added}
    if not wanted:
        return
    missing = sorted(wanted.difference(context.client.list_service_access() if enabled is None else enabled))
    if not missing:
        return
    problem = f"Service access is not enabled for {names(missing)}"
    if context.check_mode:
        context.warn(
            f"{problem}. Registering delegated administrators fails unless an earlier task enables it, for example "
            "with orgops.aws.organizations_service_access."
        )
        return
    changes = [change for change in order.changes() if change.verb in ADDING]
    concerned = [str(one.subject) for one in changes if one.subject.service_principal in missing]
    raise AnsibleOrganizationsError(
        message=(
            f"{problem}, so no delegated administrator can be registered. Nothing was changed. Enable it first, "
            f"with orgops.aws.organizations_service_access.{progress.others_not_attempted(concerned)}"
        ),
        error={"code": "ConstraintViolationException", "message": f"{problem}."},
        reason="SERVICE_ACCESS_NOT_ENABLED",
        not_attempted=progress.results(progress.not_attempted),
    )


__all__ = ["require_service_access"]
