"""The component ``openflow``: listens for switches and keeps those that are connected."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress, IReactorFDSet, IReactorTCP
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.belongings import Owned
from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.endpoint import server_endpoint
from nox.core.config.model import ComponentConfig, ISettings
from nox.core.events.event import CONTINUE, Outcome
from nox.core.events.lifecycle import BootstrapComplete
from nox.core.interfaces import IAdmission, ICapture, IDatapaths, IKernel, IMetricsSource
from nox.core.openflow.admission import Admission
from nox.core.openflow.channel import Channel
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.handshake import VERSIONS
from nox.core.openflow.home import BeforeJoin, Home
from nox.core.openflow.recording import Recording
from nox.core.openflow.rules import OpenFlowConfig
from nox.core.openflow.tap import Tap
from nox.lib.addresses import format_dpid
from nox.lib.errors import ConfigError, NoxError, PortInUse
from nox.lib.openflow.plan import prepare


class _Port(Protocol):
    """A listening port of Twisted that can wait with accepting."""

    def startReading(self) -> None: ...
    def stopReading(self) -> None: ...
    def stopListening(self) -> Deferred[None] | None: ...
    def getHost(self) -> IAddress: ...


class _Switches(Factory):
    """Makes the channel of each connection."""

    noisy = False

    def __init__(self, home: Home) -> None:
        self._home = home

    def buildProtocol(self, addr: IAddress | None) -> Channel:
        return Channel(self._home, _text(addr))


@implementer(ICapture, IAdmission, IDatapaths, IMetricsSource)
class OpenFlow(Component):
    """Accepts OpenFlow connections on the endpoints of ``[nox] listen``, once every component has started."""

    Config = OpenFlowConfig
    config: OpenFlowConfig

    kernel = requires(IKernel)
    settings = requires(ISettings)
    reactor = requires(IReactorTCP)

    def bind(self) -> None:
        """Open the ports, without accepting anybody yet."""
        admission = Admission(self.config.rules(), self.config.approvals())
        self.home = Home(self.record.clock, self.record.dispatcher, self._owner, self.log, admission)
        self.tap = Tap(self.home)
        self._ports: list[_Port] = []
        self._open: list[Owned] = []
        self._accepting = False
        for text in self.settings.listen:
            port = _listen(self.reactor, text, _Switches(self.home))
            port.stopReading()
            self._ports.append(port)
            self._open.append(self.own(port.stopListening, f"listening on {text}"))

    async def start(self) -> None:
        """Wait until every component has started, then accept switches."""
        prepare(VERSIONS)  # what is made once is made now: memory among a crowd's would keep that of the crowd
        if IReactorFDSet.providedBy(self.reactor):
            self.home.watch(self.reactor)
        self.register(BootstrapComplete, self._accept)
        self.every(1.0, self.home.tick)
        on_pressure = self.record.dispatcher.on_pressure
        on_pressure.append(self.home.pause)
        self.own(lambda: on_pressure.remove(self.home.pause), "queue listener")

    def _accept(self, event: BootstrapComplete) -> Outcome:
        for port in self._ports if not self._accepting else ():
            port.startReading()
            self.log.info("switches may connect to {address}", address=_text(port.getHost()))
        self._accepting = True
        return CONTINUE

    async def stop(self) -> None:
        """Close the ports and every connection."""
        for listening in self._open:
            await maybeDeferred(listening.cancel)
        self.home.close()
        self.tap.close()

    def addresses(self) -> list[str]:
        """Where switches connect, as host:port."""
        return [_text(port.getHost()) for port in self._ports]

    # ICapture

    def capture(self, write: Callable[[bytes], bool], dpid: int | None, over: Callable[[], None]) -> Callable[[], None]:
        """Write the connections of one switch, or of all, as pcapng from now on."""
        return self.tap.listen(Recording(write, self.home.now, dpid, over))

    async def configure(self, config: ComponentConfig) -> bool:
        """Take other rules of admission. Connections that they allow stay.

        :raises ConfigError: when the file of approvals is damaged.
        """
        assert isinstance(config, OpenFlowConfig)
        self.home.admission.change(config.rules(), config.approvals())
        self.home.judge_again()
        return True

    # IAdmission

    def admission(self) -> Admission:
        """The rules, those that wait, those that are approved."""
        return self.home.admission

    def approve(self, dpid: int) -> None:
        """Admit this switch from now on; it goes on if it waits."""
        self.home.admission.approve(dpid, self.home.now())
        self.log.info("switch {dpid} is approved", dpid=format_dpid(dpid))

    def revoke(self, dpid: int) -> None:
        """Take an approval back, and close the switch's connection."""
        self.home.admission.revoke(dpid)
        self.log.info("the approval of switch {dpid} is taken back", dpid=format_dpid(dpid))
        self.home.judge_again()

    # IDatapaths

    def get(self, dpid: int) -> Datapath | None:
        """The switch with this dpid, while it is connected."""
        return self.home.datapaths.get(dpid)

    def all(self) -> Sequence[Datapath]:
        """Every connected switch, in the order in which they joined."""
        return list(self.home.datapaths.values())

    def owns(self, dpid: int) -> bool:
        """Whether this instance does what is done once for the whole network at this switch."""
        return dpid in self.home.datapaths

    def _owner(self, number: int) -> str:
        return next((c.name for c in self.kernel.components() if c.number == number), "")

    def before_join(self, call: BeforeJoin) -> Callable[[], None]:
        """Have this called for each switch before its join is announced; what it sends is done by then.

        :returns: what withdraws it.
        """
        self.home.before_join.append(call)
        return lambda: self.home.before_join.remove(call)

    def metrics(self) -> Iterable[Metric]:
        """How many switches and connections there are, and how many were refused."""
        yield GaugeMetricFamily("nox_openflow_datapaths", "Switches that have joined", len(self.home.datapaths))
        yield GaugeMetricFamily("nox_openflow_connections", "Connections, joined or not", len(self.home.channels))
        yield CounterMetricFamily("nox_openflow_refused", "Connections refused as duplicates", self.home.refused)
        waiting = len(self.home.admission.waiting())
        yield GaugeMetricFamily("nox_openflow_waiting", "Switches that wait for approval", waiting)
        trips = GaugeMetricFamily(
            "nox_openflow_round_trip_seconds", "What the last answer to an echo request took", labels=["dpid"]
        )
        for datapath in self.home.datapaths.values():
            if datapath.round_trip is not None:
                trips.add_metric([str(datapath)], datapath.round_trip)
        yield trips


def _text(address: IAddress | None) -> str:
    """An address as people write it."""
    if isinstance(address, IPv4Address | IPv6Address):
        host = f"[{address.host}]" if ":" in address.host else address.host
        return f"{host}:{address.port}"
    return str(address)


def _listen(reactor: object, text: str, factory: Factory) -> _Port:
    """Open one endpoint.

    :param text: a Twisted endpoint string, such as ``tcp:6653`` or ``tcp:6653:interface=127.0.0.1``.
    :raises ConfigError: when it is none. :raises PortInUse: when somebody listens there.
    """
    try:
        opening: Deferred[Any] = server_endpoint(reactor, text).listen(factory)
    except ValueError as error:
        raise ConfigError(f"[nox] listen: {error}") from error
    ports: list[_Port] = []
    failures: list[Failure] = []
    opening.addCallbacks(ports.append, failures.append)
    if failures:
        raise _refused(text, failures[0].value) from failures[0].value
    if not ports:
        raise ConfigError(f"[nox] listen: {text!r} does not open at once; use a listening endpoint")
    return ports[0]


def _refused(text: str, error: BaseException | None) -> NoxError:
    """Why an endpoint could not be opened, short enough for what `twistd` lets through (100 bytes)."""
    text = text.partition(":key=")[0]  # the files of noxtls: are not the reason
    cause = getattr(error, "socketError", error)
    if isinstance(error, CannotListenError) and getattr(cause, "errno", None) == errno.EADDRINUSE:
        return PortInUse(f"{text} is in use: change [nox] listen")
    return ConfigError(f"{text} cannot be opened: {getattr(cause, 'strerror', None) or cause}")
