"""``view``: the network view as a file; ``history``: who had an address, a name, a port."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from ipaddress import ip_address
from typing import Any, BinaryIO, Final

import click

from nox.core.view.backup import Reader
from nox.core.view.errors import ViewError
from nox.lib.addresses import EthernetAddress, parse_dpid
from nox.lib.errors import LocalProtocolError
from nox.noxctl.client import Answer, Client, ClientError
from nox.noxctl.lines import lines
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, print_table
from nox.noxctl.text import print_json, print_lines

_MOST_ROWS: Final = 100  # of one piece
_MOST_BYTES: Final = 48 * 1024
_READ: Final = 65536  # bytes of a dump that are read at once
_PATIENCE: Final = 60.0  # seconds without a byte of a dump
_PORT = re.compile(r"((?:0x)?[0-9a-f]{1,16})[:/](\d+)", re.IGNORECASE)


@click.group()
def view() -> None:
    """Save the network view, and bring it back."""


@view.command()
@click.option(
    "-w", "output", type=click.File("wb"), default="-", metavar="FILE", help="Write here; - is standard output."
)
@click.option("--secrets", is_flag=True, help="Write keys too. Whoever has them can forge what the controller signs.")
@common
def dump(options: Options, output: BinaryIO, secrets: bool) -> None:
    """Write every row of the network view, as a line of JSON."""
    parts = ("view", "dump", "secrets") if secrets else ("view", "dump")
    expected = sum(options.client.get("view")["rows"].values())
    with closing(options.client.stream(*parts)) as answer:
        written = _copy(answer, output)
    if not written and expected:
        raise ClientError("the controller ended the dump before its first row: see its log")
    sys.stderr.write(f"{written} rows\n")


def _copy(answer: Answer, output: BinaryIO) -> int:
    """Copy all of it; how many lines."""
    written, last = 0, b"\n"
    while part := answer.read(_READ, time.monotonic() + _PATIENCE):
        output.write(part)
        written += part.count(b"\n")
        last = part[-1:]
    if last != b"\n":
        raise ClientError("the dump ends in the middle of a row: the controller has gone")
    output.flush()
    return written


@view.command()
@click.argument("file", type=click.File("rb"), metavar="FILE")
@common
def restore(options: Options, file: BinaryIO) -> None:
    """Put the rows of a dump; what else is there stays. Nothing is written when a line makes no sense."""
    found = list(_checked(file))
    restored = sum(_put(options.client, piece) for piece in _pieces(found))
    if options.as_json:
        print_json({"restored": restored})
    else:
        print_lines([f"{restored} rows"])


def _checked(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """The lines, each with its number.

    :raises ClientError: for one that makes no sense.
    """
    reader = Reader()
    for line in lines(file, _MOST_BYTES):
        if line.is_cut:
            raise ClientError(f"{_name(file)}: line {line.number} is longer than {_MOST_BYTES} bytes")
        try:
            text = line.data.decode()
            reader.read(text)
        except UnicodeDecodeError as error:
            raise ClientError(f"{_name(file)}: line {line.number}: it is no text") from error
        except ViewError as error:
            raise ClientError(f"{_name(file)}: line {line.number}: {error}") from error
        yield line.number, text


def _name(file: BinaryIO) -> str:
    return os.fspath(getattr(file, "name", "standard input"))


def _pieces(found: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """As many lines at a time as a transaction and a request may have."""
    piece: list[tuple[int, str]] = []
    size = 0
    for one in found:
        length = len(json.dumps(one)) + 2
        if piece and (len(piece) == _MOST_ROWS or size + length > _MOST_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(one)
        size += length
    if piece:
        yield piece


def _put(client: Client, piece: list[tuple[int, str]]) -> int:
    restored: int = client.post("view", "restore", body=piece)["restored"]
    return restored


_PAST = [
    Column("TABLE"),
    Column("WHAT", is_long=True),
    Column("SINCE"),
    Column("UNTIL"),
    Column("FROM", is_extra=True),
]


@click.command()
@click.argument("what", metavar="ADDRESS|MAC|NAME|DPID:PORT")
@click.option("--at", metavar="TIME", help="At this time alone: 2026-11-28T14:00, or seconds since 1970.")
@click.option("--vlan", type=click.IntRange(0, 4094), default=0, help="The VLAN of a MAC address; 0 for none.")
@common
def history(options: Options, what: str, at: str | None, vlan: int) -> None:
    """Say who had an address, a name or a port, and what a host had; now, and before."""
    moment = () if at is None else ("at", repr(_moment(at)))
    answer = options.client.get("history", *_asked(what, vlan), *moment)
    if options.as_json:
        print_json(answer)
    else:
        print_table(_PAST, map(_past, answer), f"nothing is known of {what}")


def _asked(what: str, vlan: int) -> tuple[str, ...]:
    """The resource for what was asked: what it is can be seen from its form."""
    if mac := _mac(what):
        return "host", mac, str(vlan)
    if match := _PORT.fullmatch(what):
        parse_dpid(match[1])
        return "port", match[1], match[2]
    try:
        return "address", str(ip_address(what))
    except ValueError:
        return "name", what


def _mac(what: str) -> str:
    try:
        return str(EthernetAddress(what))
    except LocalProtocolError:
        return ""


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass  # a date, then
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise click.BadParameter(f"{text!r:.40} is no time: write 2026-11-28T14:00", param_hint="--at") from error


def _past(one: Mapping[str, Any]) -> list[object]:
    row = ", ".join(f"{name}={value}" for name, value in one["row"].items() if value not in ("", None))
    return [one["table"], row, _date(one["since"]), _date(one["until"]) if one["until"] else "now", one["source"]]


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M:%S")
