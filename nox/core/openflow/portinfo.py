"""A switch's port as components see it: free of OpenFlow versions."""

from __future__ import annotations

from dataclasses import dataclass

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.enums import PortConfig, PortState


@dataclass(frozen=True, slots=True, kw_only=True)
class PortInfo:
    """One port, in OpenFlow 1.3's terms (1.3.5, section 7.2.1).

    :ivar number: 32 bits.
    :ivar name: printable; what the switch sent otherwise is escaped.
    :ivar config: `PortConfig` bits; of a 1.0 switch also those that 1.0 alone has (`PortConfig10`).
    :ivar state: `PortState` bits; a 1.0 switch does not know LIVE.
    :ivar current: `PortFeature` bits in use; `advertised`, `supported` and `peer` are features too.
    :ivar current_speed: kbit/s, 0 where unknown; `max_speed` too. Those of a 1.0 switch come from its features.
    """

    number: int
    hw_addr: EthernetAddress
    name: str
    config: int = 0
    state: int = 0
    current: int = 0
    advertised: int = 0
    supported: int = 0
    peer: int = 0
    current_speed: int = 0
    max_speed: int = 0

    @property
    def is_up(self) -> bool:
        """Whether it is configured up and has a link."""
        return not (self.config & PortConfig.PORT_DOWN or self.state & PortState.LINK_DOWN)
