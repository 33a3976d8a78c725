"""`Network.record`: what switches and controllers say, as a capture."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from nox.emulator import Network, Recording
from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.files import MAGIC_SIZE, packets
from nox.lib.capture.segments import segments
from nox.lib.errors import CaptureError
from nox.lib.openflow.codec import decode


def read(file: Path) -> list[Piece]:
    """What is in a file."""
    data = file.read_bytes()
    return list(pieces(segments(packets(io.BytesIO(data[MAGIC_SIZE:]), data[:MAGIC_SIZE])), with_ends=True))


def kinds(found: list[Piece], *, to_controller: bool) -> list[str]:
    """The messages of one direction, by name."""
    return [type(decode(piece.data)).__name__ for piece in found if piece.data and piece.to_controller == to_controller]


def test_both_directions(tmp_path: Path) -> None:
    """From the hello to the end, with emulated times; each switch is a connection of its own."""
    file = tmp_path / "channel.pcapng"
    with Network.line(2) as net:
        net.record(file)
        net.run(5)
        net.start("switch")
        net.pingall()
        net.switch("s1").disconnect()
        net.run(1)
    found = read(file)
    assert {piece.connection for piece in found} == {1, 2}
    assert 5 <= found[0].time < 5.1
    assert kinds(found, to_controller=True)[0] == "Hello"
    assert {"FeaturesReply", "PacketIn"} <= set(kinds(found, to_controller=True))
    assert {"FeaturesRequest", "FlowMod"} <= set(kinds(found, to_controller=False))
    assert [piece.connection for piece in found if piece.is_end] == [1]


def test_until_it_is_closed(tmp_path: Path) -> None:
    """Nothing is written afterwards; the other file goes on, to the network's end."""
    one, other = tmp_path / "one", tmp_path / "other"
    with Network.line(1, hosts=2) as net:
        with net.record(one) as recorder:
            net.record(other)
            net.start("switch")
        recorder.close()  # once more
        size = one.stat().st_size
        net.pingall()
    assert one.stat().st_size == size
    assert "PacketIn" not in kinds(read(one), to_controller=True)
    assert "PacketIn" in kinds(read(other), to_controller=True)


def test_from_the_middle(tmp_path: Path) -> None:
    """Connections that stand already are recorded from now on: that is no recording to be replayed."""
    file = tmp_path / "channel.pcapng"
    with Network.line(1, hosts=2) as net:
        net.start("switch")
        net.record(file)
        net.pingall()
    assert "FlowMod" in kinds(read(file), to_controller=False)
    with pytest.raises(CaptureError, match="begins without a hello"):
        Recording.read(file)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is said at once."""
    with Network.line(1) as net, pytest.raises(FileNotFoundError):
        net.record(tmp_path / "nowhere" / "channel.pcapng")
