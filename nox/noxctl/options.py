"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TypeVar

import click

from nox.noxctl.client import Client
from nox.webapps.rest.location import default_socket

F = TypeVar("F", bound=Callable[..., object])


@dataclass
class Options:
    """What was given before and after the command's name.

    :ivar socket: the controller's, None for the default.
    :ivar as_json: whether to print JSON.
    """

    socket: Path | None = None
    as_json: bool = False

    @property
    def client(self) -> Client:
        """The controller."""
        return Client(self.socket or default_socket())


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--socket`` and ``--json``, and hand it the `Options`."""

    @wraps(command)
    def with_options(socket: Path | None, as_json: bool, **arguments: object) -> None:
        of_group: Options = click.get_current_context().obj
        command(Options(socket or of_group.socket, as_json), **arguments)

    json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    return socket_option()(json_option(with_options))


def socket_option(envvar: str | None = None) -> Callable[[F], F]:
    """Give a command ``--socket``.

    :param envvar: the variable that is read without it. A command has none: it would outdo the group's option.
    """
    kind = click.Path(path_type=Path)
    text = "The controller's socket."
    return click.option("--socket", type=kind, envvar=envvar, show_envvar=True, metavar="PATH", help=text)
