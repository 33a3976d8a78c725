"""Many connections that behave like switches, written byte by byte from the specification; shares no code with NOX.

Each says hello, answers the handshake, echo, barriers and statistics, and has four ports. Half of them speak OpenFlow
1.0, half 1.3.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct

_HEADER = struct.Struct("!BBHI")  # version, type, length, xid (OpenFlow 1.3.5, 7.1)
_HELLO, _ECHO_REQUEST, _ECHO_REPLY, _FEATURES_REQUEST, _FEATURES_REPLY = 0, 2, 3, 5, 6
_GET_CONFIG_REQUEST, _GET_CONFIG_REPLY = 7, 8
_PACKET_IN, _NO_BUFFER = 10, 0xFFFFFFFF
_STATS = {1: 16, 4: 18}  # request; the reply is the next number
_BARRIER = {1: 18, 4: 20}
_ROLE_REQUEST = 24
_DESCRIPTION, _PORT_DESCRIPTION = 0, 13  # kinds of statistics
_PORTS = 4


class FakeSwitch(asyncio.Protocol):
    """One switch: answers what a controller asks.

    :param version: 1 for OpenFlow 1.0, 4 for 1.3.
    """

    transport: asyncio.Transport

    def __init__(self, dpid: int, version: int) -> None:
        self._dpid, self._version = dpid, version
        self._pending = b""
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send(_HELLO, 1)

    def connection_lost(self, reason: Exception | None) -> None:
        """Note that the controller has hung up."""
        self.lost = True

    def data_received(self, data: bytes) -> None:
        """Answer each whole message."""
        self._pending += data
        while len(self._pending) >= _HEADER.size:
            _, kind, length, xid = _HEADER.unpack_from(self._pending)
            if len(self._pending) < length:
                return
            body, self._pending = self._pending[_HEADER.size : length], self._pending[length:]
            self._answer(kind, xid, body)

    def packet_in(self, in_port: int, frame: bytes) -> None:
        """Send a packet that no entry fitted, unbuffered (1.0.2, 5.4.1; 1.3.5, 7.4.1)."""
        if self._version == 1:
            head = struct.pack("!IHHBx", _NO_BUFFER, len(frame), in_port, 0)
        else:
            match = struct.pack("!HHII4x", 1, 12, 0x80000004, in_port)
            head = struct.pack("!IHBBQ", _NO_BUFFER, len(frame), 0, 0, 2**64 - 1) + match + b"\0\0"
        self._send(_PACKET_IN, 0, head + frame)

    def _send(self, kind: int, xid: int, body: bytes = b"") -> None:
        self.transport.write(_HEADER.pack(self._version, kind, _HEADER.size + len(body), xid) + body)

    def _answer(self, kind: int, xid: int, body: bytes) -> None:
        if kind == _ECHO_REQUEST:
            self._send(_ECHO_REPLY, xid, body)
        elif kind == _FEATURES_REQUEST:
            self._send(_FEATURES_REPLY, xid, self._features())
        elif kind == _GET_CONFIG_REQUEST:
            self._send(_GET_CONFIG_REPLY, xid, struct.pack("!HH", 0, 128))
        elif kind == _STATS[self._version]:
            self._send(kind + 1, xid, self._statistics(struct.unpack_from("!H", body)[0]))
        elif kind == _BARRIER[self._version]:
            self._send(kind + 1, xid)
        elif kind == _ROLE_REQUEST and self._version == 4:
            self._send(kind + 1, xid, body)

    def _features(self) -> bytes:
        """OpenFlow 1.0.2, 5.3.1 (with the ports); 1.3.5, 7.3.1."""
        if self._version == 1:
            return struct.pack("!QIB3xII", self._dpid, 256, 1, 0, 0xFFF) + self._ports()
        return struct.pack("!QIBB2xII", self._dpid, 256, 254, 0, 0x4F, 0)

    def _ports(self) -> bytes:
        """1.0.2, 5.2.1; 1.3.5, 7.2.1."""
        layout = "!H6s16s6I" if self._version == 1 else "!I4x6s2x16s8I"
        zeros = (0,) * (6 if self._version == 1 else 8)
        return b"".join(
            struct.pack(layout, number, struct.pack("!HI", 0x0200 | number, self._dpid), b"eth%d" % number, *zeros)
            for number in range(1, _PORTS + 1)
        )

    def _statistics(self, kind: int) -> bytes:
        """1.0.2, 5.3.5; 1.3.5, 7.3.5."""
        head = struct.pack("!HH", kind, 0) + (b"" if self._version == 1 else b"\0" * 4)
        if kind == _DESCRIPTION:
            return head + struct.pack("!256s256s256s32s256s", b"crowd", b"fake", b"1", b"%d" % self._dpid, b"")
        if kind == _PORT_DESCRIPTION and self._version == 4:
            return head + self._ports()
        return head


async def connect(port: int, dpid: int, version: int) -> FakeSwitch:
    """Connect one switch to a controller on loopback; its handshake then runs by itself."""
    loop = asyncio.get_running_loop()
    _, switch = await loop.create_connection(lambda: FakeSwitch(dpid, version), "127.0.0.1", port)
    return switch


class Crowd:
    """``count`` switches that connect at once.

    :ivar switches: those that are connected.
    """

    def __init__(self, port: int, count: int, *, first_dpid: int = 1) -> None:
        self._port, self._dpids = port, range(first_dpid, first_dpid + count)
        self.switches: list[FakeSwitch] = []

    async def connect(self) -> None:
        """Connect all; their handshakes then run by themselves."""
        self.switches = list(await asyncio.gather(*map(self._one, self._dpids)))

    async def _one(self, dpid: int) -> FakeSwitch:
        return await connect(self._port, dpid, 4 if dpid % 2 else 1)

    async def leave(self) -> None:
        """Hang up."""
        for switch in self.switches:
            switch.transport.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._all_lost(), 10)
        self.switches = []

    async def _all_lost(self) -> None:
        while not all(switch.lost for switch in self.switches):
            await asyncio.sleep(0.01)
