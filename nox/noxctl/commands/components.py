"""``components``, ``load``, ``unload``, ``restart``, ``reload``, ``events``: the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from nox.noxctl.arguments import a_name
from nox.noxctl.options import Options, common
from nox.noxctl.table import Column, number, print_table
from nox.noxctl.text import print_json, print_lines, since

_COMPONENTS = [
    Column("NAME"),
    Column("STATE"),
    number("SINCE"),
    number("HANDLERS"),
    number("TIMERS"),
    number("TASKS"),
    number("ERRORS"),
    number("SLOW"),
    Column("ERROR", is_long=True),
]
_EVENTS = [
    Column("EVENT"),
    number("PRIORITY", is_extra=True),
    Column("COMPONENT"),
    Column("HANDLER"),
    Column("WHERE", is_long=True),
    number("CALLS"),
    number("STOPS", is_extra=True),
    number("ERRORS"),
    number("SLOW", is_extra=True),
    number("MEAN µs"),
    number("MAX µs", is_extra=True),
]


@click.command()
@click.option("--graph", is_flag=True, help="What depends on what, as a tree.")
@common
def components(options: Options, graph: bool) -> None:
    """List the components and why one failed."""
    answer = options.client.get("components", *(["graph"] if graph else []))
    if options.as_json:
        print_json(answer)
    elif graph:
        print_lines(tree(answer))
    else:
        print_table(_COMPONENTS, map(_component, answer), "no component is loaded")


def _component(one: Mapping[str, Any]) -> list[object]:
    counts = [one["handlers"], one["timers"], one["tasks"], one["errors"], one["slow"]]
    return [one["name"], one["state"], since(one["since"]), *counts, one["error"]]


def tree(graph: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The graph as lines: each component above those that it depends on. What was shown before is not shown again.

    :param graph: for each name those that it depends on; it has no cycle.
    """
    needed = {name for names in graph.values() for name in names}
    shown: set[str] = set()
    for root in graph:
        if root not in needed:
            yield from _branch(graph, root, "", "", shown)


def _branch(graph: Mapping[str, Sequence[str]], name: str, first: str, rest: str, shown: set[str]) -> Iterator[str]:
    below = graph.get(name, ())
    again = name in shown and bool(below)
    yield f"{first}{name}{' …' if again else ''}"
    shown.add(name)
    if again:
        return
    for one in below:
        is_last = one == below[-1]
        corner, line = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield from _branch(graph, one, rest + corner, rest + line, shown)


@click.command()
@common
def events(options: Options) -> None:
    """List the handlers: calls, errors, time.

    Those of one event stand in the order in which they see it.
    """
    answer = options.client.get("events")
    if options.as_json:
        print_json(answer)
    else:
        print_table(_EVENTS, map(_handler, answer), "no handler is registered")


def _handler(one: Mapping[str, Any]) -> list[object]:
    who = [one["event"], one["priority"], one["owner"], one["handler"], one["where"]]
    return [
        *who,
        one["calls"],
        one["stops"],
        one["errors"],
        one["slow"],
        f"{one['mean_us']:.1f}",
        f"{one['max_us']:.1f}",
    ]


@click.command()
@click.argument("name", callback=a_name)
@common
def load(options: Options, name: str) -> None:
    """Load a component, and what it needs."""
    _change(options, "components", name, "load")


@click.command()
@click.argument("name", callback=a_name)
@common
def unload(options: Options, name: str) -> None:
    """Stop a component and its dependents."""
    _change(options, "components", name, "unload")


@click.command()
@click.argument("name", callback=a_name)
@common
def restart(options: Options, name: str) -> None:
    """Restart a component and its dependents."""
    _change(options, "components", name, "restart")


@click.command()
@common
def reload(options: Options) -> None:
    """Apply what has changed in the configuration file."""
    _change(options, "reload")


def _change(options: Options, *path: str) -> None:
    answer = options.client.post(*path)
    if options.as_json:
        print_json(answer)
    else:
        print_lines(
            [f"{what}: {', '.join(names)}" for what, names in answer.items() if names] or ["nothing has changed"]
        )
