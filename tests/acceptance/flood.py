"""A switch that floods and a quiet one, each in a process of its own; shares no code with NOX.

The flood sends packet-ins as fast as the controller takes them, each of a flow that `switch` answers with an entry and
a packet-out, or barrier replies that nobody asked for, eight bytes each, and reads the answers; when the controller
hangs up it comes back and goes on, so that what it does to others is measured all the same. The quiet one asks for an
echo now and then, and measures how long the answer takes, and how much of the processor the controller used meanwhile:
on a busy machine the first is longer than the second.
"""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from tests.acceptance.crowd import FakeSwitch

PACKET_INS, REPLIES = "packet-ins", "replies"  # what a flood may be told to send

_ECHO_REQUEST, _ECHO_REPLY, _BARRIER_REPLY = 2, 3, 21
_PATIENCE = 5.0  # seconds that any read may take
_BURST = 200  # messages that are written at once

Secure = Callable[[socket.socket], socket.socket]
Task = Callable[[int, Secure, Connection], None]


def plain(raw: socket.socket) -> socket.socket:
    """Without TLS."""
    return raw


class _Gathered(asyncio.Transport):
    """Keeps what a switch writes until it is taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Behind what waits."""
        self.waiting += bytes(data)


class Wire(FakeSwitch):
    """A switch on a socket of its own.

    :ivar answered: the number of the last echo request that was answered.
    :ivar bursts: how many were sent whole.
    """

    def __init__(self, port: int, dpid: int, secure: Secure) -> None:
        super().__init__(dpid, 4)
        self.answered = self.bursts = 0
        self._out = _Gathered()
        raw = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = secure(raw)
        self._socket.setblocking(False)
        self.connection_made(self._out)

    def _answer(self, kind: int, xid: int, body: bytes) -> None:
        if kind == _ECHO_REPLY:
            self.answered = xid
        super()._answer(kind, xid, body)

    def header(self, kind: int) -> bytes:
        """A message without a body, as bytes that are not sent."""
        return struct.pack("!BBHI", self._version, kind, 8, 0)

    def gather(self, in_port: int, frame: bytes) -> bytes:
        """A packet-in, as bytes that are not sent."""
        before, self._out.waiting = self._out.waiting, b""
        self.packet_in(in_port, frame)
        made, self._out.waiting = self._out.waiting, before
        return made

    def pump(self, patience: float) -> None:
        """Answer what the controller asks until it is silent for so long."""
        while True:
            self._write()
            if not self._readable(patience):
                return
            self.data_received(self._read())

    def echo(self, number: int) -> None:
        """Ask for an echo and wait for its answer; not longer than any read may take."""
        until = time.monotonic() + _PATIENCE
        self._send(_ECHO_REQUEST, number)
        self._write()
        while self.answered != number and self._readable(until - time.monotonic()):
            self.data_received(self._read())
            self._write()

    def flood(self, burst: bytes, until: Connection) -> None:
        """Send the burst again and again and read the answers."""
        waiting = memoryview(burst)
        last = time.monotonic()
        while not until.poll():
            if time.monotonic() - last > _PATIENCE:
                raise TimeoutError(f"the flood can neither write nor read for {_PATIENCE} s")
            select.select([self._socket], [self._socket], [], 0.1)
            if self._read():
                last = time.monotonic()
            try:
                waiting = waiting[self._socket.send(waiting) :]
                last = time.monotonic()
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                continue
            if not waiting:
                waiting, self.bursts = memoryview(burst), self.bursts + 1

    def _readable(self, patience: float) -> bool:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        return bool(pending or select.select([self._socket], [], [], max(0.0, patience))[0])

    def _read(self) -> bytes:
        """What has come; empty where there is nothing.

        :raises ConnectionError: when the controller has hung up.
        """
        try:
            data = self._socket.recv(1 << 16)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b""
        if not data:
            raise ConnectionError("the controller has hung up")
        return data

    def _write(self) -> None:
        while self._out.waiting:
            if not select.select([], [self._socket], [], _PATIENCE)[1]:
                raise TimeoutError(f"the controller takes nothing for {_PATIENCE} s")
            self._out.waiting = self._out.waiting[self._socket.send(self._out.waiting) :]


def _frame(source: int, destination: int) -> bytes:
    """60 bytes between two hosts, of an EtherType for experiments (IEEE 802)."""
    addresses = struct.pack("!HIHI", 0x0200, destination, 0x0200, source)
    return (addresses + b"\x88\xb5").ljust(60, b"\0")


def _burst(switch: Wire) -> bytes:
    """Both directions between hosts at ports 1 and 2, so that all but the first are known."""
    pair = switch.gather(1, _frame(1, 2)) + switch.gather(2, _frame(2, 1))
    return pair * (_BURST // 2)


def _replies(switch: Wire) -> bytes:
    """Messages as small as can be."""
    return switch.header(_BARRIER_REPLY) * _BURST


def _flooding(port: int, secure: Secure, told: Connection) -> None:
    switch = Wire(port, 1, secure)
    while not told.poll():  # the handshake, and the echoes that the controller asks for
        switch.pump(0.05)
    made = _burst if told.recv() == PACKET_INS else _replies
    sent = closed = 0
    start = time.monotonic()
    while not told.poll():
        try:
            switch.flood(made(switch), told)
        except ConnectionError:
            closed += 1
        sent += switch.bursts
        switch = switch if told.poll() else _returned(port, secure, told)
    told.send((sent * _BURST / (time.monotonic() - start), closed))


def _returned(port: int, secure: Secure, until: Connection) -> Wire:
    """A new connection, which has gone through as much of its handshake as the controller lets it."""
    while True:
        try:
            switch = Wire(port, 1, secure)
            switch.pump(0.05)
        except OSError:  # it hangs up again, or refuses a second one of a switch that it has not missed yet
            if until.poll():
                return switch
        else:
            return switch


def _quiet(port: int, secure: Secure, told: Connection) -> None:
    switch = Wire(port, 2, secure)
    done = 0
    while True:
        while not told.poll():
            switch.pump(0.05)
        count, interval, limit, controller = told.recv()
        took: list[tuple[float, float]] = []
        until = time.monotonic() + limit
        while len(took) < count and (len(took) < 2 or time.monotonic() < until):
            switch.pump(interval)
            done += 1
            took.append(_asked(switch, done, controller))
        told.send(took)


def _asked(switch: Wire, number: int, controller: int) -> tuple[float, float]:
    """The seconds that an echo takes, and how long the controller used the processor meanwhile."""
    used, start = _used(controller), time.perf_counter()
    switch.echo(number)
    return time.perf_counter() - start, _used(controller) - used


def _used(process: int) -> float:
    """Seconds of the processor that a process has used, to the nanosecond (clock_getcpuclockid(3))."""
    return time.clock_gettime(~process << 3 | 2)


def _saying(task: Task, port: int, secure: Secure, told: Connection) -> None:
    """Do this; when it fails, say why."""
    try:
        task(port, secure, told)
    except (OSError, AssertionError) as error:
        told.send(error)


class Peer:
    """A process and what it is told."""

    def __init__(self, port: int, secure: Secure, *, floods: bool) -> None:
        self._pipe, theirs = mp.Pipe()
        task = _flooding if floods else _quiet
        self._process = mp.Process(target=_saying, args=(task, port, secure, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def tell(self, what: object) -> None:
        """Say what to do."""
        self._pipe.send(what)

    def answer(self, patience: float) -> object:
        """What it answers.

        :raises OSError: when it says nothing for so long, or what it has failed with.
        """
        if not self._pipe.poll(patience):
            raise TimeoutError(f"a peer said nothing for {patience} s")
        said = self._pipe.recv()
        if isinstance(said, Exception):
            raise said
        return said

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
