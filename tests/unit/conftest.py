# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures that unit tests and fault tests share."""

from ..fixtures import *  # noqa: F403
