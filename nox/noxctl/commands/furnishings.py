"""``groups``, ``meters``, ``queues``, ``tables``: what a switch has beside ports and flow entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from nox.noxctl.arguments import a_dpid
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import age, print_json

_GROUPS = [
    number("GROUP"),
    Column("TYPE"),
    Column("BUCKETS", is_long=True),
    number("USED BY"),
    number("AGE"),
    number("PACKETS"),
    number("BYTES"),
]
_METERS = [
    number("METER"),
    Column("FLAGS"),
    Column("BANDS", is_long=True),
    number("FLOWS"),
    number("AGE"),
    number("PACKETS"),
    number("BYTES"),
]
_QUEUES = [
    number("PORT"),
    number("QUEUE"),
    number("MIN RATE"),
    number("MAX RATE"),
    number("TX PACKETS"),
    number("TX BYTES"),
    number("ERRORS"),
]
_TABLES = [
    number("TABLE"),
    Column("NAME", is_extra=True),
    number("ENTRIES"),
    number("LOOKUPS"),
    number("MATCHED"),
    number("SIZE", is_extra=True),
]


@click.command()
@click.argument("dpid", callback=a_dpid)
@common
def groups(options: Options, dpid: str) -> None:
    """List a switch's groups with counters."""
    _show(options, dpid, "groups", _GROUPS, _group)


@click.command()
@click.argument("dpid", callback=a_dpid)
@common
def meters(options: Options, dpid: str) -> None:
    """List a switch's meters with counters."""
    _show(options, dpid, "meters", _METERS, _meter)


@click.command()
@click.argument("dpid", callback=a_dpid)
@common
def queues(options: Options, dpid: str) -> None:
    """List the queues of a switch's ports with counters."""
    _show(options, dpid, "queues", _QUEUES, _queue)


@click.command()
@click.argument("dpid", callback=a_dpid)
@click.option("--all", "is_all", is_flag=True, help="Show tables without entries too.")
@common
def tables(options: Options, dpid: str, is_all: bool) -> None:
    """List a switch's flow tables with counters."""
    _show(options, dpid, "tables", _TABLES, _table, lambda one: is_all or one["active_count"])


def _show(
    options: Options,
    dpid: str,
    what: str,
    columns: Sequence[Column],
    row: Callable[[Mapping[str, Any]], Sequence[object]],
    shown: Callable[[Mapping[str, Any]], object] = bool,
) -> None:
    answer = [one for one in options.client.get("switches", dpid, what) if shown(one)]
    if options.as_json:
        print_json(answer)
    else:
        print_table(columns, map(row, answer), f"switch {dpid} has no {what}")


def _group(one: Mapping[str, Any]) -> list[object]:
    buckets = "; ".join(map(_bucket, one["buckets"])) or "none"
    counters = [_age(one["duration"]), one["packet_count"], one["byte_count"]]
    return [one["group_id"], one["type"], buckets, one["ref_count"], *counters]


def _bucket(one: Mapping[str, Any]) -> str:
    """A bucket's actions, and what decides when they are done: ``weight=3 output:1``."""
    names = ("weight", "watch_port", "watch_group")
    conditions = [f"{name}={one[name]}" for name in names if one[name]]
    return " ".join([*conditions, *(one["actions"] or ["drop"])])


def _meter(one: Mapping[str, Any]) -> list[object]:
    counters = [_age(one["duration"]), one["packet_in_count"], one["byte_in_count"]]
    return [one["meter_id"], " ".join(one["flags"]), "; ".join(one["bands"]), one["flow_count"], *counters]


def _age(seconds: float | None) -> str | None:
    return None if seconds is None else age(seconds)


def _queue(one: Mapping[str, Any]) -> list[object]:
    rates = [None if one[name] is None else f"{one[name] / 10:g}%" for name in ("min_rate", "max_rate")]
    return [one["port"], one["queue_id"], *rates, one["tx_packets"], one["tx_bytes"], one["tx_errors"]]


def _table(one: Mapping[str, Any]) -> list[object]:
    counters = [one["active_count"], one["lookup_count"], one["matched_count"]]
    return [one["table_id"], one["name"], *counters, one["max_entries"]]
