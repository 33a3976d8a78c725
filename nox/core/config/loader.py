"""From a file to a checked configuration. Whatever is wrong is said at once, a sentence each.

Checking goes as far as it can without starting anything: the tables, the components' own rules for them, and
whether the components fit together.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from pydantic import ValidationError

from nox.core.component.component import Component
from nox.core.component.given import GIVEN
from nox.core.component.plugins import Installed, find_plugins
from nox.core.component.resolver import Assembly, resolve
from nox.core.config.arrays import gathered
from nox.core.config.document import Document, read
from nox.core.config.model import ComponentConfig, NoxConfig, Table
from nox.core.config.sentences import describe, sentences
from nox.core.events.event import Event
from nox.lib.errors import ComponentError, ConfigError
from nox.lib.nearest import did_you_mean

T = TypeVar("T", bound=Table)


@dataclass(frozen=True)
class Configuration:
    """A configuration that can be run.

    :ivar document: what it was made from.
    :ivar wanted: the components that were asked for, and those that are always loaded.
    :ivar assembly: the components that will run, in start order.
    :ivar tables: each one's configuration, in start order.
    """

    document: Document
    nox: NoxConfig
    wanted: tuple[str, ...]
    assembly: Assembly
    tables: Mapping[str, ComponentConfig]


def load(path: str | Path, installed: Installed | None = None) -> Configuration:
    """Read and check a file.

    :param installed: the components to choose from; by default all that are installed.
    :raises ConfigError: when the file is wrong: a sentence a line, for all that is wrong.
    :raises DependencyError: when its components do not fit together.
    """
    return check(read(path), installed if installed is not None else find_plugins())


def check(document: Document, installed: Installed, given: Collection[type] = GIVEN) -> Configuration:
    """Check what a document says.

    :param given: interfaces that are provided without any component.
    :raises ConfigError: when something in it is wrong: a sentence a line.
    :raises DependencyError: when its components do not fit together.
    """
    document = gathered(document, installed.plugins.values())
    checker = _Checker(document, installed)
    nox = checker.nox()
    checker.component_names(nox)
    checker.component_tables()
    checker.finish()
    configuration = assemble(document, nox, _wanted(nox, installed), installed, given)
    checker.all_used(configuration)
    checker.event_names(nox)
    checker.finish()
    return configuration


def assemble(
    document: Document, nox: NoxConfig, wanted: Sequence[str], installed: Installed, given: Collection[type] = GIVEN
) -> Configuration:
    """The configuration in which these components run, whatever the document lists.

    :raises ConfigError: when a component lacks something in its table.
    :raises DependencyError: when they do not fit together.
    """
    assembly = resolve(wanted, installed, nox.providers, given)
    checker = _Checker(document, installed)
    tables = {name: checker.component_table(name, cls) for name, cls in assembly.classes.items()}
    checker.finish()
    complete = {name: table for name, table in tables.items() if table is not None}
    return Configuration(document, nox, tuple(wanted), assembly, complete)


def _wanted(nox: NoxConfig, installed: Installed) -> tuple[str, ...]:
    always = sorted((plugin.number, name) for name, plugin in installed.plugins.items() if plugin.always)
    return (*(name for _, name in always if name not in nox.components), *nox.components)


class _Checker:
    """Collects what is wrong with a document."""

    def __init__(self, document: Document, installed: Installed) -> None:
        self._document = document
        self._installed = installed
        self._wrong: list[str] = []

    def finish(self) -> None:
        """Raise what was found."""
        if self._wrong:
            raise ConfigError("\n".join(f"{self._document.source}: {sentence}" for sentence in self._wrong))

    def nox(self) -> NoxConfig:
        """The table ``[nox]``; where it is wrong, its defaults, so that the rest can be checked too."""
        return self._table("nox", NoxConfig) or NoxConfig()

    def component_names(self, nox: NoxConfig) -> None:
        """See that each component that ``[nox]`` names is installed, and listed once."""
        for name in sorted({name for name in nox.components if nox.components.count(name) > 1}):
            self._wrong.append(f'[nox] components lists "{name}" twice')
        for key, names in _named(nox):
            for name in dict.fromkeys(names):
                self._component(name, f"[nox] {key}: ")

    def _component(self, name: str, place: str) -> type[Component] | None:
        try:
            return self._installed.load(name)
        except ComponentError as error:
            self._wrong.append(f"{place}{error}")
            return None

    def component_tables(self) -> None:
        """Check every table by the rules of its component."""
        for name, table in self._document.tables.items():
            if name == "nox":
                continue
            if not isinstance(table, dict):
                self._wrong.append(f'"{name}" stands outside of any table; put it under [nox] or a component\'s table')
            elif name not in self._installed.plugins:
                self._wrong.append(self._nobodys(name))
            elif (cls := self._component(name, f"[{name}]: ")) is not None:
                self.component_table(name, cls)

    def _nobodys(self, name: str) -> str:
        """What is said of a table that is no component's."""
        if any(name in plugin.arrays for plugin in self._installed.plugins.values()):
            return f"[{name}] is one table, where several may be: write [[{name}]]"
        hint = did_you_mean(name, ["nox", *self._installed.plugins])
        return f"[{name}] is the table of no installed component{hint}"

    def component_table(self, name: str, cls: type[Component]) -> ComponentConfig | None:
        """A component's table, checked; its defaults where there is none."""
        return self._table(name, cls.Config)

    def _table(self, name: str, model: type[T]) -> T | None:
        table = self._document.tables.get(name, {})
        if not isinstance(table, dict):
            self._wrong.append(f"[{name}] must be a table, not {describe(table)}")
            return None
        try:
            return model.model_validate_json(json.dumps(table, default=str))
        except ValidationError as error:
            self._wrong.extend(sentences(error, model, name, self._arrays(name)))
            return None

    def _arrays(self, name: str) -> tuple[str, ...]:
        return self._installed.plugins[name].arrays if name in self._installed.plugins else ()

    def all_used(self, configuration: Configuration) -> None:
        """See that no table or place in an order is there in vain: who wrote it believes that the component runs."""
        loaded = configuration.assembly.classes
        for name in self._document.tables:
            if name != "nox" and name not in loaded:
                shown = [
                    one for one in self._arrays(name) if one in cast(dict[str, object], self._document.tables[name])
                ]
                label = f"[[{shown[0]}]]" if shown else f"[{name}]"
                self._wrong.append(f'{label} is there, but "{name}" is not loaded: add it to [nox] components')
        for event, names in configuration.nox.order.items():
            for name in dict.fromkeys(names):
                if name not in loaded:
                    why = f'names "{name}", which is not loaded: add it to [nox] components'
                    self._wrong.append(f"[nox] order.{event} {why}")

    def event_names(self, nox: NoxConfig) -> None:
        """See that ``[nox] order`` names events that some component knows: by now all their modules are imported."""
        known = sorted({event.__name__ for event in _subclasses(Event)})
        for name in nox.order:
            if name not in known:
                self._wrong.append(f'[nox] order: there is no event "{name}"{did_you_mean(name, known)}')


def _named(nox: NoxConfig) -> Iterator[tuple[str, Sequence[str]]]:
    yield "components", nox.components
    yield "providers", tuple(nox.providers.values())
    for event, names in nox.order.items():
        yield f"order.{event}", names


def _subclasses(cls: type[Event]) -> Iterator[type[Event]]:
    for one in cls.__subclasses__():
        yield one
        yield from _subclasses(one)
