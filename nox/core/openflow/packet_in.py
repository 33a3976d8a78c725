"""Reading packet-ins: the one message that every new flow costs, and so read without the codec's tables.

Layouts: OpenFlow 1.0.0 section 5.4.1, 1.3.5 section 7.4.1. What is not the usual layout goes through the codec.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct
from typing import TYPE_CHECKING

from nox.core.openflow.events import PacketIn
from nox.core.openflow.translation import translator
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.codec import decode

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

Reader = Callable[["Datapath", bytes, int, int], PacketIn]

_FIXED10 = Struct("!IHHB").unpack_from
_SIZE10 = 18
_RESERVED10 = 0xFF00  # 1.0's ports from here on are reserved; 1.3 has them at 0xffffff00

_FIXED13 = Struct("!IHBBQHHII").unpack_from
_SIZE13 = 42  # with a match that consists of in_port
_IN_PORT_ALONE = 12
_OXM_IN_PORT = 0x80000004


def _read10(datapath: Datapath, data: bytes, offset: int, end: int) -> PacketIn:
    if end - offset < _SIZE10:
        raise RemoteProtocolError(
            f"a packet-in of {end - offset} bytes; 1.0 has at least {_SIZE10}", offset=end - offset
        )
    buffer_id, total_len, in_port, reason = _FIXED10(data, offset + 8)
    if in_port >= _RESERVED10:
        in_port |= 0xFFFF0000
    return PacketIn(datapath, in_port, data[offset + _SIZE10 : end], buffer_id, total_len, reason)


def _read13(datapath: Datapath, data: bytes, offset: int, end: int) -> PacketIn:
    if end - offset >= _SIZE13:
        buffer_id, total_len, reason, table_id, cookie, _, match_len, oxm, in_port = _FIXED13(data, offset + 8)
        if oxm == _OXM_IN_PORT and match_len == _IN_PORT_ALONE:
            frame = data[offset + _SIZE13 : end]
            return PacketIn(datapath, in_port, frame, buffer_id, total_len, reason, table_id, cookie)
    return _decoded13(datapath, data[offset:end])


def _decoded13(datapath: Datapath, data: bytes) -> PacketIn:
    """A packet-in whose match says more than the port."""
    message = decode(data)
    assert isinstance(message, messages.PacketIn)
    match = translator(Version.V1_3).match_from_wire(message.match)
    in_port = match.get("in_port")
    if in_port is None:
        raise RemoteProtocolError("a packet-in whose match has no in_port", offset=24)
    return PacketIn(
        datapath,
        in_port,
        message.data,
        message.buffer_id,
        message.total_len,
        message.reason,
        message.table_id,
        message.cookie,
    )


READERS: Mapping[int, Reader] = {Version.V1_0: _read10, Version.V1_3: _read13}
