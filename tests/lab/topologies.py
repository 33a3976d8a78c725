"""Topologies for ``mn --custom``: what Mininet has no name for. Mininet imports it; it needs nothing of NOX."""

from __future__ import annotations

from itertools import product

from mininet.topo import Topo  # type: ignore[import-not-found] # Debian's package


class Ring(Topo):  # type: ignore[misc]
    """Switches in a ring, each with one host."""

    def build(self, count: int = 6) -> None:
        """:param count: of switches."""
        switches = [self.addSwitch(f"s{number}") for number in range(1, count + 1)]
        for number, switch in enumerate(switches, 1):
            self.addLink(self.addHost(f"h{number}"), switch)
            self.addLink(switch, switches[number % count])


class FatTree(Topo):  # type: ignore[misc]
    """The fat tree of switches with `k` ports (Al-Fares et al., SIGCOMM 2008)."""

    def build(self, k: int = 4) -> None:
        """:param k: an even number."""
        half, number, hosts = k // 2, 0, 0
        names = iter(f"s{count}" for count in range(1, 5 * half * half + 1))
        cores = [self.addSwitch(next(names)) for _ in range(half * half)]
        for _ in range(k):
            uppers = [self.addSwitch(next(names)) for _ in range(half)]
            lowers = [self.addSwitch(next(names)) for _ in range(half)]
            for lower, upper in product(lowers, uppers):
                self.addLink(lower, upper)
            for place, number in product(range(half), range(half)):
                self.addLink(uppers[place], cores[place * half + number])
            for lower in lowers:
                for _ in range(half):
                    hosts += 1
                    self.addLink(self.addHost(f"h{hosts}"), lower)


topos = {"ring": Ring, "fattree": FatTree}
