"""``top``: what goes through the network, again and again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import click

from nox.noxctl.arguments import MOST_SECONDS, a_number
from nox.noxctl.client import Client
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import bit_rate, print_json, rate

_PORTS = [
    Column("SWITCH"),
    number("PORT"),
    Column("NAME"),
    number("RX BIT/S"),
    number("TX BIT/S"),
    number("RX PKT/S"),
    number("TX PKT/S"),
    number("USED"),
    number("DROPPED", is_extra=True),
    number("ERRORS", is_extra=True),
]
_HOSTS = [
    Column("HOST"),
    Column("ADDRESS", is_extra=True),
    Column("WHERE"),
    number("TX BIT/S"),
    number("RX BIT/S"),
    Column("BASIS", is_extra=True),
]
_FLOWS = [
    Column("SOURCE"),
    Column("DESTINATION"),
    number("BIT/S"),
    number("PKT/S"),
    Column("OWNER"),
    Column("SWITCH"),
    Column("MATCH", is_long=True),
]
_CLEAR: Final = "\x1b[H\x1b[2J"  # of a terminal
_LOCAL_PORT: Final = 0xFFFFFFFE

Row = Callable[[Mapping[str, Any]], Sequence[object]]


@click.command()
@click.argument("what", required=False, type=click.Choice(["ports", "hosts", "flows"]))
@click.option("-n", "most", type=click.IntRange(1, 100), default=10, show_default=True, help="Rows of each table.")
@click.option("--once", is_flag=True, help="Show it once, and end.")
@click.option(
    "--interval",
    type=click.FloatRange(0.1, MOST_SECONDS),
    callback=a_number,
    default=2.0,
    show_default=True,
    metavar="S",
    help="Seconds.",
)
@common
def top(options: Options, what: str | None, most: int, once: bool, interval: float) -> None:
    """Show the ports, hosts and flows with most traffic, until Ctrl-C."""
    names = [what] if what else list(_TABLES)
    with suppress(KeyboardInterrupt):
        while True:
            _show(options, names, most)
            sys.stdout.flush()
            if once:
                return
            time.sleep(interval)


def _show(options: Options, names: Sequence[str], most: int) -> None:
    answers = {name: _ask(options.client, name)[:most] for name in names}
    if options.as_json:
        print_json(answers)
        return
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
    for place, (name, answer) in enumerate(answers.items()):
        columns, row, empty = _TABLES[name]
        sys.stdout.write("\n" if place else "")
        sys.stdout.flush()  # what is empty goes to standard error, and stands where its table would
        print_table(columns, map(row, answer), empty)


def _ask(client: Client, name: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = client.get("top", name)
    return found


def _port(one: Mapping[str, Any]) -> list[object]:
    bits = [bit_rate(one[name]) for name in ("rx_bytes", "tx_bytes")]
    rates = [rate(one[name]) for name in ("rx_packets", "tx_packets")]
    used = None if one["utilisation"] is None else f"{one['utilisation']:.1%}"
    where = [one["switch"] or one["dpid"], "LOCAL" if one["port"] == _LOCAL_PORT else one["port"], one["name"]]
    return [*where, *bits, *rates, used, rate(one["dropped"]), rate(one["errors"])]


def _host(one: Mapping[str, Any]) -> list[object]:
    place = one["place"]
    where = None if place is None else f"{place['dpid']}:{place['port']}"
    return [one["name"], one["host"], where, bit_rate(one["tx_bytes"]), bit_rate(one["rx_bytes"]), one["basis"]]


def _flow(one: Mapping[str, Any]) -> list[object]:
    ends = [one["source"] or None, one["destination"] or None]
    match = one["match"].replace(",", ", ") or "any"
    return [*ends, bit_rate(one["bytes"]), rate(one["packets"]), one["owner"] or "(foreign)", one["dpid"], match]


_TABLES: Mapping[str, tuple[Sequence[Column], Row, str]] = {
    "ports": (_PORTS, _port, "the rates of no port are known yet"),
    "hosts": (_HOSTS, _host, "no host is known, and no flow"),
    "flows": (_FLOWS, _flow, "nothing goes through any flow entry"),
}
