# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The context of a task: one wait_timeout for everything that it waits for."""

from __future__ import annotations

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient
from ansible_collections.orgops.aws.plugins.module_utils._organizations.task.context import TaskContext


def test_all_waiting_shares_one_timeout(client: OrganizationsClient) -> None:
    context = TaskContext(client, check_mode=False, warn=print, wait_timeout=7)
    assert context.waiting.seconds == 7
    assert context.waiting is context.waiting
