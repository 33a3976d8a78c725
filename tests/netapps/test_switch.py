"""The learning switch."""

from __future__ import annotations

import struct

import pytest

from nox.core.component.plugins import ComponentPlugin
from nox.core.plan import COMPONENT_MASK, FLOWS, STATED, component_of
from nox.lib.actions import FLOOD
from tests.core.component.support import result
from tests.core.openflow.ownership.remembering import entry
from tests.core.openflow.peer import Peer
from tests.netapps.network import Network, sent

SWITCH = ComponentPlugin("switch", "nox.netapps.switch:Switch", number=17)
A, B = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
BROADCAST = b"\xff" * 6


def frame(dst: bytes, src: bytes, tag: bytes = b"") -> bytes:
    """A frame of a type that nobody knows."""
    return dst + src + tag + b"\x88\xb5" + bytes(46)


def segment(dst: bytes, src: bytes, *, answer: bool = False, protocol: int = 6, tag: bytes = b"") -> bytes:
    """A TCP segment from 10.0.0.1, port 1111, to 10.0.0.2, port 2222, with DSCP 10; or its answer. Or UDP."""
    hosts = [(b"\x0a\0\0\1", b"\x04\x57"), (b"\x0a\0\0\2", b"\x08\xae")]
    (source, source_port), (target, target_port) = reversed(hosts) if answer else hosts
    ip = struct.pack("!BBHHHBBH", 0x45, 10 << 2, 40, 0, 0, 64, protocol, 0) + source + target
    return dst + src + tag + b"\x08\0" + ip + source_port + target_port + bytes(16)


@pytest.fixture(params=[1, 4], ids=["1.0", "1.3"])
def version(request: pytest.FixtureRequest) -> int:
    """Wire version of the switch."""
    found: int = request.param
    return found


@pytest.fixture
def network() -> Network:
    """A controller with the learning switch."""
    return Network(SWITCH, toml="[switch]\nidle_timeout = 30\n")


@pytest.fixture
def switch(network: Network, version: int) -> Peer:
    """A switch that has joined."""
    return network.switch(version)


def priority_of(body: bytes, version: int) -> int:
    """Of a flow-mod."""
    found: int = struct.unpack_from("!H", body, 54 if version == 1 else 22)[0]
    return found


def cookie_of(body: bytes, version: int) -> int:
    """Of a flow-mod."""
    return int.from_bytes(body[40:48] if version == 1 else body[:8])


def out_port(body: bytes, version: int) -> int:
    """Of a packet-out with one output, or a flow-mod with one at its end."""
    found: int = struct.unpack_from("!H", body, len(body) - 4)[0] if version == 1 else 0
    return found or int.from_bytes(body[-12:-8])


def test_an_unknown_destination_is_flooded_and_leaves_no_entry(switch: Peer, version: int) -> None:
    """The packet goes out everywhere; nothing is written that would have to be unlearned."""
    switch.packet_in(1, frame(B, A), buffer_id=9)
    flow_mods, packet_outs = sent(switch)
    assert flow_mods == []
    assert [out_port(body, version) & 0xFFFF for body in packet_outs] == [FLOOD & 0xFFFF]


def test_a_known_destination_gets_an_entry_and_the_packet(switch: Peer, version: int) -> None:
    """In the band of flows, with the component's cookie; a packet that the switch keeps goes through the entry."""
    switch.packet_in(1, frame(BROADCAST, A))
    sent(switch)
    switch.packet_in(2, frame(A, B))
    [flow], [packet] = sent(switch)
    assert (priority_of(flow, version), component_of(cookie_of(flow, version))) == (FLOWS.low, 17)
    assert out_port(flow, version) == 1
    assert packet.endswith(frame(A, B))
    switch.packet_in(2, frame(A, B), buffer_id=5)
    flow_mods, packet_outs = sent(switch)
    assert (len(flow_mods), packet_outs) == (1, [])
    assert b"\0\0\0\5" in flow_mods[0]


def without_numbers(flow: bytes, version: int) -> bytes:
    """A flow-mod without its cookie, which numbers it."""
    at = 40 if version == 1 else 0
    return flow[:at] + flow[at + 8 :]


@pytest.mark.parametrize("tag", [b"", b"\x81\0\xa0\5"], ids=["untagged", "VLAN"])
def test_the_entry_for_answers_is_written_with_a_tcp_packet(switch: Peer, version: int, tag: bytes) -> None:
    """It is the entry that the answer itself would get, and stands before the packet goes on."""
    switch.packet_in(2, frame(BROADCAST, B, tag))
    sent(switch)
    switch.packet_in(1, segment(B, A, tag=tag), buffer_id=5)
    [back, forth], _ = sent(switch)
    assert (out_port(back, version), out_port(forth, version)) == (1, 2)
    switch.packet_in(2, segment(A, B, answer=True, tag=tag))
    [forth_again, back_again], _ = sent(switch)
    assert without_numbers(back, version) == without_numbers(back_again, version)
    forth = forth.replace(b"\0\0\0\5", b"\xff\xff\xff\xff")  # the packet's buffer
    assert without_numbers(forth, version) == without_numbers(forth_again, version)


def test_udp_gets_no_entry_for_answers(switch: Peer) -> None:
    """None may ever come."""
    switch.packet_in(2, frame(BROADCAST, B))
    sent(switch)
    switch.packet_in(1, segment(B, A, protocol=17))
    assert len(sent(switch)[0]) == 1


def test_a_group_address_as_source_gets_no_entry_for_answers(switch: Peer) -> None:
    """Nobody has been learned there: an answer would go to a port where nobody is."""
    switch.packet_in(2, frame(BROADCAST, B))
    sent(switch)
    switch.packet_in(1, segment(B, b"\3" + A[1:]))
    assert len(sent(switch)[0]) == 1


def test_a_destination_at_the_same_port_is_left_alone(switch: Peer) -> None:
    """Its own segment has the packet already."""
    switch.packet_in(1, frame(BROADCAST, A))
    sent(switch)
    switch.packet_in(1, frame(A, B))
    assert sent(switch) == ([], [])


def test_reserved_addresses_are_not_forwarded(switch: Peer) -> None:
    """802.1D: no bridge forwards what is meant for its neighbour."""
    switch.packet_in(1, frame(bytes.fromhex("0180c200000e"), A))
    assert sent(switch) == ([], [])


def test_a_group_address_as_source_is_not_learned(switch: Peer) -> None:
    """No station sends from one."""
    switch.packet_in(1, frame(B, BROADCAST))
    sent(switch)
    switch.packet_in(2, frame(BROADCAST, B))
    assert sent(switch)[0] == []


def test_vlans_are_learned_apart(switch: Peer) -> None:
    """The same address may be at one port in one VLAN and at another in the next."""
    five, six = b"\x81\0\0\5", b"\x81\0\0\6"
    switch.packet_in(1, frame(BROADCAST, A, five))
    switch.packet_in(2, frame(BROADCAST, A, six))
    sent(switch)
    for tag in (five, six, b""):
        switch.packet_in(3, frame(A, B, tag))
    flow_mods, packet_outs = sent(switch)
    assert (len(flow_mods), len(packet_outs)) == (2, 3)


def test_an_address_that_moves_takes_its_entries_along() -> None:
    """What led to the old port, and from there, is removed: by our cookie alone."""
    network = Network(SWITCH)
    switch = network.switch(4)
    switch.packet_in(1, frame(BROADCAST, A))
    sent(switch)
    switch.packet_in(2, frame(BROADCAST, A))
    to, source = sent(switch)[0]
    for delete in (to, source):
        cookie, mask, _, command = struct.unpack_from("!QQBB", delete)
        assert (component_of(cookie), mask, command) == (17, COMPONENT_MASK | STATED, 3)
    assert b"\x80\0\6\6" + A in to  # eth_dst
    assert b"\x80\0\x08\6" + A in source  # eth_src


def test_in_1_0_only_our_own_entries_are_removed() -> None:
    """A deletion there takes all within its match: ours are read, and named one by one."""
    network = Network(SWITCH)
    switch = network.switch(1)

    def entry(cookie: int, priority: int) -> bytes:
        match = struct.pack("!IH6s6s", 0x3FFFFF & ~8, 0, bytes(6), A) + bytes(22)
        return struct.pack("!HBx", 88, 0) + match + struct.pack("!IIHHH6xQQQ", 0, 0, priority, 0, 0, cookie, 0, 0)

    switch.packet_in(1, frame(BROADCAST, A))
    sent(switch)
    switch.flows = [entry(17 << 48, 20000), entry(99 << 48, 20001), entry(0, 20002)]
    switch.packet_in(2, frame(BROADCAST, A))
    flow_mods, _ = sent(switch)
    assert {priority_of(body, 1) for body in flow_mods} == {20000}
    assert struct.unpack_from("!H", flow_mods[0], 48) == (4,)


def test_a_port_that_goes_down_is_forgotten_with_its_entries(network: Network) -> None:
    """Entries that lead there are removed by their output; its addresses are unknown again."""
    switch = network.switch(4)
    switch.packet_in(1, frame(BROADCAST, A))
    sent(switch)
    switch.port_status(1, 2, down=True)
    [delete], _ = sent(switch)
    assert struct.unpack_from("!BBHHHII", delete, 16)[1::5] == (3, 1)
    switch.packet_in(2, frame(A, B))
    assert sent(switch)[0] == []


def test_a_switch_that_returns_is_learned_anew(network: Network) -> None:
    """What was known of its ports may be wrong by now."""
    switch = network.switch(4)
    switch.packet_in(1, frame(BROADCAST, A))
    switch.lose()
    again = network.switch(4)
    again.packet_in(2, frame(A, B))
    assert sent(again)[0] == []


def test_learned_addresses_are_bounded(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of invented sources pushes out the oldest, and grows nothing."""
    monkeypatch.setattr("nox.netapps.switch.MOST_ADDRESSES", 3)
    switch = network.switch(4)
    for number in range(5):
        switch.packet_in(1, frame(BROADCAST, b"\2\0\0\0\1" + bytes([number])))
    sent(switch)
    for number in range(5):
        switch.packet_in(2, frame(b"\2\0\0\0\1" + bytes([number]), b"\2\0\0\0\1\4"))
    assert 0 < len([flow for flow in sent(switch)[0] if flow[17] == 0]) <= 3  # additions


@pytest.mark.parametrize("on_stop", ["keep", "remove"])
def test_entries_stay_when_it_stops_unless_it_is_told_otherwise(on_stop: str) -> None:
    """`on_stop = "remove"`: a deletion by cookie, and the stop waits for it."""
    network = Network(SWITCH, toml=f'[switch]\non_stop = "{on_stop}"\n')
    switch = network.switch(4)
    sent(switch)
    stopped = network.kernel.unload("switch")
    flow_mods, _ = sent(switch)
    assert result(stopped) == ["switch", "punts", "flows"]
    commands = [(struct.unpack_from("!B", body, 17)[0], component_of(cookie_of(body, 4))) for body in flow_mods]
    assert ((3, 17) in commands) == (on_stop == "remove")


def test_the_table_miss_of_1_3_comes_and_goes_with_it(network: Network) -> None:
    """Priority 0, to the controller; withdrawn when nobody wants it any more."""
    switch = network.switch(4)
    [miss] = [body for kind, body in switch.others if kind == 14]
    assert priority_of(miss, 4) == 0
    assert b"\xff\xff\xff\xfd" in miss
    result(network.kernel.unload("switch"))
    flow_mods, _ = sent(switch)
    assert [(struct.unpack_from("!B", body, 17)[0], priority_of(body, 4)) for body in flow_mods] == [(4, 0)]


def restarted(version: int, out_port: int, *, down: bool = False) -> Peer:
    """A switch with an entry of an earlier run that leads to A, whose controller has just started.

    :param down: whether port 1 has no link.
    """
    earlier = Network(SWITCH).switch(version)
    earlier.packet_in(1, frame(BROADCAST, A))
    sent(earlier)
    earlier.packet_in(2, frame(A, B))
    [flow], _ = sent(earlier)
    told = bytearray(entry(version, flow))
    if version == 1:
        told[-4:-2] = out_port.to_bytes(2)
    else:
        told[-12:-8] = out_port.to_bytes(4)
    network = Network(SWITCH)
    peer = Peer(network.home, version)
    network.home.before_join.append(lambda datapath: peer.port_status(1, 2, down=down))
    peer.flows = [bytes(told)]
    peer.join()
    return peer


def test_an_entry_of_an_earlier_run_stays_until_its_address_moves(version: int) -> None:
    """Where it leads is known again, so that the address is noticed at another port."""
    peer = restarted(version, 1)
    assert len(sent(peer)[0]) == 0
    peer.packet_in(2, frame(BROADCAST, A))
    assert len(sent(peer)[0]) > 0


@pytest.mark.parametrize(("port", "down"), [(9, False), (1, True)], ids=["gone", "down"])
def test_an_entry_of_an_earlier_run_to_a_dead_port_is_removed(version: int, port: int, *, down: bool) -> None:
    """The port went while no controller was there to hear of it."""
    peer = restarted(version, port, down=down)
    peer.answer()
    deleted = [body for kind, body in peer.others if kind == 14 and priority_of(body, version) == FLOWS.low]
    assert len(deleted) == 1
