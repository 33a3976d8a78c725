"""The whole: nodes, links, and frames on their way between them."""

from __future__ import annotations

from nox.emulator.fabric.link import DELAY, End, Link
from nox.emulator.fabric.node import Bridge, Node, Station
from nox.emulator.fabric.queue import Queue
from nox.emulator.hosts.host import Host
from nox.emulator.switch.settings import Settings
from nox.lib.errors import ConfigError
from nox.lib.nearest import did_you_mean

_Trip = tuple[Link, int, int, bytes]  # a frame on its way: link, the end that it has left, the link's era, the frame


class Fabric:
    """Hosts and switches by name, and their links.

    Who has done something to a node by its own methods calls `moved` afterwards.

    :ivar queue: frames on their way, and when each node is to be run.
    :param seed: of what is left to chance.
    """

    def __init__(self, seed: int = 0) -> None:
        self.queue = Queue()
        self.nodes: dict[str, Node] = {}
        self.links: list[Link] = []
        self.seed = seed

    def begin(self, now: float) -> None:
        """It is so late now, and nothing has happened yet."""
        self.queue.now = now
        for bridge in self.bridges():
            for port in bridge.switch.ports.values():
                port.since = now

    def bridges(self) -> list[Bridge]:
        """The switches."""
        return [node for node in self.nodes.values() if isinstance(node, Bridge)]

    def stations(self) -> list[Station]:
        """The hosts."""
        return [node for node in self.nodes.values() if isinstance(node, Station)]

    # Building

    def add_host(self, host: Host) -> Station:
        """:raises ConfigError: when its name is in use."""
        self._refuse_name(host.name)
        station = self.nodes[host.name] = Station(host)
        return station

    def add_switch(self, name: str, datapath_id: int, settings: Settings | None = None) -> Bridge:
        """:raises ConfigError: when name or dpid are in use, or wrong."""
        self._refuse_name(name)
        if not 0 < datapath_id < 1 << 64:
            raise ConfigError(f"switch {name}: {datapath_id} is no dpid; it is a number from 1 to 2**64 - 1")
        other = next((one for one in self.nodes.values() if isinstance(one, Bridge) and one.dpid == datapath_id), None)
        if other is not None:
            raise ConfigError(f"switch {name}: {other.name} has dpid {datapath_id} already: give one of them another")
        bridge = Bridge(name, datapath_id, settings, now=self.queue.now)
        self.nodes[name] = bridge
        return bridge

    def _refuse_name(self, name: str) -> None:
        if not name:
            raise ConfigError("a host or switch has no name: give it one, by which it can be found")
        if name in self.nodes:
            raise ConfigError(f'there are two of the name "{name}": give one of them another')

    def node(self, name: str) -> Node:
        """The host or switch of that name.

        :raises ConfigError: when there is none.
        """
        if name not in self.nodes:
            raise ConfigError(f'there is no host or switch "{name}"{did_you_mean(name, self.nodes)}')
        return self.nodes[name]

    def connect(
        self, a: str, b: str, a_port: int | None = None, b_port: int | None = None, *, delay: float = DELAY,
        loss: float = 0.0,
    ) -> Link:  # fmt: skip
        """Lay a link.

        :param a_port: the number of the port of `a`, a switch; by default the next one.
        :raises ConfigError: when an end is nowhere, a port is in use, or a host has a link already.
        """
        name = f"{a}-{b}"
        for end in (a, b):
            if end not in self.nodes:
                raise ConfigError(
                    f'link {name} leads nowhere: there is no host or switch "{end}"{did_you_mean(end, self.nodes)}'
                )
        if a == b:
            raise ConfigError(f"link {name} leads back to where it comes from: name two hosts or switches")
        link = Link(self._end(a, a_port, name), self._end(b, b_port, name), delay=delay, loss=loss, seed=self.seed)
        self.links.append(link)
        self._plug(link)
        return link

    def _end(self, name: str, port: int | None, link: str) -> End:
        node = self.nodes[name]
        if not isinstance(node, Bridge):
            if (wire := node.wire(0)) is not None:
                raise ConfigError(f"link {link}: host {name} has one port, and link {wire[0].name} is plugged in there")
            return End(node, 0)
        number = node.free_port() if port is None else port
        if (wire := node.wire(number)) is not None:
            raise ConfigError(f"link {link}: port {number} of {name} is used by link {wire[0].name}; name another")
        if not 0 < number < 0xFF00:
            raise ConfigError(f"link {link}: {number} is no port of {name}; ports go from 1 to {0xFF00 - 1}")
        return End(node, number)

    def _plug(self, link: Link) -> None:
        for side, (node, port) in enumerate(link.ends):
            known = isinstance(node, Bridge) and port in node.switch.ports
            node.plug(port, (link, side))
            if known:  # a port that had a link before
                node.set_link(port, link.up, self.queue.now)
            self.moved(node)

    def _unplug(self, link: Link) -> None:
        for node, port in link.ends:
            node.plug(port, None)
            node.set_link(port, False, self.queue.now)
            self.moved(node)

    # Links that change

    def cut(self, link: Link, is_cut: bool = True) -> None:
        """Cut a link, or mend it."""
        link.is_cut = is_cut
        self.refresh(link)

    def refresh(self, link: Link) -> None:
        """Something has changed on which it depends whether the link is up: tell both ends if it has changed."""
        up = not link.is_cut and all(end.node.powered for end in link.ends)
        if up == link.up:
            return
        link.up = up
        link.era += not up
        for node, port in link.ends:
            node.set_link(port, up, self.queue.now)
            self.moved(node)

    def move(self, link: Link, side: int, node: Node, port: int | None = None) -> None:
        """Plug an end of a link in elsewhere. Both ends see it go down and come up.

        :raises ConfigError: when the port is in use.
        """
        end = self._end(node.name, port, link.name)
        self._unplug(link)
        link.era += 1
        link.ends[side] = end
        self._plug_again(link)

    def swap(self, one: Link, other: Link) -> None:
        """Miswire two links: their second ends change places."""
        self._unplug(one)
        self._unplug(other)
        one.era += 1
        other.era += 1
        one.ends[1], other.ends[1] = other.ends[1], one.ends[1]
        self._plug_again(one)
        self._plug_again(other)

    def _plug_again(self, link: Link) -> None:
        link.up = not link.is_cut and all(end.node.powered for end in link.ends)
        self._plug(link)
        for node, port in link.ends:
            if isinstance(node, Station):
                node.set_link(port, link.up, self.queue.now)
                self.moved(node)

    # Switches that crash

    def crash(self, bridge: Bridge) -> None:
        """Take a switch's power. Its controllers' connections are to be ended by who made them."""
        bridge.crash()
        for link, _ in bridge.wires():
            self.refresh(link)

    def restart(self, bridge: Bridge) -> None:
        """Give it back: tables are empty."""
        bridge.restart(self.queue.now)
        for link, side in bridge.wires():
            self.refresh(link)
            bridge.switch.ports[link.ends[side].port].link = link.up
        self.moved(bridge)

    # What happens

    def moved(self, node: Node) -> None:
        """Something has happened to a node: carry what it sends, and run it when the next thing is due."""
        queue = self.queue
        for port, frame in node.take():
            wire = node.wire(port)
            if wire is not None:
                link, side = wire
                when = link.depart(side, queue.now)
                if when is not None:
                    queue.at(when, self._arrived, (link, side, link.era, frame))
        wake = node.next_wake
        if wake is not None and (node.due is None or wake < node.due):
            node.due = wake
            queue.at(max(wake, queue.now), self._wake, node)

    def _arrived(self, trip: _Trip) -> None:
        link, side, era, frame = trip
        if link.arrive(side, era):
            node, port = link.ends[1 - side]
            node.receive(port, frame, self.queue.now)
            self.moved(node)

    def _wake(self, node: Node) -> None:
        if node.due is None or node.due > self.queue.now:  # it has been run since, and is to be run later
            return
        node.due = None
        node.run(self.queue.now)
        self.moved(node)
