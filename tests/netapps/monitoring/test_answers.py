"""Switches that do not answer, or answer with what they should not."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable

from nox.core.component.plugins import ComponentPlugin
from nox.lib.openflow.match13 import OxmMatch
from nox.netapps.load import Span
from nox.netapps.monitoring.component import Monitoring
from nox.netapps.monitoring.pace import Kind
from tests.core.openflow.peer import ECHO_REPLY, ECHO_REQUEST, ERROR, FLOW_STATS, PORT_STATS, STATS, Peer
from tests.netapps.network import Network

MONITORING = ComponentPlugin("monitoring", "nox.netapps.monitoring.component:Monitoring", number=28)
REQUEST, REPLY = STATS[4], STATS[4] + 1
ENTRY = struct.Struct("!I4x12QII")
Answer = Callable[[int, int], bytes | None]  # kind of statistics and how often it was asked for: a body, or none


class Talk:
    """A switch under `monitoring`, and when it was asked what."""

    def __init__(self, answer: Answer, toml: str = "") -> None:
        self.network = Network(MONITORING, toml=toml)
        self.peer: Peer = self.network.switch(4)
        self.answer = answer
        self.asked: list[tuple[float, int]] = []

    @property
    def monitoring(self) -> Monitoring:
        """The component."""
        found = self.network.kernel.registry.records["monitoring"].instance
        assert isinstance(found, Monitoring)
        return found

    def seconds(self, seconds: int) -> None:
        """Let time go by; echo requests are answered."""
        for _ in range(seconds * 10):
            self.step()

    def step(self) -> None:
        """Let a tenth of a second go by, then answer."""
        self.network.clock.advance(0.1)
        for _, kind, xid, body in self.peer.take():
            if kind == ECHO_REQUEST:
                self.peer.send(ECHO_REPLY, body, xid)
            elif kind == REQUEST:
                self._stats(xid, int.from_bytes(body[:2]))

    def _stats(self, xid: int, kind: int) -> None:
        self.asked.append((self.network.clock.seconds(), kind))
        body = self.answer(kind, sum(one == kind for _, one in self.asked))
        if body is not None:
            self.peer.send(REPLY, struct.pack("!HH4x", kind, 0) + body, xid)


def port(number: int, octets: int, duration: int) -> bytes:
    """A port's statistics: it has received and sent as many bytes."""
    return ENTRY.pack(number, 0, 0, octets, octets, *[0] * 8, duration, 0)


def test_a_switch_that_never_answers() -> None:
    """It is asked one thing, and the next when that has been open for ten seconds; it stays connected."""
    talk = Talk(lambda kind, count: None)
    talk.seconds(60)
    times = [when for when, _ in talk.asked]
    assert 4 <= len(times) <= 6
    assert all(later - earlier >= 10 for earlier, later in itertools.pairwise(times))
    assert sum(talk.monitoring.accounts.unanswered.values()) >= 4
    assert talk.monitoring.utilisation(1, 1) is None
    assert not talk.peer.transport.aborted


def test_ports_that_it_does_not_have() -> None:
    """A thousand ports in the answer, one of its own among them twice: that one is known, and no other."""

    def answer(kind: int, count: int) -> bytes | None:
        if kind != PORT_STATS:
            return b""
        many = b"".join(port(number, 0, count * 5) for number in range(3, 503))
        return many + port(1, 7, count * 5) + port(1, count * 1_000_000, count * 5)

    talk = Talk(answer, "[monitoring]\nspeed = 10000\n")
    talk.seconds(17)
    assert list(talk.monitoring.known_ports.of(1)) == [1]
    assert talk.monitoring.utilisation(1, 1) == 1_000_000 / 5 / 1_250_000


def test_a_switch_whose_counters_leap() -> None:
    """Whatever a counter says, a port is used by no more than all of its speed."""
    talk = Talk(
        lambda kind, count: port(1, count * 10**15, count * 5) if kind == PORT_STATS else b"",
        "[monitoring]\nspeed = 10000\n",
    )
    talk.seconds(17)
    assert talk.monitoring.utilisation(1, 1) == 1.0


def test_a_large_table_is_taken_in_bit_by_bit() -> None:
    """A thousand entries take several turns of the reactor, in which others have theirs; then all are known."""
    head = struct.Struct("!HBxIIHHHH4xQQQHH4x")
    entries = b"".join(
        head.pack(56, 0, count + 1, 0, count, 0, 0, 0, 7, 0, 0, 1, 4) for count in range(1000)
    )  # an empty match, and priorities that tell them apart

    def answer(kind: int, count: int) -> bytes | None:
        return {FLOW_STATS: entries, PORT_STATS: port(1, 0, count)}.get(kind, b"")

    talk = Talk(answer)
    known = talk.monitoring.entries
    while not any(kind == FLOW_STATS for _, kind in talk.asked):
        talk.step()
    others: list[bool] = []  # what else is to be done, turn by turn; whether all entries are known by then

    def other() -> None:
        others.append(1 in known.left_out)
        if not others[-1]:
            talk.network.clock.callLater(0, other)

    other()
    talk.network.clock.advance(0)
    assert others.count(False) >= 3
    assert known.begin(1, Span(0.0, 0.0))._before.keys() == {(0, count, OxmMatch()) for count in range(1000)}


def test_a_switch_that_refuses() -> None:
    """What is refused is asked for once; the rest goes on."""
    talk = Talk(lambda kind, count: port(1, 0, 5) if kind == PORT_STATS else None)

    def refuse(xid: int, kind: int) -> None:
        talk.asked.append((talk.network.clock.seconds(), kind))
        if kind == PORT_STATS:
            talk.peer.send(REPLY, struct.pack("!HH4x", kind, 0) + port(1, 0, len(talk.asked)), xid)
        else:
            talk.peer.send(ERROR, struct.pack("!HH", 1, 2) + struct.pack("!BBHI", 4, REQUEST, 16, xid), xid)

    talk._stats = refuse  # type: ignore[method-assign]
    talk.seconds(61)
    kinds = [kind for _, kind in talk.asked]
    assert kinds.count(PORT_STATS) >= 12
    assert all(kinds.count(kind) == 1 for kind in set(kinds) - {PORT_STATS})
    refused = talk.monitoring.accounts.refused
    assert [refused[kind] for kind in Kind] == [0, 1, 1, 1, 1, 1]


def test_nonsense() -> None:
    """An answer that is none costs the switch its connection, as everywhere, and monitoring nothing."""
    talk = Talk(lambda kind, count: b"\0" * 7)
    talk.seconds(2)
    assert talk.peer.channel.closing
    talk.peer.lose()
    again = talk.network.switch(4)
    assert again.channel.datapath is not None
    assert talk.monitoring.record.errors == 0
