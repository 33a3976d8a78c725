"""What the handlers of requests share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nox.emulator.switch.refusal import Refused
from nox.lib.openflow.enums import Role
from nox.lib.openflow.errorcodes import BadRequest
from nox.lib.openflow.messages import Message, MultipartReply

if TYPE_CHECKING:
    from nox.emulator.switch.connection import Connection
    from nox.emulator.switch.dialect import Dialect

_MORE = 1  # OFPMPF_REPLY_MORE

Handlers = Mapping[type[Message], Callable[[Any, Any, Any, int], None]]
"""What is done with each message: with the switch, the connection, the message and its xid.

A handler may raise `Refused`, which becomes the error that the controller gets.
"""


def dialect_of(connection: Connection) -> Dialect:
    """How the controller speaks; it does by the time that it asks."""
    assert connection.dialect is not None
    return connection.dialect


def may_change(connection: Connection) -> None:
    """:raises Refused: when the controller is a slave (1.3.5, section 6.3.6)."""
    if connection.state.role == Role.SLAVE:
        raise Refused(BadRequest.IS_SLAVE, "a slave changes nothing")


def send_parts(connection: Connection, xid: int, empty: MultipartReply, field: str, entries: Sequence[Any]) -> None:
    """Send a reply, in as many parts as it takes.

    :param empty: the reply; `field`: where its entries stand.
    """
    parts = _parts(connection, empty, field, entries)
    for place, part in enumerate(parts):
        more = _MORE if place + 1 < len(parts) else 0
        connection.send(_filled(empty, field, part, more), xid)


def _parts(connection: Connection, empty: MultipartReply, field: str, entries: Sequence[Any]) -> list[Sequence[Any]]:
    if len(entries) < 2 or connection.fits(_filled(empty, field, entries)):
        return [entries]
    half = len(entries) // 2
    return [
        *_parts(connection, empty, field, entries[:half]),
        *_parts(connection, empty, field, entries[half:]),
    ]


def _filled(empty: MultipartReply, field: str, entries: Sequence[Any], flags: int = 0) -> MultipartReply:
    changes: dict[str, Any] = {"flags": flags, field: tuple(entries)}
    return replace(empty, **changes)
