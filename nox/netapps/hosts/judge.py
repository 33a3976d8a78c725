"""Whether a packet is believed. Most come from whom they should; those cost a few look-ups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nox.core.openflow.events import PacketIn
from nox.lib.flowkey import ICMPV6, SHAPES
from nox.lib.shapes import Shape
from nox.netapps.hosts.bindings import Bindings
from nox.netapps.hosts.claims import Refused, claim_of
from nox.netapps.hosts.places import Places
from nox.netapps.hosts.tools import Tools
from nox.netapps.hosts.values import Host, Place, Verdict

_RESERVED: Final = bytes.fromhex("0180c20000")  # 802.1D, table 7-10: of the port's neighbour, a switch as often as not
_LOOK: Final = -1  # what such a frame says of its sender is not in its header fields alone
_NONE: Final = 0


def _source_of(shape: Shape) -> int:
    """Where a frame's IP source stands among its values; `_NONE`: it has none; `_LOOK`: look at the frame."""
    if shape.place("arp_op") is not None or shape.fixed.get("ip_proto") == ICMPV6:
        return _LOOK
    return shape.place("ipv4_src") or shape.place("ipv6_src") or _NONE


_SOURCES: Final = {shape: _source_of(shape) for shape in SHAPES}


def sender(event: PacketIn) -> Host:
    """The host that a packet says to come from."""
    values = event.values
    return values[2], (values[3] & 0xFFF if event.shape.tagged else 0)  # type: ignore[operator, return-value]


def _is_reserved(event: PacketIn) -> bool:
    destination = event.values[1]
    assert isinstance(destination, bytes)
    return destination.startswith(_RESERVED) and destination[5] <= 0x0F


class Judge:
    """Believes packets, or does not.

    :param is_switch: whether an Ethernet address is a switch's, and not that of a host at this place.
    """

    def __init__(self, tools: Tools, is_switch: Callable[[bytes, Place], bool]) -> None:
        self._tools, self._is_switch = tools, is_switch
        self.places, self.bindings = Places(tools), Bindings(tools)

    def verdict(self, event: PacketIn, place: Place) -> Verdict:
        """What becomes of a packet that came in at a port where hosts are."""
        shape, values = event.shape, event.values
        host = sender(event)
        known = self._tools.memory.get(host)
        if known is not None and place in known.places and known.contest is None and not known.is_stale:
            at = _SOURCES[shape]
            if at == _NONE or (at > 0 and values[at] in known.addresses):
                heard = known.heard
                heard[place] = self._tools.now()
                if at:
                    heard[values[at]] = heard[place]
                return Verdict.PASS
        return self._look(event, host, place)

    def _look(self, event: PacketIn, host: Host, place: Place) -> Verdict:
        """The same, for one that says something new."""
        if _is_reserved(event):
            return Verdict.PASS
        known = self._tools.memory.recall(host)
        if known is None and self.places.is_known_full(place):
            self.places.refuse_crowd(host, place)  # a flood: nothing else about it matters
            return Verdict.REFUSE
        try:
            claim = claim_of(event.key, event.data)
            self._check(host, place)
        except Refused as refused:
            self._tools.teller.refused(host[0], place, refused.kind, str(refused))
            return Verdict.REFUSE
        known = known or self._tools.memory.meet(host)
        verdict = self.places.judge(known, place, event)
        if verdict is not Verdict.PASS:
            return verdict
        self._tools.memory.add(known)
        known.heard[place] = self._tools.now()
        if claim.is_router is not None:
            known.is_router = claim.is_router
        return verdict if claim.ip is None else self.bindings.judge(known, place, claim, event)

    def returns(self, event: PacketIn, place: Place) -> None:
        """A packet came in at a port that is not known yet to be one where hosts are.

        A host that is known, and is nowhere any more, is there again: its cable was plugged in there. If it is a link
        that has come up, this is undone as soon as that is known.
        """
        host = sender(event)
        known = self._tools.memory.recall(host)
        if known is None or _is_reserved(event):
            return
        try:
            claim_of(event.key, event.data)
            self._check(host, place)
        except Refused:
            return  # its turn comes when the port's role is decided
        self.places.returns(known, place)

    def _check(self, host: Host, place: Place) -> None:
        if self._is_switch(host[0], place):
            raise Refused("switch", "this address is a switch's")
