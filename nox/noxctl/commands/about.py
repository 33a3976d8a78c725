"""``version`` and ``check``: the programs themselves, and a configuration before it is used."""

from __future__ import annotations

import click

import nox
from nox.lib.errors import NoxError
from nox.noxctl.options import Options, common
from nox.noxctl.text import print_json, print_lines
from nox.webapps.rest.location import API_VERSION


@click.command()
@common
def version(options: Options) -> None:
    """Print noxctl's and the controller's version."""
    own = {"nox": nox.__version__, "api": API_VERSION}
    controller = options.client.get("version")
    if options.as_json:
        print_json({"noxctl": own, "controller": controller})
        return
    with_what = f"Python {controller['python']}, Twisted {controller['twisted']}, process {controller['pid']}"
    print_lines([f"noxctl      {own['nox']}", f"controller  {controller['nox']} ({with_what})"])


@click.command()
@click.argument("file", type=click.Path(readable=False))
@common
def check(options: Options, file: str) -> None:
    """Check a configuration file; start nothing."""
    if not file.isprintable() or not file:
        raise click.BadParameter(f"{file!r} is no name of a file that noxctl could tell of", param_hint="FILE")
    from nox.core.config.loader import load  # half a second that other commands need not wait

    try:
        configuration = load(file)
    except NoxError as error:
        if not options.as_json:
            raise
        print_json({"file": file, "errors": str(error).splitlines(), "components": []})
        raise SystemExit(1) from error
    names = list(configuration.assembly.classes)
    if options.as_json:
        print_json({"file": file, "errors": [], "components": names})
    else:
        print_lines([f"{file} is right; it runs {', '.join(names)}"])
