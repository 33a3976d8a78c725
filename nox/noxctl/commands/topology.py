"""``links``, ``topology``: how switches are linked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import print_json, print_lines, printable, since

_LINKS = [Column("FROM"), number("PORT"), Column("TO"), number("PORT"), Column("KIND"), number("SINCE"), Column("NOTE")]
_Link = Mapping[str, Any]


@click.command()
@common
def links(options: Options) -> None:
    """List the links that are known, each direction."""
    answer = options.client.get("links")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_LINKS, map(_link, answer), "no link is known: does discovery run?")


def _link(one: _Link) -> list[object]:
    note = "loses flows: avoided" if one["is_avoided"] else None
    note = note if one["is_mutual"] else "one way only: not used"
    ends = [one["src_dpid"], one["src_port"], one["dst_dpid"], one["dst_port"]]
    return [*ends, one["kind"], since(one["since"]), note]


@click.command()
@click.option("--dot", is_flag=True, help="Print it as Graphviz reads it.")
@common
def topology(options: Options, dot: bool) -> None:
    """Draw the network: the tree along which is flooded, and the links beside it."""
    answer = options.client.get("topology")
    if options.as_json:
        print_json(answer)
    elif dot:
        print_lines(_dot(answer))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for drawn in _drawn(answer):
            console.print(drawn)


# The drawing


def _drawn(answer: Mapping[str, Any]) -> Iterator[Tree | Text]:
    """A tree for each connected part, then the links that are in none."""
    if not answer["switches"]:
        yield Text("no switch is connected")
        return
    switches = {one["dpid"]: one for one in answer["switches"]}
    below: dict[str, list[tuple[int, str, int, str]]] = defaultdict(list)
    for link in answer["links"]:
        if link["is_in_tree"]:
            a, b = (link["a_dpid"], link["a_port"]), (link["b_dpid"], link["b_port"])
            below[a[0]].append((a[1], *b, link["kind"]))
            below[b[0]].append((b[1], *a, link["kind"]))
    drawn: set[str] = set()
    for dpid in sorted(switches):
        if dpid not in drawn:
            yield _branch(dpid, switches, below, drawn)
    beside = [link for link in answer["links"] if not link["is_in_tree"]]
    if beside:
        yield Text("beside the tree:")
        yield from (Text("  " + _line(link)) for link in beside)


def _branch(
    root: str,
    switches: Mapping[str, Mapping[str, Any]],
    below: Mapping[str, list[tuple[int, str, int, str]]],
    drawn: set[str],
) -> Tree:
    """One connected part."""
    drawn.add(root)
    tree = Tree(Text(_name(switches[root])))
    waiting = [(root, tree)]
    while waiting:  # a loop and no recursion: a row of switches may be long
        dpid, node = waiting.pop()
        for port, other, other_port, kind in sorted(below.get(dpid, ())):
            if other not in drawn:
                drawn.add(other)
                through = "" if kind == "direct" else f" ({kind})"
                text = f"port {port} - port {other_port}: {_name(switches[other])}{through}"
                waiting.append((other, node.add(Text(text))))
    return tree


def _name(switch: Mapping[str, Any]) -> str:
    name = f"{switch['dpid']} {printable(switch['name'])}".rstrip()
    if not switch["is_connected"]:
        name += ", not connected"
    edges = ", ".join(map(str, switch["edge_ports"]))
    return f"{name}, hosts at {edges}" if edges else name


def _line(link: _Link) -> str:
    ends = f"{link['a_dpid']} port {link['a_port']} - {link['b_dpid']} port {link['b_port']}"
    return ends if link["kind"] == "direct" else f"{ends} ({link['kind']})"


# Graphviz


def _dot(answer: Mapping[str, Any]) -> Iterator[str]:
    """An undirected graph; links beside the tree are dashed."""
    yield "graph topology {"
    yield "  node [shape=box];"
    for switch in answer["switches"]:
        label = f"{switch['dpid']} {switch['name']}".rstrip()
        yield f"  {_quoted(switch['dpid'])} [label={_quoted(label)}];"
    yield from map(_edge, answer["links"])
    yield "}"


def _edge(link: _Link) -> str:
    traits = {"taillabel": str(link["a_port"]), "headlabel": str(link["b_port"])}
    if not link["is_in_tree"]:
        traits["style"] = "dashed"
    if link["kind"] != "direct":
        traits["label"] = link["kind"]
    return f"  {_quoted(link['a_dpid'])} -- {_quoted(link['b_dpid'])} [{_traits(traits.items())}];"


def _traits(traits: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{key}={_quoted(value)}" for key, value in traits)


def _quoted(text: str) -> str:
    """As Graphviz reads it: a backslash and a quote are escaped."""
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
