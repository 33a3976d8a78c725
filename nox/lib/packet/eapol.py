"""EAP over Ethernet (IEEE 802.1X-2010, section 11.3), and EAP inside it (RFC 3748, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.kinds import U8, Rest
from nox.lib.openflow.structure import Field, Layout, size, size_of
from nox.lib.packet.layout import Ignored, Packet, read

PAE_GROUP: Final = EthernetAddress("01:80:c2:00:00:03")  # where authenticators and supplicants listen

EAP_PACKET, START, LOGOFF, KEY = range(4)  # types of EAPOL
REQUEST, RESPONSE, SUCCESS, FAILURE = range(1, 5)  # codes of EAP
IDENTITY, NOTIFICATION, NAK = 1, 2, 3  # types of EAP


@dataclass(frozen=True, slots=True)
class Eapol(Packet):
    """What supplicant and authenticator say; padding of the frame is left out.

    :ivar body: for `EAP_PACKET` an `Eap`.
    """

    type: int
    body: bytes = b""
    version: int = 2
    padding: None = None

    LAYOUT: ClassVar[Layout] = (
        Field("version", U8),
        Field("type", U8),
        size_of("body"),
        Field("body", Rest()),
        Field("padding", Ignored()),
    )


@dataclass(frozen=True, slots=True)
class Eap(Packet):
    """An EAP packet.

    :ivar data: of a request or a response its type, and what belongs to that; empty in the others.
    """

    code: int
    identifier: int
    data: bytes = b""

    LAYOUT: ClassVar[Layout] = (Field("code", U8), Field("identifier", U8), size(), Field("data", Rest()))

    @classmethod
    def parse(cls, data: bytes) -> Eap:
        """The packet that these bytes begin with; what follows its length is padding (section 4).

        :raises RemoteProtocolError: when it is cut short.
        """
        packet: Eap = read(cls, data[: int.from_bytes(data[2:4])])
        return packet
