"""Where NOX keeps what outlives it, when nobody names a place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_file(name: str, uid: int | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """A file in systemd's state directory, root's, or the user's own.

    :param uid: whose, by default the process's effective user.
    """
    if directory := environ.get("STATE_DIRECTORY"):
        return Path(directory.partition(":")[0], name)
    if (os.geteuid() if uid is None else uid) == 0:
        return Path("/var/lib/nox", name)
    home = environ.get("XDG_STATE_HOME") or Path(environ.get("HOME") or "/nonexistent", ".local/state")
    return Path(home, "nox", name)
