"""Ethernet frames: tags (IEEE 802.1Q-2018, section 9), LLC (IEEE 802.2) and SNAP (IEEE 802, section 9.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.flowkey import ETH_ARP, ETH_IPV4, ETH_IPV6
from nox.lib.openflow.reader import Reader
from nox.lib.packet.layout import reader

ARP: Final = ETH_ARP
IPV4: Final = ETH_IPV4
IPV6: Final = ETH_IPV6
LLDP: Final = 0x88CC
EAPOL: Final = 0x888E
VLAN: Final = 0x8100
QINQ: Final = 0x88A8
MOST_TAGS: Final = 8
BROADCAST: Final = EthernetAddress(b"\xff" * 6)

_TYPES_FROM: Final = 0x0600  # less is a length
_ADDRESSES: Final = Struct("!6s6s")
_U16: Final = Struct("!H")
_LLC: Final = Struct("!BBB")
_SNAP: Final = Struct("!3sH")
_SNAP_LLC: Final = (0xAA, 0xAA, 3)


@dataclass(frozen=True, slots=True)
class Tag:
    """A VLAN tag.

    :ivar vid: 0 to 4095; 0 for a priority alone.
    :ivar pcp: priority, 0 to 7.
    :ivar dei: whether it may be dropped first.
    :ivar tpid: `VLAN`, or `QINQ` for a provider's.
    """

    vid: int
    pcp: int = 0
    dei: bool = False
    tpid: int = VLAN


@dataclass(frozen=True, slots=True)
class Llc:
    """An LLC header with one byte of control, and SNAP's organisation where it has one (three bytes).

    :ivar oui: empty without SNAP.
    """

    dsap: int = 0xAA
    ssap: int = 0xAA
    control: int = 3
    oui: bytes = b"\0\0\0"


@dataclass(frozen=True, slots=True)
class Ethernet:
    """A frame without its check sequence.

    :ivar eth_type: what the payload is; 0 with LLC and no SNAP.
    :ivar payload: what follows the headers; zeros to the shortest frame included, where no length says where it ends.
    :ivar llc: the LLC header of a frame whose length stands in the type's place.
    """

    dst: EthernetAddress
    src: EthernetAddress
    eth_type: int
    payload: bytes
    tags: tuple[Tag, ...] = ()
    llc: Llc | None = None

    @classmethod
    def parse(cls, data: bytes) -> Ethernet:
        """The frame that these bytes are.

        :raises RemoteProtocolError: when they are cut short or have more than `MOST_TAGS` tags.
        """
        source = reader(data, "Ethernet")
        dst, src = source.unpack(_ADDRESSES)
        tags, eth_type = _tags(source)
        llc = None
        if eth_type < _TYPES_FROM:
            source = source.take(eth_type, "Ethernet")
            llc, eth_type = _llc(source)
        return cls(EthernetAddress(dst), EthernetAddress(src), eth_type, source.rest(), tags, llc)

    def build(self) -> bytes:
        """Its bytes; never filled up to the shortest frame.

        :raises LocalProtocolError: when a field cannot be said.
        """
        head = _ADDRESSES.pack(EthernetAddress(self.dst), EthernetAddress(self.src))
        return head + b"".join(map(_tag, self.tags)) + self._typed()

    def _typed(self) -> bytes:
        if self.llc is None:
            if not _TYPES_FROM <= self.eth_type <= 0xFFFF:
                raise LocalProtocolError(f"{self.eth_type:#x} is no Ethernet type: less than 0x600 is a length")
            return _U16.pack(self.eth_type) + self.payload
        inside = _LLC.pack(self.llc.dsap, self.llc.ssap, self.llc.control)
        if (self.llc.dsap, self.llc.ssap, self.llc.control) == _SNAP_LLC:
            inside += _SNAP.pack(self.llc.oui, self.eth_type)
        inside += self.payload
        if len(inside) >= _TYPES_FROM:
            raise LocalProtocolError(f"{len(inside)} bytes with LLC: a frame has less than {_TYPES_FROM}")
        return _U16.pack(len(inside)) + inside


def _tags(source: Reader) -> tuple[tuple[Tag, ...], int]:
    tags: list[Tag] = []
    while True:
        (tpid,) = source.unpack(_U16)
        if tpid not in (VLAN, QINQ):
            return tuple(tags), tpid
        if len(tags) == MOST_TAGS:
            raise source.error(f"Ethernet has more than {MOST_TAGS} VLAN tags")
        (tci,) = source.unpack(_U16)
        tags.append(Tag(tci & 0xFFF, tci >> 13, bool(tci & 0x1000), tpid))


def _tag(tag: Tag) -> bytes:
    if not (0 <= tag.vid < 4096 and 0 <= tag.pcp < 8 and tag.tpid in (VLAN, QINQ)):
        raise LocalProtocolError(f"{tag} is no VLAN tag: vid is below 4096, pcp below 8, tpid 0x8100 or 0x88a8")
    return _U16.pack(tag.tpid) + _U16.pack(tag.pcp << 13 | tag.dei << 12 | tag.vid)


def _llc(source: Reader) -> tuple[Llc, int]:
    dsap, ssap, control = source.unpack(_LLC)
    if (dsap, ssap, control) != _SNAP_LLC:
        return Llc(dsap, ssap, control, b""), 0
    oui, eth_type = source.unpack(_SNAP)
    return Llc(dsap, ssap, control, oui), eth_type
