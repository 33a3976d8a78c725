"""The stores of the network view, by name: here another one joins.

A store is an `IViewStore`; what of the configuration it looks at is its own matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field
from twisted.internet.interfaces import IReactorTime

from nox.core.config.model import ComponentConfig
from nox.core.view.interfaces import IViewStore
from nox.core.view.stores.memory import MemoryStore
from nox.core.view.stores.past import Bounds, Past

DAY = 86400.0


def _known(name: str) -> str:
    if name not in STORES:
        raise ValueError(f'must be one of {", ".join(STORES)}, not "{name}"')
    return name


class ViewConfig(ComponentConfig):
    """The table ``[view]``.

    :ivar store: which store: ``memory`` forgets all at the end.
    :ivar history_rows: how many rows of the past are kept; 0: none.
    :ivar history_days: for how long.
    """

    store: Annotated[str, AfterValidator(_known)] = "memory"
    history_rows: Annotated[int, Field(ge=0, le=10_000_000)] = 100_000
    history_days: Annotated[float, Field(gt=0, le=36_500)] = 90.0

    def bounds(self) -> Bounds:
        """How much of the past is kept."""
        return Bounds(self.history_rows, self.history_days * DAY)


def _memory(config: ViewConfig, clock: IReactorTime) -> IViewStore:
    return MemoryStore(Past(config.bounds()))


STORES: Mapping[str, Callable[[ViewConfig, IReactorTime], IViewStore]] = {"memory": _memory}


def make_store(config: ViewConfig, clock: IReactorTime) -> IViewStore:
    """The store that the configuration asks for."""
    return STORES[config.store](config, clock)
