# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This fragment is private to the orgops.aws collection: it can change in any release, without notice.

from __future__ import annotations


class ModuleDocFragment:
    """What the plugins say that only this collection's roles should use."""

    DOCUMENTATION = r"""
options: {}
notes:
  - Made for the roles of this collection. It can change in any release.
"""
