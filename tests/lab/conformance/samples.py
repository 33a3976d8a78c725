"""A value for each match field, and what must stand beside it: made from the tables, so that a new row has its own."""

from __future__ import annotations

from typing import Final

from nox.lib.match import Match
from nox.lib.openflow.oxm import FIELDS

# Where 1, or 2 under a mask that leaves out the lowest bit, has no sense.
_VALUES: Final = {
    "vlan_vid": 0x1005,
    "eth_type": 0x0800,
    "ip_proto": 6,
    "icmpv6_type": 135,
    "nxm_tos": 4,  # the two lowest bits are ECN's
    "ct_state": 0x22,  # tracked, established: conditions on the original direction want a tracked packet
}
_MASKED: Final = {"tun_flags": (1, 1)}  # its other bits do not exist
_TRACKED4, _TRACKED6 = {"eth_type": 0x0800, "ct_state": 0x22}, {"eth_type": 0x86DD, "ct_state": 0x22}
_BESIDE: Final = {  # what Open vSwitch wants beside a field, and the table of fields does not say
    "vlan_vid": {"vlan_vid": 0x1005},
    "ct_nw_proto": _TRACKED4,
    "ct_nw_src": _TRACKED4,
    "ct_nw_dst": _TRACKED4,
    "ct_ipv6_src": _TRACKED6,
    "ct_ipv6_dst": _TRACKED6,
    "ct_tp_src": {**_TRACKED4, "ct_nw_proto": 6},
    "ct_tp_dst": {**_TRACKED4, "ct_nw_proto": 6},
}


def value(name: str) -> int:
    """A value of a field."""
    return _VALUES.get(name, 1)


def masked(name: str) -> tuple[int, int]:
    """A value under a mask that leaves out the lowest bit."""
    if name in _MASKED:
        return _MASKED[name]
    mask = FIELDS[name].largest & ~1
    return _VALUES.get(name, 2) & mask, mask


def beside(name: str) -> dict[str, int]:
    """What a match on the field needs: the fields that it depends on, and those that these depend on."""
    needed = dict(_BESIDE.get(name, {}))
    for one in FIELDS[name].prerequisites:
        needed[one.name] = one.values[0] if one.values else value(one.name) | one.bits
    for other in set(needed) - {name}:
        needed = {**beside(other), **needed}
    return needed


def match(name: str, condition: int | tuple[int, int]) -> Match:
    """A match on the field that a switch should take."""
    return Match(**{**beside(name), name: condition})
