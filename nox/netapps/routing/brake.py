"""Packets of one flow that come fast and go nowhere: their switch drops them for a second.

Nobody is there, no path leads there, nobody decides, or it is for everybody and too often so. Each of them would come
to the controller, and keep others waiting. What becomes possible meanwhile ends it at once.
"""

from __future__ import annotations

from collections import Counter

from nox.core.interfaces import IDatapaths
from nox.netapps.decision import Place
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.identity import Identity, is_question

FAST = 50  # packets of one flow, in a second, that go nowhere


class Brake:
    """Has switches drop what goes nowhere.

    :ivar braked: how often.
    """

    def __init__(self, entries: Entries, datapaths: IDatapaths) -> None:
        self._entries, self._datapaths = entries, datapaths
        self._seen: Counter[Identity] = Counter()
        self._dropped: dict[Identity, Place] = {}
        self.braked = 0

    def in_vain(self, identity: Identity, source: Place) -> None:
        """One more packet of a flow went nowhere. ARP and neighbour discovery come to the controller all the same."""
        self._seen[identity] += 1
        datapath = self._datapaths.get(source.dpid)
        if self._seen[identity] == FAST and datapath is not None and not is_question(identity):
            self.braked += 1
            self._dropped[identity] = source
            self._entries.drop(datapath, identity, source.port)

    def lift(self) -> None:
        """The network is another one: what went nowhere may go somewhere now."""
        dropped, self._dropped = self._dropped, {}
        self._seen.clear()
        for identity, source in dropped.items():
            self._entries.undrop(identity, source)

    def tick(self) -> None:
        """A second has gone by, and with it what was dropped."""
        self._seen.clear()
        self._dropped.clear()
