"""What applications tell each other, beside the changes of the view (`nox.core.view.events.ViewChange`)."""

from __future__ import annotations

from nox.core.events.event import Event
from nox.lib.addresses import EthernetAddress
from nox.netapps.interfaces import Role


class PortRoleChanged(Event):
    """What a port is for was decided, or is open again."""

    __slots__ = ("dpid", "port", "role")
    where_fields = ("dpid", "role")

    def __init__(self, dpid: int, port: int, role: Role) -> None:
        self.dpid = dpid
        self.port = port
        self.role = role


class LinkRefused(Event):
    """Somebody claims a link that is not believed: a forged, replayed or relayed frame, or a port that carried a host.

    :ivar dpid: where it was heard; `port` too. :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "port", "reason")
    where_fields = ("dpid",)

    def __init__(self, dpid: int, port: int, reason: str) -> None:
        self.dpid = dpid
        self.port = port
        self.reason = reason


class HostConflict(Event):
    """Two ports claim one host, or two hosts one address; nothing was changed unless the evidence decided.

    :ivar mac: the host, on `vlan`. :ivar dpid: where the claim that is not believed was made; `port` too.
    :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "mac", "port", "reason", "vlan")
    where_fields = ("dpid",)

    def __init__(self, mac: EthernetAddress, vlan: int, dpid: int, port: int, reason: str) -> None:
        self.mac = mac
        self.vlan = vlan
        self.dpid = dpid
        self.port = port
        self.reason = reason


class SourceRefused(Event):
    """A frame came from an address from which no host may send, or from one host too many at its port.

    :ivar dpid: where it came in; `port` too. :ivar reason: a sentence.
    """

    __slots__ = ("dpid", "mac", "port", "reason")
    where_fields = ("dpid",)

    def __init__(self, mac: EthernetAddress, dpid: int, port: int, reason: str) -> None:
        self.mac = mac
        self.dpid = dpid
        self.port = port
        self.reason = reason
