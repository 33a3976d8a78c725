"""``/v1/top`` and ``noxctl top``, with figures of the test's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nox.netapps.decision import Place
from nox.netapps.interfaces import IMonitoring
from nox.netapps.load import FlowLoad, HostLoad, PortLoad, TableUse
from nox.noxctl.text import rate
from nox.webapps.rest.resources.top import Top
from tests.noxctl.command import Command
from tests.webapps.rest.support import HOSTILE, Server


@implementer(IMonitoring)
class OwnMonitoring:
    """Figures that do not change."""

    def ports(self, most: int) -> Sequence[PortLoad]:
        """Two, with a hostile name."""
        usual: dict[str, float | None] = {"rx_packets": 12.0, "tx_packets": None, "dropped": 0.0, "errors": None}
        known = PortLoad(
            dpid=1, port=1, name=HOSTILE, switch="core", rx_bytes=1.5e6, tx_bytes=125.0, utilisation=0.25, **usual
        )
        unknown = PortLoad(
            dpid=2, port=0xFFFFFFFE, name="", switch="", rx_bytes=0.0, tx_bytes=None, utilisation=None, **usual
        )
        return [known, unknown][:most]

    def hosts(self, most: int) -> Sequence[HostLoad]:
        """One that is somewhere."""
        return [
            HostLoad(
                host="02:00:00:00:00:01", name="printer", place=Place(1, 1), tx_bytes=125e6, rx_bytes=0.0, basis="port"
            )
        ]

    def flows(self, most: int) -> Sequence[FlowLoad]:
        """None."""
        return []

    def tables(self, dpid: int) -> Sequence[TableUse]:
        """None."""
        return []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The resources, with these figures."""
    monitoring = OwnMonitoring()
    verifyObject(IMonitoring, monitoring)
    running = Server(tmp_path / "s", Top(monitoring))
    yield running
    running.stop()


@pytest.fixture
def noxctl(server: Server) -> Command:
    """The command, told to ask it."""
    return Command(server.path)


def test_rows(server: Server) -> None:
    """Dpids and places are as people write them; what is not known is null."""
    status, ports = server.ask("GET", "/v1/top/ports")
    assert status == 200
    assert ports[0] == {
        "dpid": "0000000000000001",
        "port": 1,
        "name": HOSTILE,
        "switch": "core",
        "rx_bytes": 1.5e6,
        "tx_bytes": 125.0,
        "rx_packets": 12.0,
        "tx_packets": None,
        "dropped": 0.0,
        "errors": None,
        "utilisation": 0.25,
    }
    assert server.ask("GET", "/v1/top/hosts")[1][0]["place"] == {"dpid": "0000000000000001", "port": 1}
    assert server.ask("GET", "/v1/top/flows") == (200, [])


def test_without_monitoring(tmp_path: Path) -> None:
    """The sentence says which component to load."""
    server = Server(tmp_path / "t", Top(None))
    try:
        sentence = 'nothing reads the counters: "noxctl load monitoring" does'
        assert server.ask("GET", "/v1/top/ports") == (409, {"error": sentence})
        assert Command(server.path).refuses("top", "--once") == sentence
    finally:
        server.stop()


def test_a_table_of_each(noxctl: Command) -> None:
    """Rates are bits in units of thousand; a hostile name is escaped; what is empty is said on standard error."""
    done = noxctl.run("top", "--once")
    assert (done.returncode, done.stderr) == (0, "nothing goes through any flow entry\n")
    ports, hosts = (part.splitlines() for part in done.stdout.strip().split("\n\n"))
    assert ports[1].split() == ["core", "1", r"eth0\x1b[31m\u202e[bold]", "12M", "1k", "12", "-", "25.0%", "0", "-"]
    assert ports[2].split() == ["0000000000000002", "LOCAL", "0", "-", "12", "-", "-", "0", "-"]
    assert hosts[1].split() == ["printer", "02:00:00:00:00:01", "0000000000000001:1", "1G", "0", "port"]


def test_json(noxctl: Command) -> None:
    """One object with what was asked for, as many rows as were asked for."""
    answer = noxctl.json("top", "ports", "--once", "-n", "1")
    assert list(answer) == ["ports"]
    assert [one["dpid"] for one in answer["ports"]] == ["0000000000000001"]


def test_it_goes_on_until_it_is_interrupted(noxctl: Command) -> None:
    """It shows the table again and again, and Ctrl-C ends it without a word."""
    assert noxctl.interrupted("top", "hosts", "--interval", "0.1", lines=6) == (0, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.04, "0"), (0.44, "0.4"), (9.9, "9.9"), (12.4, "12"), (999.6, "1k"), (3440, "3.4k"), (2e12, "2T")],
)
def test_rates(value: float, text: str) -> None:
    """Two digits or three, and a unit."""
    assert rate(value) == text
