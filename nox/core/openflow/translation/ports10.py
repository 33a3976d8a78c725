"""Ports of OpenFlow 1.0 (1.0.0, section 5.2.1), from and into 1.3's terms."""

from __future__ import annotations

from typing import Final

from nox.core.openflow.portinfo import PortInfo
from nox.core.openflow.translation.common import printable
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import messages
from nox.lib.openflow.enums import PortFeature, PortState
from nox.lib.openflow.enums10 import PortConfig10, PortState10
from nox.lib.openflow.terms.ports10 import features_from_wire, features_to_wire, port_from_wire, port_to_wire

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
