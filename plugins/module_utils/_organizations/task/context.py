# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""A task's context, the same for every kind of state: client, check mode, force, how it warns, how long it waits."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Callable

from ..aws.organizations import OrganizationsClient
from .changes import Waiting

Warn = Callable[[str], None]


@dataclass(frozen=True)
class TaskContext:
    """The client, the mode and the options that every kind of state needs."""

    client: OrganizationsClient
    check_mode: bool
    warn: Warn
    force: bool = False
    wait: bool = True
    wait_timeout: int = 60

    @functools.cached_property
    def waiting(self) -> Waiting:
        """Return the time left of wait_timeout."""
        return Waiting(self.wait_timeout)


__all__ = ["TaskContext", "Warn"]
