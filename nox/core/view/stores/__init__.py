"""The stores of the network view, by name: here another one joins.

A store is an `IViewStore`; what of the configuration it looks at is its own matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from twisted.internet.interfaces import IReactorTime

from nox.core.config.model import ComponentConfig
from nox.core.state import state_file
from nox.core.view.interfaces import IViewStore
from nox.core.view.stores.memory import Memory, MemoryStore
from nox.core.view.stores.past import Bounds, Past
from nox.core.view.stores.sqlite.file import check
from nox.core.view.stores.sqlite.store import InReactor, SqliteStore

DAY = 86400.0


def _known(name: str) -> str:
    if name not in STORES:
        raise ValueError(f'must be one of {", ".join(STORES)}, not "{name}"')
    return name


class ViewConfig(ComponentConfig):
    """The table ``[view]``.

    :ivar store: which store: ``sqlite`` is a file, ``memory`` forgets all at the end.
    :ivar path: the file of ``sqlite``; several processes on one machine may share it.
    :ivar history_rows: how many rows of the past are kept; 0: none.
    :ivar history_days: for how long.
    """

    store: Annotated[str, AfterValidator(_known)] = "sqlite"
    path: Annotated[Path, AfterValidator(Path.absolute)] = state_file("view.sqlite")  # `twistd` may change directory
    history_rows: Annotated[int, Field(ge=0, le=10_000_000)] = 100_000
    history_days: Annotated[float, Field(gt=0, le=36_500)] = 90.0

    def bounds(self) -> Bounds:
        """How much of the past is kept."""
        return Bounds(self.history_rows, self.history_days * DAY)


@dataclass(frozen=True)
class Surroundings:
    """What a store may use.

    :ivar clock: the reactor's time. :ivar in_reactor: has a thread's call made in the reactor's; None: there are no
        threads.
    """

    clock: IReactorTime
    in_reactor: InReactor | None


def _memory(config: ViewConfig, around: Surroundings) -> IViewStore:
    return MemoryStore(Memory(Past(config.bounds())))


def _sqlite(config: ViewConfig, around: Surroundings) -> IViewStore:
    if around.in_reactor is None:  # emulated time: what a file takes cannot be known there
        return _memory(config, around)
    check(config.path)
    return SqliteStore(config.path, config.bounds(), around.in_reactor)


STORES: dict[str, Callable[[ViewConfig, Surroundings], IViewStore]] = {"sqlite": _sqlite, "memory": _memory}


def make_store(config: ViewConfig, around: Surroundings) -> IViewStore:
    """The store that the configuration asks for, not yet open.

    :raises StoreError: when it can be seen already that it cannot be opened.
    """
    return STORES[config.store](config, around)
