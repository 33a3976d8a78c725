"""Networks of several bridges in the lab: any plan of `nox.emulator.topologies`, and what else can be between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from nox.emulator.topologies import Plan
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.namespaces import Host
from tests.lab.process import eventually

Ends = tuple[int, int, int, int]  # dpid and port, dpid and port


class Wired:
    """Bridges with dpids from 1 and links between them, without a controller until `connect`.

    :ivar bridges: by name. :ivar hosts: in order, each at the switch of that place in `at`.
    :ivar wiring: each link once, as dpid and port at both ends.
    """

    def __init__(self, lab: Lab, plan: Plan, *, hosts: int = 1, protocols: str = "OpenFlow13") -> None:
        self._lab, self._links = lab, 0
        self.bridges = {
            name: lab.ovs.bridge(name, dpid, protocols=protocols) for dpid, name in enumerate(plan.switches, 1)
        }
        self.wiring: list[Ends] = []
        self._ports: Counter[str] = Counter()
        for a, b in plan.links:
            self.link(a, b)
        self.at = [name for name in plan.edges for _ in range(hosts)]
        self.hosts: list[Host] = lab.hosts(len(self.at))
        for host, name in zip(self.hosts, self.at, strict=True):
            self.plug(name, [host.port])

    def link(self, a: str, b: str) -> tuple[str, str]:
        """Lay a cable; the names of its two interfaces."""
        ends = self.cable()
        self.wiring.append((self.bridges[a].dpid, self.plug(a, ends[:1]), self.bridges[b].dpid, self.plug(b, ends[1:])))
        return ends

    def cable(self) -> tuple[str, str]:
        """Two interfaces of which each leads to the other."""
        self._links += 1
        one, other = f"l{self._links}a", f"l{self._links}b"
        self._lab.namespace.run("ip", "link", "add", one, "type", "veth", "peer", "name", other)
        for end in (one, other):
            self._lab.namespace.run("ip", "link", "set", end, "up")
        return one, other

    def plug(self, name: str, interfaces: Sequence[str]) -> int:
        """Make interfaces ports of a bridge; the number of the first."""
        first = self._ports[name] + 1
        self._ports[name] += len(interfaces)
        self.bridges[name].attach(interfaces, first=first)
        return first

    def legacy(self, names: Iterable[str]) -> dict[str, int]:
        """Link bridges through a switch that OpenFlow does not control: a Linux bridge; the ports by name."""
        self._lab.namespace.run("ip", "link", "add", "legacy", "type", "bridge")
        self._lab.namespace.run("ip", "link", "set", "legacy", "up")
        ports = {}
        for name in names:
            one, other = self.cable()
            ports[name] = self.plug(name, [one])
            self._lab.namespace.run("ip", "link", "set", other, "master", "legacy")
        return ports

    def connect(self) -> None:
        """Have all bridges look for the controller."""
        for bridge in self.bridges.values():
            settings = ["max_backoff=1000", "connection_mode=out-of-band"]
            bridge.ovs.vsctl(
                "set-controller", bridge.name, "tcp:127.0.0.1:6653", "--", "set", "controller", bridge.name, *settings
            )

    def joined(self, controller: Controller) -> None:
        """Wait until all have joined."""
        eventually(lambda: len(controller.ask("switches")) == len(self.bridges), "all switches have joined", within=30)

    @property
    def directions(self) -> set[Ends]:
        """Both directions of each link."""
        return {ends for a, p, b, q in self.wiring for ends in ((a, p, b, q), (b, q, a, p))}


def known(controller: Controller) -> dict[Ends, str]:
    """The links that a controller knows, each direction with its kind."""
    return {
        (int(one["src_dpid"], 16), one["src_port"], int(one["dst_dpid"], 16), one["dst_port"]): one["kind"]
        for one in controller.ask("links")
    }
