"""The switches that somebody has approved, remembered in a file over a restart."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nox.lib.addresses import format_dpid, parse_dpid
from nox.lib.errors import ConfigError, LocalProtocolError

_VERSION = 1  # of the file


@dataclass(frozen=True, slots=True)
class Approval:
    """One switch's.

    :ivar certificate: the SHA-256 fingerprint that it must show; empty where it had none.
    :ivar since: Unix seconds.
    """

    certificate: str
    since: float


class Approvals:
    """What was approved.

    :param file: where it is kept; None: nowhere, and nothing is.
    :raises ConfigError: when the file is there and cannot be understood: nobody is admitted by guess.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._approved = _read(file) if file is not None else {}

    def get(self, dpid: int) -> Approval | None:
        """One switch's."""
        return self._approved.get(dpid)

    def all(self) -> Mapping[int, Approval]:
        """All, by dpid."""
        return dict(sorted(self._approved.items()))

    def add(self, dpid: int, certificate: str, now: float) -> None:
        """Approve a switch. It counts once it is on the disk.

        :raises ConfigError: when it cannot be written.
        """
        self._keep({**self._approved, dpid: Approval(certificate, now)})

    def remove(self, dpid: int) -> None:
        """Take it back.

        :raises ConfigError: when that cannot be written.
        """
        self._keep({other: approval for other, approval in self._approved.items() if other != dpid})

    def _keep(self, approved: dict[int, Approval]) -> None:
        if self._file is None:
            raise ConfigError("approvals have no file: set [openflow] state")
        try:
            _write(self._file, approved)
        except OSError as error:
            raise ConfigError(f"{self._file} cannot be written: {error.strerror}") from error
        self._approved = approved


def _write(file: Path, approved: Mapping[int, Approval]) -> None:
    """Replace the file by a new one, at once: after a crash it is the old one or the new one, whole."""
    switches = {format_dpid(dpid): asdict(approval) for dpid, approval in sorted(approved.items())}
    text = json.dumps({"version": _VERSION, "switches": switches}, indent=2)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as written:
        written.write(text + "\n")
        written.flush()
        os.fsync(descriptor)
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(file: Path) -> dict[int, Approval]:
    """What the file says. The sentences are short: `twistd` lets 100 bytes through to who started it."""
    try:
        text = file.read_text()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from error
    try:
        return _parsed(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, LocalProtocolError) as error:
        raise ConfigError(f"{file} is damaged: mend it or remove it") from error


def _parsed(value: dict[str, object]) -> dict[int, Approval]:
    if value["version"] != _VERSION or not isinstance(value["switches"], dict):
        raise ValueError("another version")
    return {parse_dpid(dpid): _approval(**one) for dpid, one in value["switches"].items()}


def _approval(certificate: str, since: float) -> Approval:
    if not isinstance(certificate, str) or not isinstance(since, int | float):
        raise TypeError("no approval")
    return Approval(certificate, since)
