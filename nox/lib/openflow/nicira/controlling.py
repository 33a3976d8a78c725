"""Nicira's actions that send a packet to a controller, and more with it (``ovs-actions(7)``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from nox.lib.openflow.kinds import U8, U16, U32, Many, Rest, Tagged
from nox.lib.openflow.nicira.actions import HEADER, NxAction
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Field, Layout, Structure, Unknown, pad
from nox.lib.openflow.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class NxController(NxAction):
    """Send the packet's first bytes to a controller.

    :ivar controller_id: the number that it has given itself by `NxSetControllerId`.
    :ivar reason: ``ofp_packet_in_reason`` for it to see.
    """

    max_len: int = 0xFFFF
    controller_id: int = 0
    reason: int = 1
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        Field("max_len", U16),
        Field("controller_id", U16),
        Field("reason", U8),
        pad(1),
    )


class ControllerProperty(Structure):
    """A property of `NxController2`. Layouts leave out type, length and the zeros at the end."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnknownControllerProperty(ControllerProperty, Unknown):
    """A property of a type that we do not know, as it came."""

    type: int
    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class NxMaxLen(ControllerProperty):
    """How many bytes of the packet are sent."""

    max_len: int
    LAYOUT: ClassVar[Layout] = (Field("max_len", U16), pad(2))


@dataclass(frozen=True, slots=True)
class NxControllerId(ControllerProperty):
    """Which controller."""

    controller_id: int
    LAYOUT: ClassVar[Layout] = (Field("controller_id", U16), pad(2))


@dataclass(frozen=True, slots=True)
class NxReasonFor(ControllerProperty):
    """The reason that it sees."""

    reason: int
    LAYOUT: ClassVar[Layout] = (Field("reason", U8),)


@dataclass(frozen=True, slots=True)
class NxUserdataFor(ControllerProperty):
    """What it is told beside the packet."""

    data: bytes
    LAYOUT: ClassVar[Layout] = (Field("data", Rest()),)


@dataclass(frozen=True, slots=True)
class NxPause(ControllerProperty):
    """The packet waits until the controller sends `NxResume`."""


@dataclass(frozen=True, slots=True)
class NxMeterFor(ControllerProperty):
    """The meter that it passes on its way to the controller."""

    meter_id: int
    LAYOUT: ClassVar[Layout] = (Field("meter_id", U32),)


CONTROLLER_PROPERTIES: Final = Numbers[ControllerProperty](
    "controller property",
    UnknownControllerProperty,
    {
        NxMaxLen: {Version.V1_0: 0},
        NxControllerId: {Version.V1_0: 1},
        NxReasonFor: {Version.V1_0: 2},
        NxUserdataFor: {Version.V1_0: 3},
        NxPause: {Version.V1_0: 4},
        NxMeterFor: {Version.V1_0: 5},
    },
)
_BAD_LEN: Final = (2, 1)  # OFPET_BAD_ACTION, OFPBAC_BAD_LEN


@dataclass(frozen=True, slots=True)
class NxController2(NxAction):
    """Send the packet to a controller as properties say."""

    properties: tuple[ControllerProperty, ...] = ()
    LAYOUT: ClassVar[Layout] = (
        HEADER,
        pad(6),
        Field("properties", Many[ControllerProperty](Tagged(CONTROLLER_PROPERTIES, _BAD_LEN, counted=False))),
    )
