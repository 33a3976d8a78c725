"""Which switches there are and how they are linked, for the usual shapes and for any graph of networkx."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any, Protocol

from nox.lib.errors import ConfigError


@dataclass(slots=True)
class Plan:
    """A network on paper.

    :ivar switches: names, in order; `links`: pairs of names; `edges`: the switches that have hosts.
    :ivar hosts: named hosts, each with its switch, besides those that every switch of `edges` gets.
    :ivar traits: delay and loss of links that have their own, by their place in `links`.
    """

    switches: list[str]
    links: list[tuple[str, str]]
    edges: list[str]
    hosts: list[tuple[str, str]] = field(default_factory=list)
    traits: dict[int, dict[str, float]] = field(default_factory=dict)


class Graph(Protocol):
    """What a graph of networkx is here."""

    def nodes(self, data: bool) -> Iterable[tuple[Hashable, Mapping[str, Any]]]:
        """Each node with its attributes."""

    def edges(self, data: bool) -> Iterable[tuple[Hashable, Hashable, Mapping[str, Any]]]:
        """Each edge, two nodes, with its attributes."""


def _numbered(count: int) -> list[str]:
    return [f"s{number}" for number in range(1, count + 1)]


def _at_least(shape: str, what: str, number: int, least: int) -> None:
    if number < least:
        raise ConfigError(f"a {shape} of {number} {what}: it has at least {least}")


def line(count: int) -> Plan:
    """Switches in a row.

    :raises ConfigError: without any.
    """
    _at_least("line", "switches", count, 1)
    names = _numbered(count)
    return Plan(names, list(pairwise(names)), names)


def ring(count: int) -> Plan:
    """A row whose ends meet.

    :raises ConfigError: when there are fewer than three.
    """
    _at_least("ring", "switches", count, 3)
    row = line(count)
    return Plan(row.switches, [*row.links, (row.switches[-1], row.switches[0])], row.edges)


def tree(depth: int, fanout: int) -> Plan:
    """Each switch has `fanout` below it, in `depth` layers; hosts are at the lowest.

    :raises ConfigError: when there is no layer, or a switch has nothing below it.
    """
    _at_least("tree", "layers", depth, 1)
    _at_least("tree", "switches below each", fanout, 1)
    layers = [fanout**layer for layer in range(depth)]
    names = _numbered(sum(layers))
    links = [(names[(child - 1) // fanout], names[child]) for child in range(1, len(names))]
    return Plan(names, links, names[-layers[-1] :])


def torus(width: int, height: int) -> Plan:
    """A grid whose rows and columns are rings.

    :raises ConfigError: when one has fewer than three switches.
    """
    _at_least("torus", "columns", width, 3)
    _at_least("torus", "rows", height, 3)
    names = _numbered(width * height)
    links = []
    for row, column in product(range(height), range(width)):
        here = names[row * width + column]
        links.append((here, names[row * width + (column + 1) % width]))
        links.append((here, names[(row + 1) % height * width + column]))
    return Plan(names, links, names)


def fat_tree(k: int) -> Plan:
    """The fat tree of switches with `k` ports (Al-Fares et al., SIGCOMM 2008): `k` pods, 5k²/4 switches.

    :raises ConfigError: when `k` is odd or smaller than two.
    """
    if k < 2 or k % 2:
        raise ConfigError(f"a fat tree of switches with {k} ports: it is an even number from 2")
    half = k // 2
    cores = [f"c{number}" for number in range(1, half * half + 1)]
    plan = Plan(cores, [], [])
    for pod in range(1, k + 1):
        uppers = [f"a{pod}_{number}" for number in range(1, half + 1)]
        lowers = [f"e{pod}_{number}" for number in range(1, half + 1)]
        plan.switches = [*plan.switches, *uppers, *lowers]
        plan.edges += lowers
        plan.links += product(lowers, uppers)
        plan.links += [
            (upper, cores[place * half + other]) for place, upper in enumerate(uppers) for other in range(half)
        ]
    return plan


def graph(given: Graph) -> Plan:
    """Any graph of networkx.

    A node is a switch, or a host where its attribute `host` is true; a number n is called sn, anything else as it
    reads. Links take `delay` and `loss` from the attributes of their edges.

    :raises ConfigError: when a host has no switch, or more than one link.
    """
    plan = Plan([], [], [])
    names: dict[Hashable, str] = {}
    hosts = set()
    for node, attributes in given.nodes(data=True):
        names[node] = f"s{node}" if isinstance(node, int) else str(node)
        if attributes.get("host"):
            hosts.add(names[node])
        else:
            plan.switches.append(names[node])
    placed: dict[str, str] = {}
    for a, b, attributes in given.edges(data=True):
        one, other = sorted((names[a], names[b]), key=hosts.__contains__)
        if other not in hosts:
            traits = {key: float(attributes[key]) for key in ("delay", "loss") if key in attributes}
            if traits:
                plan.traits[len(plan.links)] = traits
            plan.links.append((one, other))
        elif one in hosts or other in placed:
            raise ConfigError(f"host {other} is linked to {one}: a host has one link, to a switch")
        else:
            placed[other] = one
    for host in (name for name in names.values() if name in hosts and name not in placed):
        raise ConfigError(f"host {host} is linked to no switch: give it an edge")
    plan.hosts, plan.edges = list(placed.items()), list(plan.switches)
    return plan
