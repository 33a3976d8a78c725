"""The links that have been heard: when, and at which ports. No reactor, no view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nox.core.view.rows import LinkKind
from nox.lib.addresses import format_dpid

Place = tuple[int, int]  # a dpid and the number of a port


class Ends(NamedTuple):
    """One direction of a link, as the view's key has it."""

    src_dpid: int
    src_port: int
    dst_dpid: int
    dst_port: int

    @property
    def source(self) -> Place:
        """Where it begins."""
        return self.src_dpid, self.src_port

    @property
    def target(self) -> Place:
        """Where it was heard."""
        return self.dst_dpid, self.dst_port

    @property
    def back(self) -> Ends:
        """The other direction."""
        return Ends(self.dst_dpid, self.dst_port, self.src_dpid, self.src_port)

    def __str__(self) -> str:
        return f"{format_dpid(self.src_dpid)} port {self.src_port} to {format_dpid(self.dst_dpid)} port {self.dst_port}"


class Heard:
    """What is remembered of one direction of a link.

    :ivar stamp: of the frame that was heard last; 0 while it is known from the view alone.
    :ivar at: when that was, seconds since 1970.
    """

    __slots__ = ("at", "ends", "kind", "stamp")

    def __init__(self, ends: Ends, kind: LinkKind, stamp: int, at: float) -> None:
        self.ends = ends
        self.kind = kind
        self.stamp = stamp
        self.at = at


class Links:
    """All links that are believed, by their ends."""

    def __init__(self) -> None:
        self._links: dict[Ends, Heard] = {}
        self._at: dict[Place, dict[Ends, None]] = {}
        self._places: dict[int, dict[Place, None]] = {}  # where links begin or end, by switch

    def __len__(self) -> int:
        return len(self._links)

    def __iter__(self) -> Iterator[Heard]:
        return iter(list(self._links.values()))

    def __contains__(self, ends: object) -> bool:
        return ends in self._links

    def get(self, ends: tuple[int, int, int, int]) -> Heard | None:
        """One direction of a link."""
        return self._links.get(ends)  # type: ignore[call-overload, no-any-return]

    def add(self, heard: Heard) -> None:
        """Believe a link."""
        self._links[heard.ends] = heard
        for place in (heard.ends.source, heard.ends.target):
            self._at.setdefault(place, {})[heard.ends] = None
            self._places.setdefault(place[0], {})[place] = None

    def remove(self, ends: Ends) -> None:
        """Believe it no more."""
        del self._links[ends]
        for place in {ends.source, ends.target}:
            there = self._at[place]
            del there[ends]
            if not there:
                del self._at[place]
                del self._places[place[0]][place]

    def at(self, place: Place) -> list[Heard]:
        """Those that begin or end at a port."""
        return [self._links[ends] for ends in self._at.get(place, ())]

    def of(self, dpid: int) -> list[Heard]:
        """Those that begin or end at a switch."""
        found = {ends: None for place in self._places.get(dpid, ()) for ends in self._at[place]}
        return [self._links[ends] for ends in found]

    def is_direct(self, place: Place) -> bool:
        """Whether LLDP was heard there, or is heard from there: then nothing else is behind that port."""
        return any(link.kind is LinkKind.DIRECT for link in self.at(place))

    def is_mutual(self, place: Place) -> bool:
        """Whether some link there is known in both directions."""
        return any(link.ends.back in self._links for link in self.at(place))

    def silent_since(self, when: float) -> list[Heard]:
        """Those that were not heard after that."""
        return [link for link in self._links.values() if link.at < when]
