"""How Open vSwitch reports a match: what has two names under the one it prefers, flags under the bits that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nox.lib.match import Item, Match
from nox.lib.openflow.oxm import FIELDS

_WORD: Final = 0xFFFFFFFF
# Bits that exist; Open vSwitch 3.1 looks at those alone, whatever the mask says.
_BITS: Final = {"ct_state": 0xFF, "tun_flags": 0x1, "ip_frag": 0x3}
# Of these Open vSwitch 3.1 reports the value as its own mask.
_OWN_MASK: Final = ("tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid", "tun_gtpu_flags", "tun_gtpu_msgtype")
_CID, _PCP = 0x1FFF, 13


def reported(match: Match) -> Match:
    """The match as it comes back."""
    return Match.of(item for sent in match.items() for item in _item(*sent))


def _item(name: str, value: int, mask: int | None) -> Iterator[Item]:
    if name.startswith(("xreg", "xxreg")):
        yield from _registers(name, value, FIELDS[name].largest if mask is None else mask)
    elif name == "vlan_tci":
        mask = 0xFFFF if mask is None else mask
        yield from (("vlan_vid", value & _CID, mask & _CID), ("vlan_pcp", value >> _PCP, mask >> _PCP))
    elif name == "nxm_in_port":
        yield "in_port", value, None
    elif name == "nxm_tos":
        yield "ip_dscp", value >> 2, None
    elif name in _OWN_MASK:
        yield name, value, value
    elif name in _BITS and (mask is not None or name != "ip_frag"):
        mask = FIELDS[name].largest if mask is None else mask
        yield name, value & _BITS[name], mask & _BITS[name]
    else:
        yield name, value, mask


def _registers(name: str, value: int, mask: int) -> Iterator[Item]:
    """The registers of 32 bits that a wider one consists of."""
    count = FIELDS[name].bits // 32
    first = int(name.lstrip("xreg")) * count
    for place in range(count):
        shift = 32 * (count - 1 - place)
        yield f"reg{first + place}", value >> shift & _WORD, mask >> shift & _WORD
