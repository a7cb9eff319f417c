# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS Organizations service access on 127.0.0.1: moto's server with corrections.

Start it with ``python -m tests.emulator``, or in a test with ``serve()``; control it with ``EmulatorControl``.
"""
