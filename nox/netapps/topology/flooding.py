"""Which ports of the tree are in use: never such that a frame could take two ways.

A port that leaves the tree is used no more at once. One that comes to it is used at once where nothing has left: it
then joins parts that were apart. Otherwise it waits until frames that are on their way along the old tree have arrived:
a frame that has gone the old way and then finds the new one would arrive twice.
"""

from __future__ import annotations

from typing import Final

from nox.netapps.topology.links import Place

SETTLE: Final = 0.25  # seconds that a frame may take through the network, by way of the controller at every switch


class Flooding:
    """The tree as it is used.

    :ivar ports: that are used.
    """

    def __init__(self) -> None:
        self.ports: set[Place] = set()
        self._wanted: set[Place] = set()
        self._not_before = float("-inf")

    def want(self, tree: set[Place], now: float) -> None:
        """The tree is to be this one."""
        self._wanted = tree
        self.drop(self.ports - tree, now)

    def drop(self, places: set[Place], now: float) -> bool:
        """Use these no more; whether one of them was used."""
        dropped = places & self.ports
        if dropped:
            self.ports -= dropped
            self._not_before = now + SETTLE
        return bool(dropped)

    def settle(self, now: float) -> float | None:
        """Use what is wanted, if it is time; else in how many seconds it will be. None: nothing waits."""
        if self.ports == self._wanted:
            return None
        if now < self._not_before:
            return self._not_before - now
        self.ports = set(self._wanted)
        return None
