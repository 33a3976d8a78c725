"""What can be read from a capture to be replayed, and what a capture is refused for, in one sentence."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path

import pytest

from nox.emulator import Recording
from nox.emulator.replay import gathering
from nox.lib.capture.pcapng import MAGIC
from nox.lib.errors import CaptureError
from nox.lib.openflow import messages
from nox.lib.openflow.versions import Version

from .captures import FEATURES, Capture, controller, handshake, switch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a capture is."""
    return tmp_path / "channel.pcapng"


def refusal(file: Path) -> str:
    """The one sentence with which it is refused, which begins with the file's name."""
    with pytest.raises(CaptureError) as refused:
        Recording.read(file)
    name, _, sentence = str(refused.value).partition(": ")
    assert name == str(file)
    assert "\n" not in sentence
    return sentence


def test_a_connection(file: Path) -> None:
    """Who the switch is, which version was agreed, what was said and when; the controller's messages decoded."""
    Capture().connection(handshake(5.0), end=9.0).write(file)
    recording = Recording.read(file)
    (one,) = recording.connections
    assert (one.dpid, one.version, one.start, one.end, recording.start) == (7, Version.V1_3, 5.0, 9.0, 5.0)
    assert (recording.seconds, recording.left_out) == (4.0, ())
    assert [said.message for said in one.said] == [None, messages.Hello(), messages.FeaturesRequest(), None]
    assert str(one) == "connection 1, switch 0000000000000007"


def test_the_same_ends_again(file: Path) -> None:
    """A switch that comes back without having said that it went: its first connection ends where the second begins."""
    Capture().connection(handshake(0.0)).connection(handshake(3.0)).write(file)
    first, second = Recording.read(file).connections
    assert (first.end, second.start, second.end) == (3.0, 3.0, None)


def test_no_file(file: Path) -> None:
    """It says what the system says."""
    with pytest.raises(CaptureError, match=r"channel.pcapng cannot be read: No such file or directory$"):
        Recording.read(file)


@pytest.mark.parametrize("data", [b"", b"GET / HTTP/1.1\r\n"])
def test_no_capture(file: Path, data: bytes) -> None:
    """It says how one is made."""
    file.write_bytes(data)
    assert refusal(file) == "it is no capture; `noxctl capture -w FILE` writes one"


def test_truncated(file: Path) -> None:
    """Wherever it ends within a packet, it says how many bytes are missing."""
    blocks = Capture().connection(handshake()).blocks
    whole, ends = b"".join(blocks), set(accumulate(map(len, blocks)))
    for size in set(range(5, len(whole))) - ends:
        file.write_bytes(whole[:size])
        assert re.fullmatch(r"the file ends within a packet, \d+ bytes early", refusal(file))


def test_damaged(file: Path) -> None:
    """Nonsense behind the first bytes."""
    file.write_bytes(MAGIC + bytes(40))
    assert refusal(file) == "a section without a byte order: the file is damaged"


def test_no_control_channel(file: Path) -> None:
    """Other traffic, or an encrypted channel."""
    Capture().connection([(0.0, True, b"\x16\x03\x01" + bytes(50))]).write(file)
    assert refusal(file) == "no control channel is in it, or it is encrypted"


def test_without_handshake(file: Path) -> None:
    """It begins when the switch is long connected."""
    Capture().connection([controller(0.0, messages.EchoRequest(), 1)], begin=False).write(file)
    assert refusal(file) == "connection 1 begins without a hello: capture from before the switch connects"
    Capture().connection(handshake()[:3]).write(file)
    assert refusal(file) == "connection 1 ends before the switch has said who it is"


def test_a_hole(file: Path) -> None:
    """Bytes that were not captured; what was said in them, nobody knows."""
    lines = [*handshake(), switch(1.0, messages.EchoRequest(), 3), switch(2.0, messages.EchoRequest(), 4)]
    Capture().connection(lines, end=3.0).without(7).write(file)
    assert refusal(file) == "connection 1 lacks 8 bytes, which were not captured"


def test_another_version(file: Path) -> None:
    """A version that NOX does not speak."""
    _, by_switch, data = switch(0.1, FEATURES, 1)
    lines = [*handshake()[:3], (0.1, by_switch, b"\x05" + data[1:])]
    Capture().connection(lines).write(file)
    assert refusal(file) == "connection 1 speaks OpenFlow 1.4, which NOX does not"


def test_what_the_controller_said_is_nonsense(file: Path) -> None:
    """It could not be compared with anything."""
    Capture().connection([*handshake(), (1.0, False, bytes.fromhex("04 0e 000a 00000001 0000"))]).write(file)
    assert refusal(file).startswith("connection 1 has a message that cannot be read: ")


def test_left_out(file: Path) -> None:
    """A connection that cannot be replayed does not keep the others from it; it is said."""
    file = Capture().connection(handshake()[:2], end=1.0).connection(handshake(2.0)).write(file)
    recording = Recording.read(file)
    assert [one.number for one in recording.connections] == [2]
    assert recording.left_out == ("connection 1 ends before the switch has said who it is",)


def test_too_large(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read into memory, so that there is a bound."""
    monkeypatch.setattr(gathering, "MOST_BYTES", 1 << 20)
    lines = [switch(1.0, messages.EchoRequest(data=bytes(60_000)), 2) for _ in range(20)]
    Capture().connection([*handshake(), *lines]).write(file)
    assert refusal(file) == "its messages take more than 1 MiB: cut it into pieces with `editcap -c`"


def test_too_long(file: Path) -> None:
    """Times that are nonsense would have a replay go on for ever."""
    Capture().connection([*handshake(), switch(1e9, messages.EchoRequest(), 2)]).write(file)
    assert refusal(file) == "it lasts more than 31 days: its times are wrong, or cut it with `editcap -A -B`"
