"""What must hold of a match and of a tag in every version."""

from __future__ import annotations

from collections.abc import Iterable

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.match import Item, Match
from nox.lib.openflow.errorcodes import BadMatch, ErrorType
from nox.lib.openflow.oxm import FIELDS, VLAN_PRESENT


def match_of(items: Iterable[Item], unknown: Iterable[bytes] = ()) -> Match:
    """The match that a switch means.

    :raises RemoteProtocolError: when a field cannot have that value, or comes twice.
    """
    try:
        return Match.of(items, unknown)
    except LocalProtocolError as error:
        raise RemoteProtocolError(
            f"a match that makes no sense: {error}", error_type=ErrorType.BAD_MATCH, error_code=BadMatch.BAD_VALUE
        ) from error


def check_match(match: Match) -> None:
    """Refuse a match that lacks what one of its fields needs (1.3.5, section 7.2.3.6).

    Switches refuse it too, but 1.0's ignore the field, and match more than was asked for.

    :raises LocalProtocolError: with what to add.
    """
    conditions = {field: (value, mask) for field, value, mask in match.items()}
    if "cookie" in conditions:
        raise LocalProtocolError("a cookie is no field of a packet: choose entries with cookie and cookie_mask")
    for field in conditions:
        for needed in FIELDS[field].prerequisites:
            value, mask = conditions.get(needed.name, (0, 0))
            exact = mask is None or (needed.bits and mask & needed.bits == needed.bits)
            if not exact or not needed.allows(value):
                raise LocalProtocolError(f"a match on {field} needs {needed}: add it to ({match})")
    vid, mask = conditions.get("vlan_vid", (0, None))
    if mask is None and vid and not vid & VLAN_PRESENT:
        raise LocalProtocolError(
            f"no frame has vlan_vid={vid:#x}: VLAN {vid} is vlan_vid={vid | VLAN_PRESENT:#x}, and 0 is no tag"
        )


def check_tag(vid: int) -> None:
    """Refuse a VLAN to set that is none (1.3.5, section 7.2.3.7: the bit must be set).

    :raises LocalProtocolError: with what to write instead.
    """
    if not vid & VLAN_PRESENT:
        raise LocalProtocolError(
            f"SetField(vlan_vid={vid:#x}) is no VLAN: VLAN {vid} is {vid | VLAN_PRESENT:#x}; PopVlan takes a tag away"
        )
