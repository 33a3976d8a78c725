"""The frames by which links are found: LLDP (IEEE 802.1AB-2016), and the same under another type and address (BDDP).

No bridge forwards LLDP's address, so that what is heard comes from the other end of the cable. BDDP is broadcast and
crosses bridges that OpenFlow does not control.

    Ethernet   destination 6, source 6, type 2
    LLDP       chassis "dpid:" and 16 hexadecimal digits · port, decimal · TTL
               organisational TLV of ours: version 1, stamp 8, signature 32 bytes
               end

The stamp is the time of sending, microseconds since 1970, and grows with every frame of a port. The signature is
HMAC-SHA-256 under a key that the controller's instances share, over all from the Ethernet type to the stamp.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from struct import Struct
from typing import Final, NamedTuple

from nox.core.view.rows import LinkKind
from nox.lib.addresses import EthernetAddress, format_dpid
from nox.lib.errors import NoxError, RemoteProtocolError
from nox.lib.packet.ethernet import BROADCAST, Ethernet
from nox.lib.packet.ethernet import LLDP as ETH_LLDP
from nox.lib.packet.lldp import CHASSIS_LOCAL, NEAREST_BRIDGE, PORT_LOCAL, Id, Lldp, Organisational

ETH_BDDP: Final = 0x8942
ORGANISATION: Final = b"NOX"  # its first byte says that it is assigned locally, and by nobody else
KEY_SIZE: Final = 32  # bytes

_SUBTYPE, _VERSION = 1, 1
_STAMP: Final = Struct("!Q")
_SIGNATURE, _END = 32, 2  # bytes
_AFTER_HEAD: Final = _STAMP.size + _SIGNATURE + _END
_ADDRESSES: Final = 12  # bytes of a frame that are not signed: bridges may forward them, but nobody relies on them
_CHASSIS: Final = re.compile(rb"dpid:([0-9a-f]{16})")
_PORT: Final = re.compile(rb"[1-9][0-9]{0,9}")
_TYPES: Final = {LinkKind.DIRECT: (ETH_LLDP, NEAREST_BRIDGE), LinkKind.BROADCAST: (ETH_BDDP, BROADCAST)}
_KINDS: Final = {ETH_LLDP: LinkKind.DIRECT, ETH_BDDP: LinkKind.BROADCAST}


class Claim(NamedTuple):
    """What a frame of ours says: it has left this port then. :ivar stamp: microseconds since 1970."""

    dpid: int
    port: int
    stamp: int
    kind: LinkKind


class Forged(NoxError):
    """A frame that claims a link and that no instance of NOX has sent so; the sentence says what is wrong."""


class Frames:
    """Writes and reads frames with one key.

    :param key: `KEY_SIZE` bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[bytes, tuple[int, int, LinkKind]] = {}

    def head(self, dpid: int, port: int, address: EthernetAddress, kind: LinkKind, ttl: float) -> bytes:
        """All of a port's frames that is always the same: what stands before the stamp.

        :param ttl: seconds for which others should believe it.
        """
        eth_type, destination = _TYPES[kind]
        ours = Organisational(ORGANISATION, _SUBTYPE, bytes((_VERSION,)) + bytes(_STAMP.size + _SIGNATURE))
        lldp = Lldp(
            Id(CHASSIS_LOCAL, b"dpid:" + format_dpid(dpid).encode()),
            Id(PORT_LOCAL, str(port).encode()),
            min(math.ceil(ttl), 0xFFFF),
            (ours,),
        )
        head = Ethernet(destination, address, eth_type, lldp.build()).build()[:-_AFTER_HEAD]
        self._known[head[_ADDRESSES:]] = (dpid, port, kind)
        return head

    def forget(self, head: bytes) -> None:
        """A port sends no more of these; its frames can still be read."""
        self._known.pop(head[_ADDRESSES:], None)

    def frame(self, head: bytes, stamp: int) -> bytes:
        """A whole frame."""
        stamped = head + _STAMP.pack(stamp)
        return stamped + self._sign(stamped[_ADDRESSES:]) + b"\0\0"

    def _sign(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, hashlib.sha256)

    def looks_known(self, data: bytes) -> bool:
        """Whether a frame begins as those of a port that sends: then it takes little to know whether it is one."""
        return data[_ADDRESSES:-_AFTER_HEAD] in self._known

    def read(self, data: bytes) -> Claim | None:
        """What a frame says; None for one of somebody else that claims nothing about switches of ours.

        :raises Forged: when it is not whole, or its signature is wrong.
        """
        known = self._known.get(data[_ADDRESSES:-_AFTER_HEAD])
        if known is None or data[-_END:] != b"\0\0":
            return self._read_carefully(data)
        dpid, port, kind = known
        stamped = data[_ADDRESSES : -_SIGNATURE - _END]
        self._verify(stamped, data[-_SIGNATURE - _END : -_END])
        return Claim(dpid, port, _STAMP.unpack_from(stamped, len(stamped) - _STAMP.size)[0], kind)

    def _verify(self, stamped: bytes, signature: bytes) -> None:
        if not hmac.compare_digest(self._sign(stamped), signature):
            raise Forged("its signature is wrong: no instance of NOX that shares this view has sent it")

    def _read_carefully(self, data: bytes) -> Claim | None:
        """A frame whose beginning is no known port's: tagged on its way, another instance's, or a stranger's."""
        try:
            ethernet = Ethernet.parse(data)
            lldp = Lldp.parse(ethernet.payload)
        except RemoteProtocolError as error:
            raise Forged(f"it is not whole: {error}") from error
        chassis, port = _CHASSIS.fullmatch(lldp.chassis.value), _PORT.fullmatch(lldp.port.value)
        ours = [tlv for tlv in lldp.tlvs if isinstance(tlv, Organisational) and tlv.oui == ORGANISATION]
        if not ours and not lldp.chassis.value.startswith(b"dpid:"):
            return None
        if chassis is None or port is None or not ours:
            raise Forged("it names a switch, but is not signed")
        return self._signed(ethernet, int(chassis[1], 16), int(port[0]), ours[0].value)

    def _signed(self, ethernet: Ethernet, dpid: int, port: int, value: bytes) -> Claim:
        """What is left to look at: our own TLV, and whether all of the frame is as we would have written it."""
        kind = _KINDS.get(ethernet.eth_type)
        if kind is None or len(value) != 1 + _STAMP.size + _SIGNATURE or value[0] != _VERSION:
            raise Forged("it is not laid out as this version of NOX does")
        signature = value[-_SIGNATURE:]
        at = ethernet.payload.find(signature)
        self._verify(ethernet.eth_type.to_bytes(2) + ethernet.payload[:at], signature)
        return Claim(dpid, port, _STAMP.unpack_from(value, 1)[0], kind)
