"""What the operator may say of a host, a switch, a link, a middlebox or a place: the entries of the configuration."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from nox.core.config.model import ComponentConfig, Table
from nox.core.view.rows import NO_VLAN
from nox.lib.addresses import EthernetAddress, format_dpid, parse_dpid
from nox.lib.errors import LocalProtocolError

_LAST_PORT = 0xFFFFFF00  # of OpenFlow 1.3; those above are reserved
_MOST_ADDRESSES = 49  # of one host: so that a transaction holds those that go and those that come, and two rows more


def _name(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("a name has no control characters, and no spaces around it")
    return text


def _mac(text: str) -> str:
    try:
        address = EthernetAddress(text)
    except LocalProtocolError as error:
        raise ValueError(str(error)) from error
    if address.is_multicast or not int(address):
        raise ValueError(f"{address} is no host's address")
    return str(address)


def _dpid(text: str) -> str:
    try:
        return format_dpid(parse_dpid(text))
    except LocalProtocolError as error:
        raise ValueError(str(error)) from error


def _ip(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError as error:
        raise ValueError(f"{text!r:.60} is no IP address") from error
    if "%" in text or not _is_hosts(address):
        raise ValueError(f"{address} is no host's address")
    return str(address)


def _is_hosts(address: IPv4Address | IPv6Address) -> bool:
    """Whether `hosts` would believe a host that has it."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    of_nobody = address.version == 4 and int(address) >> 24 in (0, 255)
    return not (of_nobody or address.is_multicast or address.is_unspecified or address.is_loopback)


def _place(text: str) -> str:
    """A port of a switch, as ``DPID:PORT``."""
    dpid, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) <= _LAST_PORT):
        raise ValueError(f"{text!r:.60} is no port of a switch: write it as 00000000000000a1:4")
    return f"{_dpid(dpid)}:{int(port)}"


def _several(value: Any) -> Any:
    """One text is as good as an array of one."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """The same twice is as good as once."""
    return tuple(dict.fromkeys(values))


Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_name)]
Place = Annotated[str, AfterValidator(_place)]


class Entry(Table):
    """One thing that is named.

    :cvar kind: what it is.
    """

    kind: ClassVar[str]
    name: Name

    def key(self) -> str:
        """Which one, of its kind."""
        return self.name

    def claims(self) -> Iterator[tuple[str, Hashable]]:
        """What no other entry of its kind may say too: in words, and a value."""
        yield f'the name "{self.name}"', self.name
        if self.key() != self.name:
            yield self.key(), self.key()


class HostEntry(Entry):
    """A host. :ivar ip: its addresses, which nobody else may have."""

    kind = "host"
    mac: Annotated[str, AfterValidator(_mac)]
    vlan: Annotated[int, Field(ge=0, le=4094)] = NO_VLAN
    ip: Annotated[
        tuple[Annotated[str, AfterValidator(_ip)], ...],
        BeforeValidator(_several),
        Field(max_length=_MOST_ADDRESSES),
        AfterValidator(_each_once),
    ] = ()

    def key(self) -> str:
        """Its address, and its VLAN where it has one."""
        return self.mac if self.vlan == NO_VLAN else f"{self.mac}@{self.vlan}"

    def claims(self) -> Iterator[tuple[str, Hashable]]:
        """Its addresses too, each on its VLAN."""
        yield from super().claims()
        yield from ((ip, (ip, self.vlan)) for ip in self.ip)


class SwitchEntry(Entry):
    """A switch."""

    kind = "switch"
    dpid: Annotated[str, AfterValidator(_dpid)]

    def key(self) -> str:
        """Its dpid."""
        return self.dpid


class LocationEntry(Entry):
    """A place: a port of a switch."""

    kind = "location"
    port: Place

    def key(self) -> str:
        """The port."""
        return self.port


class MiddleboxEntry(Entry):
    """An element that traffic is led through.

    :ivar does: what it does, in the operator's word. :ivar out: where what it has treated comes back; by default the
        port where it goes in.
    """

    kind = "middlebox"
    does: Name
    port: Place
    out: Place | None = None


class LinkEntry(Table):
    """A link that is there although nobody hears it. :ivar ends: two ports."""

    kind: ClassVar[str] = "link"
    ends: Annotated[tuple[Place, ...], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _two_ends(self) -> LinkEntry:
        if self.ends[0] == self.ends[1]:
            raise ValueError(f"a link has two ends, and not twice {self.ends[0]}")
        return self

    def key(self) -> str:
        """Both ends, the lower one first."""
        return "-".join(sorted(self.ends))

    def claims(self) -> Iterator[tuple[str, Hashable]]:
        """Its ends: a port has one cable."""
        yield from ((end, end) for end in self.ends)


AnyEntry = HostEntry | SwitchEntry | LocationEntry | MiddleboxEntry | LinkEntry
KINDS: dict[str, type[AnyEntry]] = {
    cls.kind: cls for cls in (HostEntry, SwitchEntry, LocationEntry, MiddleboxEntry, LinkEntry)
}


class InventoryConfig(ComponentConfig):
    """The table ``[inventory]``. Its arrays may stand at the top of the file: ``[[host]]``."""

    host: tuple[HostEntry, ...] = ()
    switch: tuple[SwitchEntry, ...] = ()
    location: tuple[LocationEntry, ...] = ()
    middlebox: tuple[MiddleboxEntry, ...] = ()
    link: tuple[LinkEntry, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> InventoryConfig:
        refuse_twice(self.entries())
        return self

    def entries(self) -> list[AnyEntry]:
        """All of them."""
        return [*self.host, *self.switch, *self.location, *self.middlebox, *self.link]


def refuse_twice(entries: list[AnyEntry]) -> None:
    """See that two entries do not say the same of different things, nor different things of one port.

    :raises ValueError: when they do.
    """
    seen: set[tuple[str, Hashable]] = set()
    for entry in entries:
        for words, value in entry.claims():
            if (entry.kind, value) in seen:
                raise ValueError(f"two of [[{entry.kind}]] have {words}")
            seen.add((entry.kind, value))
    ends = {end for entry in entries if isinstance(entry, LinkEntry) for end in entry.ends}
    for entry in entries:
        if isinstance(entry, MiddleboxEntry) and (there := ends & {entry.port, entry.out or entry.port}):
            raise ValueError(f'[[middlebox]] "{entry.name}" is at {min(there)}, where a [[link]] ends')
