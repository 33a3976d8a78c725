"""An entry beside the table miss that lets Open vSwitch see a TCP connection's entry from its second packet on.

Open vSwitch caches what it has decided about a packet, for all packets that agree in what it has looked at. A
connection's first packet fits no entry, so that the cache says "to the controller"; and it goes on saying so for the
packets that follow, until a thread that rests 5 ms after each round has seen the new entry. An uncapped connection
sends up to 200 packets meanwhile. This entry does what the table miss does. But to know whether it fits, Open vSwitch
must look at SYN and ACK, and then a decision about a SYN holds for SYNs alone: the next packet is decided anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.core.plan import MISS
from nox.lib.actions import CONTROLLER, Output
from nox.lib.flowkey import ETH_IPV4, ETH_IPV6, TCP
from nox.lib.match import Match

_SYN, _ACK = 0x02, 0x10  # RFC 9293, section 3.1


def openings(max_len: int) -> Iterator[FlowSpec]:
    """The entries, just above the table miss.

    :param max_len: bytes of a packet to send, where the switch has buffers.
    """
    for eth_type in (ETH_IPV4, ETH_IPV6):
        match = Match(eth_type=eth_type, ip_proto=TCP, tcp_flags=(_SYN, _SYN | _ACK))
        yield FlowSpec(match=match, priority=MISS.high, actions=(Output(CONTROLLER, max_len=max_len),))


def caches_decisions(datapath: Datapath) -> bool:
    """Whether a switch is Open vSwitch, as far as it says so. Others hardly know ``tcp_flags``, and would refuse it."""
    return datapath.description is not None and datapath.description.hardware == "Open vSwitch"
