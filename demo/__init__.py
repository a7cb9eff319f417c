# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A short story of the main job, told with real ansible-playbook runs on the emulator: ``make demo``."""
