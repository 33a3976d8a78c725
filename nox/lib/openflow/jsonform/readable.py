"""How single numbers are written for people: ports and commands by name, addresses and cookies in their usual text.

Only what reads back as the same number is written so; every number may also be given as a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from ipaddress import IPv4Address
from typing import Final, Protocol, TypeAlias

from nox.lib.addresses import format_dpid
from nox.lib.openflow import enums, enums10, messages
from nox.lib.openflow.messages.packets import NO_BUFFER
from nox.lib.openflow.structure import Structure
from nox.lib.openflow.versions import Version

EXACT: Final = 1 << 53  # from here on a JSON number is not exact for every reader


class Form(Protocol):
    """How a number is written as text."""

    def text(self, number: int, version: Version) -> str | int:
        """The text; the number itself where it has none."""

    def number(self, text: str, version: Version) -> int:
        """The number that the text means.

        :raises ValueError: when it means none.
        """

    def known(self, version: Version) -> list[str]:
        """The words that there are."""


@dataclass(frozen=True, slots=True)
class Names:
    """Members of an enumeration by name, flags joined by ``|``.

    :ivar old: the enumeration in OpenFlow 1.0.
    :ivar new: since 1.1.
    """

    old: type[IntEnum] | type[IntFlag]
    new: type[IntEnum] | type[IntFlag]

    def _of(self, version: Version) -> type[IntEnum] | type[IntFlag]:
        return self.old if version == Version.V1_0 else self.new

    def text(self, number: int, version: Version) -> str | int:
        """The names; the number where not all of it has one."""
        enum = self._of(version)
        members = {name: int(member) for name, member in enum.__members__.items()}
        if issubclass(enum, IntFlag):
            return _flags(members, number)
        return next((name for name, member in members.items() if member == number), number)

    def number(self, text: str, version: Version) -> int:
        """The number with these names."""
        enum, number = self._of(version), 0
        for name in text.split("|"):
            if name not in enum.__members__:
                raise ValueError(f"there is no {name}")
            number |= enum.__members__[name]
        return number

    def known(self, version: Version) -> list[str]:
        """The names."""
        return list(self._of(version).__members__)


def _flags(members: dict[str, int], number: int) -> str | int:
    names, rest = [], number
    for name in sorted(members, key=lambda name: -members[name].bit_count()):  # a field of two bits before one bit
        if members[name] and members[name] & rest == members[name]:
            names.append(name)
            rest &= ~members[name]
    return number if rest or not names else "|".join(names)


@dataclass(frozen=True, slots=True)
class Hexadecimal:
    """``0x`` and so many digits."""

    digits: int

    def text(self, number: int, version: Version) -> str | int:
        """``0x0011ab5700000001``."""
        return f"{number:#0{self.digits + 2}x}"

    def number(self, text: str, version: Version) -> int:
        """Any integer that Python reads."""
        return int(text, 0)

    def known(self, version: Version) -> list[str]:
        """None."""
        return []


class Dpid:
    """A datapath identifier, 16 digits without ``0x``."""

    def text(self, number: int, version: Version) -> str | int:
        """``0000000000000001``."""
        return format_dpid(number)

    def number(self, text: str, version: Version) -> int:
        """All its digits, or another integer that Python reads."""
        return int(text, 16 if len(text) == len(format_dpid(0)) else 0)

    def known(self, version: Version) -> list[str]:
        """None."""
        return []


class Ipv4:
    """An IPv4 address."""

    def text(self, number: int, version: Version) -> str | int:
        """``10.0.0.1``."""
        return str(IPv4Address(number))

    def number(self, text: str, version: Version) -> int:
        """The address as 32 bits."""
        return int(IPv4Address(text))

    def known(self, version: Version) -> list[str]:
        """None."""
        return []


class _Buffer(IntEnum):
    NO_BUFFER = NO_BUFFER


def _same(enum: type[IntEnum] | type[IntFlag]) -> Names:
    return Names(enum, enum)


_PORT = Names(enums10.ReservedPort10, enums.ReservedPort)
_GROUP, _METER = _same(enums.ReservedGroup), _same(enums.ReservedMeter)
_FEATURES = Names(enums10.PortFeature10, enums.PortFeature)
_COOKIE, _ETHERTYPE, _IPV4 = Hexadecimal(16), Hexadecimal(4), Ipv4()

# A field with one of these names means the same in whatever structure it stands.
BY_NAME: Final[dict[str, Form]] = {
    **dict.fromkeys(("port", "port_no", "in_port", "out_port", "watch_port"), _PORT),
    **dict.fromkeys(("group_id", "out_group", "watch_group"), _GROUP),
    **dict.fromkeys(("cookie", "cookie_mask", "metadata", "metadata_mask", "generation_id"), _COOKIE),
    **dict.fromkeys(("dl_type", "ethertype"), _ETHERTYPE),
    **dict.fromkeys(("nw_src", "nw_dst", "nw_addr"), _IPV4),
    **dict.fromkeys(("curr", "advertised", "supported", "peer", "advertise"), _FEATURES),
    **dict.fromkeys(("wildcards", "experimenter"), Hexadecimal(8)),
    "meter_id": _METER,
    "buffer_id": _same(_Buffer),
    "datapath_id": Dpid(),
    "role": _same(enums.Role),
}

_Place: TypeAlias = tuple[type[Structure], str]
_FLOW_FLAGS = Names(enums10.FlowModFlag10, enums.FlowModFlag)
_PORT_CONFIG = Names(enums10.PortConfig10, enums.PortConfig)
_GROUP_TYPE, _METER_FLAGS = _same(enums.GroupType), _same(enums.MeterFlag)

BY_PLACE: Final[dict[_Place, Form]] = {
    (messages.FeaturesReply, "capabilities"): Names(enums10.Capability10, enums.Capability),
    (messages.FlowMod, "command"): _same(enums.FlowModCommand),
    (messages.FlowMod, "flags"): _FLOW_FLAGS,
    (messages.FlowStatsEntry, "flags"): _FLOW_FLAGS,
    (messages.FlowRemoved, "reason"): _same(enums.FlowRemovedReason),
    (messages.GetConfigReply, "flags"): _same(enums.ConfigFlag),
    (messages.SetConfig, "flags"): _same(enums.ConfigFlag),
    (messages.GroupMod, "command"): _same(enums.GroupCommand),
    (messages.GroupMod, "type"): _GROUP_TYPE,
    (messages.GroupDescriptionEntry, "type"): _GROUP_TYPE,
    (messages.MeterMod, "command"): _same(enums.MeterCommand),
    (messages.MeterMod, "flags"): _METER_FLAGS,
    (messages.MeterConfigEntry, "flags"): _METER_FLAGS,
    (messages.PacketIn, "reason"): _same(enums.PacketInReason),
    (messages.Port, "config"): _PORT_CONFIG,
    (messages.PortMod, "config"): _PORT_CONFIG,
    (messages.PortMod, "mask"): _PORT_CONFIG,
    (messages.Port, "state"): Names(enums10.PortState10, enums.PortState),
    (messages.PortStatus, "reason"): _same(enums.PortReason),
}


def form_of(cls: type, name: str) -> Form | None:
    """How this field of this class is written; None for a plain number."""
    return BY_PLACE.get((cls, name)) or BY_NAME.get(name)


def shown(cls: type, name: str, number: int, version: Version) -> str | int:
    """A number as it is written in JSON."""
    form = form_of(cls, name)
    text = form.text(number, version) if form else number
    return hex(number) if isinstance(text, int) and number >= EXACT else text
