"""Whether a controller's match is one (1.3.5, sections 7.2.3.3 to 7.2.3.6)."""

from __future__ import annotations

from typing import Final

from nox.emulator.switch.refusal import Refused
from nox.lib.match import Match
from nox.lib.openflow.errorcodes import BadMatch
from nox.lib.openflow.match13 import Oxm, OxmMatch, UnknownOxm
from nox.lib.openflow.oxm import FIELDS, VLAN_PRESENT
from nox.lib.openflow.oxmfield import OPENFLOW_BASIC

_LAST: Final = FIELDS["ipv6_exthdr"].number  # those after it are of later versions


def checked(match: OxmMatch) -> Match:
    """What the match means.

    :raises Refused: when it is none, or has what the switch does not look at.
    """
    seen: dict[str, Oxm] = {}
    for field in match.fields:
        if isinstance(field, UnknownOxm) or not _known(field.name):
            raise Refused(BadMatch.BAD_FIELD, "the switch does not look at that field")
        _check(field, seen)
        seen[field.name] = field
    return Match.of((field.name, field.value, field.mask) for field in seen.values())


def _known(name: str) -> bool:
    return FIELDS[name].oxm_class == OPENFLOW_BASIC and FIELDS[name].number <= _LAST


def _check(field: Oxm, seen: dict[str, Oxm]) -> None:
    known = FIELDS[field.name]
    if field.name in seen:
        raise Refused(BadMatch.DUP_FIELD, f"{field.name} stands twice in one match")
    if field.mask is not None and field.mask != known.largest and not known.maskable:
        raise Refused(BadMatch.BAD_MASK, f"{field.name} cannot be masked")
    if field.value > known.largest or (field.mask or 0) >> known.size * 8:
        raise Refused(BadMatch.BAD_VALUE, f"{field.name} has {known.bits} bits")
    if field.mask is not None and field.value & ~field.mask:
        raise Refused(BadMatch.BAD_WILDCARDS, f"{field.name} has bits that its mask does not look at")
    if field.name == "vlan_vid" and field.mask is None and field.value and not field.value & VLAN_PRESENT:
        raise Refused(BadMatch.BAD_VALUE, "a VLAN without the bit that says that there is a tag")
    for needed in known.prerequisites:
        there = seen.get(needed.name)
        exact = there is not None and (there.mask is None or there.mask & needed.bits == needed.bits != 0)
        if there is None or not exact or not needed.allows(there.value):
            raise Refused(BadMatch.BAD_PREREQ, f"{field.name} needs {needed} before it")
