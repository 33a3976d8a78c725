"""Running commands as an ordinary user, with only what Debian brings on the path."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_LENT = ("CI", "LANG", "TERM")  # of the caller's environment, and pip's settings


class OrdinaryUser:
    """``nobody`` when this runs as root, else whoever runs it.

    :param home: an existing folder, which becomes the user's home.
    """

    def __init__(self, home: Path) -> None:
        self._uid, self._gid = os.geteuid(), os.getegid()
        if not self._uid:
            nobody = pwd.getpwnam("nobody")
            self._uid, self._gid = nobody.pw_uid, nobody.pw_gid
        self.own(home)
        kept = {name: value for name, value in os.environ.items() if name in _LENT or name.startswith("PIP_")}
        self._env = {**kept, "HOME": str(home), "PATH": "/usr/bin:/bin"}

    def own(self, folder: Path) -> None:
        """Give a folder and what is in it to the user."""
        if not os.geteuid():
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, self._uid, self._gid)

    def popen(self, argv: Sequence[str], folder: Path, output: Path) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own, its output in a file and its terminal's input a pipe."""
        with output.open("ab") as out:
            return subprocess.Popen(
                argv, cwd=folder, env=self._env, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT,
                user=self._uid, group=self._gid, extra_groups=[], start_new_session=True,
            )  # fmt: skip

    def run(self, argv: Sequence[str], folder: Path, *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, standard output and error together."""
        return subprocess.run(
            argv, cwd=folder, env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, user=self._uid, group=self._gid, extra_groups=[], text=True, timeout=timeout,
        )  # fmt: skip
