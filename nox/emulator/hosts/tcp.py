"""One TCP connection (RFC 9293), as small as a request needs it.

It has: connecting and being connected to, in-order data both ways, windows, retransmission with a doubled timeout, both
ends of closing, resets that are believed only inside the window. It has not: congestion control, selective
acknowledgments, window scaling, urgent data, delayed acknowledgments. What comes out of order is dropped and asked for
again.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final

from nox.emulator.hosts.timers import Timer, Timers
from nox.lib.packet.options import Option
from nox.lib.packet.tcp import ACK, FIN, MSS, PSH, RST, SYN, Tcp

SEGMENT: Final = 1400  # bytes of data that we put into one; fits IPv6 too
MOST_WINDOW: Final = 65535
MOST_FLIGHT: Final = 16 * SEGMENT  # bytes that may be unacknowledged
TIMEOUT: Final = 1.0  # seconds until the first retransmission (RFC 6298, section 2)
MOST_TIMEOUT: Final = 30.0
TRIES: Final = 8
LINGER: Final = 2.0  # seconds in TIME_WAIT: shorter than the specification's, since emulated packets do not loiter
_LEAST_SEGMENT: Final = 64
_MASK: Final = 0xFFFFFFFF


class State(Enum):
    """RFC 9293, section 3.3.2."""

    SYN_SENT = "SYN-SENT"
    SYN_RECEIVED = "SYN-RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT = "FIN-WAIT"  # both: whether our FIN is acknowledged says which
    CLOSE_WAIT = "CLOSE-WAIT"
    CLOSING = "CLOSING"  # and LAST-ACK: both sides have said FIN, ours is not acknowledged
    TIME_WAIT = "TIME-WAIT"
    CLOSED = "CLOSED"


_SENDING: Final = (State.ESTABLISHED, State.CLOSE_WAIT, State.FIN_WAIT, State.CLOSING)
_HEARING: Final = (State.ESTABLISHED, State.FIN_WAIT)


def _ahead(a: int, b: int) -> int:
    """How far a sequence number lies after another; negative before it."""
    return ((a - b + 0x80000000) & _MASK) - 0x80000000


class Connection:
    """One connection. `changed` is called with it and the time whenever something has happened: look what.

    :ivar state: where it stands.
    :ivar at_end: whether the other side has sent all.
    :ivar error: why it has ended, where that was not by closing: ``refused``, ``reset``, ``timed out``.
    """

    __slots__ = (
        "_closing",
        "_fin_sent",
        "_recover",
        "_retransmit",
        "_segment",
        "_send_next",
        "_send_una",
        "_timers",
        "_transmit",
        "_tries",
        "_unsent",
        "_window",
        "at_end",
        "changed",
        "error",
        "inbox",
        "local",
        "receive_next",
        "remote",
        "state",
    )

    def __init__(
        self, local: int, remote: int, initial: int, timers: Timers, transmit: Callable[[Tcp, float], None]
    ) -> None:
        """:param local: and `remote`: ports. `initial`: sequence number. `transmit`: sends a segment."""
        self.local, self.remote = local, remote
        self.state = State.CLOSED
        self.at_end = False
        self.error = ""
        self.changed: Callable[[Connection, float], None] | None = None
        self.inbox = bytearray()
        self.receive_next = 0
        self._timers, self._transmit = timers, transmit
        self._send_una = self._send_next = self._recover = initial
        self._unsent = bytearray()  # from _send_una on, the SYN not counted: sent and not acknowledged, or not sent
        self._window, self._segment = SEGMENT, SEGMENT
        self._closing = self._fin_sent = False
        self._retransmit: Timer | None = None
        self._tries = 0

    # What an application does

    def send(self, data: bytes, now: float) -> None:
        """Send data, as the other side takes it. After `close` it is lost."""
        if not self._closing and self.state is not State.CLOSED:
            self._unsent += data
            self._push(now)

    def read(self, now: float) -> bytes:
        """All data that have arrived."""
        data = bytes(self.inbox)
        was_full = len(self.inbox) > MOST_WINDOW - SEGMENT
        self.inbox.clear()
        if was_full and self.state in _HEARING:
            self._acknowledge(now)
        return data

    def close(self, now: float) -> None:
        """Nothing more will be sent; what the other side sends still arrives."""
        if self.state is State.SYN_SENT:
            self._end("", now)
        elif not self._closing:
            self._closing = True
            self._push(now)

    def abort(self, now: float) -> None:
        """End it at once."""
        if self.state not in (State.CLOSED, State.SYN_SENT, State.TIME_WAIT):
            self._emit(RST | ACK, self._send_next, b"", now)
        self._end("", now)

    # How it begins

    def connect(self, now: float) -> None:
        """Ask the other side."""
        self.state = State.SYN_SENT
        self._send_next = self._after(1)
        self._again(now)

    def accept(self, syn: Tcp, now: float) -> None:
        """Answer the other side's question."""
        self.state = State.SYN_RECEIVED
        self._heard_syn(syn)
        self._send_next = self._after(1)
        self._again(now)

    def _heard_syn(self, segment: Tcp) -> None:
        self.receive_next = (segment.sequence + 1) & _MASK
        self._window = segment.window
        said = next((o.data for o in segment.options if o.kind == MSS and len(o.data) == 2), b"")
        if said:
            self._segment = max(_LEAST_SEGMENT, min(SEGMENT, int.from_bytes(said)))

    # What arrives

    def hear(self, segment: Tcp, now: float) -> None:
        """A segment of this connection."""
        if self.state is State.SYN_SENT:
            self._hear_answer(segment, now)
            return
        if not self._acceptable(segment):
            if not segment.flags & RST:
                self._acknowledge(now)
            return
        if segment.flags & RST:
            self._end("reset", now)
            return
        if segment.flags & SYN or not segment.flags & ACK:
            self._acknowledge(now)  # RFC 5961, section 4
            return
        self._hear_acknowledgment(segment, now)
        if self.state is not State.CLOSED:
            self._hear_data(segment, now)

    def _hear_answer(self, segment: Tcp, now: float) -> None:
        good = segment.flags & ACK and segment.acknowledgment == self._send_next
        if not good:
            return
        if segment.flags & RST:
            self._end("refused", now)
        elif segment.flags & SYN:
            self._heard_syn(segment)
            self._acknowledged(now)
            self.state = State.ESTABLISHED
            self._acknowledge(now)
            self._tell(now)
            self._push(now)

    def _acceptable(self, segment: Tcp) -> bool:
        """Whether it lies in the window (RFC 9293, section 3.10.7.4), and begins where we are."""
        offset = _ahead(segment.sequence, self.receive_next)
        size = len(segment.payload) + bool(segment.flags & FIN)
        return offset == 0 or (offset < 0 < offset + size)

    def _hear_acknowledgment(self, segment: Tcp, now: float) -> None:
        new = _ahead(segment.acknowledgment, self._send_una)
        if new < 0 or _ahead(segment.acknowledgment, self._send_next) > 0:
            return
        self._window = segment.window
        if not self._window:
            self._tries = min(self._tries, 1)  # the other side is there, and slow
        if self.state is State.SYN_RECEIVED and new:
            self._acknowledged(now)
            self.state = State.ESTABLISHED
            self._tell(now)
            new -= 1
        if new:
            del self._unsent[:new]
            self._acknowledged(now, segment.acknowledgment)
            if _ahead(self._recover, self._send_una) > 0:
                self._again(now)  # what followed the lost segment was dropped too
        self._push(now)
        if self._fin_sent and self._send_una == self._send_next and not self._unsent:
            self._fin_acknowledged(now)

    def _acknowledged(self, now: float, upto: int | None = None) -> None:
        self._send_una = self._send_next if upto is None else upto
        self._tries = 0
        self._stop_timer()
        if self._send_una != self._send_next:
            self._start_timer(now)

    def _fin_acknowledged(self, now: float) -> None:
        if self.state is State.CLOSING:
            self._end("", now)
        elif self.state is State.FIN_WAIT and self.at_end:
            self._linger(now)

    def _hear_data(self, segment: Tcp, now: float) -> None:
        known = -_ahead(segment.sequence, self.receive_next)
        data = segment.payload[known:]
        room = MOST_WINDOW - len(self.inbox)
        taken = data[:room]
        fresh = bool(taken) and self.state in _HEARING
        if fresh:
            self.inbox += taken
            self.receive_next = (self.receive_next + len(taken)) & _MASK
        ended = bool(segment.flags & FIN) and len(taken) == len(data) and not self.at_end
        if ended:
            self.at_end = True
            self.receive_next = (self.receive_next + 1) & _MASK
        if segment.payload or segment.flags & FIN:
            self._acknowledge(now)
        if ended:
            self._hear_end(now)
        if fresh or ended:
            self._tell(now)

    def _hear_end(self, now: float) -> None:
        if self.state is State.ESTABLISHED:
            self.state = State.CLOSE_WAIT
        elif self.state is State.FIN_WAIT and self._send_una == self._send_next:
            self._linger(now)
        elif self.state is State.FIN_WAIT:
            self.state = State.CLOSING

    # What leaves

    def _push(self, now: float) -> None:
        """Send what the window allows, and our FIN after the last of it."""
        if self.state not in _SENDING or self._fin_sent:
            return
        limit = min(max(self._window, 1), MOST_FLIGHT)
        while (flight := _ahead(self._send_next, self._send_una)) < min(limit, len(self._unsent)):
            data = bytes(self._unsent[flight : min(flight + self._segment, limit)])
            self._emit(ACK | PSH, self._send_next, data, now)
            self._send_next = self._after(len(data))
        if self._closing and _ahead(self._send_next, self._send_una) == len(self._unsent):
            self._fin_sent = True
            self.state = State.CLOSING if self.at_end else State.FIN_WAIT
            self._emit(ACK | FIN, self._send_next, b"", now)
            self._send_next = self._after(1)
        if self._send_next != self._send_una and self._retransmit is None:
            self._start_timer(now)

    def _again(self, now: float) -> None:
        """Send the first thing that is not acknowledged, once more."""
        if self.state is State.SYN_SENT:
            self._emit(SYN, self._send_una, b"", now)
        elif self.state is State.SYN_RECEIVED:
            self._emit(SYN | ACK, self._send_una, b"", now)
        elif self._unsent:
            limit = min(self._segment, max(self._window, 1), _ahead(self._send_next, self._send_una))
            self._emit(ACK | PSH, self._send_una, bytes(self._unsent[:limit]), now)
        else:
            self._emit(ACK | FIN, self._send_una, b"", now)
        self._start_timer(now)

    def _acknowledge(self, now: float) -> None:
        self._emit(ACK, self._send_next, b"", now)

    def _emit(self, flags: int, sequence: int, data: bytes, now: float) -> None:
        options = (Option(MSS, SEGMENT.to_bytes(2)),) if flags & SYN else ()
        window = MOST_WINDOW - len(self.inbox)
        acknowledgment = self.receive_next if flags & ACK else 0
        self._transmit(Tcp(self.local, self.remote, sequence, acknowledgment, flags, window, data, 0, options), now)

    def _after(self, size: int) -> int:
        return (self._send_next + size) & _MASK

    # Time

    def _start_timer(self, now: float) -> None:
        self._stop_timer()
        wait = min(TIMEOUT * 2**self._tries, MOST_TIMEOUT)
        self._retransmit = self._timers.at(now + wait, self._late)

    def _stop_timer(self) -> None:
        if self._retransmit is not None:
            self._retransmit.cancel()
            self._retransmit = None

    def _late(self, now: float) -> None:
        self._retransmit = None
        self._tries += 1
        if self._tries == TRIES:
            self._end("timed out", now)
        else:
            self._recover = self._send_next
            self._again(now)

    def _linger(self, now: float) -> None:
        self.state = State.TIME_WAIT
        self._stop_timer()
        self._timers.at(now + LINGER, lambda later: self._end("", later))

    def _end(self, error: str, now: float) -> None:
        self._stop_timer()
        if self.state is not State.CLOSED:
            self.state, self.error, self.at_end = State.CLOSED, error, True
            self._tell(now)

    def _tell(self, now: float) -> None:
        if self.changed is not None:
            self.changed(self, now)
