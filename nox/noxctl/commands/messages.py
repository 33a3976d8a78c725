"""``decode`` and ``encode``: OpenFlow messages as JSON and back. They need no controller."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from io import BufferedReader
from typing import Any, BinaryIO

import click

from nox.lib.capture.controlchannel import Piece, pieces
from nox.lib.capture.files import MAGIC_SIZE, is_capture, packets
from nox.lib.capture.segments import Endpoint, segments
from nox.lib.errors import CaptureError, LocalProtocolError, ProtocolError, RemoteProtocolError
from nox.lib.openflow.jsonform.message import REENCODED, from_json, to_json
from nox.lib.openflow.versions import HEADER, MOST_BYTES
from nox.noxctl.lines import Line, lines
from nox.noxctl.text import printable

_LONGEST_JSON = 16 * 1024 * 1024  # bytes of a line; a message of 64 KiB takes less than 2 MiB
_LONGEST_HEX = 4 * MOST_BYTES  # with a space after every byte, and more


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def decode(files: Sequence[BinaryIO]) -> None:
    """Print OpenFlow messages as JSON, an object a line.

    FILES, or standard input, have a message a line in hexadecimal, or are captures (pcap, pcapng). What is no message
    gives its error and the offset of the byte where it is.
    """
    for file in files or [sys.stdin.buffer]:
        for answer in _decoded(file):
            sys.stdout.write(json.dumps(answer) + "\n")


def _decoded(file: BinaryIO) -> Iterator[dict[str, Any]]:
    if _holds_packets(file):
        return captured(file)
    return map(_message_of_hex, lines(file, _LONGEST_HEX))


def _holds_packets(file: BinaryIO) -> bool:
    """Whether it is a capture, by its first bytes, which are not taken from it."""
    return isinstance(file, BufferedReader) and is_capture(file.peek(MAGIC_SIZE)[:MAGIC_SIZE])


def _message_of_hex(line: Line) -> dict[str, Any]:
    if line.is_cut:
        return {"error": f"line {line.number} is longer than a message can be", "offset": MOST_BYTES}
    text = line.data.decode("ascii", "replace")
    try:
        data = bytes.fromhex(text)
    except ValueError:
        offset = _good_bytes(text)
        return {"error": f"line {line.number} is not hexadecimal (offset {offset})", "offset": offset}
    return message_json(data)


def _good_bytes(text: str) -> int:
    """How many bytes stand before the first letter that is no hexadecimal digit, or before a digit without another."""
    digits = "".join(text.split())
    bad = next((place for place, letter in enumerate(digits) if letter not in "0123456789abcdefABCDEF"), len(digits))
    return bad // 2


def captured(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The messages in a capture, with when and between whom; a hole, nonsense and a damaged file are errors."""
    try:
        for piece in pieces(segments(packets(file, file.read(MAGIC_SIZE)))):
            yield _where(piece) | (message_json(piece.data) if piece.data else _no_message(piece))
    except CaptureError as error:
        yield {"error": str(error), "offset": error.offset}


def _no_message(piece: Piece) -> dict[str, Any]:
    if piece.missing:
        return {"error": f"{piece.missing} bytes are missing in the capture", "offset": 0}
    version, kind, length, _ = HEADER.unpack_from(piece.wrong)
    error = f"no message begins like this (version {version}, type {kind}, length {length}): {len(piece.wrong)} bytes"
    return {"error": f"{error} are skipped", "offset": 0}


def _where(piece: Piece) -> dict[str, Any]:
    return {
        "time": piece.time,
        "stream": piece.connection,
        "direction": "to controller" if piece.to_controller else "to switch",
        "source": _endpoint(piece.source),
        "destination": _endpoint(piece.destination),
    }


def _endpoint(endpoint: Endpoint) -> str:
    address, port = endpoint
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def message_json(data: bytes) -> dict[str, Any]:
    """A message as JSON; what is none, as its error and where it is."""
    try:
        return dict(to_json(data))
    except RemoteProtocolError as error:
        return {"error": str(error), "offset": error.offset}
    except LocalProtocolError as error:
        return {"error": str(error), "offset": 0}


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def encode(files: Sequence[BinaryIO]) -> None:
    """Make OpenFlow messages from JSON, an object a line: the inverse of decode.

    FILES, or standard input, have objects with version, type, xid and body, or are captures (pcap, pcapng), whose
    messages are encoded anew. The messages are printed in hexadecimal, a line each. What is wrong is a sentence on
    standard error, what follows it is read, and the exit code is 1.
    """
    failed = False
    for file in files or [sys.stdin.buffer]:
        for message in _encoded(file):
            if isinstance(message, bytes):
                sys.stdout.write(message.hex() + "\n")
            else:
                failed = True
                sys.stderr.write(f"noxctl: {printable(message)}\n")
    if failed:
        raise SystemExit(1)


def _encoded(file: BinaryIO) -> Iterator[bytes | str]:
    """Each message; a sentence for what is none."""
    if _holds_packets(file):
        for number, answer in enumerate(captured(file), 1):
            yield f"message {number}: {answer['error']}" if "error" in answer else bytes.fromhex(answer[REENCODED])
        return
    for line in lines(file, _LONGEST_JSON):
        try:
            yield _message(line)
        except ProtocolError as error:
            yield f"line {line.number}: {error}"


def _message(line: Line) -> bytes:
    if line.is_cut:
        raise LocalProtocolError(f"longer than {_LONGEST_JSON} bytes: a message is one line")
    try:
        written = json.loads(line.data.decode())
    except RecursionError as error:
        raise LocalProtocolError("nested too deeply for a message") from error
    except ValueError as error:
        raise LocalProtocolError(f"not JSON: {error}") from error
    return from_json(written)
