"""The REST interface over a real UNIX socket, with a kernel and switches of the test's own behind it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from cryptography.x509 import load_pem_x509_certificate
from OpenSSL.crypto import X509
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.task import Clock
from twisted.internet.threads import blockingCallFromThread
from twisted.logger import ILogObserver, LogEvent, Logger
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nox.core import plan
from nox.core.component.registry import Registry
from nox.core.component.status import ComponentStatus
from nox.core.config.difference import Difference
from nox.core.events.accounting import HandlerStats
from nox.core.events.dispatcher import Dispatcher
from nox.core.interfaces import IAdmission, ICapture, IDatapaths, IKernel
from nox.core.metrics import Metrics
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.ledger import Ledger, Reconciled
from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.requests import RequestError
from nox.core.openflow.statistics import Description, FlowStats, PortStats
from nox.core.tls.verdict import PeerCertificate
from nox.lib.actions import CONTROLLER, Output, PopVlan, SetField
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ComponentError
from nox.lib.match import Match
from nox.lib.openflow import Version
from nox.netapps.interfaces import IHosts
from nox.webapps.rest.answers import Route
from nox.webapps.rest.application import application
from nox.webapps.rest.listener import listen
from nox.webapps.rest.resources.about import About
from nox.webapps.rest.resources.admission import Admissions
from nox.webapps.rest.resources.capture import Captures
from nox.webapps.rest.resources.components import Components
from nox.webapps.rest.resources.hosts import Hosts
from nox.webapps.rest.resources.switches import Switches
from nox.webapps.rest.site import RestSite
from tests.certificates import Pair
from tests.core.openflow.peer import Peer, new_openflow
from tests.core.view.support import Viewed

T = TypeVar("T")

HOSTILE = "eth0\x1b[31m\u202e[bold]"  # colours a terminal, turns the writing direction, is markup of rich


def status(name: str, number: int, **changes: Any) -> ComponentStatus:
    """A component that runs."""
    usual: dict[str, Any] = {"state": "running", "error": "", "provides": (), "requires": (), "config": {}}
    return ComponentStatus(
        name,
        number,
        **{**usual, "handlers": 1, "timers": 0, "tasks": 0, "errors": 0, "slow": 0, "since": 1.7e9, **changes},
    )


@implementer(IKernel)
class OwnKernel:
    """A kernel that does nothing but remember what it was asked."""

    bootstrapped = True
    is_closing = False

    def __init__(self) -> None:
        self.statuses = [status("openflow", 1), status("switch", 17, requires=("openflow",))]
        self.asked: list[tuple[str, ...]] = []
        self.answer: Deferred[Any] | None = None

    def components(self) -> Sequence[ComponentStatus]:
        """Two."""
        return self.statuses

    def graph(self) -> Mapping[str, Sequence[str]]:
        """One needs the other."""
        return {one.name: one.requires for one in self.statuses}

    def names(self) -> Mapping[int, str]:
        """Those two, and one that does not run."""
        return {**{one.number: one.name for one in self.statuses}, 16: "hub"}

    def events(self) -> Sequence[HandlerStats]:
        """One handler."""
        return [HandlerStats("PacketIn", "switch", "Switch.packet_in", 0, "", 7, 1, 0, 0, 0, 0, 1, 2.5, 4.0)]

    def load(self, name: str) -> Deferred[None]:
        """Add it; `broken` cannot be."""
        self.asked.append(("load", name))
        if name == "broken":
            return fail(ComponentError('component "broken": no luck'))
        self.statuses.append(status(name, 18))
        return succeed(None)

    def unload(self, name: str) -> Deferred[Sequence[str]]:
        """Say that it is gone."""
        self.asked.append(("unload", name))
        return succeed([name])

    def restart(self, name: str) -> Deferred[Sequence[str]]:
        """Say that it was restarted, when the test wants."""
        self.asked.append(("restart", name))
        return self.answer or succeed([name])

    def reload(self) -> Deferred[Difference]:
        """A difference of one."""
        self.asked.append(("reload",))
        return succeed(Difference(("hub",), (), ()))


@dataclass
class OwnDatapath:
    """A switch: what the resources read of a `Datapath`."""

    dpid: int = 1
    version: Version = Version.V1_3
    address: str = "192.0.2.1:5000"
    connected_at: float = 1.7e9
    certificate: PeerCertificate | None = None
    round_trip: float | None = 0.0012
    n_tables: int = 254
    n_buffers: int = 0
    capabilities: int = 79
    description: Description | None = field(
        default_factory=lambda: Description(
            manufacturer="Nicira", hardware=HOSTILE, software="3.1", serial_number="None", datapath="None"
        )
    )
    ports: dict[int, PortInfo] = field(
        default_factory=lambda: {1: PortInfo(number=1, hw_addr=EthernetAddress(0x020000000001), name=HOSTILE)}
    )
    silent: bool = False
    ledger: Ledger = field(default_factory=lambda: _ledger())

    async def port_stats(self) -> list[PortStats]:
        """Counters, of which it does not keep all."""
        names = [name for name in PortStats.__slots__ if name != "number"]
        return [PortStats(number=1, **{**dict.fromkeys(names), "rx_packets": 12})]

    async def flow_stats(self) -> list[FlowStats]:
        """An entry of `switch`, one of a component that does not run, one of a stranger."""
        if self.silent:
            raise RequestError("FlowStatsRequest: no answer within 10 s")
        return [
            _entry(plan.cookie(16, 1, 1), 20000, Match(), Output(CONTROLLER, 128), PopVlan()),
            _entry(0, 30000, Match(in_port=1)),
            _entry(
                plan.cookie(17, 1, 1),
                20001,
                Match(eth_type=0x0800),
                SetField("eth_dst", "02:00:00:00:00:02"),
                Output(2),
            ),
        ]


def _ledger() -> Ledger:
    ledger = Ledger()
    ledger.flow_mods[17] = 3
    ledger.reconciled = Reconciled(right=5, added=3, foreign=1, orphans=1, is_lost=True)
    return ledger


def _entry(cookie: int, priority: int, match: Match, *actions: Any) -> FlowStats:
    return FlowStats(
        cookie=cookie,
        priority=priority,
        match=match,
        actions=actions,
        duration=75.5,
        idle_timeout=10,
        packet_count=5,
        byte_count=500,
    )


@implementer(IDatapaths)
class OwnDatapaths:
    """The switches of a test."""

    def __init__(self, *datapaths: OwnDatapath) -> None:
        self.datapaths = cast("tuple[Datapath, ...]", datapaths)

    def get(self, dpid: int) -> Datapath | None:
        """One of them."""
        return next((one for one in self.datapaths if one.dpid == dpid), None)

    def all(self) -> Sequence[Datapath]:
        """All of them."""
        return self.datapaths

    def owns(self, dpid: int) -> bool:
        """All of them."""
        return self.get(dpid) is not None

    def before_join(self, call: Callable[[Datapath], Awaitable[None] | None]) -> Callable[[], None]:
        """None joins."""
        return lambda: None


@implementer(ICapture)
class OwnCapture:
    """Captures that the test writes itself.

    :ivar running: what writes and what ends each, by number; `asked` has the dpids.
    """

    def __init__(self) -> None:
        self.asked: list[int | None] = []
        self.running: dict[int, tuple[Callable[[bytes], bool], Callable[[], None]]] = {}

    def capture(self, write: Callable[[bytes], bool], dpid: int | None, over: Callable[[], None]) -> Callable[[], None]:
        """Begin one."""
        number = len(self.asked)
        self.asked.append(dpid)
        self.running[number] = write, over
        write(b"begun")
        return lambda: self.running.__delitem__(number)


@implementer(IHosts)
class OwnHosts:
    """One host has been heard: 02:00:00:00:00:01 without a VLAN."""

    def last_heard(self, mac: bytes, vlan: int) -> float | None:
        """A fixed moment."""
        return 1.7e9 if (mac, vlan) == (EthernetAddress(0x020000000001), 0) else None

    def is_router(self, mac: bytes, vlan: int) -> bool | None:
        """Nobody has said."""
        return None


def show(peer: Peer, pair: Pair) -> None:
    """Have a switch show a certificate, as TLS would have verified it."""
    shown = X509.from_cryptography(load_pem_x509_certificate(pair.certificate.read_bytes()))
    setattr(peer.transport, "getPeerCertificate", lambda: shown)  # noqa: B010


class Family(Protocol):
    """Resources that belong together."""

    def routes(self) -> Iterator[Route]:
        """Theirs."""


class Server:
    """The resources, served by a reactor in a thread of its own.

    :param more: families beside the usual ones.
    :ivar openflow: the component that admits switches.
    :ivar events: what was logged.
    """

    def __init__(self, path: Path, *more: Family) -> None:
        self.path = path
        self.openflow = new_openflow(path.with_name("switches.json"))
        verifyObject(IAdmission, self.openflow)
        self.kernel = OwnKernel()
        self.datapath = OwnDatapath()
        self.capture = OwnCapture()
        datapaths = OwnDatapaths(self.datapath)
        verifyObject(IKernel, self.kernel)
        verifyObject(IDatapaths, datapaths)
        verifyObject(ICapture, self.capture)
        self.captures = Captures(self.capture)
        self.view, self.reactor = Viewed().view, EPollReactor()
        self.events: list[LogEvent] = []
        log = Logger("test", observer=cast(ILogObserver, self.events.append))
        metrics = Metrics(Registry({}), Dispatcher(Clock()))
        switches = Switches(datapaths, self.kernel)
        admissions = Admissions(self.openflow)
        hosts = Hosts(self.view, OwnHosts(), self.reactor)
        usual: tuple[Family, ...] = (About(metrics), Components(self.kernel), switches, admissions, self.captures)
        families = (*usual, hosts, *more)
        app = application((route for family in families for route in family.routes()), log)
        self.site = RestSite(app.resource(), self.reactor, log)
        self.port = listen(path, self.site, self.reactor)
        self.port.serve()
        self._thread = threading.Thread(target=self.reactor.run, kwargs={"installSignalHandlers": False})
        self._thread.start()

    def stop(self) -> None:
        """Close the socket and end the thread."""
        self.reactor.callFromThread(self.reactor.stop)
        self._thread.join()

    def call(self, what: Callable[..., T], *args: object) -> T:
        """Do it in the reactor's thread."""
        return blockingCallFromThread(self.reactor, what, *args)

    def waits(self, dpid: int, pair: Pair | None = None) -> Peer:
        """A switch that has said who it is, with a certificate or without."""
        peer = Peer(self.openflow.home, 4, dpid=dpid)
        if pair is not None:
            show(peer, pair)
        peer.join()
        return peer

    def connect(self) -> socket.socket:
        """A connection."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(str(self.path))
        return connection

    def send(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send these bytes and read until the end: status, headers, body."""
        with self.connect() as connection:
            connection.sendall(data)
            return parse(read_all(connection))

    def ask(self, method: str, path: str) -> tuple[int, Any]:
        """Status and decoded body of one request."""
        head = f"{method} {path} HTTP/1.1\r\nHost: nox\r\nConnection: close\r\n\r\n"
        status, _, body = self.send(head.encode("latin-1"))
        return status, json.loads(body)


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the end of the stream."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def parse(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case and body of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(first.split()[1]), {name.lower(): value for name, value in headers.items()}, body
