"""Who wants which group, as IGMP and MLD say (RFC 2236, 3376, 2710, 3810; snooping: RFC 4541). No reactor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from nox.lib.errors import RemoteProtocolError
from nox.lib.flowkey import ETH_IPV4, ETH_IPV6, ICMPV6
from nox.lib.packet import igmp, mld
from nox.lib.packet.checksum import Address
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.grouprecord import IS_INCLUDE, TO_INCLUDE, GroupRecord
from nox.lib.packet.icmpv6 import Icmpv6
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.ipv6 import Ipv6
from nox.lib.shapes import Shape, Value
from nox.netapps.decision import Place

LASTS = 260.0  # seconds that a report counts where somebody asks again (RFC 3376, section 8.4)
ROUTER = 255.0  # seconds that who asks counts as a router (RFC 3376, section 8.5)
MOST, MOST_HERE = 10_000, 1000  # memberships: of one group at one port; and those of one port

_IGMP = 2
_MLD = frozenset({mld.QUERY, mld.REPORT_V1, mld.DONE, mld.REPORT_V2})

Group = tuple[bytes, int]  # a group's Ethernet address, and the VLAN
A = TypeVar("A", bound=Address)
Said = list[tuple[Address, bool]]  # of which groups, and whether they are wanted


class Members:
    """Ports by the groups that are wanted there, and the ports where routers are.

    Where nobody asks, nobody says again what he wants: a membership lasts then until it is ended.

    :param changed: is called with each group that is wanted at other ports than before.
    """

    def __init__(self, now: Callable[[], float], changed: Callable[[Group], None]) -> None:
        self._now, self._changed = now, changed
        self._wanted: dict[Group, dict[Place, float]] = {}
        self._routers: dict[Place, float] = {}
        self._here: Counter[Place] = Counter()
        self._count = 0

    @property
    def routers(self) -> set[Place]:
        """Where queries have come from lately."""
        now = self._now()
        return {place for place, heard in self._routers.items() if now - heard < ROUTER}

    def of(self, group: Group) -> set[Place]:
        """Where a group is wanted."""
        return set(self._wanted.get(group, ()))

    def hear(self, shape: Shape, values: tuple[Value, ...], data: bytes, place: Place, vlan: int) -> bool | None:
        """Take what a host says, if it is of IGMP or MLD.

        :returns: whether it is a query, which is for everybody, and else for routers; None where it is neither.
        """
        if not is_report(shape, values):
            return None
        try:
            said = _said(data)
        except RemoteProtocolError:
            return False
        if said is None:
            self._routers[place] = self._now()
            return True
        for address, is_wanted in said:
            self._note((_mac(address), vlan), place, is_wanted)
        return False

    def want(self, group: Group, place: Place) -> None:
        """A group is wanted at a port, as an earlier run has heard."""
        self._note(group, place, True)

    def _note(self, group: Group, place: Place, is_wanted: bool) -> None:
        places = self._wanted.setdefault(group, {})
        was = place in places
        if is_wanted and (was or (self._count < MOST and self._here[place] < MOST_HERE)):
            self._counted(place, int(not was))
            places[place] = self._now()
        elif not is_wanted and was:
            self._counted(place, -1)
            del places[place]
        if not places:
            del self._wanted[group]
        if was != (place in places):
            self._changed(group)

    def _counted(self, place: Place, more: int) -> None:
        self._count += more
        self._here[place] += more
        if not self._here[place]:
            del self._here[place]

    def left(self, place: Place) -> None:
        """A port is down, or no edge any more."""
        self._routers.pop(place, None)
        for group in [group for group, places in self._wanted.items() if place in places]:
            self._note(group, place, False)

    def tick(self) -> None:
        """Forget what nobody has said again, where somebody asks."""
        if self.routers:
            for group, place in list(self._late(self._now() - LASTS)):
                self._note(group, place, False)

    def _late(self, before: float) -> Iterator[tuple[Group, Place]]:
        return (
            (group, place) for group, places in self._wanted.items() for place, said in places.items() if said < before
        )


def is_report(shape: Shape, values: tuple[Value, ...]) -> bool:
    """Whether a packet is of IGMP or MLD."""
    if shape.fixed.get("ip_proto") == ICMPV6:
        return values[-2] in _MLD
    return shape.fixed.get("eth_type") == ETH_IPV4 and shape.fields[-1] == "ip_proto" and values[-1] == _IGMP


def is_local(mac: bytes) -> bool:
    """Whether everybody on the network hears a group without asking (RFC 4541, section 2.1.2).

    Broadcasts, 224.0.0.0/24 with mDNS in it, what is no group of IP, and of IPv6's groups the well-known ones and those
    of neighbour discovery.
    """
    if mac.startswith(b"\x01\x00\x5e"):
        return mac.startswith(b"\x01\x00\x5e\x00\x00")
    if mac.startswith(b"\x33\x33"):
        return mac.startswith((b"\x33\x33\x00\x00\x00", b"\x33\x33\xff"))
    return True


def _said(data: bytes) -> Said | None:
    """What a message says; None for a query.

    :raises RemoteProtocolError: when it is cut short or wrong.
    """
    frame = Ethernet.parse(data)
    if frame.eth_type == ETH_IPV4:
        return _of_igmp(igmp.parse(Ipv4.parse(frame.payload).payload))
    if frame.eth_type != ETH_IPV6:
        return []
    packet = Ipv6.parse(frame.payload)
    inside = Icmpv6.parse(packet.payload, packet.ends)
    return _of_mld(inside.type, mld.parse(inside.type, inside.body))


def _of_igmp(message: igmp.Igmp | igmp.IgmpQuery | igmp.IgmpReport) -> Said | None:
    if isinstance(message, igmp.IgmpReport):
        return [_of_record(record) for record in message.records]
    if message.type == igmp.QUERY:
        return None
    return [(message.group, message.type != igmp.LEAVE)]


def _of_mld(kind: int, message: mld.Mld | mld.MldQuery | mld.MldReport) -> Said | None:
    if isinstance(message, mld.MldReport):
        return [_of_record(record) for record in message.records]
    if kind == mld.QUERY:
        return None
    return [(message.group, kind != mld.DONE)]


def _of_record(record: GroupRecord[A]) -> tuple[Address, bool]:
    """Whoever wants a group from some sources is sent it from all: hosts choose. To want it from nobody is to leave."""
    leaves = record.type in (TO_INCLUDE, IS_INCLUDE) and not record.sources
    return record.group, not leaves


def _mac(address: Address) -> bytes:
    """The Ethernet address of a group (RFC 1112, section 6.4; RFC 2464, section 7)."""
    packed = address.packed
    if len(packed) == 4:
        return b"\x01\x00\x5e" + bytes((packed[1] & 0x7F,)) + packed[2:]
    return b"\x33\x33" + packed[-4:]
