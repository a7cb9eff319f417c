# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is private to the orgops.aws collection: it can change in any release, without notice.

"""The collection's name and version, as AWS sees them in the user agent and as the report shows them."""

from __future__ import annotations

COLLECTION_NAME = "orgops.aws"
COLLECTION_VERSION = "0.3.1"

__all__ = ["COLLECTION_NAME", "COLLECTION_VERSION"]
