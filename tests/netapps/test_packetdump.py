"""A line for every packet."""

from __future__ import annotations

from twisted.logger import capturedLogs, formatEvent

from nox.core.component.plugins import ComponentPlugin
from tests.netapps.network import Network

DUMP = ComponentPlugin("packetdump", "nox.netapps.packetdump:PacketDump", number=19)
HUB = ComponentPlugin("hub", "nox.netapps.hub:Hub", number=16)
FRAME = bytes.fromhex("02000000000202000000000108004500001c00000000401100000a0000010a000002003514e900080000")


def test_a_packet_is_a_line_with_its_headers_and_fields() -> None:
    """Readable as text; the switch and the port are fields of the log's event."""
    switch = Network(DUMP, HUB, toml="[packetdump]\ndata = true\n").switch(4, dpid=0x10)
    with capturedLogs() as events:
        switch.packet_in(2, FRAME)
    [event] = [event for event in events if event.get("component") == "packetdump"]
    assert formatEvent(event) == (
        "0000000000000010 port 2: 02:00:00:00:00:01 > 02:00:00:00:00:02 "
        "eth_type=0x0800,vlan_vid=0x0000,ip_dscp=0,ip_proto=17,"
        "ipv4_src=10.0.0.1,ipv4_dst=10.0.0.2,udp_src=53,udp_dst=5353 "
        f"(42 bytes) {FRAME.hex()}"
    )
    assert (event["dpid"], event["in_port"]) == ("0000000000000010", 2)
