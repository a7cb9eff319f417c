# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..end_to_end.conftest import *  # noqa: F403
from ..fixtures import *  # noqa: F403
