"""What `IRouting` tells of the flows that it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nox.lib.addresses import EthernetAddress
from nox.netapps.decision import Path


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
