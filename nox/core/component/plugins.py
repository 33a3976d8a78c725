"""Which components are installed: Twisted plugins in ``nox.plugins``.

Any package may drop a module into a folder ``nox/plugins/`` on the path; each `ComponentPlugin` in it names a
component. The modules are imported here and not by ``twisted.plugin.getPlugins``: that logs a traceback for a
module that cannot be imported, where we owe a sentence, and it writes a cache beside the code, where an
unprivileged process may not write.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import NoReturn

from twisted.logger import Logger
from twisted.plugin import IPlugin
from zope.interface import implementer

import nox.plugins
from nox.core.component.component import Component
from nox.core.interfaces import IComponentPlugin
from nox.lib.errors import ComponentError
from nox.lib.nearest import did_you_mean

OWN_NUMBERS = range(1, 0x8000)  # of NOX's own components; others' have the highest bit set
RESERVED = frozenset({"nox"})  # the name of the configuration's own table

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")

log = Logger(namespace="nox.kernel")


@implementer(IPlugin, IComponentPlugin)
@dataclass(frozen=True)
class ComponentPlugin:
    """An installed component, before its module is imported.

    :ivar name: as in the configuration: lower case letters, digits and ``_``.
    :ivar path: where the class is: ``package.module:Class``.
    :ivar number: for cookies, the same in every version; leave it out unless the component is NOX's own.
    :ivar on_demand: the names of the interfaces for which it is loaded where somebody requires them and nobody who is
        configured provides them. So nothing is imported to find that out.
    :ivar always: whether it is loaded without being configured.
    :ivar arrays: keys of its table that a file may have as arrays of tables at its top: ``[[host]]``.
    """

    name: str
    path: str
    number: int = 0
    on_demand: tuple[str, ...] = ()
    always: bool = False
    arrays: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.path, str) or ":" not in self.path:
            raise ComponentError(f'component "{self.name}": {self.path!r} is no place like package.module:Class')
        if not _NAME.match(self.name) or self.name in RESERVED:
            raise ComponentError(f'"{self.name}" is no name for a component: use lower case letters, digits and _')
        if not self.number:
            object.__setattr__(self, "number", derived_number(self.name))
        elif self.number not in OWN_NUMBERS:
            raise ComponentError(f'component "{self.name}": leave out number; {self.number} is not one of NOX\'s own')

    def load(self) -> type[Component]:
        """Import the class.

        :raises ComponentError: when it cannot be imported or is no component.
        """
        module, _, attribute = self.path.partition(":")
        try:
            found = getattr(importlib.import_module(module), attribute)
        except (Exception, SystemExit) as error:  # whatever a foreign module does while it is imported
            raise ComponentError(
                f'component "{self.name}": {self.path} cannot be imported: {_reason(error)}'
            ) from error
        if not (isinstance(found, type) and issubclass(found, Component)):
            raise ComponentError(f'component "{self.name}": {self.path} is not a subclass of Component')
        return found


def derived_number(name: str) -> int:
    """A third party's number: the highest bit and 15 bits of the name's SHA-256."""
    return 0x8000 | int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big") & 0x7FFF


@dataclass(frozen=True)
class Installed:
    """What can be loaded by name.

    :ivar plugins: by component name.
    :ivar broken: plugin modules that cannot be imported, each with the reason.
    """

    plugins: Mapping[str, IComponentPlugin]
    broken: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, *plugins: IComponentPlugin) -> Installed:
        """These and no others."""
        return cls({plugin.name: plugin for plugin in plugins})

    def get(self, name: str) -> IComponentPlugin:
        """The plugin of that name.

        :raises ComponentError: when none is installed, with the nearest name and the modules that might have had it.
        """
        if name not in self.plugins:
            self._refuse(name)
        return self.plugins[name]

    def _refuse(self, name: str) -> NoReturn:
        broken = "".join(f"; {module} cannot be imported: {reason}" for module, reason in self.broken.items())
        raise ComponentError(f'no component "{name}" is installed{did_you_mean(name, self.plugins)}{broken}')

    def load(self, name: str) -> type[Component]:
        """The class of that component.

        :raises ComponentError: when it is not installed, cannot be imported or is no component.
        """
        loaded: type[Component] = self.get(name).load()
        return loaded


def find_plugins(package: ModuleType = nox.plugins) -> Installed:
    """Import every module of the package, and collect the components that they name.

    A module that cannot be imported is a warning; it is an error only for whoever needs what it names.

    :raises ComponentError: when two plugins have one name.
    """
    plugins: dict[str, IComponentPlugin] = {}
    places: dict[str, str] = {}
    broken: dict[str, str] = {}
    for name in _modules(package):
        try:
            module = importlib.import_module(name)
        except (Exception, SystemExit) as error:  # whatever a foreign module does while it is imported
            broken[name] = _reason(error)
            log.warn("the plugin module {module} cannot be imported: {reason}", module=name, reason=broken[name])
            continue
        for plugin in _plugins_in(module):
            _note_place(plugin, module, places)
            plugins[plugin.name] = plugin
    return Installed(plugins, broken)


def _modules(package: ModuleType) -> list[str]:
    return sorted(f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__))


def _plugins_in(module: ModuleType) -> Iterator[IComponentPlugin]:
    """The component plugins that the module defines, each once, however many names it has there."""
    unique = {id(value): value for value in vars(module).values()}
    return (value for value in unique.values() if IPlugin.providedBy(value) and IComponentPlugin.providedBy(value))


def _note_place(plugin: IComponentPlugin, module: ModuleType, places: dict[str, str]) -> None:
    here = module.__file__ or module.__name__
    if plugin.name in places:
        there = places[plugin.name]
        raise ComponentError(f'component "{plugin.name}" is installed twice, by {there} and by {here}: remove one')
    places[plugin.name] = here


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
