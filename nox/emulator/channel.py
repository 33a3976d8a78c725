"""A switch's control channel over a transport: connects, moves bytes, and connects again (1.3.5, section 6.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionRefusedError, DNSLookupError, TimeoutError
from twisted.internet.interfaces import (
    IConsumer,
    IDelayedCall,
    IPushProducer,
    IReactorTime,
    IStreamClientEndpoint,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.emulator.recorder import Recorder
from nox.emulator.switch.connection import Connection
from nox.emulator.switch.switch import Switch
from nox.lib.addresses import format_dpid
from nox.lib.openflow.versions import SUPPORTED, Version

_log = Logger("nox.emulator")
_PATIENCE = 1.0  # seconds in which a controller may read the last words, before the connection is cut
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (ConnectionRefusedError, "it refuses the connection"),
    (TimeoutError, "it does not answer"),
    (DNSLookupError, "nobody knows its name"),
    (ConnectionDone, "it has closed the connection"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before connecting again, in seconds: twice as long each time, until a version is agreed."""

    first: float = 0.25
    most: float = 8.0


class ControlChannel:
    """Keeps a switch connected to one controller.

    :param endpoint: where the controller is; `name`: as the log calls it.
    :param moved: called when the controller has been heard or lost: the switch may have frames to send, and another
        time to be run at.
    :param recorders: who write down what is said.
    """

    def __init__(
        self,
        switch: Switch,
        endpoint: IStreamClientEndpoint,
        reactor: IReactorTime,
        moved: Callable[[], None],
        *,
        name: str,
        versions: Iterable[Version] = SUPPORTED,
        backoff: Backoff | None = None,
        recorders: Sequence[Recorder] = (),
    ) -> None:
        self._switch, self._endpoint, self._reactor, self._moved = switch, endpoint, reactor, moved
        self._who = f"Switch {format_dpid(switch.datapath_id)}, controller {name}"
        self._versions, self._backoff, self.recorders = tuple(versions), backoff or Backoff(), recorders
        self._wait = self._backoff.first
        self._complaint = ""
        self._wire: _Wire | None = None
        self._connecting: Deferred[None] | None = None
        self._again: IDelayedCall | None = None
        self._stopped: Deferred[None] | None = None

    def start(self) -> None:
        """Connect, and do so again whenever the connection ends."""
        self._again = None
        factory = Factory.forProtocol(lambda: _Wire(self, self._reactor))
        factory.noisy = False
        self._connecting = self._endpoint.connect(factory).addCallbacks(lambda _wire: None, self._failed)

    def stop(self) -> Deferred[None]:
        """Close the connection, for good. Done when it is closed."""
        self._stopped = Deferred()
        if self._again is not None:
            self._again.cancel()
        if self._wire is not None:
            self._wire.close()
            return self._stopped
        if self._connecting is not None:
            self._connecting.cancel()
        self._stopped.callback(None)
        return self._stopped

    @property
    def ready(self) -> bool:
        """Whether it is connected and has agreed on a version."""
        return self._wire is not None and self._wire.connection.ready

    def flush(self) -> None:
        """Send what the switch has to say; to be called after everything that the switch has done."""
        if self._wire is not None:
            self._wire.flush()

    def made(self, wire: _Wire) -> Connection:
        """The transport is there: the switch's side of it."""
        self._wire = wire
        return self._switch.connect(self._reactor.seconds(), self._versions)

    def heard(self, connection: Connection, data: bytes) -> None:
        """Bytes of the controller."""
        was_ready = connection.ready
        connection.receive(data, self._reactor.seconds())
        if connection.ready and not was_ready:
            self._wait, self._complaint = self._backoff.first, ""
            _log.info("{who}: connected, {version}.", who=self._who, version=connection.version)
        self.flush()
        self._moved()

    def lost(self, connection: Connection, reason: Failure) -> None:
        """The transport has gone."""
        self._wire = None
        sentence = connection.reason or _sentence(reason)
        connection.lost(self._reactor.seconds())
        if self._stopped is not None:
            self._stopped.callback(None)
        else:
            self._retry(sentence)
        self._moved()

    def _failed(self, reason: Failure) -> None:
        self._connecting = None
        if self._stopped is None:
            self._retry(_sentence(reason))

    def _retry(self, sentence: str) -> None:
        """Say what is wrong, once as long as it stays the same, and wait longer each time."""
        if sentence != self._complaint:
            self._complaint = sentence
            _log.warn(
                "{who}: {sentence}. Trying again, at the latest every {most:g} s.",
                who=self._who,
                sentence=sentence,
                most=self._backoff.most,
            )
        self._again = self._reactor.callLater(self._wait, self.start)
        self._wait = min(2 * self._wait, self._backoff.most)


class _Transport(ITCPTransport, IConsumer, IPushProducer):
    """What Twisted's stream transports are, all three."""


@implementer(IPushProducer)
class _Wire(Protocol):
    """One connection of a channel. While the transport holds back, nothing is read and nothing written."""

    connection: Connection

    def __init__(self, channel: ControlChannel, reactor: IReactorTime) -> None:
        self._channel, self._reactor = channel, reactor
        self._held = False
        self._cut: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """Say hello."""
        self.connection = self._channel.made(self)
        self._wire.setTcpNoDelay(True)
        self._wire.registerProducer(self, True)
        for recorder in self._channel.recorders:
            recorder.made(self._wire, self._reactor.seconds())
        self.flush()

    def dataReceived(self, data: bytes) -> None:
        """Bytes of the controller."""
        self._record(data, by_switch=False)
        self._channel.heard(self.connection, data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is over."""
        if self._cut is not None and self._cut.active():
            self._cut.cancel()
        for recorder in self._channel.recorders:
            recorder.ended(self._wire, self._reactor.seconds())
        self._channel.lost(self.connection, reason)

    @property
    def _wire(self) -> _Transport:
        return cast(_Transport, self.transport)

    def flush(self) -> None:
        """Send what the switch has to say, and close what it has given up."""
        if not self._held and (data := self.connection.take()):
            self._record(data, by_switch=True)
            self._wire.write(data)
        if self.connection.closed:
            self.close()

    def _record(self, data: bytes, *, by_switch: bool) -> None:
        for recorder in self._channel.recorders:
            recorder.heard(self._wire, self._reactor.seconds(), data, by_switch=by_switch)

    def close(self) -> None:
        """Close it after what is written, which the controller has a moment to read."""
        if self._cut is None:
            self._wire.unregisterProducer()
            self._cut = self._reactor.callLater(_PATIENCE, self._wire.abortConnection)
            self._wire.loseConnection()

    def pauseProducing(self) -> None:
        """The controller reads too slowly: it is not read either, so that no more answers come to be."""
        self._held = True
        self._wire.pauseProducing()

    def resumeProducing(self) -> None:
        """It has read."""
        self._held = False
        self._wire.resumeProducing()
        self.flush()

    def stopProducing(self) -> None:
        """The transport has gone; `connectionLost` follows."""


def _sentence(reason: Failure) -> str:
    for kind, sentence in _SENTENCES:
        if reason.check(kind):
            return sentence
    return str(reason.value).rstrip(".") or "the connection has ended"
