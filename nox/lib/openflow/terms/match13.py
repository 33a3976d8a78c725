"""Matches of OpenFlow 1.3 (1.3.5, section 7.2.3): OXM fields, which are our terms."""

from __future__ import annotations

from nox.lib.match import Match
from nox.lib.openflow.match13 import Oxm, OxmMatch, UnknownOxm
from nox.lib.openflow.terms.checks import check_match, match_of


def match_to_wire(match: Match) -> OxmMatch:
    """The match as OXM fields, in the order of their numbers.

    :raises LocalProtocolError: when a field lacks what it needs beside it.
    """
    check_match(match)
    named = [Oxm(name, value, mask) for name, value, mask in match.items()]
    return OxmMatch((*named, *map(UnknownOxm, sorted(match.unknown))))


def match_from_wire(match: OxmMatch) -> Match:
    """What the match means.

    :raises RemoteProtocolError: when a field cannot have that value, or comes twice.
    """
    items = [(field.name, field.value, field.mask) for field in match.fields if isinstance(field, Oxm)]
    return match_of(items, [field.raw for field in match.fields if isinstance(field, UnknownOxm)])
