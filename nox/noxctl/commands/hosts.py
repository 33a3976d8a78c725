"""``hosts``: where hosts are and which addresses they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import print_json, since

_HOSTS = [
    Column("NAME"),
    Column("ADDRESS"),
    number("VLAN"),
    Column("LOCATION"),
    number("SINCE"),
    number("HEARD", is_extra=True),
    Column("IP ADDRESSES", is_long=True),
]


@click.command()
@click.argument("host", required=False)
@common
def hosts(options: Options, host: str | None) -> None:
    """List the hosts that are known, or those of one name, Ethernet address or IP address."""
    answer = options.client.get("hosts") if host is None else options.client.get("hosts", host)
    if options.as_json:
        print_json(answer)
    else:
        print_table(_HOSTS, map(_host, answer), "no host is known")


def _host(one: Mapping[str, Any]) -> list[object]:
    """A row. It is where it is since it came there, and not since it is known."""
    locations = one["locations"]
    places = " ".join(f"{place['switch'] or place['dpid']}:{place['port']}" for place in locations)
    came = max((place["since"] for place in locations), default=None)
    heard = None if one["last_heard"] is None else since(one["last_heard"])
    ips = " ".join(address["ip"] for address in one["addresses"])
    what = [one["name"] or None, one["mac"], one["vlan"] or None, places or None]
    return [*what, None if came is None else since(came), heard, ips or None]
