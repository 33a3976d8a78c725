"""What a joined switch sends, and what becomes of it."""

from __future__ import annotations

import struct
from typing import TypeVar

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from nox.core.events.event import CONTINUE, Event, Outcome
from nox.core.openflow.channel import DEAD, SILENCE
from nox.core.openflow.events import (
    DatapathLeave,
    ErrorReceived,
    FlowRefused,
    FlowRemoved,
    PacketIn,
    PortStatus,
)
from nox.core.openflow.home import Home
from nox.core.openflow.inbox import MOST_OTHERS
from nox.core.openflow.requests import MOST_BYTES, TIME_LIMIT
from nox.core.plan import cookie
from nox.lib.actions import FLOOD, NO_BUFFER, Output

from . import peer as wire
from .peer import Peer, new_home

E = TypeVar("E", bound=Event)

FRAME = bytes.fromhex("ffffffffffff02000000000108060001080006040001") + bytes(38)


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def home(clock: Clock) -> Home:
    """Connections on that clock."""
    return new_home(clock)


@pytest.fixture(params=[1, 4], ids=["1.0", "1.3"])
def peer(request: pytest.FixtureRequest, home: Home) -> Peer:
    """A switch that has joined."""
    switch = Peer(home, request.param)
    switch.join()
    return switch


def collect(home: Home, event_type: type[E]) -> list[E]:
    """All events of that class from now on."""
    seen: list[E] = []

    def note(event: E) -> Outcome:
        seen.append(event)
        return CONTINUE

    home.dispatcher.register(event_type, note, owner="test")
    return seen


def test_a_packet_in_is_the_same_in_every_version(home: Home, peer: Peer) -> None:
    """Port, frame, buffer and header fields do not depend on the version."""
    seen = collect(home, PacketIn)
    peer.packet_in(2, FRAME, buffer_id=77)
    [event] = seen
    assert (event.in_port, event.data, event.buffer_id, event.total_len) == (2, FRAME, 77, len(FRAME))
    assert event.key.get("eth_type") == 0x0806


def test_many_messages_in_one_read_and_one_message_in_many_reads(home: Home, peer: Peer) -> None:
    """The stream's cuts do not matter: every packet comes once, in order."""
    seen = collect(home, PacketIn)
    one = wire.message(peer.version, wire.PACKET_IN, 0, wire.packet_in(peer.version, 1, FRAME))
    echo = wire.message(peer.version, wire.ECHO_REQUEST, 9, b"ping")
    stream = one + one + echo + one
    peer.raw(stream)
    for at in range(len(stream)):
        peer.raw(stream[at : at + 1])
    assert len(seen) == 6
    replies = [(xid, body) for _, kind, xid, body in peer.take() if kind == wire.ECHO_REPLY]
    assert replies == [(9, b"ping")] * 2


def test_a_packet_in_that_is_cut_short_closes_the_connection(home: Home, peer: Peer) -> None:
    """It says that it is whole, and is too short for what it must have."""
    left = collect(home, DatapathLeave)
    collect(home, PacketIn)
    peer.take()
    peer.send(wire.PACKET_IN, b"\0" * 5)
    assert peer.take()[0][1] == wire.ERROR
    assert peer.transport.disconnecting
    peer.lose()
    assert len(left) == 1


def test_a_reserved_port_of_1_0_has_its_32_bits(home: Home) -> None:
    """OFPP_LOCAL is 0xfffe in 1.0 and 0xfffffffe everywhere above."""
    peer = Peer(home, 1)
    peer.join()
    seen = collect(home, PacketIn)
    peer.packet_in(0xFFFE, FRAME)
    assert seen[0].in_port == 0xFFFFFFFE


def test_a_packet_in_with_more_than_a_port_in_its_match(home: Home) -> None:
    """Metadata, a tunnel's key, the physical port: whatever the match says, the port is found."""
    peer = Peer(home, 4)
    peer.join()
    seen = collect(home, PacketIn)
    match = struct.pack("!HHIQII4x", 1, 24, 0x80000408, 5, 0x80000004, 2)
    peer.send(wire.PACKET_IN, struct.pack("!IHBBQ", NO_BUFFER, len(FRAME), 1, 3, 9) + match + b"\0\0" + FRAME)
    peer.packet_in(1, FRAME)
    assert [(event.in_port, event.reason, event.table_id, event.cookie) for event in seen] == [
        (2, 1, 3, 9),
        (1, 0, 0, 7),
    ]


def test_packets_go_out_as_they_came(home: Home, peer: Peer) -> None:
    """Unbuffered: with the frame. Buffered: by its number alone."""
    seen = collect(home, PacketIn)
    peer.packet_in(1, FRAME)
    peer.packet_in(1, FRAME, buffer_id=5)
    peer.take()
    for event in seen:
        event.datapath.forward(event, 2)
        event.datapath.packet_out(event, (Output(2),))
    sent = [body for _, kind, _, body in peer.take() if kind == wire.PACKET_OUT]
    assert sent[0] == sent[1]
    assert sent[2] == sent[3]
    assert sent[0].endswith(FRAME)
    assert not sent[2].endswith(FRAME)
    assert struct.unpack_from("!I", sent[2]) == (5,)


def test_flood_is_a_port_of_each_version(home: Home, peer: Peer) -> None:
    """0xfffb in 1.0, 0xfffffffb in 1.3."""
    seen = collect(home, PacketIn)
    peer.packet_in(1, FRAME)
    peer.take()
    seen[0].datapath.forward(seen[0], FLOOD)
    [(_, _, _, body)] = peer.take()
    at, code, port = (12, "!H", 0xFFFB) if peer.version == 1 else (20, "!I", 0xFFFFFFFB)
    assert struct.unpack_from(code, body, at) == (port,)


def test_port_status_changes_the_table_of_ports(home: Home, peer: Peer) -> None:
    """Added, modified, deleted; the event carries the port as it is or was."""
    seen = collect(home, PortStatus)
    peer.port_status(3, 0)
    peer.port_status(3, 2, down=True)
    datapath = home.datapaths[1]
    assert not datapath.ports[3].is_up
    assert datapath.ports[2].is_up
    peer.port_status(3, 1)
    assert sorted(datapath.ports) == [1, 2]
    assert [(event.reason, event.port.number) for event in seen] == [(0, 3), (2, 3), (1, 3)]


def test_ports_without_number_close_the_connection(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A switch cannot fill the memory with ports that it makes up."""
    monkeypatch.setattr("nox.core.openflow.datapath.MOST_PORTS", 4)
    peer = Peer(home, 4)
    peer.join()
    for number in (3, 4, 3, 4):
        peer.port_status(number, 0)
    assert not peer.transport.disconnecting
    peer.port_status(5, 0)
    assert peer.transport.disconnecting
    assert peer.channel.closing == "it says that it has more than 4 ports"


def test_a_refused_flow_comes_back_to_its_owner(home: Home, peer: Peer) -> None:
    """By the cookie in what the switch sends back of it: nothing is remembered for that."""
    seen = collect(home, FlowRefused)
    value = cookie(7, 1, 99)
    body = bytearray(64)
    at = 40 if peer.version == 1 else 0
    body[at : at + 8] = value.to_bytes(8)
    flow_mod = wire.message(peer.version, wire.FLOW_MOD, 99, bytes(body))
    peer.send(wire.ERROR, struct.pack("!HH", 3 if peer.version == 1 else 5, 0) + flow_mod[:64], xid=99)
    [event] = seen
    assert (event.owner, event.cookie, event.xid) == ("component7", value, 99)
    assert "FLOW_MOD_FAILED" in event.error


def test_an_error_about_something_else_is_an_event_too(home: Home, peer: Peer) -> None:
    """Nothing that a switch complains of is lost."""
    seen = collect(home, ErrorReceived)
    peer.send(wire.ERROR, struct.pack("!HH", 1, 0) + wire.message(peer.version, wire.PACKET_OUT, 5, bytes(8)), xid=5)
    assert "BAD_REQUEST" in seen[0].error


def test_flow_removed_tells_the_owner(home: Home) -> None:
    """With what the entry was, and its counters."""
    peer = Peer(home, 4)
    peer.join()
    seen = collect(home, FlowRemoved)
    head = struct.pack("!QHBBIIHHQQ", cookie(7, 1, 5), 20000, 0, 0, 12, 500_000_000, 10, 0, 3, 180)
    peer.send(11, head + struct.pack("!HHII4x", 1, 12, 0x80000004, 2))
    [event] = seen
    assert (event.owner, event.priority, event.duration, event.packet_count) == ("component7", 20000, 12.5, 3)
    assert str(event.match) == "in_port=2"


def test_statistics_in_parts_are_put_together(home: Home) -> None:
    """A request's Deferred fires once, with all parts."""
    peer = Peer(home, 1)
    peer.join()
    peer.take()
    answers: list[object] = []

    Deferred.fromCoroutine(home.datapaths[1].port_stats()).addCallback(answers.append)
    [(_, _, xid, _)] = peer.take()
    entry = struct.pack("!H6xQQQQQQQQQQQQ", 1, 5, *([2**64 - 1] * 11))
    peer.send(17, struct.pack("!HH", 4, 1) + entry, xid)
    assert answers == []
    peer.send(17, struct.pack("!HH", 4, 0) + entry, xid)
    [parts] = answers
    assert isinstance(parts, list)
    assert [(counters.rx_packets, counters.tx_packets) for counters in parts] == [(5, None), (5, None)]


def test_a_request_fails_when_it_is_refused_unanswered_or_the_switch_goes(home: Home, peer: Peer) -> None:
    """Each with a sentence that names the request."""

    datapath = home.datapaths[1]
    failures: list[str] = []

    def ask() -> int:
        asked = Deferred.fromCoroutine(datapath.barrier())
        asked.addErrback(
            lambda failure: failures.append(f"{type(failure.value).__name__}: {failure.getErrorMessage()}")
        )
        [(_, _, xid, _)] = peer.take()
        return xid

    peer.take()
    peer.send(wire.ERROR, struct.pack("!HH", 1, 1), xid=ask())
    ask()
    for _ in range(TIME_LIMIT + 1):
        peer.channel.requests.tick()
    wire_type = wire.STATS[peer.version] + 1
    peer.send(wire_type, struct.pack("!HH4x", 0, 0) + bytes(1056 if peer.version == 4 else 1052), xid=ask())
    ask()
    peer.lose()
    late = Deferred.fromCoroutine(datapath.barrier())
    late.addErrback(lambda failure: failures.append(f"{type(failure.value).__name__}: {failure.getErrorMessage()}"))
    assert len(failures) == 5
    assert "the switch has gone" in failures[4]
    assert all(failure.startswith("RequestError: BarrierRequest") for failure in failures)
    assert "refused" in failures[0]
    assert "no answer in time" in failures[1]
    assert "answered with DescriptionReply" in failures[2]
    assert len(peer.channel.requests) == 0


def test_an_endless_answer_is_bounded(home: Home) -> None:
    """A reply that always says that there is more fails its request, and is forgotten."""
    peer = Peer(home, 4)
    peer.join()
    peer.take()
    failures: list[str] = []

    asked = Deferred.fromCoroutine(home.datapaths[1].port_stats())
    asked.addErrback(lambda failure: failures.append(failure.getErrorMessage()))
    [(_, _, xid, _)] = peer.take()
    part = struct.pack("!HH4x", 4, 1) + bytes(112 * 500)
    for _ in range(MOST_BYTES // len(part) + 1):
        peer.send(19, part, xid)
    assert len(failures) == 1
    assert str(MOST_BYTES) in failures[0]


def test_a_silent_switch_is_asked_and_then_given_up(home: Home, peer: Peer) -> None:
    """An echo request after some seconds; without any word it is gone, aborted and announced."""
    left = collect(home, DatapathLeave)
    peer.take()
    for _ in range(SILENCE + 1):
        home.tick()
    assert [kind for _, kind, _, _ in peer.take()] == [wire.ECHO_REQUEST]
    peer.send(wire.ECHO_REPLY)
    for _ in range(DEAD + 2):
        home.tick()
    assert peer.transport.aborted
    peer.lose()
    assert [event.reason for event in left] == [f"not a word for {DEAD} s"]


def test_unknown_messages_are_left_alone(home: Home, peer: Peer) -> None:
    """A type that the version does not have is no reason to lose a switch."""
    peer.send(99, b"whatever")
    assert not peer.transport.disconnecting


def test_small_messages_are_handled_a_few_in_a_turn(clock: Clock, peer: Peer) -> None:
    """A read full of them keeps no other switch waiting: the rest waits, in order, and nothing is read meanwhile."""
    peer.take()
    sent = [wire.message(peer.version, wire.ECHO_REQUEST, number) for number in range(3 * MOST_OTHERS)]
    peer.raw(b"".join(sent[:-1]) + sent[-1][:5])
    peer.raw(sent[-1][5:])  # what TLS had deciphered already
    answers = peer.take()
    assert (len(answers), peer.transport.producerState) == (MOST_OTHERS, "paused")
    clock.callLater(0, lambda: answers.extend(peer.take()))  # somebody else's, between the next turn and the one after
    clock.callLater(0, lambda: counts.append(len(answers)))
    counts: list[int] = []
    clock.advance(0)
    assert counts == [2 * MOST_OTHERS]
    assert [xid for _, _, xid, _ in answers + peer.take()] == list(range(3 * MOST_OTHERS))
    assert (peer.transport.producerState, peer.channel.unfinished) == ("producing", b"")


def test_messages_that_wait_for_their_turn_are_dropped_with_the_connection(clock: Clock, peer: Peer) -> None:
    """Nothing is handled after the end."""
    peer.take()
    peer.raw(wire.message(peer.version, wire.ECHO_REQUEST, 1) * (MOST_OTHERS + 1))
    peer.channel.close("a test")
    peer.take()
    clock.advance(0)
    assert peer.take() == []


def test_the_log_says_seldom_what_a_switch_repeats(home: Home, peer: Peer) -> None:
    """Errors and answers that nobody asked for: the first of each kind, and each time their number has doubled."""
    error = struct.pack("!HH", 1, 3)
    with capturedLogs() as events:
        for number in range(MOST_OTHERS // 2):
            peer.send(wire.ERROR, error, number)
            peer.send(wire.BARRIER[peer.version] + 1, xid=number)
    counts = [event["count"] for event in events if "count" in event]
    assert counts == [count for count in (1, 2, 4, 8, 16) for _ in range(2)]


def test_reading_pauses_while_too_much_is_queued(home: Home, peer: Peer) -> None:
    """Backpressure reaches the switch through its connection."""
    home.pause(True)
    assert peer.transport.producerState == "paused"
    home.pause(False)
    assert peer.transport.producerState == "producing"


def test_a_defect_of_ours_costs_one_connection_and_is_logged(home: Home, peer: Peer) -> None:
    """Whatever is raised while a message is handled stays there."""

    def broken(channel: object, frame: object) -> None:
        raise ValueError("a defect")

    peer.channel.on_frame = broken
    with capturedLogs() as events:
        peer.send(wire.ECHO_REQUEST)
    assert peer.transport.disconnecting
    assert [str(event["log_failure"].value) for event in events if "log_failure" in event] == ["a defect"]


def test_one_switchs_failure_does_not_touch_another(home: Home) -> None:
    """Garbage from one; the other's packets come through."""
    good, bad = Peer(home, 4, dpid=1), Peer(home, 1, dpid=2)
    good.join()
    bad.join()
    seen = collect(home, PacketIn)
    bad.raw(b"\xff" * 40)
    bad.lose()
    good.packet_in(1, FRAME)
    assert len(seen) == 1
    assert list(home.datapaths) == [1]
