"""Numbers and features of OpenFlow 1.0's ports (1.0.0, section 5.2.1), from and into 1.3's terms."""

from __future__ import annotations

from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.enums10 import ReservedPort10

_UPPER_HALF: Final = 0xFFFF0000
_SPEEDS: Final = 0b1111111  # HD_10MB to FD_10GB: both have these bits alike
_MEDIA_SHIFT: Final = 4  # 1.0 has COPPER and what follows so many bits lower
_MEDIA10: Final = 0b11111 << 7


def port_to_wire(number: int) -> int:
    """A port's number in 16 bits; ANY becomes NONE.

    :raises LocalProtocolError: when 1.0 has no such port.
    """
    if ReservedPort.IN_PORT <= number <= ReservedPort.ANY:
        return number & ~_UPPER_HALF
    if not 0 <= number <= ReservedPort10.MAX:
        raise LocalProtocolError(f"OpenFlow 1.0 has no port {number!r}: its ports end at {ReservedPort10.MAX:#x}")
    return number


def port_from_wire(number: int) -> int:
    """A port's number in 32 bits; NONE becomes ANY."""
    return number | _UPPER_HALF if number > ReservedPort10.MAX else number


def features_from_wire(bits: int) -> int:
    """`PortFeature10` bits as `PortFeature` bits."""
    return bits & _SPEEDS | (bits & _MEDIA10) << _MEDIA_SHIFT


def features_to_wire(bits: int) -> int:
    """`PortFeature` bits as `PortFeature10` bits.

    :raises LocalProtocolError: for a feature that 1.0 has not.
    """
    media = _MEDIA10 << _MEDIA_SHIFT
    if bits & ~(_SPEEDS | media):
        raise LocalProtocolError(f"OpenFlow 1.0 has no port feature {bits & ~(_SPEEDS | media):#x}")
    return bits & _SPEEDS | (bits & media) >> _MEDIA_SHIFT
