# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the emulator: ``python -m tests.emulator --port 4566``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from types import FrameType

from .server import make_emulator


def main() -> None:
    parser = argparse.ArgumentParser(description="AWS Organizations service access, emulated on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, takes a free one")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends, so with its parent")
    arguments = parser.parse_args()

    server = make_emulator(arguments.port)

    def stop(_signal: int = 0, _frame: FrameType | None = None) -> None:
        threading.Thread(target=server.shutdown).start()  # shutdown() waits for serve_forever(), so not from here

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if arguments.until_eof:
        threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    print(f"http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever(poll_interval=0.05)
    server.server_close()


if __name__ == "__main__":
    main()
