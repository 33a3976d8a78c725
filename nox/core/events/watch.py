"""Finds the handler that keeps everything waiting.

Handlers run one after the other in the reactor's thread: one that computes, sleeps or asks a disk for a second stops
the whole controller for that second. Timing every call would cost every packet. So a thread of its own looks a few
times a second whether the same read is still being handled, and if so, whose handler stands on the stack.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Set
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nox.core.events.dispatcher import Dispatcher

PERIOD = 0.25  # seconds between two looks
SLOW = 0.5  # seconds in one read after which the handler that runs then is named


class Watch:
    """Looks at one dispatcher, from the thread that makes it.

    :param in_reactor: runs a call in the reactor's thread (``callFromThread``).
    """

    def __init__(self, dispatcher: Dispatcher, in_reactor: Callable[..., object]) -> None:
        self._dispatcher = dispatcher
        self._in_reactor = in_reactor
        self._reactor_thread = threading.get_ident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="nox-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _look(self) -> None:
        turn, seconds, told = -1, 0.0, False
        while not self._stop.wait(PERIOD):
            now = self._dispatcher.turn
            if now != turn or not self._dispatcher.is_reading:
                turn, seconds, told = now, 0.0, False
                continue
            seconds += PERIOD
            if seconds >= SLOW and not told:
                told = self._tell(seconds)

    def _tell(self, seconds: float) -> bool:
        """Name the handler that runs now; False where none does."""
        frame = sys._current_frames().get(self._reactor_thread)
        code = innermost(frame, self._dispatcher.codes())
        if code is None:
            return False
        self._in_reactor(self._dispatcher.is_slow, code, seconds)
        return True


def innermost(frame: FrameType | None, codes: Set[object]) -> object:
    """The innermost function on a stack whose code is one of these; None where none is.

    :param frame: the innermost frame.
    """
    while frame is not None:
        if frame.f_code in codes:
            return frame.f_code
        frame = frame.f_back
    return None
