"""``switches``, ``ports``, ``flows``: the network's state, as the switches tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click

from nox.noxctl.arguments import a_dpid
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import age, print_json, since

_SWITCHES = [
    Column("DPID"),
    Column("OPENFLOW"),
    Column("ADDRESS"),
    number("SINCE"),
    number("ROUND TRIP", is_extra=True),
    number("PORTS"),
    number("TABLES", is_extra=True),
    number("BUFFERS", is_extra=True),
    number("FOREIGN"),
    Column("NOTE"),
    Column("DESCRIPTION", is_long=True),
]
_PORTS = [
    Column("DPID"),
    number("PORT"),
    Column("NAME"),
    Column("ADDRESS", is_extra=True),
    Column("STATE"),
    number("RX PACKETS"),
    number("RX BYTES"),
    number("TX PACKETS"),
    number("TX BYTES"),
    number("DROPPED"),
    number("ERRORS"),
]
_FLOWS = [
    number("TABLE"),
    number("PRIORITY"),
    Column("OWNER"),
    Column("MATCH", is_long=True),
    Column("ACTIONS", is_long=True),
    number("AGE"),
    number("IDLE"),
    number("HARD"),
    number("PACKETS"),
    number("BYTES"),
]
_LOCAL_PORT = 0xFFFFFFFE


@click.command()
@common
def switches(options: Options) -> None:
    """List the switches that are connected."""
    answer = options.client.get("switches")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_SWITCHES, map(_switch, answer), "no switch is connected")


def _switch(one: Mapping[str, Any]) -> list[object]:
    told = one["description"] or {}
    texts = [told.get(name) for name in ("manufacturer", "hardware", "software", "datapath")]
    description = " ".join(text for text in texts if text and text != "None")
    counts = [one["n_ports"], one["n_tables"], one["n_buffers"]]
    trip = None if one["round_trip"] is None else f"{one['round_trip'] * 1000:.1f}ms"
    flows = [one["flows"].get("foreign"), _note(one["flows"])]
    where = [one["dpid"], one["version"], one["address"]]
    return [*where, since(one["connected_at"]), trip, *counts, *flows, description]


def _note(flows: Mapping[str, Any]) -> str | None:
    """What an operator should look at."""
    if flows.get("error"):
        return "does not tell its entries"
    return "had no entries: standalone?" if flows.get("is_lost") else None


@click.command()
@click.argument("dpid", callback=a_dpid, required=False)
@common
def ports(options: Options, dpid: str | None) -> None:
    """List ports of one switch or all, with counters."""
    client = options.client
    dpids = [dpid] if dpid is not None else [one["dpid"] for one in client.get("switches")]
    answer = [{"dpid": one, **port} for one in dpids for port in client.get("switches", one, "ports")]
    if options.as_json:
        print_json(answer)
    else:
        skipped = 0 if dpid is None else 1  # the switch that was named need not be named again
        rows = [_port(one)[skipped:] for one in answer]
        print_table(_PORTS[skipped:], rows, "there is no port" if dpid else "no switch is connected")


def _port(one: Mapping[str, Any]) -> list[object]:
    name = "LOCAL" if one["number"] == _LOCAL_PORT else one["number"]
    traffic = [one["rx_packets"], one["rx_bytes"], one["tx_packets"], one["tx_bytes"]]
    lost = [_sum(one["rx_dropped"], one["tx_dropped"]), _sum(one["rx_errors"], one["tx_errors"])]
    state = "up" if one["is_up"] else "down"
    return [one["dpid"], name, one["name"], one["hw_addr"], state, *traffic, *lost]


def _sum(*counters: int | None) -> int | None:
    """The sum of the counters that the switch keeps; None where it keeps none."""
    kept = [counter for counter in counters if counter is not None]
    return sum(kept) if kept else None


@click.command()
@click.argument("dpid", callback=a_dpid)
@common
def flows(options: Options, dpid: str) -> None:
    """List a switch's flow entries and their owners."""
    answer = options.client.get("switches", dpid, "flows")
    if options.as_json:
        print_json(answer)
    else:
        names = {port["number"]: port["name"] for port in options.client.get("switches", dpid, "ports")}
        print_table(_FLOWS, (_flow(one, names) for one in answer), f"switch {dpid} has no flow entry")


def _flow(one: Mapping[str, Any], names: Mapping[int, str]) -> list[object]:
    """A row.

    :param names: of ports, by number.
    """
    texts = [one["match"].replace(",", ", ") or "any", " ".join(one["actions"]) or "drop"]
    what = [_owner(one), *(_with_names(text, names) for text in texts)]
    timeouts = [f"{one[name]}s" if one[name] else None for name in ("idle_timeout", "hard_timeout")]
    counters = [one["packet_count"], one["byte_count"]]
    return [one["table_id"], one["priority"], *what, age(one["duration"]), *timeouts, *counters]


def _owner(one: Mapping[str, Any]) -> str:
    told = {"foreign": "(foreign)", "orphan": f"({one['owner']}, not running)"}
    return told.get(one["standing"], str(one["owner"]))


def _with_names(text: str, names: Mapping[int, str]) -> str:
    """Ports with their names: ``in_port=1(h1)``, ``output:2(h2)``."""

    def name(found: re.Match[str]) -> str:
        known = names.get(int(found[2]))
        return found[0] if known is None else f"{found[0]}({known})"

    return re.sub(r"\b(in_port=|output:)(\d+)", name, text)
