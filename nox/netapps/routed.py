"""What `IRouting` tells of the flows that it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nox.lib.addresses import EthernetAddress
from nox.netapps.decision import Path, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistrusted:
    """A switch or a link that flows are led around, because it loses in silence what they send.

    :ivar port: where the link begins; None for the switch itself.
    :ivar other: where the link arrives; None for a switch.
    :ivar sender: whose flows are led around it, and `receiver`: to whom; both None for everybody's.
    :ivar since: seconds of the clock; `until`: when it is tried again.
    :ivar times: how often it was found to lose flows, one time soon after the other.
    """

    dpid: int
    port: int | None
    other: Place | None
    sender: EthernetAddress | None
    receiver: EthernetAddress | None
    since: float
    until: float
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedFlow:
    """A flow that stands, or is being set up.

    :ivar sender: the host's Ethernet address; `receiver` too. :ivar vlan: of both; 0 for none.
    :ivar headers: its exact header fields, as text, by OpenFlow 1.3's names.
    :ivar rule: what allowed it. :ivar stands: whether its entries are written; else packets may wait for them.
    :ivar stranded: whether its path is broken and there is no other.
    """

    sender: EthernetAddress
    receiver: EthernetAddress
    vlan: int
    headers: Mapping[str, str]
    path: Path
    rule: str
    stands: bool
    stranded: bool
