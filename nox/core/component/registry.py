"""Who is loaded, and who provides what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from zope.interface.interface import InterfaceClass

from nox.core.component.declaration import as_interface
from nox.core.component.record import ComponentRecord, State


class Registry:
    """The records of the loaded components, in start order, and what is given without any component.

    :ivar given: providers that are not components, such as the kernel itself, by interface.
    """

    def __init__(self, given: Mapping[type, object]) -> None:
        self.given = given
        self.records: dict[str, ComponentRecord] = {}

    def providers(self, interface: InterfaceClass, wired: Sequence[str]) -> list[object]:
        """The provider that is given, else the wired components' instances without those that have failed."""
        for one, provider in self.given.items():
            if as_interface(one).isOrExtends(interface):
                return [provider]
        records = (self.records[name] for name in wired if name in self.records)
        return [record.instance for record in records if record.instance and record.state is not State.FAILED]

    def requirers(self, name: str) -> set[str]:
        """The component, and all that cannot run without it."""
        return self._closure({name}, lambda record: record.required)

    def dependents(self, names: set[str]) -> set[str]:
        """These, and all that are wired to one of them, directly or through others."""
        return self._closure(names, lambda record: record.needs)

    def _closure(self, names: set[str], needs: Callable[[ComponentRecord], Iterable[str]]) -> set[str]:
        found = set(names)
        for record in self.records.values():  # in start order: a dependent comes after what it depends on
            if found.intersection(needs(record)):
                found.add(record.name)
        return found
