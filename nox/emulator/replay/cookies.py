"""Cookies of the recording, and those that the controller gives the same entries now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from nox.lib.errors import ProtocolError
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.messages import Message
from nox.lib.openflow.versions import Version

# Types of messages with which a switch tells of entries, in both versions: vendor, packet-in, flow-removed, statistics.
_TELLING: Final[dict[int, tuple[int, ...]]] = {Version.V1_0: (4, 11, 17), Version.V1_3: (4, 10, 11, 19)}


T = TypeVar("T")


class Cookies:
    """What an entry's cookie was, and what it is."""

    def __init__(self) -> None:
        self._now: dict[int, int] = {}

    def note(self, then: Message | None, now: Message) -> None:
        """The controller has sent the same message as then."""
        before, cookie = getattr(then, "cookie", None), getattr(now, "cookie", None)
        if isinstance(before, int) and isinstance(cookie, int) and before:
            self._now[before] = cookie

    def translated(self, data: bytes) -> bytes:
        """A switch's message that tells of entries, with their cookies of now. What cannot be read stays as it is."""
        version, kind, xid = data[0], data[1], int.from_bytes(data[4:8])
        if kind in _TELLING.get(version, ()):
            with suppress(ProtocolError):
                message = decode(data)
                told = self._told(message)
                return data if told is message else encode(told, version, xid)
        return data

    def _told(self, message: Message) -> Message:
        """The same message when it tells of no entry whose cookie is another now."""
        changed: dict[str, Any] = {}
        for name in ("entries", "updates"):
            entries = getattr(message, name, ())
            if any(self._differs(entry) for entry in entries):
                changed[name] = tuple(self._renewed(entry) for entry in entries)
        message = self._renewed(message)
        return replace(cast(Any, message), **changed) if changed else message

    def _differs(self, told: object) -> bool:
        cookie = getattr(told, "cookie", None)
        return self._now.get(cookie, cookie) != cookie if isinstance(cookie, int) else False

    def _renewed(self, told: T) -> T:
        return replace(cast(Any, told), cookie=self._now[cast(Any, told).cookie]) if self._differs(told) else told
