"""Recordings that are played to the real controller under emulated time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.logger import globalLogPublisher

from nox.api import (
    CONTINUE,
    FLOWS,
    LOCAL,
    Component,
    DatapathJoin,
    DatapathLeave,
    FlowRefused,
    FlowSpec,
    IFlows,
    Match,
    Outcome,
    Output,
    requires,
)
from nox.emulator import Network, Recording, Replay
from nox.lib.errors import CaptureError, ConfigError
from nox.lib.openflow import messages
from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.versions import SUPPORTED, Version

from .captures import Capture, handshake, switch


class Curious(Component):
    """Asks each switch that joins for its ports' counters, and five seconds later again."""

    async def start(self) -> None:
        """Listen."""
        self.seen: list[tuple[int, object]] = []
        self.register(DatapathJoin, self.joined)

    def joined(self, event: DatapathJoin) -> Outcome:
        """Ask."""
        for delay in (0.0, 5.0):
            self.call_later(delay, lambda: self.spawn(self.ask(event)))
        return CONTINUE

    async def ask(self, event: DatapathJoin) -> None:
        """Keep what it says."""
        self.seen.append((event.datapath.dpid, await event.datapath.port_stats()))


class Stubborn(Component):
    """States an entry that emulated switches refuse."""

    bands = (FLOWS,)
    flows = requires(IFlows)

    async def start(self) -> None:
        """State it."""
        self.refused: list[str] = []
        self.register(FlowRefused, self.hear)
        self.flows.state(FlowSpec(match=Match(), priority=FLOWS.low, actions=(Output(LOCAL),)))

    def hear(self, event: FlowRefused) -> Outcome:
        """Keep it."""
        self.refused.append(str(event.error))
        return CONTINUE


class Watchful(Component):
    """Notes who joins and leaves, and when."""

    async def start(self) -> None:
        """Listen."""
        self.seen: list[tuple[str, int]] = []
        self.register(DatapathJoin, self.note)
        self.register(DatapathLeave, self.note)

    def note(self, event: DatapathJoin | DatapathLeave) -> Outcome:
        """Note it."""
        self.seen.append((type(event).__name__, event.datapath.dpid))
        return CONTINUE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a capture is."""
    return tmp_path / "channel.pcapng"


def recorded(file: Path, *components: str | type[Component], version: Version = Version.V1_3) -> Recording:
    """Eight hosts, pings, a switch that loses its connection and one that loses its power, a link that fails."""
    with Network.tree(3, hosts=2, versions=[version]) as net:
        net.record(file)
        net.start(*components)
        net.pingall()
        net.switch("s2").disconnect()
        net.run(3)
        net.switch("s2").connect()
        net.run(1)
        net.switch("s4").crash()
        net.run(12)
        net.switch("s4").restart()
        net.link("s1", "s3").down()
        net.run(1)
        net.pingall()
        net.run(12)
    return Recording.read(file)


@pytest.mark.parametrize("version", SUPPORTED)
def test_the_same_controller_sends_the_same(file: Path, version: Version) -> None:
    """Each message to each connection, and at the same time but for what bytes took on their way."""
    recording = recorded(file, "switch", version=version)
    assert len(recording.connections) == 9
    with Replay(recording, "switch") as replay:
        replay.run()
        difference = replay.difference()
        assert not difference, difference
        assert difference.same > 500
        assert (replay.unrecorded, replay.unsent, replay.controller.errors) == ([], 0, [])


@pytest.mark.parametrize("version", SUPPORTED)
def test_links_are_found_again(file: Path, version: Version) -> None:
    """The controller's own probes come back as it sends them now, and flows that end are known by their cookies of now.

    So links are found, fail and are avoided as then, although each controller signs with a key of its own.
    """
    with Network.ring(4, versions=[version]) as net:
        net.record(file)
        net.start("routing", "allow_all")
        net.run(12)
        net.pingall()
        net.link("s1", "s2").down()
        net.run(3)
        assert net.pingall().lost == []
        net.run(25)
    with Replay(file, "routing", "allow_all") as replay:
        replay.run()
        difference = replay.difference()
        assert not difference, difference
        assert difference.same > 300
        deleted = [sent for sent in replay.sent if getattr(sent.message, "command", 0) >= FlowModCommand.DELETE]
        assert deleted
        assert (replay.unrecorded, replay.unsent, replay.controller.errors) == ([], 0, [])


def test_each_replay_is_the_same(file: Path) -> None:
    """To the last message and its time."""
    recording = recorded(file, "switch")
    runs = []
    for _ in range(2):
        with Replay(recording, "switch") as replay:
            replay.run()
            runs.append([(sent.time, sent.connection.number, type(sent.message)) for sent in replay.sent])
    assert runs[0] == runs[1]


def test_another_controller(file: Path) -> None:
    """What is not as it was, both ways; and in words."""
    recording = recorded(file, "switch")
    with Replay(recording, "switch,idle_timeout=3") as replay:
        replay.run()
        difference = replay.difference()
    timeouts = [{sent.message.idle_timeout for sent in some} for some in (difference.missing, difference.extra)]  # type: ignore[attr-defined]
    assert timeouts == [{10}, {3}]
    assert len(difference.missing) == len(difference.extra)
    first, *lines = str(difference).splitlines()
    count = len(difference.missing)
    assert first == f"{difference.same} messages as then, {count} are missing, {count} are new"
    assert lines[0].startswith("missing: 0.0")
    assert "FlowMod(" in lines[0]
    assert lines[20] == f"missing: {count - 20} more"


def test_answers_are_those_that_were_given_then(file: Path) -> None:
    """Counters, which an emulated switch would not have; the second time those of the second time."""
    with Network.line(2) as net:
        net.record(file)
        net.start("switch", Curious)
        net.pingall()
        net.run(10)
        then = net.controller.component(Curious).seen
    with Replay(file, "switch", Curious) as replay:
        replay.run()
        seen = replay.controller.component(Curious).seen
    for dpid in (1, 2):
        told = [ports for who, ports in then if who == dpid]
        assert [ports for who, ports in seen if who == dpid] == told
        assert len(told) == 2
        assert told[0] != told[1]


def test_what_was_not_asked_then(file: Path) -> None:
    """An emulated switch with the same ports answers, the other answers find their requests, and it is said."""
    recording = recorded(file, "switch")
    with Replay(recording, "switch", Curious) as replay:
        replay.run()
        curious = replay.controller.component(Curious)
        assert {type(message) for message in replay.unrecorded} == {messages.PortStatsRequest}
        difference = replay.difference()
    ports = {dpid: len(told) for dpid, told in curious.seen}  # type: ignore[arg-type]
    assert (ports[1], ports[2], ports[4]) == (2, 3, 3)
    assert difference.missing == ()
    assert {type(sent.message) for sent in difference.extra} == {messages.PortStatsRequest}


def test_what_was_refused_is_refused(file: Path) -> None:
    """The error comes back to whoever wrote the entry now."""
    with Network.line(1) as net:
        net.record(file)
        net.start(Stubborn)
        net.run(1)
        then = net.controller.component(Stubborn).refused
    with Replay(file, Stubborn) as replay:
        replay.run()
        assert replay.controller.component(Stubborn).refused == then
    assert len(then) == 1
    assert "BAD_OUT_PORT" in then[0]


def test_connections_end_as_they_did(file: Path) -> None:
    """Whoever joined and left does so again, in the same order."""
    recording = recorded(file, Watchful)
    with Replay(recording, Watchful) as replay:
        replay.until(lambda: len(replay.controller.component(Watchful).seen) > 7, 30)
        assert replay.controller.component(Watchful).seen[7] == ("DatapathLeave", 2)
        assert replay.controller.home.datapaths.keys() == {1, 3, 4, 5, 6, 7}
        replay.run()
        seen = replay.controller.component(Watchful).seen
    assert seen[7:] == [("DatapathLeave", 2), ("DatapathJoin", 2), ("DatapathLeave", 4), ("DatapathJoin", 4)]


def test_a_switch_that_sends_nonsense(file: Path) -> None:
    """It does so again, the controller ends the connection as with any other, and what is left is counted."""
    nonsense = (2.0, True, bytes.fromhex("04 0a 0009 00000000 00"))
    Capture().connection([*handshake(), nonsense, switch(3.0, messages.EchoRequest(), 9)]).write(file)
    with Replay(file, "switch") as replay:
        replay.run(1.5)
        assert list(replay.controller.home.datapaths) == [7]
        assert replay.unsent == 2
        replay.run()
        assert list(replay.controller.home.datapaths) == []
        assert replay.unsent == 1
        assert isinstance(replay.sent[-1].message, messages.Error)


def test_what_cannot_be(file: Path) -> None:
    """A wrong configuration, or file, is refused with its sentence and leaves nothing behind."""
    Capture().connection(handshake()).write(file)
    before = list(globalLogPublisher._observers)
    with pytest.raises(ConfigError, match="swich"):
        Replay(file, "swich")
    with pytest.raises(ConfigError, match="idle_timeout"):
        Replay(file, "switch,idle_timeout=never")
    with pytest.raises(CaptureError, match="it is no capture"):
        Replay(__file__, "switch")
    assert list(globalLogPublisher._observers) == before


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording."""
    file = tmp_path_factory.mktemp("whole") / "channel.pcapng"
    with Network.line(2) as net:
        net.record(file)
        net.start("routing", "allow_all")
        net.run(6)
        net.pingall()
        net.run(12)
    return file.read_bytes()


@settings(max_examples=25, deadline=None)
@given(places=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4), byte=st.integers(0, 255))
def test_whatever_is_in_it(
    places: list[float], byte: int, whole: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Wherever bytes of a file are wrong, it is refused, or played without an error of the controller's own."""
    data = bytearray(whole)
    for place in places:
        data[int(place * len(data))] = byte
    file = tmp_path_factory.getbasetemp() / "changed.pcapng"
    file.write_bytes(data)
    try:
        recording = Recording.read(file)
    except CaptureError:
        return
    with Replay(recording, "routing", "allow_all") as replay:
        replay.run(min(60.0, recording.seconds))
        assert replay.controller.errors == []
