"""The order in which components start: after what they depend on, else as wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NoReturn

from nox.lib.errors import DependencyError

Needs = Mapping[str, Mapping[str, Sequence[str]]]  # component, attribute, names of those that satisfy it


def in_start_order(wanted: Iterable[str], needs: Needs) -> list[str]:
    """The components with what each depends on before it; those that leave a choice keep the order wanted.

    :raises DependencyError: when they depend on each other in a cycle, which the sentence writes out.
    """
    order: dict[str, None] = {}
    for name in wanted:
        _visit(name, needs, order, ())
    return list(order)


def _visit(name: str, needs: Needs, order: dict[str, None], path: tuple[str, ...]) -> None:
    if name in order:
        return
    if name in path:
        _refuse_cycle((*path[path.index(name) :], name), needs)
    for providers in needs[name].values():
        for provider in providers:
            _visit(provider, needs, order, (*path, name))
    order[name] = None


def _refuse_cycle(cycle: Sequence[str], needs: Needs) -> NoReturn:
    steps = [f'"{one}" needs "{other}" ({_why(needs[one], other)})' for one, other in pairwise(cycle)]
    raise DependencyError(f"components depend on each other in a cycle: {', '.join(steps)}; leave one of them out")


def _why(needs: Mapping[str, Sequence[str]], other: str) -> str:
    return ", ".join(attribute for attribute, providers in needs.items() if other in providers)
