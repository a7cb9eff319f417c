# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs: ``make bench`` measures it against other ways to do the same, and against what no way can save.

hyperfine, pyperf and pytest-benchmark each finish one command before they begin the next, so that a machine that slows
down meanwhile falsifies every ratio; none of them puts an organization back before each run or counts its calls. So a
small driver takes turns, and takes medians.
"""
