"""Ports of OpenFlow 1.0 (1.0.0, section 5.2.1), from and into 1.3's terms: 16 bits and 32, other bits for features."""

from __future__ import annotations

from typing import Final

from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.translation.common import printable
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import messages
from nox.lib.openflow.enums import PortFeature, PortState, ReservedPort
from nox.lib.openflow.enums10 import PortConfig10, PortState10, ReservedPort10

_UPPER_HALF: Final = 0xFFFF0000
_SPEEDS: Final = 0b1111111  # HD_10MB to FD_10GB: both have these bits alike
_MEDIA_SHIFT: Final = 4  # 1.0 has COPPER and what follows so many bits lower
_MEDIA10: Final = 0b11111 << 7
_CONFIG10: Final = sum(PortConfig10)
_KBPS: Final = {
    PortFeature.FD_10GB: 10_000_000,
    PortFeature.FD_1GB: 1_000_000,
    PortFeature.HD_1GB: 1_000_000,
    PortFeature.FD_100MB: 100_000,
    PortFeature.HD_100MB: 100_000,
    PortFeature.FD_10MB: 10_000,
    PortFeature.HD_10MB: 10_000,
}


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


def _state(bits: int) -> int:
    blocked = bits & PortState10.STP_MASK == PortState10.STP_BLOCK
    return bits & PortState.LINK_DOWN | (PortState.BLOCKED if blocked else 0)


def _speed(features: int) -> int:
    """The fastest of these features, kbit/s; 0 for none."""
    return max((speed for feature, speed in _KBPS.items() if features & feature), default=0)


def port_info(port: messages.Port) -> PortInfo:
    """A port."""
    current, supported = features_from_wire(port.curr), features_from_wire(port.supported)
    return PortInfo(
        number=port_from_wire(port.port_no),
        hw_addr=port.hw_addr,
        name=printable(port.name),
        config=port.config,
        state=_state(port.state),
        current=current,
        advertised=features_from_wire(port.advertised),
        supported=supported,
        peer=features_from_wire(port.peer),
        current_speed=_speed(current),
        max_speed=_speed(supported),
    )


def port_mod(port: PortInfo, config: int, mask: int, advertise: int) -> messages.PortMod:
    """Changes a port.

    :raises LocalProtocolError: for configuration or features that 1.0 has not.
    """
    if (config | mask) & ~_CONFIG10:
        raise LocalProtocolError(f"OpenFlow 1.0 has no port configuration {(config | mask) & ~_CONFIG10:#x}")
    return messages.PortMod(
        port_no=port_to_wire(port.number),
        hw_addr=port.hw_addr,
        config=config,
        mask=mask,
        advertise=features_to_wire(advertise),
    )
