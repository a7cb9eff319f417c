# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible.plugins.action.normal import ActionModule as NormalAction

from ..plugin_utils._forks.action import ForkingAction


class ActionModule(ForkingAction, NormalAction):
    """Run the module of this name."""
