"""What stands on the command line, checked before anybody is asked. These are callbacks of click's parameters."""

from __future__ import annotations

import math
from typing import Final

import click

from nox.lib.addresses import parse_dpid
from nox.noxctl.client import ClientError

MOST_SECONDS: Final = 1e9  # that clocks can count


def a_dpid(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A switch's identifier, as it was written.

    :raises LocalProtocolError: when it is none.
    """
    if value is not None:
        parse_dpid(value)
    return value


def a_name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """What may be a component's name; whether there is one, and which is the nearest, the controller knows.

    :raises ClientError: when it is none.
    """
    if not value or "/" in value or not value.isprintable():
        raise ClientError(f"{value[:40]!r} is no name of a component: `noxctl components` lists them")
    return value


def a_number(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """:raises click.BadParameter: when it is no number."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number")
    return value
