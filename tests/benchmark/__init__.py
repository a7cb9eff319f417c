# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make bench`` compares the modules with other methods, and with the minimum that Ansible and boto3 need.

hyperfine, pyperf and pytest-benchmark finish one command before they start the next, so a machine that slows down
meanwhile falsifies the ratios. None of them resets the organization before each run or counts calls.
"""
