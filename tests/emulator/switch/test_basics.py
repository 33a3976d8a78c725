"""What a controller asks of a switch first, and packets in and out, in both versions."""

from __future__ import annotations

import pytest

from nox.emulator.switch.settings import Settings
from nox.emulator.switch.switch import Switch
from nox.lib.actions import CONTROLLER, NO_BUFFER, Output
from nox.lib.errors import ConfigError
from nox.lib.match import Match
from nox.lib.openflow import messages
from nox.lib.openflow.enums import ConfigFlag, FlowModCommand, PacketInReason, PortReason
from nox.lib.openflow.errorcodes import BadRequest, ErrorType
from nox.lib.openflow.instructions import ApplyActions
from nox.lib.openflow.match10 import Match10
from nox.lib.openflow.match13 import OxmMatch
from nox.lib.openflow.terms import match10, match13
from nox.lib.openflow.versions import Version
from tests.emulator.switch.controller import Controller

BOTH = pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
FRAME = bytes.fromhex("020000000002020000000001") + b"\x88\xb5" + bytes(46)
_NONE = {Version.V1_0: 0xFFFF, Version.V1_3: 0xFFFFFFFF}


def match_of(version: Version, match: Match) -> Match10 | OxmMatch:
    """The match as the version writes it."""
    return match10.match_to_wire(match) if version == Version.V1_0 else match13.match_to_wire(match)


def entry(version: Version, match: Match, *outputs: Output, priority: int = 100) -> messages.FlowMod:
    """An entry that sends what fits."""
    return messages.FlowMod(
        command=FlowModCommand.ADD,
        priority=priority,
        match=match_of(version, match),
        out_port=_NONE[version],
        actions=outputs if version == Version.V1_0 else (),
        instructions=(ApplyActions(outputs),) if version > Version.V1_0 else (),
    )


def to_controller(version: Version, most: int) -> Output:
    """An output of at most so many bytes to the controller."""
    return Output(0xFFFD if version == Version.V1_0 else CONTROLLER, most)


def switch_of(ports: int = 3, settings: Settings | None = None) -> Switch:
    """A switch with ports from 1 on."""
    switch = Switch(0xAB, settings)
    for number in range(1, ports + 1):
        switch.add_port(number)
    return switch


@BOTH
def test_features(version: Version) -> None:
    """It says its dpid, how many packets it keeps and how many tables it has; 1.0 also its ports."""
    reply = Controller(switch_of(), version).ask(messages.FeaturesRequest(), messages.FeaturesReply)
    assert (reply.datapath_id, reply.n_buffers, reply.n_tables) == (0xAB, 256, 8)
    assert [port.port_no for port in reply.ports] == ([1, 2, 3] if version == Version.V1_0 else [])


@BOTH
def test_configuration(version: Version) -> None:
    """What is set is what is said."""
    controller = Controller(switch_of(), version)
    controller.do(messages.SetConfig(flags=ConfigFlag.FRAG_NORMAL, miss_send_len=77))
    assert controller.ask(messages.GetConfigRequest(), messages.GetConfigReply).miss_send_len == 77


@BOTH
def test_echo(version: Version) -> None:
    """An echo comes back as it is."""
    assert (
        Controller(switch_of(), version).ask(messages.EchoRequest(data=b"x" * 70), messages.EchoReply).data == b"x" * 70
    )


@BOTH
def test_description(version: Version) -> None:
    """It says who made it."""
    reply = Controller(switch_of(), version).ask(messages.DescriptionRequest(), messages.DescriptionReply)
    assert (reply.mfr_desc, reply.dp_desc) == ("NOX", "00000000000000ab")


def test_port_descriptions() -> None:
    """Ports have names, addresses of their own and a state."""
    switch = switch_of()
    switch.set_link(2, False, 0.0)
    reply = Controller(switch).ask(messages.PortDescriptionRequest(), messages.PortDescriptionReply)
    assert [(port.port_no, port.name, port.state & 1) for port in reply.ports] == [
        (1, "port1", 0),
        (2, "port2", 1),
        (3, "port3", 0),
    ]
    assert len({port.hw_addr for port in reply.ports}) == 3


@BOTH
def test_forwarding(version: Version) -> None:
    """What fits an entry goes where it says, and is counted at entry and ports."""
    switch = switch_of()
    controller = Controller(switch, version)
    controller.do(entry(version, Match(in_port=1), Output(2)))
    switch.receive(1, FRAME, 0.0)
    assert switch.take() == [(2, FRAME)]
    assert switch.take() == []
    request = messages.FlowStatsRequest(match=match_of(version, Match()), out_port=_NONE[version])
    (found,) = controller.ask(request, messages.FlowStatsReply).entries
    assert (found.packet_count, found.byte_count, found.priority) == (1, 60, 100)
    ports = controller.ask(messages.PortStatsRequest(port_no=_NONE[version]), messages.PortStatsReply).entries
    assert [(port.rx_packets, port.tx_packets, port.tx_bytes) for port in ports] == [(1, 0, 0), (0, 1, 60), (0, 0, 0)]


@BOTH
def test_packet_in_with_a_buffer(version: Version) -> None:
    """The controller gets as much as it has asked for, and a number with which the whole packet comes out again."""
    switch = switch_of()
    controller = Controller(switch, version)
    controller.do(entry(version, Match(in_port=1), to_controller(version, 20)))
    switch.receive(1, FRAME, 0.0)
    seen = controller.expect(messages.PacketIn)
    assert (seen.data, seen.total_len, seen.reason) == (FRAME[:20], 60, PacketInReason.ACTION)
    out = messages.PacketOut(buffer_id=seen.buffer_id, in_port=1, actions=(Output(3),))
    controller.do(out)
    assert switch.take() == [(3, FRAME)]
    error = controller.ask(out, messages.Error)
    assert (error.type, error.code) == (ErrorType.BAD_REQUEST, BadRequest.BUFFER_EMPTY)


@BOTH
def test_packet_in_without_a_buffer(version: Version) -> None:
    """A switch that keeps nothing sends all of it."""
    switch = switch_of(settings=Settings(buffers=0))
    controller = Controller(switch, version)
    controller.do(entry(version, Match(in_port=1), to_controller(version, 20)))
    switch.receive(1, FRAME, 0.0)
    seen = controller.expect(messages.PacketIn)
    assert (seen.data, seen.buffer_id) == (FRAME, NO_BUFFER)


def test_table_miss() -> None:
    """1.0's controller gets what fits no entry, 1.3's does not."""
    switch = switch_of()
    old, new = Controller(switch, Version.V1_0), Controller(switch)
    switch.receive(1, FRAME, 0.0)
    assert old.expect(messages.PacketIn).reason == PacketInReason.NO_MATCH
    assert new.listen() == []
    new.do(entry(Version.V1_3, Match(), to_controller(Version.V1_3, 0xFFFF), priority=0))
    switch.receive(1, FRAME, 0.0)
    assert new.expect(messages.PacketIn).reason == PacketInReason.NO_MATCH


@BOTH
def test_packet_out(version: Version) -> None:
    """A frame goes out of the ports that the actions name; a flood spares the port it came from."""
    switch = switch_of()
    controller = Controller(switch, version)
    flood = 0xFFFB if version == Version.V1_0 else 0xFFFFFFFB
    controller.do(messages.PacketOut(in_port=1, actions=(Output(3), Output(flood)), data=FRAME))
    assert switch.take() == [(3, FRAME), (2, FRAME), (3, FRAME)]


@BOTH
def test_port_events(version: Version) -> None:
    """A port that comes, changes or goes is told of."""
    switch = switch_of()
    controller = Controller(switch, version)
    switch.set_link(1, False, 0.0)
    switch.set_link(1, False, 0.0)
    switch.add_port(4)
    switch.remove_port(2, 0.0)
    told = controller.listen()
    assert [
        (one.reason, one.desc.port_no, one.desc.state & 1) for one in told if isinstance(one, messages.PortStatus)
    ] == [
        (PortReason.MODIFY, 1, 1),
        (PortReason.ADD, 4, 0),
        (PortReason.DELETE, 2, 0),
    ]
    switch.receive(2, FRAME, 0.0)
    assert controller.listen() == []


@pytest.mark.parametrize("number", [0, 1, 0xFF00, -1])
def test_numbers_of_ports(number: int) -> None:
    """A port that is there already, or has a number that no port has, is refused with a sentence."""
    with pytest.raises(ConfigError, match=f"port {number} of switch"):
        switch_of().add_port(number)
