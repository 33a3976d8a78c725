"""``route`` and ``paths``: how one gets from here to there, and which flows go which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import print_json, since, until

_HOPS = [number("HOP"), Column("SWITCH"), number("IN PORT"), number("OUT PORT")]
_FLOWS = [
    Column("SENDER"),
    Column("RECEIVER"),
    Column("STATE"),
    Column("RULE", is_extra=True),
    Column("PATH", is_long=True),
    Column("FLOW", is_long=True),
]
_LOSSES = [
    Column("SWITCH"),
    Column("LINK"),
    Column("AVOIDED BY"),
    number("SINCE"),
    Column("TRIED AGAIN"),
    number("TIMES"),
]
_SHOWN = ("ip_proto", "ipv4_src", "ipv4_dst", "ipv6_src", "ipv6_dst")  # of a flow's fields, and its ports


@click.command()
@click.argument("source")
@click.argument("destination")
@common
def route(options: Options, source: str, destination: str) -> None:
    """Show the path from one host to another.

    A host is its name, an IP address or an Ethernet address; a port of a switch is DPID:PORT.
    """
    answer = options.client.get("route", source, destination)
    if options.as_json:
        print_json(answer)
        return
    rows = [[place, _switch(hop), hop["in_port"], hop["out_port"]] for place, hop in enumerate(answer["path"], 1)]
    print_table(_HOPS, rows, "")
    if answer["equal"] > 1:
        others = answer["equal"]
        click.echo(f"{'16 or more' if others == 16 else others} paths cost the same: flows are spread over them.")


@click.command()
@click.argument("source", required=False)
@click.argument("destination", required=False)
@common
def paths(options: Options, source: str | None, destination: str | None) -> None:
    """List the flows and their paths; or all of the cheapest paths from one host or switch to another."""
    if source is None:
        _flows(options)
        return
    if destination is None:
        raise click.UsageError("name both ends, or none")
    answer = options.client.get("paths", source, destination)
    if options.as_json:
        print_json(answer)
    else:
        print_table([Column("PATH", is_long=True)], [[_way(way)] for way in answer], "there is no path now")


@click.command()
@common
def losses(options: Options) -> None:
    """List the switches and links that take what flows send and do not forward it."""
    answer = options.client.get("losses")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_LOSSES, map(_loss, answer), "no switch and no link is known to lose flows")


def _loss(one: Mapping[str, Any]) -> list[object]:
    to = one["to"]
    link = None if one["port"] is None else f"port {one['port']}" + (f" → {to['dpid']} port {to['port']}" if to else "")
    whose = "everybody" if one["sender"] is None else f"{one['sender']} → {one['receiver']}"
    return [_switch(one), link, whose, since(one["since"]), until(one["until"]), one["times"]]


def _flows(options: Options) -> None:
    answer = options.client.get("paths")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_FLOWS, map(_flow, answer), "no flow is led through the network now")


def _flow(one: Mapping[str, Any]) -> list[object]:
    state = "stranded" if one["stranded"] else "stands" if one["stands"] else "changes"
    return [one["sender"], one["receiver"], state, one["rule"], _way(one["path"]), _headers(one["headers"])]


def _headers(headers: Mapping[str, str]) -> str:
    shown = [name for name in headers if name in _SHOWN or name[:4] in ("tcp_", "udp_", "sctp", "icmp")]
    return " ".join(f"{name}={headers[name]}" for name in shown or ["eth_type"] if name in headers)


def _way(way: Sequence[Mapping[str, Any]]) -> str:
    return " → ".join(map(_switch, way))


def _switch(one: Mapping[str, Any]) -> str:
    return str(one["name"] or one["dpid"])
