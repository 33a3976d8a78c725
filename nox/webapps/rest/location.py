"""Where the controller's socket is, for server and client alike. Light: the client imports nothing heavier."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

API_VERSION = 1  # of the resources under /v1 and their JSON
API_HEADER = "NOX-API"  # every answer carries it, so that a client knows whom it talks to


def default_socket(uid: int | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The socket that is used where nobody names one: each user has a place that others cannot write to.

    :param uid: whose, by default the process's effective user.
    """
    uid = os.geteuid() if uid is None else uid
    if uid == 0:
        return Path("/run/nox/nox.sock")
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        return Path(runtime, "nox.sock")
    return Path(f"/tmp/nox-{uid}/nox.sock")
