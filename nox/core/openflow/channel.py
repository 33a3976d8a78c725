"""The connection to one switch: bytes in, frames out to whoever handles them.

It holds no rules of the handshake (`handshake.py`) nor of what messages mean (`incoming.py`). What it does:

- cuts what one read brought into frames, and gives packet-ins to their handlers without looking further;
- closes the connection, with an OpenFlow error where the specification has one and a line in the log, when the peer
  does what no specification allows;
- is asked once a second whether the peer is still there (`tick`).
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING

from twisted.internet.interfaces import ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure

from nox.core.events.event import Event
from nox.core.openflow.events import PacketIn
from nox.core.openflow.outbox import MOST_WAITING, Outbox
from nox.core.openflow.packet_in import READERS, Reader
from nox.core.openflow.requests import Requests
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.codec import encode

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath
    from nox.core.openflow.home import Home

_HEADER = Struct("!BBHI").unpack_from
HEADER_SIZE = 8
_PACKET_IN = 10  # in every version

HALF_A_MESSAGE = 8  # seconds that the rest of a message may take
SILENCE = 5  # seconds without a word after which an established peer is asked whether it is there
DEAD = 15  # seconds without a word after which it is gone
LINGER = 3  # seconds that a closing connection may take to send what is left

FrameHandler = Callable[[int, int, int, bytes], None]  # version, type, xid, the whole message


class Channel(Protocol):
    """One connection.

    :ivar version: the OpenFlow version; the highest that we speak until it is negotiated.
    :ivar datapath: the switch, once it has joined.
    :ivar on_frame: who gets the messages that are not packet-ins of a joined switch.
    :ivar on_start: who is asked, before it has joined, whether a message of this type may begin.
    """

    log = Logger(namespace="nox.openflow")
    transport: ITCPTransport

    def __init__(self, home: Home, address: str) -> None:
        self.home = home
        self.address = address
        self.version = Version.V1_3
        self.datapath: Datapath | None = None
        self.on_frame: FrameHandler
        self.on_start: Callable[[int], None]
        self.requests = Requests(home.clock, self.send)
        self.closing = ""
        self._rest = bytearray()  # of a message whose end has not come
        self._needed = HEADER_SIZE
        self._heard = self._completed = True
        self._silent = self._stuck = 0

    def connectionMade(self) -> None:
        """The connection stands: say so to whoever made the channel."""
        self.transport.setTcpNoDelay(True)
        self.outbox = Outbox(self.transport, self.home.flusher, self._overflow)
        self.home.connected(self)

    # In

    def dataReceived(self, data: bytes) -> None:
        """Handle every message that is complete; keep the rest."""
        self._heard = True
        if self.closing:
            return
        if self._rest:
            self._rest += data
            if len(self._rest) < self._needed:
                return
            data = bytes(self._rest)
            self._rest.clear()
        self.home.begin_read()
        try:
            self._frames(data)
        except RemoteProtocolError as error:
            self.fail(error)
        finally:
            self.home.end_read()

    def _frames(self, data: bytes) -> None:
        offset, size = 0, len(data)
        version, datapath, read, run = self._reading()
        while size - offset >= HEADER_SIZE:
            spoken, kind, length, xid = _HEADER(data, offset)
            if length < HEADER_SIZE:
                raise RemoteProtocolError(f"a message of {length} bytes, shorter than its header", offset=offset)
            end = offset + length
            if end > size:
                break
            if kind == _PACKET_IN and datapath is not None and spoken == version:
                if run is not None:
                    run(read(datapath, data, offset, end))
            else:
                self.on_frame(spoken, kind, xid, data[offset:end])
                if self.closing:
                    return
                version, datapath, read, run = self._reading()
            offset = end
        self._keep(data, offset)

    def _reading(self) -> tuple[int, Datapath | None, Reader, Callable[[Event], None] | None]:
        """What the loop over the frames needs, fetched anew when a message may have changed it."""
        return self.version, self.datapath, READERS[self.version], self.home.dispatcher.runner(PacketIn)

    def _keep(self, data: bytes, offset: int) -> None:
        """Keep what is left after the last whole message."""
        self._completed = self._completed or offset > 0
        rest = self._rest
        rest += data[offset:] if offset else data
        self._needed = int.from_bytes(rest[2:4]) if len(rest) >= HEADER_SIZE else HEADER_SIZE
        if len(rest) > 1 and self.datapath is None:
            self.on_start(rest[1])

    # Out

    def send(self, message: messages.Message, xid: int = 0) -> None:
        """Send one message.

        :raises LocalProtocolError: when the version cannot say it.
        """
        self.outbox.send(encode(message, self.version, xid))

    # The end

    def fail(self, error: RemoteProtocolError, answers: bytes = b"") -> None:
        """Close the connection because of what the peer sent, and tell it why.

        :param answers: the message that the error is about.
        """
        self.send(self.home.translator(self.version).error_message(error, answers[:64]))
        self.close(str(error))

    def close(self, reason: str) -> None:
        """Send what is left and close; the reason goes into the log and into `DatapathLeave`."""
        if self.closing:
            return
        self.closing = reason
        self._rest.clear()
        self.log.warn("{address}: {reason}; closed", address=self.address, dpid=self._dpid(), reason=reason)
        self.requests.close(reason)
        self.outbox.close()
        self.transport.loseConnection()
        self.home.clock.callLater(LINGER, self.transport.abortConnection)

    def _overflow(self) -> None:
        self.close(f"the switch does not read: {MOST_WAITING} bytes wait for it")
        self.transport.abortConnection()

    def _dpid(self) -> str | None:
        return str(self.datapath) if self.datapath is not None else None

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection has ended, by us or by the peer."""
        self.closing = self.closing or reason.getErrorMessage()
        self._rest.clear()
        self.requests.close(self.closing)
        self.home.disconnected(self)

    def pause(self, paused: bool) -> None:
        """Stop reading, or go on."""
        if not self.closing:
            (self.transport.pauseProducing if paused else self.transport.resumeProducing)()  # type: ignore[attr-defined]

    # Keepalive

    def tick(self) -> None:
        """Once a second: is the peer still there, and does it finish what it begins?"""
        self._stuck = self._stuck + 1 if self._rest and not self._completed else 0
        self._silent = 0 if self._heard else self._silent + 1
        self._heard = self._completed = False
        if self._stuck >= HALF_A_MESSAGE:
            self.close(f"half a message, and then nothing for {HALF_A_MESSAGE} s")
        elif self._silent >= DEAD:
            self.close(f"not a word for {DEAD} s")
            self.transport.abortConnection()
        elif self._silent >= SILENCE and self.datapath is not None:
            self.send(messages.EchoRequest())
