"""A reactor whose time is a queue's: it goes on when somebody lets it, and TCP reaches no further than this process.

What a controller needs of a reactor: `callLater`, and ports on which the emulated switches connect to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from twisted.internet.address import IPv4Address
from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import CannotListenError, ConnectionRefusedError
from twisted.internet.interfaces import (
    IDelayedCall,
    IListeningPort,
    IProtocol,
    IProtocolFactory,
    IReactorTCP,
    IReactorTime,
    IStreamClientEndpoint,
)
from twisted.logger import Logger
from zope.interface import implementer

from nox.emulator.fabric.queue import Queue
from nox.emulator.pipe import join
from nox.lib.errors import NoxError

LOOPBACK = "127.0.0.1"
LATENCY = 0.0005  # seconds
_log = Logger("nox.emulator")
_FIRST_PORT = 32768  # of those that connect
_PORTS = 28232


@implementer(IReactorTime, IReactorTCP)
class EmulatedReactor:
    """Time and TCP of a process that is nowhere.

    :param latency: seconds that bytes take from one end of a connection to the other.
    """

    def __init__(self, queue: Queue, *, latency: float = LATENCY) -> None:
        self._queue = queue
        self.latency = latency
        self._listening: dict[int, EmulatedPort] = {}
        self._calls: dict[DelayedCall, None] = {}
        self._connections = 0

    # IReactorTime

    def seconds(self) -> float:
        """The time."""
        return self._queue.now

    def callLater(self, delay: float, callable: Callable[..., Any], *args: object, **kw: object) -> IDelayedCall:
        """Call it then."""
        when = self._queue.now + max(0.0, delay)
        call = DelayedCall(when, callable, args, kw, self._forget, self._arm, self.seconds)
        self._calls[call] = None
        self._arm(call)
        return call

    def getDelayedCalls(self) -> list[IDelayedCall]:
        """Those that are to come."""
        return list(self._calls)

    def _forget(self, call: DelayedCall) -> None:
        self._calls.pop(call, None)

    def _arm(self, call: DelayedCall) -> None:
        self._queue.at(call.getTime(), self._due, call)

    def _due(self, call: DelayedCall) -> None:
        if call.called or call.cancelled:
            return
        if call.delayed_time:  # it was put off meanwhile
            call.activate_delay()
            self._arm(call)
            return
        call.called = 1
        self._forget(call)
        try:
            call.func(*call.args, **call.kw)
        except Exception:  # as every reactor does: what one call does wrong does not stop the others
            _log.failure("a timed call failed")

    # IReactorTCP

    def listenTCP(self, port: int, factory: IProtocolFactory, backlog: int = 50, interface: str = "") -> IListeningPort:
        """Listen.

        :raises CannotListenError: when somebody does on this port.
        """
        number = port or next(number for number in range(_FIRST_PORT, 1 << 16) if number not in self._listening)
        if number in self._listening:
            raise CannotListenError(interface, port, OSError("somebody listens there"))
        made = self._listening[number] = EmulatedPort(number, factory, self._closed)
        made.startListening()
        return made

    def _closed(self, port: EmulatedPort) -> None:
        self._listening.pop(port.number, None)

    def connectTCP(
        self, host: str, port: int, factory: object, timeout: float = 30, bindAddress: object = None
    ) -> NoReturn:
        """:raises NoxError: there is nobody to connect to."""
        raise NoxError(f"tcp:{host}:{port}: under emulated time there is no network but the emulated one")

    def endpoint(self, port: int) -> IStreamClientEndpoint:
        """How a switch reaches a port."""
        return _Endpoint(self, port)

    def connect(self, number: int, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """Connect to a port; fails where nobody accepts."""
        port = self._listening.get(number)
        if port is None or not port.accepts:
            return fail(ConnectionRefusedError())
        self._connections += 1
        here = IPv4Address("TCP", LOOPBACK, _FIRST_PORT + self._connections % _PORTS)
        server, client = port.factory.buildProtocol(here), factory.buildProtocol(port.getHost())
        if server is None or client is None:
            return fail(ConnectionRefusedError())
        join(self, server, port.getHost(), client, here)
        return succeed(client)


@implementer(IListeningPort)
class EmulatedPort:
    """A listening port.

    :ivar accepts: whether connections are accepted.
    """

    def __init__(self, number: int, factory: IProtocolFactory, closed: Callable[[EmulatedPort], None]) -> None:
        self.number, self.factory, self._closed = number, factory, closed
        self.accepts = False

    def startListening(self) -> None:
        """Accept connections."""
        self.factory.doStart()
        self.accepts = True

    def startReading(self) -> None:
        """Accept connections again."""
        self.accepts = True

    def stopReading(self) -> None:
        """Accept none for now."""
        self.accepts = False

    def stopListening(self) -> Deferred[None]:
        """Let the port go."""
        self.accepts = False
        self.factory.doStop()
        self._closed(self)
        return succeed(None)

    def getHost(self) -> IPv4Address:
        """Its address."""
        return IPv4Address("TCP", LOOPBACK, self.number)


@implementer(IStreamClientEndpoint)
class _Endpoint:
    def __init__(self, reactor: EmulatedReactor, port: int) -> None:
        self._reactor, self._port = reactor, port

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Connect."""
        return self._reactor.connect(self._port, protocolFactory)
