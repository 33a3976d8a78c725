"""TCP and HTTP between hosts, over wires that lose frames."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address

import pytest

from nox.emulator.hosts import Host
from nox.emulator.hosts.tcp import MOST_WINDOW, Connection, State
from nox.lib.packet import ethernet
from nox.lib.packet.checksum import Address
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.tcp import RST, Tcp
from tests.emulator.hosts.wire import Wire, pair

B, B6 = IPv4Address("10.0.0.2"), IPv6Address("2001:db8::2")
PAGE = bytes(range(256)) * 400  # 100 KiB: more than a window


def page(path: str) -> tuple[int, bytes]:
    """A server's answers."""
    return (200, PAGE) if path == "/page" else (404, b"")


@pytest.mark.parametrize("target", [B, B6])
def test_a_page(target: Address) -> None:
    """Longer than a window; then both hosts have nothing left to do."""
    one, two, wire = pair()
    two.serve(page)
    request = one.get(target, "/page", wire.now)
    wire.run(10)
    assert (request.status, request.body == PAGE, request.error, request.done) == (200, True, "", True)
    assert (one.next_wake, two.next_wake) == (None, None)
    assert one.malformed == two.malformed == 0


@pytest.mark.parametrize("seed", range(8))
def test_a_page_over_a_bad_wire(seed: int) -> None:
    """A tenth of all frames is lost; the page arrives whole."""
    one, two, wire = pair()
    chance = random.Random(seed)
    wire.lose = lambda _number, _frame: chance.random() < 0.1
    two.serve(page)
    request = one.get(B, "/page", wire.now)
    wire.run(300)
    assert (request.status, request.body == PAGE, request.error) == (200, True, "")


def test_nobody_listens() -> None:
    """It is refused at once; a host that is not there times out."""
    one, two, wire = pair()
    request = one.get(B, "/", wire.now)
    wire.run(0.1)
    assert (request.done, request.error) == (True, "refused")
    two.sleep()
    request = one.get(B, "/", wire.now)
    wire.run(200)
    assert (request.done, request.error) == (True, "timed out")


def test_who_does_not_read_is_not_sent_more() -> None:
    """The window fills and closes; it goes on after reading, and nothing is lost."""
    one, two, wire = pair()
    accepted: list[Connection] = []
    two.listen(80, lambda connection, _now: accepted.append(connection))
    connection = one.connect(B, 80, wire.now)
    wire.run(1)
    connection.send(PAGE, wire.now)
    wire.run(200)
    assert len(accepted[0].inbox) == MOST_WINDOW
    data = b""
    for _ in range(10):
        data += accepted[0].read(wire.now)
        wire.run(60)
    assert data == PAGE
    assert connection.state is State.ESTABLISHED


def test_each_side_closes_by_itself() -> None:
    """After one side has sent all, the other still can."""
    one, two, wire = pair()
    accepted: list[Connection] = []
    two.listen(80, lambda connection, _now: accepted.append(connection))
    near = one.connect(B, 80, wire.now)
    near.send(b"lost: not connected yet is queued", wire.now)
    near_states = []
    wire.run(1)
    far = accepted[0]
    near.close(wire.now)
    wire.run(1)
    near_states.append(near.state)
    assert (far.at_end, far.state, near.state) == (True, State.CLOSE_WAIT, State.FIN_WAIT)
    far.send(b"still", wire.now)
    wire.run(1)
    assert near.read(wire.now) == b"still"
    far.close(wire.now)
    wire.run(0.1)
    assert (far.state, near.state) == (State.CLOSED, State.TIME_WAIT)
    wire.run(5)
    assert (near.state, near.error, far.error) == (State.CLOSED, "", "")


def _established() -> tuple[Host, Host, Wire, Connection, Connection]:
    one, two, wire = pair()
    accepted: list[Connection] = []
    two.listen(80, lambda connection, _now: accepted.append(connection))
    near = one.connect(B, 80, wire.now)
    wire.run(1)
    return one, two, wire, near, accepted[0]


@pytest.mark.parametrize(("ahead", "believed"), [(0, True), (1, False), (-5, False)])
def test_a_reset_is_believed_at_the_exact_number_alone(ahead: int, believed: bool) -> None:
    """RFC 5961: who cannot see the connection must not be able to end it."""
    one, two, wire, near, _ = _established()
    bare = Ipv4(B, IPv4Address("10.0.0.1"), 6, b"")
    segment = Tcp(80, near.local, near.receive_next + ahead, 0, RST)
    packet = Ipv4(bare.src, bare.dst, 6, segment.build(bare.ends))
    one.receive(Ethernet(one.mac, two.mac, ethernet.IPV4, packet.build()).build(), wire.now)
    assert (near.state is State.CLOSED, near.error) == (believed, "reset" if believed else "")


def test_abort_tells_the_other_side() -> None:
    """With a reset."""
    _, _, wire, near, far = _established()
    near.abort(wire.now)
    wire.run(1)
    assert (near.state, far.state, far.error) == (State.CLOSED, State.CLOSED, "reset")


def test_answers_that_are_no_http() -> None:
    """The request ends with a word that says so."""
    one, two, wire = pair()

    def talk(connection: Connection, now: float) -> None:
        connection.send(b"hello\r\n\r\n", now)
        connection.close(now)

    two.listen(80, talk)
    request = one.get(B, "/", wire.now)
    wire.run(5)
    assert (request.done, request.error, request.status) == (True, "no HTTP", 0)
