"""The command ``noxctl``."""

from __future__ import annotations

import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from nox.lib.errors import NoxError
from nox.noxctl.commands import (
    about,
    admission,
    capture,
    components,
    furnishings,
    hosts,
    inventory,
    messages,
    routes,
    switches,
    top,
    topology,
    view,
)  # fmt: skip
from nox.noxctl.options import Options, socket_option
from nox.noxctl.text import printable


class _Refused(click.ClickException):
    """What went wrong, as one sentence a line on standard error; exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print it."""
        for line in self.message.splitlines():
            sys.stderr.write(f"noxctl: {printable(line)}\n")


class _Commands(click.Group):
    """Commands whose errors are sentences and not tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except NoxError as error:
            raise _Refused(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@socket_option(envvar="NOX_SOCKET")
@click.pass_context
def noxctl(context: click.Context, socket: Path | None) -> None:
    """Look into the running NOX controller, and change what runs in it."""
    context.obj = Options(socket)


for _command in (
    *(components.components, components.load, components.unload, components.restart, components.reload),
    *(switches.switches, switches.ports, switches.flows, admission.approve),
    *(hosts.hosts,),
    *(topology.links, topology.topology),
    *(furnishings.groups, furnishings.meters, furnishings.queues, furnishings.tables),
    *(components.events, about.version, about.check),
    *(messages.decode, messages.encode, capture.capture),
    *(top.top, view.view, view.history),
    *(routes.route, routes.paths),
    inventory.inventory,
):
    noxctl.add_command(_command)


def main() -> NoReturn:
    """Run the command line; exit code 0, 1 for what went wrong, 2 for a command line that makes no sense."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name must not end the program where the locale is C; a line goes out when it is there, in a pipe too.
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    try:
        noxctl(prog_name="noxctl")
    except OSError as error:  # of a disk that is full, or of a file that is none
        sys.stderr.write(f"noxctl: reading or writing failed: {error.strerror}\n")
        _forget_output()
        sys.exit(1)
    sys.exit(0)


def _forget_output() -> None:
    """Let what could not be written not be tried again at the end."""
    with suppress(OSError):
        sys.stdout.close()


if __name__ == "__main__":
    main()
