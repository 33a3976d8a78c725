"""Reading packet-ins: the one message that every new flow costs, and so read without the codec's tables.

A reader takes the packet-ins that lie one after the other in what was read, and runs each through its handlers. It
stops at the first message that is anything else, or is not whole. Layouts: OpenFlow 1.0.0 section 5.4.1, 1.3.5
section 7.4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct
from typing import TYPE_CHECKING, Final

from nox.core.events.event import Event
from nox.core.openflow.events import PacketIn
from nox.core.openflow.translation import translator
from nox.lib.errors import RemoteProtocolError
from nox.lib.flowkey import headers
from nox.lib.openflow import Version, messages
from nox.lib.openflow.codec import decode

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

Run = Callable[[Event], None]
Reader = Callable[[bytes, int], int]  # what was read, and where to begin; where it stopped

NO_COOKIE: Final = 0xFFFFFFFFFFFFFFFF  # of what no entry sent; 1.0 never says
PACKET_IN: Final = 10  # the type, in every version

_FIXED10: Final[Callable[[bytes, int], tuple[int, int, int, int, int, int, int]]] = Struct("!BBHxxxxIHHB").unpack_from
_SIZE10: Final = 18
_RESERVED10: Final = 0xFF00  # 1.0's ports from here on are reserved; 1.3 has them at 0xffffff00

_FIXED13: Final[Callable[[bytes, int], tuple[int, int, int, int, int, int, int, int, int, int, int, int]]] = Struct(
    "!BBHxxxxIHBBQHHII"
).unpack_from
_SIZE13: Final = 42  # with a match that consists of in_port
_IN_PORT_ALONE: Final = 12
_OXM_IN_PORT: Final = 0x80000004


def _reader10(datapath: Datapath, run: Run) -> Reader:
    def read(data: bytes, offset: int) -> int:
        size = len(data)
        while size - offset >= _SIZE10:
            version, kind, length, buffer_id, total_len, in_port, reason = _FIXED10(data, offset)
            end = offset + length
            if kind != PACKET_IN or version != 1 or length < _SIZE10 or end > size:
                break
            if in_port >= _RESERVED10:
                in_port |= 0xFFFF0000
            frame = data[offset + _SIZE10 : end]
            shape, values = headers(frame, in_port)
            run(PacketIn(datapath, in_port, frame, buffer_id, total_len, reason, 0, NO_COOKIE, shape, values))
            offset = end
        return offset

    return read


def _reader13(datapath: Datapath, run: Run) -> Reader:
    def read(data: bytes, offset: int) -> int:
        size = len(data)
        while size - offset >= _SIZE13:
            (version, kind, length, buffer_id, total_len, reason, table_id, cookie, _, match_len, oxm, in_port) = (
                _FIXED13(data, offset)
            )
            end = offset + length
            if kind != PACKET_IN or version != 4 or length < _SIZE13 or end > size:
                break
            if oxm != _OXM_IN_PORT or match_len != _IN_PORT_ALONE:
                break
            frame = data[offset + _SIZE13 : end]
            shape, values = headers(frame, in_port)
            run(PacketIn(datapath, in_port, frame, buffer_id, total_len, reason, table_id, cookie, shape, values))
            offset = end
        return offset

    return read


READERS: Mapping[int, Callable[[Datapath, Run], Reader]] = {Version.V1_0: _reader10, Version.V1_3: _reader13}
"""What makes the reader of one switch, for what runs its handlers."""


def decoded(datapath: Datapath, data: bytes) -> PacketIn:
    """A packet-in that is laid out in no usual way, such as one whose match says more than the port.

    :raises RemoteProtocolError: when it is none.
    """
    message = decode(data)
    assert isinstance(message, messages.PacketIn)
    if datapath.version == Version.V1_0:  # only one that is cut short comes here, and `decode` refuses it
        raise RemoteProtocolError("a packet-in that cannot be read")
    in_port = translator(Version.V1_3).match_from_wire(message.match).get("in_port")
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
        *headers(message.data, in_port),
    )
