# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""What a module process does before it imports anything large."""

from __future__ import annotations

import atexit
import gc


def defer_garbage_collection() -> None:
    """Collect garbage rarely in this short process.

    The imports of a module create hundreds of thousands of objects that live until the process ends. Garbage collection
    would examine them repeatedly, and once more at exit, which takes a fifth of the run time.
    """
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)


__all__ = ["defer_garbage_collection"]
