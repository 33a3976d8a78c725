"""Looking up which handlers an event concerns.

Handlers of one event class are grouped by the shape of their `where` (which fields, under which masks). An event's
value of each shape is looked up in a table, so that the cost grows with the number of shapes and not of handlers.
The combinations of tables' answers that occur are few; each has its chain, made when first met.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from nox.core.events.chain import Chain
from nox.core.events.event import Event, Shape
from nox.core.events.handler import Handler

_MOST_CHAINS = 4096  # answers that are remembered; beyond, all are forgotten and made anew

Buckets = tuple[tuple[Handler, ...], ...]


class ShapeTable:
    """The handlers whose `where` has one shape, by the value that they ask for."""

    __slots__ = ("_by_value", "_read")

    def __init__(self, read: Callable[[Event], Hashable]) -> None:
        self._read = read
        self._by_value: dict[Hashable, tuple[Handler, ...]] = {}

    def add(self, value: Hashable, handler: Handler) -> None:
        """Have the handler found by events of that value."""
        self._by_value[value] = (*self._by_value.get(value, ()), handler)

    def find(self, event: Event) -> tuple[Handler, ...]:
        """The handlers that this event concerns."""
        return self._by_value.get(self._read(event), ())


class Selector:
    """All handlers of one event class, in order, and for each event the chain of those that it concerns."""

    def __init__(
        self, event_type: type[Event], handlers: Sequence[Handler], make: Callable[[Sequence[Handler]], Chain]
    ) -> None:
        self._always = tuple(handler for handler in handlers if handler.where is None)
        self._make = make
        self._place = {handler: place for place, handler in enumerate(handlers)}
        self._tables = _tables(event_type, [handler for handler in handlers if handler.where is not None])
        self._chains: dict[Buckets, Chain] = {}

    def select(self, event: Event) -> Chain:
        """The handlers that this event concerns, in order."""
        found = tuple(table.find(event) for table in self._tables)
        chain = self._chains.get(found)
        return chain if chain is not None else self._add(found)

    def _add(self, found: Buckets) -> Chain:
        if len(self._chains) >= _MOST_CHAINS:
            self.settle()
        handlers = sorted((*self._always, *(h for bucket in found for h in bucket)), key=self._place.__getitem__)
        chain = self._chains[found] = self._make(handlers)
        return chain

    def run(self, event: Event) -> None:
        """Give the event to the handlers that it concerns."""
        self.select(event).run(event)

    def runner(self) -> Callable[[Event], None]:
        """What runs an event: the one chain itself where no handler has a `where`."""
        return self.run if self._tables else self._add(()).run

    def chains(self) -> list[Chain]:
        """The chains that exist now."""
        return list(self._chains.values())

    def settle(self) -> None:
        """Keep the counts of the chains and forget them."""
        for chain in self._chains.values():
            chain.settle()
        self._chains.clear()


def _tables(event_type: type[Event], handlers: Sequence[Handler]) -> tuple[ShapeTable, ...]:
    tables: dict[Shape, ShapeTable] = {}
    for handler in handlers:
        shape, value = event_type.conditions(handler.where)
        if shape not in tables:
            tables[shape] = ShapeTable(event_type.getter(shape))
        tables[shape].add(value, handler)
    return tuple(tables.values())
