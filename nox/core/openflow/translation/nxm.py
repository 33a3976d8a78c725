"""Matches of OpenFlow 1.0 in Nicira's NXM (``ovs-fields(7)``), from and into 1.3's terms.

Most fields have the same name and meaning. Three do not: ports have 16 bits; tag, priority and number of a VLAN are one
field of 16 bits; DSCP stands in the upper six bits of IPv4's type of service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.match import Item, Match
from nox.lib.openflow.match13 import AnyOxm, Oxm, OxmMatch, UnknownOxm
from nox.lib.openflow.oxm import VLAN_NONE
from nox.lib.openflow.terms.checks import check_match, match_of
from nox.lib.openflow.terms.ports10 import port_from_wire, port_to_wire

_WHOLE_TCI: Final = 0xFFFF
_VID: Final = 0x1FFF  # number and the bit that says that there is a tag
_PCP: Final = 13  # where the priority begins
_TOS: Final = 2  # where DSCP begins
_VLAN: Final = ("vlan_vid", "vlan_pcp")


def match_to_wire(match: Match, *others: AnyOxm) -> OxmMatch:
    """The match in NXM.

    :param others: fields to put before those of the match.
    :raises LocalProtocolError: when NXM cannot say it.
    """
    check_match(match)
    named = [_field(*item) for item in match.items() if item[0] not in _VLAN]
    vlan = _tci([item for item in match.items() if item[0] in _VLAN])
    return OxmMatch((*others, *vlan, *named, *map(UnknownOxm, sorted(match.unknown))))


def _field(name: str, value: int, mask: int | None) -> Oxm:
    if name == "in_port":
        return Oxm("nxm_in_port", port_to_wire(value))
    if name == "ip_dscp":
        return Oxm("nxm_tos", value << _TOS)
    return Oxm(name, value, mask)


def _tci(items: Iterable[Item]) -> Iterator[Oxm]:
    """What is asked of a VLAN's number and priority, in one field; a frame without a tag is all zeros."""
    value = mask = 0
    for name, wanted, under in items:
        if name == "vlan_pcp":
            value, mask = value | wanted << _PCP, mask | (7 if under is None else under) << _PCP
        elif under is None and wanted == VLAN_NONE:
            mask = _WHOLE_TCI
        else:
            value, mask = value | wanted, mask | (_VID if under is None else under)
    if mask:
        yield Oxm("vlan_tci", value, None if mask == _WHOLE_TCI else mask)


def match_from_wire(match: OxmMatch) -> Match:
    """What a match in NXM means.

    :raises RemoteProtocolError: when a field cannot have that value, or comes twice.
    """
    unknown = [field.raw for field in match.fields if isinstance(field, UnknownOxm)]
    return match_of(_items(field for field in match.fields if isinstance(field, Oxm)), unknown)


def _items(fields: Iterable[Oxm]) -> Iterator[Item]:
    for field in fields:
        if field.name == "nxm_in_port":
            yield "in_port", port_from_wire(field.value), None
        elif field.name == "nxm_tos":
            yield "ip_dscp", field.value >> _TOS, None
        elif field.name == "vlan_tci":
            yield from _vlan_items(field.value, _WHOLE_TCI if field.mask is None else field.mask)
        else:
            yield field.name, field.value, field.mask


def _vlan_items(value: int, mask: int) -> Iterator[Item]:
    if (value, mask) == (0, _WHOLE_TCI):
        yield "vlan_vid", VLAN_NONE, None
        return
    if mask & _VID:
        yield "vlan_vid", value & mask & _VID, mask & _VID
    if mask >> _PCP:
        yield "vlan_pcp", value >> _PCP, mask >> _PCP


def cookie_field(cookie: int, mask: int) -> Oxm:
    """The field that chooses entries by their cookies.

    :raises LocalProtocolError: for bits of the cookie that the mask does not look at: switches refuse it.
    """
    if cookie & ~mask:
        raise LocalProtocolError(f"cookie {cookie:#x} has bits that its mask {mask:#x} does not look at")
    return Oxm("cookie", cookie, mask)
