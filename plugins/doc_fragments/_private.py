# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This fragment is private to the orgops.aws collection: it can change in any release, without notice.

from __future__ import annotations


class ModuleDocFragment:
    """The notes of action plugins that only the roles and playbooks of this collection should use."""

    DOCUMENTATION = r"""
options: {}
notes:
  - This action is private to the roles and playbooks of this collection. It can change in any release, without notice.
  - It takes no options. It reads the variables of the role and the play.
"""
