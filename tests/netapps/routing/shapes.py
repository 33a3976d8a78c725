"""Every connected graph of some nodes, as a network with a host on every switch, whole and with each link cut in turn.

`python -m tests.netapps.routing.shapes 7` runs those of 7 nodes, and prints what was lost.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import networkx

from nox.emulator.handles import NetworkLink
from nox.emulator.network import Network

HEALED = 0.02  # seconds until flows have left a link that was cut
SETTLED = 1.5  # seconds until every port's role is known


def connected(nodes: int) -> Iterator[networkx.Graph]:
    """The graphs that differ in shape."""
    for graph in networkx.graph_atlas_g():
        if len(graph) == nodes and networkx.is_connected(graph):
            yield graph


def check(graph: networkx.Graph, routing: str = "routing") -> list[str]:
    """Who does not reach whom, and when; empty where all do.

    :param routing: the component, with settings.
    """
    with Network.of(graph, hosts=1) as net:
        assert len(net.hosts) == len(graph)
        controller = net.start(routing, "allow_all", toml='[view]\nstore = "memory"\n')
        net.run(SETTLED)
        lost = _lost(net, "whole")
        for link in _between_switches(net):
            link.down()
            net.run(HEALED)
            if networkx.is_connected(_left(graph, link)):
                lost += _lost(net, f"without {link}")
            link.up()
            net.run(SETTLED)
            lost += _lost(net, f"with {link} again")
        return lost + controller.errors


def _lost(net: Network, when: str) -> list[str]:
    return [f"{when}: {one} to {other}" for one, other in net.pingall().lost]


def _between_switches(net: Network) -> list[NetworkLink]:
    names = {switch.name for switch in net.switches}
    return [link for link in net.links if set(link.between) <= names]


def _left(graph: networkx.Graph, link: NetworkLink) -> networkx.Graph:
    left = graph.copy()
    left.remove_edge(*(int(name[1:]) for name in link.between))
    return left


def main() -> int:
    """Run those of as many nodes as the command line says."""
    bad = count = 0
    for nodes in map(int, sys.argv[1:]):
        for graph in connected(nodes):
            lost = check(graph)
            count += 1
            bad += bool(lost)
            for sentence in lost:
                print(f"{sorted(graph.edges())}: {sentence}")
    print(f"{count} graphs, {bad} with losses")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
