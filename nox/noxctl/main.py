"""The command ``noxctl``."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from nox.lib.errors import NoxError
from nox.noxctl.options import Options, socket_option
from nox.noxctl.text import printable

_MODULES = {
    **dict.fromkeys(("components", "events", "load", "reload", "restart", "unload"), "components"),
    **dict.fromkeys(("flows", "ports", "switches"), "switches"),
    **dict.fromkeys(("groups", "meters", "queues", "tables"), "furnishings"),
    **dict.fromkeys(("links", "topology"), "topology"),
    **dict.fromkeys(("decode", "encode"), "messages"),
    **dict.fromkeys(("history", "view"), "view"),
    **dict.fromkeys(("losses", "paths", "route"), "routes"),
    **dict.fromkeys(("check", "version"), "about"),
    "approve": "admission",
    "capture": "capture",
    "hosts": "hosts",
    "inventory": "inventory",
    "top": "top",
}  # where each command is: in nox.noxctl.commands, under its own name


class _Refused(click.ClickException):
    """What went wrong, as one sentence a line on standard error; exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print it."""
        for line in self.message.splitlines():
            sys.stderr.write(f"noxctl: {printable(line)}\n")


class _Commands(click.Group):
    """Commands whose errors are sentences and not tracebacks; one is imported when it is asked for.

    All together bring the codec of every message: four times what most need to start.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name."""
        if cmd_name not in _MODULES:
            return None
        module = import_module(f"nox.noxctl.commands.{_MODULES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

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


noxctl.commands.update((name, click.Command(name)) for name in _MODULES)  # names alone: click lists and suggests them


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
