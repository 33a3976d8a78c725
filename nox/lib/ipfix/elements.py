"""The information elements that NOX exports (IANA, "IP Flow Information Export Entities"), and their values as bytes.

An element has an abstract type (RFC 7012, section 3.1) and so a usual length; an unsigned number may be sent with fewer
bytes (RFC 7011, section 6.2), which is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from nox.lib.errors import LocalProtocolError

VARIABLE: Final = 0xFFFF  # the length of a field whose records say how long it is (RFC 7011, section 3.2)
_MOST_TEXT: Final = 0xFFFF

Value = int | bytes | str


class Form(Enum):
    """What a value is."""

    UNSIGNED = "unsigned"
    ADDRESS = "address"  # of Ethernet, IPv4 or IPv6: bytes as they are
    MOMENT = "moment"  # milliseconds since 1970
    TEXT = "text"  # UTF-8


@dataclass(frozen=True, slots=True)
class Element:
    """An information element.

    :ivar number: IANA's. :ivar length: bytes; `VARIABLE` for text.
    """

    number: int
    name: str
    length: int
    form: Form = Form.UNSIGNED

    def pack(self, value: Value) -> bytes:
        """A value as bytes, of variable ones the length before them (RFC 7011, section 7).

        :raises LocalProtocolError: when the element cannot have it.
        """
        if self.length == VARIABLE:
            return with_length(value.encode("utf-8", "replace") if isinstance(value, str) else bytes(value))
        if isinstance(value, str) or (isinstance(value, bytes) and len(value) != self.length):
            raise LocalProtocolError(f"{self.name} cannot be {value!r}: it has {self.length} bytes")
        if isinstance(value, bytes):
            return value
        if not 0 <= value < 1 << 8 * self.length:
            raise LocalProtocolError(f"{self.name} cannot be {value}: it has {self.length} bytes")
        return value.to_bytes(self.length)


def with_length(data: bytes) -> bytes:
    """Bytes behind their length: one byte, or 255 and two (RFC 7011, section 7).

    :raises LocalProtocolError: when they are too many.
    """
    if len(data) < 255:
        return bytes([len(data)]) + data
    if len(data) > _MOST_TEXT:
        raise LocalProtocolError(f"a value of {len(data)} bytes is too long for IPFIX: at most {_MOST_TEXT}")
    return b"\xff" + len(data).to_bytes(2) + data


OCTETS: Final = Element(1, "octetDeltaCount", 8)
PACKETS: Final = Element(2, "packetDeltaCount", 8)
PROTOCOL: Final = Element(4, "protocolIdentifier", 1)
SOURCE_PORT: Final = Element(7, "sourceTransportPort", 2)
SOURCE_IPV4: Final = Element(8, "sourceIPv4Address", 4, Form.ADDRESS)
INGRESS: Final = Element(10, "ingressInterface", 4)
DESTINATION_PORT: Final = Element(11, "destinationTransportPort", 2)
EGRESS: Final = Element(14, "egressInterface", 4)
DESTINATION_IPV4: Final = Element(12, "destinationIPv4Address", 4, Form.ADDRESS)
SOURCE_IPV6: Final = Element(27, "sourceIPv6Address", 16, Form.ADDRESS)
DESTINATION_IPV6: Final = Element(28, "destinationIPv6Address", 16, Form.ADDRESS)
SOURCE_MAC: Final = Element(56, "sourceMacAddress", 6, Form.ADDRESS)
VLAN: Final = Element(58, "vlanId", 2)
DESTINATION_MAC: Final = Element(80, "destinationMacAddress", 6, Form.ADDRESS)
FORWARDING: Final = Element(89, "forwardingStatus", 1)
END_REASON: Final = Element(136, "flowEndReason", 1)
OBSERVATION_POINT: Final = Element(138, "observationPointId", 8)
START: Final = Element(152, "flowStartMilliseconds", 8, Form.MOMENT)
END: Final = Element(153, "flowEndMilliseconds", 8, Form.MOMENT)
ETHERTYPE: Final = Element(256, "ethernetType", 2)
USER: Final = Element(371, "userName", VARIABLE, Form.TEXT)


class EndReason:
    """Values of ``flowEndReason`` (RFC 5102, section 5.11.3)."""

    IDLE = 1
    ACTIVE = 2
    FORCED = 4
    NO_RESOURCES = 5


class Forwarding:
    """Values of ``forwardingStatus`` (RFC 7270, section 4.12): the upper two bits."""

    UNKNOWN = 0
    FORWARDED = 64
    DROPPED = 128
