"""Which claims are believed, frame by frame; and the key."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from nox.core.view.component import View
from nox.core.view.rows import LinkKind, Port, Secret, Switch
from nox.core.view.tables import PORTS, SECRETS, SWITCHES
from nox.emulator.tested import TestedNetwork
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ComponentError
from nox.netapps.discovery.evidence import Evidence
from nox.netapps.discovery.frames import Claim
from nox.netapps.discovery.hearing import SLACK, WINDOW, Judge, Refused, Verdict
from nox.netapps.discovery.key import NAME, shared_key
from nox.netapps.discovery.links import Ends, Links
from nox.netapps.discovery.ports import UpPort, UpPorts

NOW = 1000.0


class _Rows:
    """What the view knows of other instances' switches."""

    def __init__(self) -> None:
        self.rows: dict[Any, Any] = {}

    def get(self, table: Any, *key: Any) -> Any:
        return self.rows.get((table, key))


class Bench:
    """A judge, with port 1 of switches 1 and 2 up since 990."""

    def __init__(self) -> None:
        self.ports, self.links, self.evidence, self.view = UpPorts(), Links(), Evidence(), _Rows()
        self.judge = Judge(self.ports, self.links, self.evidence, self.view)  # type: ignore[arg-type]
        for dpid in (1, 2):
            self.ports.joined(dpid)
            self.ports.add(self.port(dpid, 1))

    def port(self, dpid: int, number: int) -> UpPort:
        """A port that came up at 990."""
        port = object.__new__(UpPort)
        port.place, port.since = (dpid, number), 990.0
        return port

    def hear(
        self, sent: float, *, at: int = 2, dpid: int = 1, now: float = NOW, kind: LinkKind = LinkKind.DIRECT
    ) -> Verdict:
        """Port 1 of one switch hears what port 1 of another has sent."""
        heard = self.ports.get((at, 1))
        assert heard is not None
        return self.judge.hear(heard, Claim(dpid, 1, int(sent * 1e6), kind), now)


@pytest.fixture
def bench() -> Bench:
    """A new one."""
    return Bench()


def test_the_first_frame_is_a_link_and_the_next_keeps_it(bench: Bench) -> None:
    """With the time when it was heard."""
    assert bench.hear(NOW) is Verdict.NEW
    assert bench.hear(NOW + 5, now=NOW + 5.1) is Verdict.AGAIN
    [link] = bench.links
    assert (link.ends, link.at) == (Ends(1, 1, 2, 1), NOW + 5.1)


@pytest.mark.parametrize("sent", [NOW - WINDOW - 0.1, NOW + WINDOW + 0.1], ids=["old", "of the future"])
def test_times_must_be_near(bench: Bench, sent: float) -> None:
    """Whatever was heard before."""
    with pytest.raises(Refused, match="s old"):
        bench.hear(sent)


def test_a_link_that_is_known_may_be_heard_late(bench: Bench) -> None:
    """A busy switch must not make it look silent; but no later than it would be gone."""
    bench.judge = Judge(bench.ports, bench.links, bench.evidence, bench.view, patience=15.0)  # type: ignore[arg-type]
    assert bench.hear(NOW) is Verdict.NEW
    assert bench.hear(NOW + 1, now=NOW + 13) is Verdict.AGAIN
    with pytest.raises(Refused, match="s old"):
        bench.hear(NOW + 2, now=NOW + 18)


def test_the_same_frame_is_heard_once(bench: Bench) -> None:
    """And none that is earlier."""
    bench.hear(NOW)
    for sent in (NOW, NOW - 0.001):
        with pytest.raises(Refused, match="come before"):
            bench.hear(sent, now=NOW + 0.1)


def test_another_port_may_hear_the_same_frame_and_little_older_ones(bench: Bench) -> None:
    """Where a switch without OpenFlow is between: their switches are read one after the other."""
    bench.ports.add(bench.port(3, 1))
    bench.hear(NOW)
    assert bench.hear(NOW - SLACK / 2, at=3) is Verdict.NEW
    with pytest.raises(Refused, match="come before"):
        bench.hear(NOW - SLACK * 2, at=1)


def test_frames_of_before_a_port_was_down_are_over(bench: Bench) -> None:
    """It has come up since: whoever sends them again has kept them."""
    with pytest.raises(Refused, match="come before"):
        bench.hear(989.0, now=990.5)


def test_what_was_on_its_way_when_the_port_went_down_is_left_alone(bench: Bench) -> None:
    """Nobody is accused for it; but for what comes later."""
    bench.ports.remove((1, 1))
    assert bench.hear(NOW - 0.5) is Verdict.NOTHING
    with pytest.raises(Refused, match="not up"):
        bench.hear(NOW - 2.0)
    assert len(bench.links) == 0


def test_ports_of_another_instance(bench: Bench) -> None:
    """They are up where the view says so."""
    assert bench.hear(NOW, dpid=9) is Verdict.NOTHING
    bench.view.rows[SWITCHES, (9,)] = Switch(dpid=9, connected=True)
    bench.view.rows[PORTS, (9, 1)] = Port(dpid=9, number=1, hw_addr=EthernetAddress(9), up=True)
    assert bench.hear(NOW + 0.1, dpid=9, now=NOW + 0.1) is Verdict.NEW


def test_a_host_at_either_end_speaks_against_a_new_link_only(bench: Bench) -> None:
    """One that is known stays: a host cannot end it by sending something."""
    bench.evidence.carried((1, 1), NOW)
    with pytest.raises(Refused, match="carried a host"):
        bench.hear(NOW)
    bench.evidence.clear((1, 1))
    bench.hear(NOW + 1, now=NOW + 1)
    bench.evidence.carried((1, 1), NOW + 1)
    assert bench.hear(NOW + 2, now=NOW + 2) is Verdict.AGAIN


def test_lldp_says_more_than_bddp(bench: Bench) -> None:
    """A link of the one kind becomes one of the other, and not back."""
    assert bench.hear(NOW, kind=LinkKind.BROADCAST) is Verdict.NEW
    assert bench.hear(NOW + 1, now=NOW + 1) is Verdict.BETTER
    assert bench.hear(NOW + 2, now=NOW + 2, kind=LinkKind.BROADCAST) is Verdict.NOTHING
    [link] = bench.links
    assert link.kind is LinkKind.DIRECT


def test_a_clock_that_is_set_back_begins_again(bench: Bench) -> None:
    """What was the newest lies in the future now."""
    bench.hear(NOW)
    bench.judge.begin_again()
    for link in bench.links:
        link.stamp = 0
    assert bench.hear(NOW - 3, now=NOW - 3) is Verdict.AGAIN


def test_a_secret_that_is_no_key_is_refused_with_what_to_do(nox_network: type[TestedNetwork]) -> None:
    """Nothing is signed with it, and nothing put in its place."""
    net = nox_network.line(1)
    net.start("view")
    component = net.controller.component(View)
    view = component.scoped(component.record)
    view.put(SECRETS, Secret(name=NAME, value="abc"))
    net.run(0.1)
    failures: list[Any] = []
    Deferred.fromCoroutine(shared_key(view)).addErrback(failures.append)
    net.run(0.1)
    assert failures[0].check(ComponentError)
    assert "remove it from the store" in failures[0].getErrorMessage()
