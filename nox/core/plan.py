"""The one plan of priorities, and the layout of cookies.

Every entry that NOX writes has a priority inside one of the bands below, and a cookie that says whose it is. A
component declares the bands that it writes to; two loaded components whose bands overlap are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from nox.lib.errors import LocalProtocolError

Cookie = NewType("Cookie", int)  # 64 bits: component 16, epoch 16, whether it is stated 1, flow 31


@dataclass(frozen=True, slots=True)
class Band:
    """A range of priorities, both ends included, that one component writes to."""

    name: str
    low: int
    high: int

    def __contains__(self, priority: object) -> bool:
        return isinstance(priority, int) and self.low <= priority <= self.high

    def __str__(self) -> str:
        return f"{self.name} ({self.low} to {self.high})"

    def overlaps(self, other: Band) -> bool:
        """Whether some priority lies in both."""
        return self.low <= other.high and other.low <= self.high


BESIDE = Band("beside", 65000, 65535)  # packets that the controller wants, and their switch forwards all the same
PUNT = Band("punt", 60000, 64999)  # packets that the controller always wants; kept by IPunts
GUARD = Band("guard", 50000, 59999)  # what must hold whatever a policy says
DENY = Band("deny", 40000, 49999)  # flows that are refused
FLOWS = Band("flows", 20000, 39999)  # flows that are allowed
MISS = Band("miss", 0, 1)  # the table miss, and what stands beside it

BANDS = (BESIDE, PUNT, GUARD, DENY, FLOWS, MISS)

_COMPONENT_SHIFT, _EPOCH_SHIFT = 48, 32
COMPONENT_MASK = 0xFFFF << _COMPONENT_SHIFT  # the cookie mask that selects one component's entries
STATED = 1 << 31  # in the flow's number: the entry is stated, and not written as a packet came


def cookie(component: int, epoch: int, flow: int) -> Cookie:
    """The cookie of one entry.

    :param component: the component's number, 1 to 65535.
    :param epoch: the controller instance's epoch, 16 bits.
    :param flow: the flow's number, 32 bits, the highest of which is `STATED`.
    """
    return Cookie((component & 0xFFFF) << _COMPONENT_SHIFT | (epoch & 0xFFFF) << _EPOCH_SHIFT | flow & 0xFFFFFFFF)


def component_of(value: int) -> int:
    """The component's number in a cookie; 0 where the entry is not ours."""
    return value >> _COMPONENT_SHIFT & 0xFFFF


def epoch_of(value: int) -> int:
    """The epoch in a cookie."""
    return value >> _EPOCH_SHIFT & 0xFFFF


def is_stated(value: int) -> bool:
    """Whether a component states the entry, as its cookie says."""
    return bool(value & STATED)


def flow_of(value: int) -> int:
    """The flow's number in a cookie."""
    return value & 0xFFFFFFFF


# Groups and meters have no cookies: their numbers say whose they are. A group's number has the component in its upper
# 16 bits. Switches have fewer meters (Open vSwitch 262,144, which are 18 bits): there a component has one of 64 ranges,
# and two that have the same one cannot both state meters.

MOST_GROUPS, MOST_METERS = 0xFEFF, 0xFFF  # of one component; OFPG_MAX is 0xffffff00
_GROUP_SHIFT, _METER_SHIFT, _METER_SLOTS = 16, 12, 0x3F


def group_id(component: int, index: int) -> int:
    """The number of a component's group.

    :param index: 0 to `MOST_GROUPS`.
    :raises LocalProtocolError: for another one.
    """
    _check_index("group", index, 0, MOST_GROUPS)
    return component << _GROUP_SHIFT | index


def group_owner(number: int) -> int:
    """The component whose group has this number."""
    return number >> _GROUP_SHIFT


def meter_id(component: int, index: int) -> int:
    """The number of a component's meter.

    :param index: 1 to `MOST_METERS`.
    :raises LocalProtocolError: for another one.
    """
    _check_index("meter", index, 1, MOST_METERS)
    return (component & _METER_SLOTS) << _METER_SHIFT | index


def meter_slot(number: int) -> int:
    """The range that a meter's number is in."""
    return number >> _METER_SHIFT


def _check_index(what: str, index: int, low: int, high: int) -> None:
    if not low <= index <= high:
        raise LocalProtocolError(f"a component has no {what} {index}: count from {low} to {high}")
