"""A port of a switch: its state, its configuration, what it counts."""

from __future__ import annotations

from typing import Final

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.enums import PortConfig, PortFeature, PortState
from nox.lib.openflow.enums10 import PortConfig10

NO_FLOOD: Final = int(PortConfig10.NO_FLOOD)  # 1.0 alone can say it
CONFIG10: Final = int(sum(PortConfig10))
CONFIG13: Final = int(sum(PortConfig))
_FEATURES: Final = int(PortFeature.FD_10GB | PortFeature.COPPER)
_KBPS: Final = 10_000_000


class Port:
    """One port.

    :ivar config: bits of `PortConfig`, and `NO_FLOOD`.
    :ivar link: whether a link is there and up.
    :ivar since: when it was added, seconds.
    """

    __slots__ = (
        "config",
        "hw_addr",
        "link",
        "name",
        "number",
        "rx_bytes",
        "rx_dropped",
        "rx_packets",
        "since",
        "tx_bytes",
        "tx_dropped",
        "tx_packets",
    )

    features = _FEATURES
    speed = _KBPS  # kbit/s

    def __init__(self, number: int, hw_addr: EthernetAddress, name: str, *, now: float = 0.0) -> None:
        self.number, self.hw_addr, self.name, self.since = number, hw_addr, name, now
        self.config = 0
        self.link = True
        self.rx_packets = self.rx_bytes = self.rx_dropped = 0
        self.tx_packets = self.tx_bytes = self.tx_dropped = 0

    @property
    def live(self) -> bool:
        """Whether packets get through, as far as the switch knows."""
        return self.link and not self.config & PortConfig.PORT_DOWN

    @property
    def state(self) -> int:
        """Bits of `PortState`. A port that is shut has no link either."""
        return PortState.LIVE if self.live else PortState.LINK_DOWN

    def receive(self, size: int) -> bool:
        """Count a frame that has come in; whether it goes on."""
        if not self.live:
            return False
        self.rx_packets += 1
        self.rx_bytes += size
        if self.config & PortConfig.NO_RECV:
            self.rx_dropped += 1
            return False
        return True

    def send(self, size: int) -> bool:
        """Count a frame that is to go out; whether it does."""
        if not self.live or self.config & PortConfig.NO_FWD:
            self.tx_dropped += 1
            return False
        self.tx_packets += 1
        self.tx_bytes += size
        return True
