# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures that all tests share."""

pytest_plugins = [
    "ansible_collections.orgops.aws.tests.fixtures",
    "ansible_collections.orgops.aws.tests.end_to_end.fixtures",
]
