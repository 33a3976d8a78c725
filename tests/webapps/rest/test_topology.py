"""Links and the graph as resources, and as noxctl shows them."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console
from twisted.internet.defer import Deferred

from nox.core.view.component import View
from nox.emulator.tested import TestedNetwork
from nox.lib.errors import NoxError
from nox.netapps.topology.component import Topology
from nox.noxctl.commands.topology import _dot, _drawn
from nox.webapps.rest.resources.topology import Topologies
from tests.core.component.support import result


def resources(net: TestedNetwork) -> Topologies:
    """Of its controller."""
    view = net.controller.component(View)
    return Topologies(view.scoped(view.record), net.controller.component(Topology))


def ask(answer: Any) -> Any:
    """What a resource answers."""
    return result(Deferred.fromCoroutine(answer))


@pytest.fixture
def net(nox_network: type[TestedNetwork]) -> TestedNetwork:
    """A ring of three with a host each."""
    made = nox_network.ring(3)
    made.start("view", "discovery,interval=1", "topology", "switch")
    made.run(1.5)
    return made


def drawn(answer: Any) -> list[str]:
    """The lines of the drawing."""
    console = Console(width=120, highlight=False)
    with console.capture() as captured:
        for one in _drawn(answer):
            console.print(one)
    return captured.get().splitlines()


def test_links(net: TestedNetwork) -> None:
    """Each direction, in order, with whether it comes back."""
    rows = ask(resources(net).links())
    assert len(rows) == 6
    assert rows[0].pop("since") > 0
    assert rows[0] == {
        "src_dpid": "0000000000000001", "src_port": 1, "dst_dpid": "0000000000000002", "dst_port": 1,
        "kind": "direct", "is_mutual": True, "is_avoided": False,
    }  # fmt: skip


def test_topology(net: TestedNetwork) -> None:
    """Switches with their edges; each link once, and whether frames are flooded along it."""
    answer = ask(resources(net).topology())
    assert [one["edge_ports"] for one in answer["switches"]] == [[3], [3], [3]]
    assert [link["is_in_tree"] for link in answer["links"]] == [True, True, False]
    assert answer["switches"][0]["flood_ports"] == [1, 2, 3]


def test_without_the_components() -> None:
    """No link is known; the graph is refused with what to do."""
    empty = Topologies(None, None)
    assert ask(empty.links()) == []
    with pytest.raises(NoxError, match="noxctl load topology"):
        ask(empty.topology())


def test_the_drawing(net: TestedNetwork) -> None:
    """The tree from its root, and what is beside it; hostile names are escaped."""
    answer = ask(resources(net).topology())
    answer["switches"][1]["name"] = "\x1b[31m[red]"
    assert drawn(answer) == [
        "0000000000000001, hosts at 3",
        "├── port 1 - port 1: 0000000000000002 \\x1b[31m[red], hosts at 3",
        "└── port 2 - port 2: 0000000000000003, hosts at 3",
        "beside the tree:",
        "  0000000000000002 port 2 - 0000000000000003 port 1",
    ]


def test_an_empty_drawing() -> None:
    """It says so."""
    assert drawn({"revision": 0, "switches": [], "links": []}) == ["no switch is connected"]


def test_graphviz(net: TestedNetwork) -> None:
    """Links beside the tree are dashed; quotes cannot end a name."""
    answer = ask(resources(net).topology())
    answer["switches"][0]["name"] = 'a"b\\'
    lines = list(_dot(answer))
    assert (lines[0], lines[-1]) == ("graph topology {", "}")
    assert lines[2] == '  "0000000000000001" [label="0000000000000001 a\\"b\\\\"];'
    assert lines[-2] == ('  "0000000000000002" -- "0000000000000003" [taillabel="2", headlabel="1", style="dashed"];')
