"""`python -m nox.demo`: a controller and an emulated network in one process, until Ctrl-C.

This module imports next to nothing before it has seen to signals: whatever the moment, Ctrl-C ends the demonstration in
order, and before there is anything to put in order it ends it at once.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _end_at_once(number: int, frame: FrameType | None) -> None:
    """There is nothing yet that would have to be put in order."""
    os._exit(0)


def main() -> int:
    """Run it; the exit code: 0 after Ctrl-C."""
    for number in _ENDING:
        signal.signal(number, _end_at_once)
    from nox.emulator.demo.running import run  # takes half a second

    return run(_ENDING)


if __name__ == "__main__":
    sys.exit(main())
