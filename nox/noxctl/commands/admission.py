"""``approve``: which switches may join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from nox.noxctl.arguments import a_dpid
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import print_json, print_lines, since

_SWITCHES = [
    Column("DPID"),
    Column("STATE"),
    number("SINCE"),
    Column("ADDRESS"),
    Column("NAME", is_long=True),
    Column("SHA-256 OF ITS CERTIFICATE", is_long=True),
]


@click.command()
@click.argument("dpid", callback=a_dpid, required=False)
@click.option("--revoke", is_flag=True, help="Take the approval back, and close the switch's connection.")
@common
def approve(options: Options, dpid: str | None, revoke: bool) -> None:
    """Let a switch join, or list those that wait and those that are approved.

    A switch that waits with a certificate is approved with that certificate alone.
    """
    if dpid is None and revoke:
        raise click.UsageError("--revoke needs the DPID of a switch")
    if dpid is None:
        _list(options)
        return
    answer = options.client.post("admission", dpid, "revoke" if revoke else "approve")
    if options.as_json:
        print_json(answer)
    else:
        print_lines(f"{what}: {dpid}" for what, dpid in answer.items())


def _list(options: Options) -> None:
    answer = options.client.get("admission")
    if options.as_json:
        print_json(answer)
    else:
        rows = [*map(_waiting, answer["waiting"]), *map(_approved, answer["approved"])]
        print_table(_SWITCHES, rows, f"no switch waits, none is approved; admission is {answer['admission']}")


def _waiting(one: Mapping[str, Any]) -> list[object]:
    shown = one["certificate"] or {"name": None, "fingerprint": None}
    return [one["dpid"], "waits", since(one["since"]), one["address"], shown["name"], shown["fingerprint"]]


def _approved(one: Mapping[str, Any]) -> list[object]:
    return [one["dpid"], "approved", since(one["since"]), None, None, one["fingerprint"]]
