"""`noxctl decode` and `noxctl encode`: messages as JSON and back, without a controller."""

from __future__ import annotations

import json
import os
import select
import subprocess
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation
from tests.lib.openflow.recorded import RECORDED
from tests.noxctl.command import NOXCTL, ROOT

HELLO = "0400000800000001"


def noxctl(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run it with these bytes on standard input, where no controller is."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NOX_SOCKET": "/none"}
    return subprocess.run([*NOXCTL, *arguments], input=given, env=environment, capture_output=True, timeout=60)


def decoded(*arguments: str, given: bytes = b"") -> list[Any]:
    """What `decode` prints; it must not complain."""
    done = noxctl("decode", *arguments, given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_decode_and_encode() -> None:
    """`decode | encode` is the identity on what Open vSwitch wrote."""
    given = "".join(f"{data.hex()}\n" for data in RECORDED).encode()
    printed = noxctl("decode", given=given)
    again = noxctl("encode", given=printed.stdout)
    assert (again.returncode, again.stderr, again.stdout) == (0, b"", given)


def test_what_is_no_message() -> None:
    """It gives its error and the offset, and the next line is read."""
    given = f"{HELLO}\n04000009\n\nxyz\n0400000800000g01\n{'00' * 140000}\n040d000800000001\n{HELLO.upper()}"
    first, short, letters, letter, long, packet_out, last = decoded(given=given.encode())
    assert first == last
    assert first["type"] == "Hello"
    assert (short["offset"], letters["offset"], letter["offset"]) == (0, 0, 6)
    assert "line 4 is not hexadecimal" in letters["error"]
    assert "line 6 is longer" in long["error"]
    assert packet_out["offset"] == 8


def test_files(tmp_path: Path) -> None:
    """Files are read in the order in which they are named; spaces between bytes do not matter."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("04 00 00 08 00 00 00 01\n")
    two.write_text("0402000800000002\n")
    assert [said["type"] for said in decoded(str(one), str(two))] == ["Hello", "EchoRequest"]


def test_wrong_json() -> None:
    """Each wrong line is one sentence with its number, the others are encoded, and the exit code is 1."""
    right = '{"version": "1.3", "type": "EchoRequest", "xid": 2, "body": {"data": "ff"}}'
    lines = [right, "{", right.replace("body", "boby"), "[" * 100000, '{"error": "no message", "offset": 0}', right]
    done = noxctl("encode", given="\n".join(lines).encode())
    assert done.returncode == 1
    assert done.stdout.split() == [b"0402000900000002ff"] * 2
    assert [line.split(b":")[1] for line in done.stderr.splitlines()] == [
        b" line 2",
        b" line 3",
        b" line 4",
        b" line 5",
    ]
    assert b'did you mean "body"?' in done.stderr


def test_no_file() -> None:
    """A file that is not there is a command line that makes no sense."""
    assert noxctl("decode", "/none").returncode == 2


def test_capture(tmp_path: Path) -> None:
    """A capture gives the same objects, with when and between whom; `encode` ignores that."""
    talk = Conversation((ip_address("192.0.2.1"), 6653), (ip_address("192.0.2.2"), 40000))
    frames = [writing.packet(7.5, frame) for frame in talk.frames(bytes.fromhex(HELLO), is_ours=False)]
    file = tmp_path / "file.pcapng"
    file.write_bytes(b"".join([writing.section("test"), writing.interface("x"), *frames, b"rest"]))
    said, damaged = decoded(str(file))
    assert (said["type"], said["time"], said["stream"], said["direction"]) == ("Hello", 7.5, 1, "to controller")
    assert (said["source"], said["destination"]) == ("192.0.2.2:40000", "192.0.2.1:6653")
    assert damaged["error"].startswith("the file ends within a packet")
    assert noxctl("encode", given=json.dumps(said).encode()).stdout.decode() == f"{HELLO}\n"
    assert decoded(given=file.read_bytes()) == [said, damaged]


def test_encode_a_capture(tmp_path: Path) -> None:
    """The messages of a capture are printed encoded anew, whole or in pieces; what is wrong is said, and goes on."""
    talk = Conversation((ip_address("192.0.2.1"), 6653), (ip_address("192.0.2.2"), 40000))
    messages = [*RECORDED, bytes.fromhex("040d000800000001"), bytes.fromhex(HELLO)]  # a packet-out that is too short
    frames = [writing.packet(7.5, frame) for data in messages for frame in talk.frames(data, is_ours=False)]
    file = tmp_path / "file.pcapng"
    file.write_bytes(b"".join([writing.section("test"), writing.interface("x"), *frames, b"rest"]))
    for done in (noxctl("encode", str(file)), noxctl("encode", given=file.read_bytes())):
        assert done.returncode == 1
        assert [bytes.fromhex(line) for line in done.stdout.decode().split()] == [*RECORDED, bytes.fromhex(HELLO)]
        short, damaged = done.stderr.decode().splitlines()
        assert short.startswith(f"noxctl: message {len(RECORDED) + 1}: ")
        assert "the file ends within a packet" in damaged


def test_a_capture_of_nonsense(tmp_path: Path) -> None:
    """What stands between messages and is none is said, and reading goes on; unknown types are messages."""
    talk = Conversation((ip_address("192.0.2.1"), 6653), (ip_address("192.0.2.2"), 40000))
    messages = [bytes.fromhex(text) for text in (HELLO, "0463000800000001", "0406000700000001aabb", HELLO)]
    frames = [writing.packet(7.5, frame) for data in messages for frame in talk.frames(data, is_ours=False)]
    file = tmp_path / "file.pcapng"
    file.write_bytes(b"".join([writing.section("test"), writing.interface("x"), *frames]))
    hello, unknown, nonsense, again = decoded(str(file))
    assert (hello["body"], unknown["type"], again["body"]) == ({"elements": []}, "UnknownMessage", {"elements": []})
    assert nonsense["direction"] == "to controller"
    assert nonsense["error"] == "no message begins like this (version 4, type 6, length 7): 10 bytes are skipped"


@pytest.mark.parametrize(("command", "given"), [("decode", HELLO), ("encode", '{"version": "1.3", "type": "Hello"}')])
def test_a_line_goes_out_when_it_is_there(command: str, given: str) -> None:
    """Whoever waits for an answer before the next question gets it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    argv = [*NOXCTL, command]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(given.encode() + b"\n")
        ready, _, _ = select.select([process.stdout], [], [], 60)
        process.stdin.close()
        assert ready


def test_a_full_disk() -> None:
    """What cannot be written is one sentence and exit code 1, at once or at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for count in (1, 10000):
        with open("/dev/full", "wb") as full:
            given = f"{HELLO}\n".encode() * count
            done = subprocess.run(
                [*NOXCTL, "decode"], input=given, env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60
            )
        assert (done.returncode, done.stderr) == (1, b"noxctl: reading or writing failed: No space left on device\n")
