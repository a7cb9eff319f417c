# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This fragment is private to the orgops.aws collection: it can change in any release, without notice.

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of modules and actions. Sections other than DOCUMENTATION add to it."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and returns the changes it would make, without making them.
    support: full
  diff_mode:
    description: Returns what has changed, or would change in C(check_mode), when in diff mode.
  idempotent:
    description: When run twice in a row outside check mode with the same arguments, the second run changes nothing.
"""

    # For what is a member of the action group.
    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/orgops.aws.aws) in C(module_defaults) to set defaults for this module or action.
    support: full
    membership:
      - orgops.aws.aws
"""

    # For modules that only read.
    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    details:
      - This module does not change anything.
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
    details:
      - This module does not change anything.
"""
