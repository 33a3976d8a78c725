"""``inventory``: what the operator has named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, print_table
from nox.noxctl.text import print_json, print_lines

_DECLARED = [Column("KIND"), Column("KEY"), Column("NAME"), Column("WHAT", is_long=True), Column("BY")]
_KINDS = ("host", "switch", "location", "middlebox", "link")


@click.group()
def inventory() -> None:
    """Name hosts, switches, places, middleboxes and links."""


@inventory.command(name="list")
@common
def list_(options: Options) -> None:
    """List what is named, in the configuration (file) and from here (command)."""
    answer = options.client.get("inventory")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_DECLARED, map(_row, answer), "nothing is named")


def _row(one: Mapping[str, Any]) -> list[object]:
    entry = {name: value for name, value in one["entry"].items() if name != "name"}
    what = " ".join(f"{name}={_text(value)}" for name, value in entry.items())
    return [one["kind"], one["key"], one["entry"].get("name"), what, one["by"]]


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


@inventory.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE…")
@common
def add(options: Options, kind: str, pairs: Sequence[str]) -> None:
    """Name something, or change what was named from here: host name=ledger mac=02:00:00:00:00:01 ip=10.0.0.1.

    The keys are those of the configuration; one that has several values is given several times.
    """
    answer = options.client.post("inventory", kind, body=_entry(pairs))
    if options.as_json:
        print_json(answer)
    else:
        print_lines([f"{answer['kind']} {answer['key']} is named"])


def _entry(pairs: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for pair in pairs:
        name, is_pair, value = pair.partition("=")
        if not (name and is_pair):
            raise click.BadParameter(f"{pair!r:.60} is no KEY=VALUE", param_hint="KEY=VALUE")
        if name not in entry:
            entry[name] = value
        else:
            entry[name] = [*(entry[name] if isinstance(entry[name], list) else [entry[name]]), value]
    return entry


@inventory.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("key")
@common
def remove(options: Options, kind: str, key: str) -> None:
    """Name it no more. KEY is what ``noxctl inventory list`` shows."""
    answer = options.client.post("inventory", kind, key, "withdraw")
    if options.as_json:
        print_json(answer)
    else:
        print_lines([f"{kind} {key} is named no more"])
