# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the emulator with moto's tests and the AWS CLI; sessions of noxfile.py, not part of the unit tests."""
