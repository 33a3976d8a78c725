"""The component ``packetdump``: a line in the log for every packet that reaches the controller."""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.config.model import ComponentConfig
from nox.core.events.event import CONTINUE, Outcome
from nox.core.openflow.events import PacketIn
from nox.lib.addresses import EthernetAddress
from nox.lib.match import Match

FIRST = 1_000_000  # before every other handler, so that what others stop is seen too


class PacketDump(Component):
    """Shows packets; it asks for none, so that it sees what other components get."""

    class Config(ComponentConfig):
        """`data`: show the packet's bytes too, in hexadecimal."""

        data: bool = False

    config: Config

    async def start(self) -> None:
        """See every packet."""
        self.register(PacketIn, self.packet_in, priority=FIRST)

    def packet_in(self, event: PacketIn) -> Outcome:
        """Write the line."""
        fields = {name: value for name, value in event.key.items() if name != "in_port"}
        source, destination = (EthernetAddress(fields.pop(name)) for name in ("eth_src", "eth_dst"))
        self.log.info(
            "{dpid} port {in_port}: {source} > {destination} {headers} ({length} bytes){data}",
            dpid=str(event.datapath),
            in_port=event.in_port,
            source=str(source),
            destination=str(destination),
            headers=str(Match(**fields)),
            length=event.total_len,
            data=f" {event.data.hex()}" if self.config.data else "",
        )
        return CONTINUE
