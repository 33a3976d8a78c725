"""The connection to one switch.

It holds no rules of the handshake (`handshake.py`) nor of what messages mean (`incoming.py`). What it does:

- has what came cut into messages (`inbox.py`), and what is sent gathered (`outbox.py`);
- closes the connection, with an OpenFlow error where the specification has one and a line in the log, when the peer
  does what no specification allows;
- is asked once a second whether the peer is still there (`tick`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IDelayedCall, ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from nox.core.openflow.inbox import Inbox
from nox.core.openflow.outbox import MOST_WAITING, Outbox, plain_socket
from nox.core.openflow.packet_in import PACKET_IN, READERS, decoded
from nox.core.openflow.requests import Requests
from nox.core.openflow.rounds import READ_SIZE
from nox.core.openflow.seldom import Seldom
from nox.core.tls.verdict import refusal
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.frames import Frame

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath
    from nox.core.openflow.home import Home

HANDSHAKE = 9  # seconds in which a switch must join, so that a peer that keeps silent is closed within ten
HALF_A_MESSAGE = 8  # seconds that the rest of a message may take
SILENCE = 5  # seconds without a word after which an established peer is asked whether it is there
ECHO = (
    10  # seconds from one echo request to a peer that is not silent to the next, so that its round-trip time is known
)
DEAD = 15  # seconds without a word, or in which it has not read a word, after which it is gone
LINGER = 3  # seconds that a closing connection may take to send what is left
LINGER_BEFORE = 1  # where the peer has not joined: TLS waits for its handshake, and ten seconds are all that it has

FrameHandler = Callable[["Channel", Frame], None]


class Channel(Protocol):
    """One connection.

    :ivar version: the OpenFlow version; the highest that we speak until it is negotiated.
    :ivar datapath: the switch, once it has joined.
    :ivar joining: the switch, from its features on: what it tells while it joins is not lost.
    :ivar inbox: what has come; `outbox`: what is on its way.
    :ivar on_frame: who gets the messages that are not packet-ins of a joined switch.
    :ivar on_start: who is asked, before it has joined, whether a message of this version and type may begin.
    :ivar round_trip: seconds that its last answer to an echo request took; None before the first.
    :ivar seldom: how often it was said in the log what the switch has sent.
    """

    transport: ITCPTransport

    def __init__(self, home: Home, address: str) -> None:
        self.home = home
        self.log = home.log
        self.address = address
        self.version = Version.V1_3
        self.datapath: Datapath | None = None
        self.joining: Datapath | None = None
        self.on_frame: FrameHandler | None = None
        self.on_start: Callable[[int, int], None] | None = None
        self.requests = Requests(self.send)
        self.closing = ""
        self.inbox = Inbox(self)
        self._silent = self._stuck = self._age = 0
        self._linger: IDelayedCall | None = None
        self._is_held = self._is_pressed = self._is_backed_up = self._is_behind = False
        self._listens = True  # to what the peer sends
        self._echoes = 0  # requests sent; the last one's number is its xid
        self._echo_since: float | None = None  # when the request was sent that is not answered
        self.round_trip: float | None = None
        self.seldom = Seldom()

    def connectionMade(self) -> None:
        """The connection stands: say so to whoever made the channel."""
        self.transport.setTcpNoDelay(True)
        below = getattr(self.transport, "transport", None)
        if below is not None:  # of TLS: its connection gives no more in a turn of the reactor than others do
            below.bufferSize = READ_SIZE
        elif self.home.reading is not None and plain_socket(self.transport) is not None:
            self.transport.pauseProducing()  # type: ignore[attr-defined] # `Reading` takes its place
            self._listens = False
        self.outbox = Outbox(self.transport, self.home.flusher, self._back_up, self._overflow)
        self.home.connected(self)
        self.pause(self.home.is_pressed)

    # In

    def dataReceived(self, data: bytes) -> None:
        """Handle what the reactor has read."""
        self.home.begin_read()
        self.inbox.receive(data)
        self.home.end_read()

    def handle(self, frame: Frame) -> None:
        """Handle one message; a packet-in that comes here is unusual, or nobody listens to any."""
        datapath, run = self.datapath, self.home.packet_in
        if frame.type != PACKET_IN or datapath is None or frame.version != self.version:
            if self.on_frame is not None:
                self.on_frame(self, frame)
        elif run is not None:
            run(decoded(datapath, frame.data))

    def broken(self) -> None:
        """A defect of ours has come to light; the exception is the one that is handled now."""
        self.log.failure("{address}: a message could not be handled", address=self.address, dpid=self._dpid())
        self.close("NOX failed while it handled a message")

    def joined(self, datapath: Datapath) -> None:
        """The switch is ready: its packet-ins go to their handlers from now on."""
        self.datapath, self.on_start = datapath, None
        self.handlers_changed()

    def handlers_changed(self) -> None:
        """Look up who handles packet-ins: once for each change, and not for each read."""
        run, datapath = self.home.packet_in, self.datapath
        if run is None or datapath is None:
            self.inbox.packet_ins = None
        else:
            self.inbox.packet_ins = READERS[self.version](datapath, run)

    @property
    def unfinished(self) -> bytes:
        """The beginning of a message whose end has not come; before it, messages that wait for their turn."""
        return self.inbox.unfinished

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
        self.inbox.close()
        self.log.warn("{address}: {reason}; closed", address=self.address, dpid=self._dpid(), reason=reason)
        self.requests.close(reason)
        self.home.unwatch(self)
        self.outbox.close()
        self.transport.loseConnection()
        linger = LINGER if self.datapath is not None else LINGER_BEFORE
        self._linger = self.home.clock.callLater(linger, self.transport.abortConnection)

    def _overflow(self) -> None:
        self.close(f"the switch does not read: {MOST_WAITING} bytes wait for it")
        self.transport.abortConnection()

    def _dpid(self) -> str | None:
        return str(self.datapath) if self.datapath is not None else None

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection has ended, by us or by the peer."""
        if not self.closing and (refused := refusal(self.transport, reason)):
            self.log.warn("{address}: {reason}; closed", address=self.address, dpid=self._dpid(), reason=refused)
            self.closing = refused
        self.closing = self.closing or reason.getErrorMessage()
        if self._linger is not None and self._linger.active():
            self._linger.cancel()
        self.inbox.close()
        self.requests.close(self.closing)
        self.on_frame = self.joining = None  # they refer to the channel: without them its memory is free at once
        self.outbox.stopProducing()
        self.home.disconnected(self)

    def pause(self, pressed: bool) -> None:
        """Stop reading while too many events wait, or go on."""
        self._is_pressed = pressed
        self._listen()

    def _back_up(self, backed_up: bool) -> None:
        """Stop reading while much waits for the switch, whose packets would add to it; or go on."""
        self._is_backed_up = backed_up
        self._listen()

    def go_on_later(self) -> None:
        """The inbox has more messages than may be handled in a turn: read nothing before it has handled them."""
        self._is_behind = True
        self._listen()
        self.home.clock.callLater(0, self._go_on)

    def _go_on(self) -> None:
        self._is_behind = False
        self.home.begin_read()
        self.inbox.go_on()
        self.home.end_read()
        self._listen()

    def _listen(self) -> None:
        listens = not self._is_pressed and not self._is_backed_up and not self._is_behind
        if self.closing or listens == self._listens:
            return
        self._listens = listens
        reading, handle = self.home.reading, plain_socket(self.transport)
        if reading is None or handle is None:
            (self.transport.resumeProducing if listens else self.transport.pauseProducing)()  # type: ignore[attr-defined]
        elif listens:
            reading.add(self, handle)
        else:
            reading.remove(self)

    def read_by_transport(self) -> None:
        """Leave the rest to the transport: it finds that the connection has ended, and says why."""
        self.transport.resumeProducing()  # type: ignore[attr-defined]

    # Keepalive

    def tick(self) -> None:
        """Once a second: is the peer still there, does it finish what it begins, does it answer?"""
        self.requests.tick()
        self._back_up(False)  # one that is slow to read is heard now and then: what it says shows that it is there
        inbox = self.inbox
        self._stuck = self._stuck + 1 if inbox.unfinished and not inbox.completed else 0
        self._silent = 0 if inbox.heard else self._silent + 1
        inbox.heard = inbox.completed = False
        self._age += 1
        if self._age >= HANDSHAKE and self.datapath is None and not self._is_held:
            self.close(f"the handshake took more than {HANDSHAKE} s")
        elif self._stuck >= HALF_A_MESSAGE:
            self.close(f"half a message, and then nothing for {HALF_A_MESSAGE} s")
        elif self.outbox.tick() >= DEAD:
            self.close(f"the switch does not read: it has taken nothing for {DEAD} s")
            self.transport.abortConnection()
        elif self._silent >= DEAD:
            self.close(f"not a word for {DEAD} s")
            self.transport.abortConnection()
        elif self._silent >= SILENCE or self._age % ECHO == 1:
            self._ask_for_echo()

    def _ask_for_echo(self) -> None:
        if self._echo_since is None and (self.datapath is not None or self._is_held):
            self._echoes += 1
            self._echo_since = self.home.now()
            self.send(messages.EchoRequest(), self._echoes)

    def echoed(self, xid: int) -> None:
        """It has answered an echo request."""
        if xid == self._echoes and self._echo_since is not None:
            self.round_trip = max(0.0, self.home.now() - self._echo_since)  # the clock may have been set back
            self._echo_since = None

    def hold(self, is_held: bool) -> None:
        """Let it wait for approval: it is kept alive, and what it sends is not looked at. Or let it go on."""
        self._is_held, self._age = is_held, 0
        self.on_frame = self.home.incoming_of_held if is_held else self.home.incoming
