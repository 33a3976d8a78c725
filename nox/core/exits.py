"""How the process ends when something is wrong: one sentence, exit code 1, no traceback."""

from __future__ import annotations

import atexit
import os
import sys
from types import TracebackType

from nox.lib.errors import NoxError


def say_errors() -> None:
    """Have a NoxError that ends the process printed as its sentences on the real standard error."""
    sys.excepthook = _say


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(error, NoxError):
        sys.__excepthook__(kind, error, trace)
        return
    for sentence in str(error).splitlines():  # sys.stderr is the log by now
        print(f"nox: {sentence}", file=sys.__stderr__)


def exit_with_failure() -> None:
    """Have the process end with exit code 1.

    ``twistd`` ends with 0 once its reactor has run, whatever happened in there, and swallows exceptions on the way.
    So this is done when the interpreter is about to end, with everything of ours closed.
    """
    atexit.register(_leave)


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)
