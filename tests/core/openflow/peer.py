"""The other end of a channel: a switch of bytes written by hand, which shares no code with what it talks to."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import Logger
from twisted.python.failure import Failure

from nox.core.events.dispatcher import Dispatcher
from nox.core.logs import ComponentLogger
from nox.core.openflow.admission import Admission
from nox.core.openflow.approvals import Approvals
from nox.core.openflow.channel import Channel
from nox.core.openflow.component import OpenFlow
from nox.core.openflow.home import Home
from nox.core.openflow.rules import Rules

HELLO, ERROR, ECHO_REQUEST, ECHO_REPLY = 0, 1, 2, 3
FEATURES_REQUEST, FEATURES_REPLY, SET_CONFIG, PACKET_IN, PORT_STATUS = 5, 6, 9, 10, 12
PACKET_OUT, FLOW_MOD = 13, 14
STATS = {1: 16, 4: 18}  # by wire version; the reply is one more
BARRIER = {1: 18, 4: 20}
DESCRIPTION, FLOW_STATS, PORT_STATS, PORT_DESCRIPTION = 0, 1, 4, 13
GROUP_DESCRIPTION, METER_CONFIGURATION = 7, 10
EXPERIMENTER = 0xFFFF


class Transport(StringTransport):
    """A transport that notes how it was closed."""

    aborted = False

    def setTcpNoDelay(self, enabled: bool) -> None:
        """Nothing is delayed here."""

    def abortConnection(self) -> None:
        """Close at once."""
        self.aborted = True
        super().abortConnection()


def message(version: int, kind: int, xid: int, body: bytes = b"") -> bytes:
    """One message."""
    return struct.pack("!BBHI", version, kind, 8 + len(body), xid) + body


def split(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """The messages in these bytes: version, type, xid, body."""
    while data:
        version, kind, length, xid = struct.unpack_from("!BBHI", data)
        yield version, kind, xid, data[8:length]
        data = data[length:]


class Peer:
    """A switch with two ports.

    :ivar heard: all that it was sent and has not looked at.
    """

    def __init__(self, home: Home, version: int, dpid: int = 1, address: str = "192.0.2.1") -> None:
        self.version = version
        self.dpid = dpid
        self.flows: list[bytes] = []  # what it answers when asked for its entries
        self.groups: list[bytes] = []
        self.meters: list[bytes] = []
        self.hardware = b"Hard"  # in its description
        self.age = 0  # seconds for which its ports have been there
        self.others: list[tuple[int, bytes]] = []  # messages it was sent that it does not answer: type and body
        self.channel = Channel(home, f"{address}:40000")
        self.transport = Transport(peerAddress=IPv4Address("TCP", address, 40000))
        self._home = home
        self.channel.makeConnection(self.transport)

    def send(self, kind: int, body: bytes = b"", xid: int = 0, version: int | None = None) -> None:
        """Send one message."""
        self.raw(message(self.version if version is None else version, kind, xid, body))

    def raw(self, data: bytes) -> None:
        """Send bytes."""
        self.channel.dataReceived(data)

    def take(self) -> list[tuple[int, int, int, bytes]]:
        """What it was sent since the last time."""
        self._home.flusher.flush()
        data = self.transport.value()
        self.transport.clear()
        return list(split(data))

    def answer(self) -> None:
        """Answer all that it was sent, until there is nothing more."""
        while messages := self.take():
            for _, kind, xid, body in messages:
                self.answer_one(kind, xid, body)

    def answer_one(self, kind: int, xid: int, body: bytes) -> None:
        """Answer one message that it was sent."""
        if kind == FEATURES_REQUEST:
            ports = self._port(1) + self._port(2) if self.version == 1 else b""
            self.send(FEATURES_REPLY, struct.pack("!QIB3xII", self.dpid, 0, 1, 0, 0) + ports, xid)
        elif kind == STATS[self.version]:
            self._answer_stats(xid, body)
        elif kind == BARRIER[self.version]:
            self.send(kind + 1, b"", xid)
        elif kind == ECHO_REQUEST:
            self.send(ECHO_REPLY, body, xid)
        else:
            self.others.append((kind, body))

    def _answer_stats(self, xid: int, body: bytes) -> None:
        (kind,) = struct.unpack_from("!H", body)
        if kind == EXPERIMENTER:
            self.send(ERROR, struct.pack("!HH", 1, 3), xid)  # BAD_REQUEST, BAD_VENDOR
            return
        head = struct.pack("!HH", kind, 0) if self.version == 1 else struct.pack("!HH4x", kind, 0)
        bodies: dict[int, Callable[[], bytes]] = {
            DESCRIPTION: lambda: struct.pack("!256s256s256s32s256s", b"Makers", self.hardware, b"Soft", b"1", b"desk"),
            PORT_DESCRIPTION: lambda: self._port(1) + self._port(2),
            FLOW_STATS: lambda: b"".join(self.flows),
            GROUP_DESCRIPTION: lambda: b"".join(self.groups),
            METER_CONFIGURATION: lambda: b"".join(self.meters),
            PORT_STATS: lambda: struct.pack("!I4x12QII", 1, *[0] * 12, self.age, 0),
        }
        self.send(STATS[self.version] + 1, head + bodies[kind](), xid)

    def _port(self, number: int) -> bytes:
        mac = b"\2\0\0\0\0" + bytes([number])
        if self.version == 1:
            return struct.pack("!H6s16sIIIIII", number, mac, b"port%d" % number, 0, 0, 0, 0, 0, 0)
        return struct.pack("!I4x6s2x16sIIIIIIII", number, mac, b"port%d" % number, 0, 0, 0, 0, 0, 0, 0, 0)

    def port_status(self, number: int, reason: int, *, down: bool = False) -> None:
        """Tell of a port; as OFPPC_PORT_DOWN and OFPPS_LINK_DOWN if it is down."""
        port = bytearray(self._port(number))
        state_at = 28 if self.version == 1 else 36
        port[state_at : state_at + 4] = struct.pack("!I", 1 if down else 0)
        self.send(PORT_STATUS, struct.pack("!B7x", reason) + bytes(port))

    def packet_in(self, port: int, frame: bytes, buffer_id: int = 0xFFFFFFFF) -> None:
        """Send a packet."""
        self.send(PACKET_IN, packet_in(self.version, port, frame, buffer_id))

    def hello(self, body: bytes = b"") -> None:
        """Say hello."""
        self.send(HELLO, body)

    def join(self) -> None:
        """Go through the whole handshake."""
        self.hello()
        self.answer()

    def lose(self) -> None:
        """Lose the connection."""
        self.channel.connectionLost(Failure(ConnectionDone()))


def packet_in(version: int, port: int, frame: bytes, buffer_id: int = 0xFFFFFFFF) -> bytes:
    """The body of a packet-in."""
    if version == 1:
        return struct.pack("!IHHBx", buffer_id, len(frame), port, 0) + frame
    match = struct.pack("!HHII4x", 1, 12, 0x80000004, port)
    return struct.pack("!IHBBQ", buffer_id, len(frame), 0, 0, 7) + match + b"\0\0" + frame


def new_home(clock: Clock) -> Home:
    """Connections of a controller without components."""
    return Home(clock, Dispatcher(clock), lambda number: f"component{number}" if number else "", Logger())


def new_openflow(state: Path) -> OpenFlow:
    """The component itself, without ports: switches wait for approval, which is kept in that file."""
    made = OpenFlow()
    made.log = ComponentLogger("openflow", component="openflow")
    made.home = new_home(Clock())
    made.home.admission = Admission(Rules("approve"), Approvals(state))
    return made
