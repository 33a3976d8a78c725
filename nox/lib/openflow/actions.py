"""The actions of OpenFlow 1.3, and those that 1.0 shares with it (1.3.5, section 7.2.5; 1.0.0, section 5.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, U32, Forward, Rest
from nox.lib.openflow.match13 import SET_OXM, AnyOxm
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown
from nox.lib.openflow.versions import Version


class Action(Structure):
    """What is done with a packet. Layouts leave out type, length and the zeros at the end."""

    __slots__ = ()


ACTIONS_INSIDE: Final = Forward()  # a list of actions inside an action; `actiontable` says which there are


@dataclass(frozen=True, slots=True)
class UnknownAction(Action, Unknown):
    """An action of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class ExperimenterAction(Action):
    """An action that somebody defined: an identifier (an OUI, as a rule) and bytes."""

    experimenter: int
    data: bytes = b""
    LAYOUT: ClassVar[Layout] = (Field("experimenter", U32), Field("data", Rest()))


@dataclass(frozen=True, slots=True)
class Output(Action):
    """Send the packet out of a port.

    :ivar max_len: bytes to send where the port is the controller; 0xffff for all, without keeping the packet.
    """

    port: int
    max_len: int = 0xFFFF
    LAYOUT: ClassVar[Layout] = (
        Field("port", U16, until=Version.V1_0),
        Field("port", U32, since=Version.V1_1),
        Field("max_len", U16),
    )


@dataclass(frozen=True, slots=True)
class CopyTtlOut(Action):
    """Copy the TTL from the next-to-outermost header to the outermost."""


@dataclass(frozen=True, slots=True)
class CopyTtlIn(Action):
    """Copy the TTL from the outermost header to the next-to-outermost."""


@dataclass(frozen=True, slots=True)
class SetMplsTtl(Action):
    """Set the TTL of the outermost MPLS header."""

    ttl: int
    LAYOUT: ClassVar[Layout] = (Field("ttl", U8),)


@dataclass(frozen=True, slots=True)
class DecMplsTtl(Action):
    """Take one from the TTL of the outermost MPLS header."""


@dataclass(frozen=True, slots=True)
class PushVlan(Action):
    """Put a VLAN tag in front of the others.

    :ivar ethertype: 0x8100, or 0x88a8 for a service tag.
    """

    ethertype: int = 0x8100
    LAYOUT: ClassVar[Layout] = (Field("ethertype", U16),)


@dataclass(frozen=True, slots=True)
class PopVlan(Action):
    """Take the outermost VLAN tag away."""


@dataclass(frozen=True, slots=True)
class PushMpls(Action):
    """Put an MPLS header in front.

    :ivar ethertype: 0x8847 or 0x8848.
    """

    ethertype: int = 0x8847
    LAYOUT: ClassVar[Layout] = (Field("ethertype", U16),)


@dataclass(frozen=True, slots=True)
class PopMpls(Action):
    """Take the outermost MPLS header away.

    :ivar ethertype: the Ethernet type of what remains.
    """

    ethertype: int
    LAYOUT: ClassVar[Layout] = (Field("ethertype", U16),)


@dataclass(frozen=True, slots=True)
class SetQueue(Action):
    """Use this queue of the port for every output that follows."""

    queue_id: int
    LAYOUT: ClassVar[Layout] = (Field("queue_id", U32),)


@dataclass(frozen=True, slots=True)
class Group(Action):
    """Treat the packet as a group says."""

    group_id: int
    LAYOUT: ClassVar[Layout] = (Field("group_id", U32),)


@dataclass(frozen=True, slots=True)
class SetNwTtl(Action):
    """Set IPv4's TTL or IPv6's hop limit."""

    ttl: int
    LAYOUT: ClassVar[Layout] = (Field("ttl", U8),)


@dataclass(frozen=True, slots=True)
class DecNwTtl(Action):
    """Take one from IPv4's TTL or IPv6's hop limit."""


@dataclass(frozen=True, slots=True)
class SetOxm(Action):
    """``OFPAT_SET_FIELD`` as it is on the wire: one OXM field, without a mask in 1.3."""

    field: AnyOxm
    LAYOUT: ClassVar[Layout] = (Field("field", SET_OXM),)


@dataclass(frozen=True, slots=True)
class PushPbb(Action):
    """Put a provider backbone bridge's tag (I-TAG) in front.

    :ivar ethertype: 0x88e7.
    """

    ethertype: int = 0x88E7
    LAYOUT: ClassVar[Layout] = (Field("ethertype", U16),)


@dataclass(frozen=True, slots=True)
class PopPbb(Action):
    """Take the provider backbone bridge's tag away."""
