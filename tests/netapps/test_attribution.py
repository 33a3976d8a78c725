"""Who sends a packet, and to whom."""

from __future__ import annotations

from zope.interface.verify import verifyObject

from nox.api import CONTINUE, Component, Outcome, PacketIn
from nox.core.events.event import STOP
from nox.emulator.network import Network
from nox.netapps.attribution.component import Attribution
from nox.netapps.decision import Place
from nox.netapps.events import FlowIn
from nox.netapps.interfaces import IAttribution

MEMORY = '[view]\nstore = "memory"\n'


class Listening(Component):
    """Notes each first packet."""

    async def start(self) -> None:
        """Listen."""
        self.heard: list[FlowIn] = []
        self.register(FlowIn, self.flow_in)

    def flow_in(self, event: FlowIn) -> Outcome:
        """Note it."""
        self.heard.append(event)
        return CONTINUE


class Consuming(Component):
    """Consumes every packet of ICMP."""

    async def start(self) -> None:
        """Listen."""
        self.register(PacketIn, self.packet_in)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Whatever it is for."""
        return STOP if event.shape.fixed.get("ip_proto") == 1 else CONTINUE


def test_who_and_to_whom() -> None:
    """An echo comes from its host's port, is sent by that host, and is for where the other one is."""
    with Network.line(2) as net:
        net.start("routing", "allow_all", Listening, toml=MEMORY)
        net.run(1.5)
        h1, h2 = net.hosts
        assert h1.ping(h2, count=2).received == 2
        verifyObject(IAttribution, net.controller.component(Attribution))
        heard = net.controller.component(Listening).heard
        [echo] = [one for one in heard if one.packet.key.get("icmpv4_type") == 8]
        name, port = h1.switch
        assert echo.source == Place(net.switch(name).dpid, port)
        assert (echo.sender.mac, echo.sender.vlan, echo.users) == (h1.mac, 0, ())
        assert [(one.dpid, one.port) for one in echo.receiver] == [(net.switch("s2").dpid, h2.switch[1])]
        question = next(one for one in heard if one.packet.values[1] == b"\xff" * 6)
        assert question.receiver == ()


def test_what_somebody_consumes_begins_no_flow() -> None:
    """Nobody attributes it, and so nobody decides about it."""
    with Network.line(2) as net:
        net.start("routing", "allow_all", Listening, Consuming, toml=MEMORY)
        net.run(1.5)
        h1, h2 = net.hosts
        assert h1.ping(h2).received == 0
        heard = net.controller.component(Listening).heard
        assert heard
        assert not any(one.packet.shape.fixed.get("ip_proto") == 1 for one in heard)


def test_a_switch_between_two_others_that_has_lost_its_entries_gets_them_again() -> None:
    """What it asks about comes from where its sender is; the flow goes on."""
    with Network.line(3) as net:
        net.start("routing", "allow_all", toml=MEMORY)
        net.run(1.5)
        h1, _, h3 = net.hosts
        assert h1.ping(h3, count=3, interval=0.5).received == 3
        tables = net.switch("s2").node.switch.flows.tables
        for entry in [one for one in tables[0] if one.priority == 20000]:
            tables[0].remove(entry)
        net.run(1.1)
        assert h1.ping(h3, count=5, interval=0.5).received == 5
        assert any(one.priority == 20000 for one in tables[0])
